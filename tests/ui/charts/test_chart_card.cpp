// SPDX-License-Identifier: GPL-3.0-or-later
#include <QBuffer>
#include <QSvgGenerator>
#include <QtCharts/QScatterSeries>
#include <QtTest>
#include <QtWidgets>
#include <future>
#include <set>

#include "base/error.h"
#include "charts/chart_card.h"
#include "charts/chart_table.h"
#include "charts/chart_view.h"
#include "data/csv_writer.h"
#include "sample_charts.h"
#include "theme/theme.h"

using namespace holdout;

class ChartCardTest : public QObject {
    Q_OBJECT

private:
    static std::set<QRgb> colorsOf(const QImage& image) {
        std::set<QRgb> colors;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) colors.insert(image.pixel(x, y));
        return colors;
    }
    static void showCard(ChartCard& card, const Chart& chart) {
        card.resize(520, 360);
        card.setChart(chart);
        card.show();
        QVERIFY(QTest::qWaitForWindowExposed(&card));
    }
    static QByteArray bytesOf(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static ChartDrawing* drawingOf(const ChartCard& card) { return card.findChild<ChartDrawing*>(); }
    static qsizetype dotsOf(const ChartCard& card) {
        qsizetype count = 0;
        for (const QAbstractSeries* series : drawingOf(card)->chart()->series())
            if (const auto* dots = qobject_cast<const QScatterSeries*>(series)) count += dots->count();
        return count;
    }

private slots:
    void drawsTheLatestOfTheChartsMadeLater() {
        ChartCard card("nothing yet");
        QThreadPool::globalInstance()->setMaxThreadCount(2);  // one waits, one works
        std::promise<void> mayFinish;
        QThread* const window = QThread::currentThread();
        bool wasElsewhere = false;
        card.setChartLater([gate = mayFinish.get_future().share()]() -> Chart {
            gate.wait();
            return LineChart{.title = "outdated"};
        });
        card.setChartLater([&]() -> Chart {
            wasElsewhere = QThread::currentThread() != window;
            return LineChart{.title = "latest"};
        });
        QTRY_COMPARE(chartTitle(card.chart()), std::string("latest"));
        QVERIFY(wasElsewhere);
        mayFinish.set_value();
        QThreadPool::globalInstance()->waitForDone();
        QCoreApplication::processEvents();
        QCOMPARE(chartTitle(card.chart()), std::string("latest"));
        card.setChartLater([]() -> Chart { return LineChart{.title = "outdated"}; });
        card.setChart(LineChart{.title = "now"});
        QThreadPool::globalInstance()->waitForDone();
        QCoreApplication::processEvents();
        QCOMPARE(chartTitle(card.chart()), std::string("now"));
    }

    void everyKindIsDrawn_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<QColor>("color");
        QTest::newRow("lines") << 0 << Theme::light().training;
        QTest::newRow("scatter") << 1 << QColor();
        QTest::newRow("bars") << 2 << Theme::light().training;
        QTest::newRow("horizontal bars") << 3 << Theme::light().training;
        QTest::newRow("strip") << 4 << Theme::seriesColor(SeriesRole::Run, 1);
        QTest::newRow("matrix") << 5 << Theme::viridis(1);
        QTest::newRow("surface") << 6 << Theme::viridis(1);
    }
    void everyKindIsDrawn() {
        QFETCH(int, which);
        QFETCH(QColor, color);
        const std::vector<Chart> charts{samples::lines(),        samples::scatter(), samples::histogram(), samples::coefficients(),
                                        samples::strip(), samples::confusion(), samples::surface()};
        ChartCard card("nothing");
        showCard(card, charts[static_cast<std::size_t>(which)]);
        const std::set<QRgb> colors = colorsOf(drawingOf(card)->grab().toImage());
        QVERIFY2(colors.size() > 4, qPrintable(QString::number(colors.size())));
        if (color.isValid()) QVERIFY(colors.contains(color.rgb()));
    }

    void densityReplacesManyDots() {
        ChartCard card("nothing");
        showCard(card, samples::scatter(2000));
        QCOMPARE(dotsOf(card), 2000);
        card.setChart(samples::scatter(2001));
        QCOMPARE(dotsOf(card), 0);
        QVERIFY(colorsOf(drawingOf(card)->grab().toImage()).size() > 4);
    }

    void singlePointsBecomeDots() {
        LineChart chart{.title = "One"};
        chart.series.push_back({.name = "a", .x = {1, 2, 3, 4, 5}, .y = {1, NAN, 2, NAN, 3}});
        ChartCard card("nothing");
        showCard(card, chart);
        const QRgb color = Theme::seriesColor(SeriesRole::Run, 0).rgb();
        const auto painted = [&] {
            const QImage image = drawingOf(card)->grab().toImage();
            int count = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x) count += image.pixel(x, y) == color;
            return count;
        };
        const int three = painted();
        QVERIFY(three > 30);
        chart.series.front().y[2] = NAN;
        card.setChart(chart);
        const int two = painted();
        QVERIFY2(std::abs(two - three * 2 / 3) <= 6, qPrintable(QString("%1 of %2").arg(two).arg(three)));
    }

    void categoriesKeepOffTheEnds() {
        LineChart chart{.title = "Groups", .x = {.categories = {"a", "b"}}, .y = {.low = 0.0, .high = 1.0}};
        chart.series.push_back({.name = "share", .x = {0, NAN, 1, NAN}, .y = {0.5, NAN, 0.5, NAN}});
        ChartCard card("nothing");
        showCard(card, chart);
        const QImage image = drawingOf(card)->grab().toImage();
        const QRgb color = Theme::seriesColor(SeriesRole::Run, 0).rgb();
        int first = image.width(), last = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                if (image.pixel(x, y) == color) {
                    first = std::min(first, x);
                    last = std::max(last, x);
                }
        QVERIFY2(first > image.width() / 5 && last < image.width() * 9 / 10, qPrintable(QString("%1 to %2").arg(first).arg(last)));
    }

    void legendsOfSmallCardsAreWhole() {
        LineChart chart{.title = "Named"};
        const QStringList names = {"what random trials would reach", "the best score of this study", "the third"};
        for (const QString& name : names) chart.series.push_back({.name = name.toStdString(), .x = {0, 1}, .y = {0, 1}});
        const std::unique_ptr<ChartDrawing> drawing(makeDrawing(chart));
        drawing->setChart(chart);
        drawing->show();
        const auto written = [&](const QSize& size) {
            drawing->resize(size);
            QCoreApplication::processEvents();
            QBuffer bytes;
            QSvgGenerator generator;
            generator.setOutputDevice(&bytes);
            generator.setSize(drawing->size());
            QPainter painter(&generator);
            drawing->paintOn(painter, QRectF(QPointF(), QSizeF(drawing->size())));
            painter.end();
            return QString::fromUtf8(bytes.data());
        };
        for (const int width : {700, 300}) {
            const QString svg = written({width, 220});
            for (const QString& name : names) QVERIFY2(svg.contains(name), qPrintable(QString("%1 at %2").arg(name).arg(width)));
        }
        // Where the drawing is too low for the rows, each name has its share.
        const QString svg = written({300, 100});
        QVERIFY(svg.contains(QChar(0x2026)) && svg.contains("what") && !svg.contains(names.front()));
    }

    /// Many are stamped, and look as few do.
    void thousandsOfDotsArePainted() {
        LineChart chart{.title = "Many"};
        Series series{.name = "a"};
        for (int i = 0; i < 5000; ++i) {
            series.x.insert(series.x.end(), {static_cast<double>(i % 100), NAN});
            series.y.insert(series.y.end(), {static_cast<double>(i / 100), NAN});
        }
        chart.series.push_back(std::move(series));
        ChartCard card("nothing");
        showCard(card, chart);
        QVERIFY(colorsOf(drawingOf(card)->grab().toImage()).contains(Theme::seriesColor(SeriesRole::Run, 0).rgb()));
        QVERIFY(drawingOf(card)->chart()->series().isEmpty());
    }

    void updateKeepsSeriesAndFocus() {
        ChartCard card("nothing");
        showCard(card, samples::lines(20));
        ChartDrawing* drawing = drawingOf(card);
        const auto series = drawing->chart()->series();
        drawing->setFocus();
        QTest::keyClick(drawing, Qt::Key_End);
        const QString before = drawing->readOut();
        QVERIFY(!before.isEmpty());
        card.setChart(samples::lines(30));
        QCOMPARE(drawingOf(card), drawing);
        QCOMPARE(drawing->chart()->series(), series);
        QVERIFY(!drawing->readOut().isEmpty());
        card.setChart(samples::confusion());
        QVERIFY(drawingOf(card) != drawing);
    }

    void keysWalkThePoints() {
        ChartCard card("nothing");
        showCard(card, samples::lines(20));
        ChartDrawing* drawing = drawingOf(card);
        drawing->setFocus();
        QTest::keyClick(drawing, Qt::Key_Home);
        QCOMPARE(drawing->readOut(), QString("training · epoch 1 · loss 1"));
        QCOMPARE(drawing->accessibleDescription(), drawing->readOut());
        QTest::keyClick(drawing, Qt::Key_Right);
        QVERIFY(drawing->readOut().startsWith("training · epoch 2 · loss 0.8"));
        QTest::keyClick(drawing, Qt::Key_Down);
        QVERIFY(drawing->readOut().startsWith("validation · epoch 2"));
        QTest::keyClick(drawing, Qt::Key_Left);
        QTest::keyClick(drawing, Qt::Key_Left);
        QVERIFY(drawing->readOut().startsWith("validation · epoch 1 "));
        QTest::keyClick(drawing, Qt::Key_End);
        QVERIFY(drawing->readOut().startsWith("validation · epoch 20"));
    }

    void keysWalkTheCells() {
        ChartCard card("nothing");
        showCard(card, samples::confusion());
        ChartDrawing* drawing = drawingOf(card);
        drawing->setFocus();
        QSignalSpy clicks(&card, &ChartCard::clicked);
        QTest::keyClick(drawing, Qt::Key_Home);
        QCOMPARE(drawing->readOut(), QString("predicted setosa · true setosa · rows 50"));
        QTest::keyClick(drawing, Qt::Key_Down);
        QTest::keyClick(drawing, Qt::Key_Right);
        QTest::keyClick(drawing, Qt::Key_Right);
        QCOMPARE(drawing->readOut(), QString("predicted virginica · true versicolor · rows 5"));
        QTest::keyClick(drawing, Qt::Key_Return);
        QCOMPARE(clicks.size(), 1);
        QCOMPARE(clicks[0][0].toInt(), 5);
    }

    void clickTellsTheCell() {
        ChartCard card("nothing");
        showCard(card, samples::confusion());
        ChartDrawing* drawing = drawingOf(card);
        QSignalSpy clicks(&card, &ChartCard::clicked);
        const QRectF plot = drawing->chart()->plotArea();
        const QPoint lowerLeft(static_cast<int>(plot.left() + plot.width() / 6), static_cast<int>(plot.bottom() - plot.height() / 6));
        QTest::mouseClick(drawing->viewport(), Qt::LeftButton, {}, lowerLeft);
        QCOMPARE(clicks.size(), 1);
        QCOMPARE(clicks[0][0].toInt(), 6);   // the third row, virginica, is the lowest
    }

    void emptyShowsItsWords() {
        ChartCard card("Run the experiment first.");
        showCard(card, LineChart{.title = "Loss"});
        const auto labels = card.findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->isVisible() && label->text() == "Run the experiment first.";
        }));
        card.setChart(samples::lines());
        QVERIFY(drawingOf(card)->isVisible());
        card.clear();
        QVERIFY(!drawingOf(card)->isVisible());
        QVERIFY_THROWS_EXCEPTION(Error, card.exportTo("chart.png"));
    }

    void exportsAreValid() {
        const QTemporaryDir folder;
        ChartCard card("nothing");
        showCard(card, samples::surface());
        for (const char* ending : {"png", "svg", "pdf", "csv"}) card.exportTo(folder.filePath(QString("chart.") + ending));
        const QImage image(folder.filePath("chart.png"));
        QCOMPARE(image.size(), card.size() * 2);
        QVERIFY(colorsOf(image).contains(QColor(0xf0, 0x5a, 0x5a).rgb()));
        QVERIFY(bytesOf(folder.filePath("chart.svg")).contains("<svg"));
        QVERIFY(bytesOf(folder.filePath("chart.pdf")).startsWith("%PDF"));
        QCOMPARE(bytesOf(folder.filePath("chart.csv")).toStdString(), toCsv(chartTable(samples::surface())));
        QVERIFY_THROWS_EXCEPTION(Error, card.exportTo(folder.filePath("chart.doc")));
        QVERIFY_THROWS_EXCEPTION(Error, card.exportTo(folder.filePath("no/such/folder/chart.png")));
    }

    void tableShowsTheNumbers() {
        const Table table = chartTable(samples::coefficients());
        ChartTableDialog dialog("Coefficients", table);
        const auto* model = dialog.findChild<QTableView*>()->model();
        QCOMPARE(model->rowCount(), 4);
        QCOMPARE(model->index(1, 0).data().toString(), QString("Pclass"));
        QCOMPARE(model->index(1, 1).data().toString(), QString("-0.84"));
        // Headings stand over what they head.
        for (int column = 0; column < model->columnCount(); ++column) {
            const QVariant cell = model->index(0, column).data(Qt::TextAlignmentRole);
            const QVariant head = model->headerData(column, Qt::Horizontal, Qt::TextAlignmentRole);
            QCOMPARE(head.value<Qt::Alignment>().testFlag(Qt::AlignRight), cell.isValid() && (cell.toInt() & Qt::AlignRight) != 0);
        }
    }

    void appearanceChangesColors() {
        Theme theme(*qApp);
        theme.setAppearance(Appearance::Light);
        ChartCard card("nothing");
        showCard(card, samples::lines());
        QVERIFY(colorsOf(drawingOf(card)->grab().toImage()).contains(Theme::light().training.rgb()));
        theme.setAppearance(Appearance::Dark);
        const std::set<QRgb> dark = colorsOf(drawingOf(card)->grab().toImage());
        QVERIFY(dark.contains(Theme::dark().training.rgb()));
        QVERIFY(!dark.contains(Theme::light().training.rgb()));
    }

    void thirtyUpdatesFitInASecond() {
        ChartCard card("nothing");
        const LineChart chart = samples::lines(5000);
        showCard(card, chart);
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 30; ++i) {
            card.setChart(chart);
            drawingOf(card)->grab();
        }
        qInfo("30 updates of 2 x 5,000 points: %lld ms", static_cast<long long>(timer.elapsed()));
        QVERIFY(timer.elapsed() < 3000);   // a machine with other work, an unoptimised build
    }
};

QTEST_MAIN(ChartCardTest)
#include "test_chart_card.moc"
