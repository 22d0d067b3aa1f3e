// SPDX-License-Identifier: GPL-3.0-or-later
// Charts without the axes of the others: trees, planes of classes, ranks.
#include <QtTest>
#include <QtWidgets>
#include <set>

#include "charts/chart_card.h"
#include "charts/chart_view.h"
#include "theme/theme.h"

using namespace holdout;

namespace {

TreeChart tree() {
    TreeChart chart{.title = "Decision tree", .classes = {"no", "yes"}};
    chart.nodes = {{.question = "age ≤ 12", .left = 1, .right = 2, .depth = 0, .rows = 100, .shares = {0.6, 0.4}},
                   {.depth = 1, .rows = 10, .shares = {0, 1}},
                   {.question = "sex ≠ female", .left = 3, .right = 4, .depth = 1, .rows = 90, .shares = {0.67, 0.33}},
                   {.depth = 2, .rows = 60, .shares = {0.9, 0.1}},
                   {.question = "fare ≤ 7", .depth = 2, .rows = 30, .shares = {0.2, 0.8}, .hidden = 4}};
    return chart;
}

BoundaryChart plane() {
    BoundaryChart chart{.title = "Decision boundary", .x = {.label = "a"}, .y = {.label = "b"}, .classes = {"no", "yes"}};
    for (int i = 0; i <= 10; ++i) {
        chart.xEdges.push_back(i);
        chart.yEdges.push_back(i);
    }
    chart.winner.resize(10, 10);
    chart.share = Eigen::MatrixXd::Constant(10, 10, 0.9);
    for (int row = 0; row < 10; ++row)
        for (int column = 0; column < 10; ++column) chart.winner(row, column) = column > 4;
    chart.rows = {{.name = "no", .runIndex = 0, .x = {2.5}, .y = {2.5}}, {.name = "yes", .runIndex = 1, .x = {7.5}, .y = {7.5}}};
    return chart;
}

RankChart ranks() {
    return {.title = "Mean ranks", .names = {"a", "b", "c"}, .ranks = {1.2, 2, 2.8}, .criticalDifference = 1, .groups = {{0, 1}, {1, 2}}};
}

}  // namespace

class DrawnChartsTest : public QObject {
    Q_OBJECT

    static ChartDrawing* show(ChartCard& card, const Chart& chart) {
        card.resize(640, 420);
        card.setChart(chart);
        card.show();
        if (!QTest::qWaitForWindowExposed(&card)) return nullptr;
        return card.findChild<ChartDrawing*>();
    }
    static std::set<QRgb> colorsOf(const QImage& image) {
        std::set<QRgb> colors;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) colors.insert(image.pixel(x, y));
        return colors;
    }

private slots:
    void areDrawnAndExported_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<QColor>("color");
        QTest::newRow("tree") << 0 << Theme::seriesColor(SeriesRole::Run, 1);
        QTest::newRow("plane") << 1 << Theme::seriesColor(SeriesRole::Run, 0);
        QTest::newRow("ranks") << 2 << Theme::light().ink;
    }
    void areDrawnAndExported() {
        QFETCH(int, which);
        QFETCH(QColor, color);
        const std::vector<Chart> charts{tree(), plane(), ranks()};
        ChartCard card("nothing");
        ChartDrawing* drawing = show(card, charts[static_cast<std::size_t>(which)]);
        QVERIFY(drawing);
        const std::set<QRgb> colors = colorsOf(drawing->grab().toImage());
        QVERIFY(colors.contains(color.rgb()));
        const QTemporaryDir folder;
        for (const char* ending : {"png", "svg", "pdf", "csv"}) card.exportTo(folder.filePath(QString("chart.") + ending));
        QFile svg(folder.filePath("chart.svg"));
        QVERIFY(svg.open(QIODevice::ReadOnly) && svg.readAll().contains("<svg"));
        QVERIFY(!QImage(folder.filePath("chart.png")).isNull());
    }

    void keysWalkTheTree() {
        ChartCard card("nothing");
        ChartDrawing* drawing = show(card, tree());
        drawing->setFocus();
        QTest::keyClick(drawing, Qt::Key_Home);
        QCOMPARE(drawing->readOut(), QString("age ≤ 12? · 100 rows · no 0.60 · yes 0.40"));
        QTest::keyClick(drawing, Qt::Key_Down);  // to where most rows go
        QVERIFY(drawing->readOut().startsWith("age ≤ 12: no · sex ≠ female? · 90 rows"));
        QTest::keyClick(drawing, Qt::Key_Left);
        QVERIFY(drawing->readOut().startsWith("age ≤ 12: yes · 10 rows"));
        QTest::keyClick(drawing, Qt::Key_Up);
        QVERIFY(drawing->readOut().startsWith("age ≤ 12?"));
    }

    void theTreeZoomsAndMoves() {
        ChartCard card("nothing");
        ChartDrawing* drawing = show(card, tree());
        const QImage all = drawing->grab().toImage();
        QTest::keyClick(drawing, Qt::Key_Plus);
        const QImage closer = drawing->grab().toImage();
        QVERIFY(closer != all);
        QTest::keyClick(drawing, Qt::Key_Left, Qt::ShiftModifier);
        QVERIFY(drawing->grab().toImage() != closer);
        QTest::keyClick(drawing, Qt::Key_0);
        QCOMPARE(drawing->grab().toImage(), all);
    }

    void thePlaneSaysClassAndRow() {
        ChartCard card("nothing");
        ChartDrawing* drawing = show(card, plane());
        drawing->setFocus();
        QTest::keyClick(drawing, Qt::Key_Home);
        QCOMPARE(drawing->readOut(), QString("no (0.90) · a 0.5 · b 0.5"));
        for (int i = 0; i < 6; ++i) QTest::keyClick(drawing, Qt::Key_Right);
        QCOMPARE(drawing->readOut(), QString("yes (0.90) · a 6.5 · b 0.5"));
        QTest::keyClick(drawing, Qt::Key_PageDown);
        QCOMPARE(drawing->readOut(), QString("row of no · a 2.5 · b 2.5"));
    }

    void ranksAreRead() {
        ChartCard card("nothing");
        ChartDrawing* drawing = show(card, ranks());
        drawing->setFocus();
        QTest::keyClick(drawing, Qt::Key_End);
        QCOMPARE(drawing->readOut(), QString("c · mean rank 2.80"));
    }
};

QTEST_MAIN(DrawnChartsTest)
#include "test_drawn_charts.moc"
