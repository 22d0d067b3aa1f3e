// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <cmath>

#include "document_fixture.h"
#include "items/table_model.h"
#include "pages/data/column_header.h"
#include "pages/data/data_page.h"
#include "pages/data/table_order.h"

using namespace holdout;

namespace {

/// The longest time between two turns of the event loop.
class Heartbeat : public QObject {
public:
    Heartbeat() {
        m_clock.start();
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_timer, &QTimer::timeout, this, [this] { m_longest = std::max(m_longest, m_clock.restart()); });
        m_timer.start(1);
    }
    qint64 longest() const { return m_longest; }

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    qint64 m_longest = 0;
};

Table millionRows() {
    constexpr std::size_t rows = 1'000'000;
    std::vector<double> values(rows);
    std::vector<std::uint32_t> codes(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        values[i] = std::sin(static_cast<double>(i));
        codes[i] = static_cast<std::uint32_t>(i % 3);
    }
    return Table({Column::numbers("n", values), Column::categories("c", codes, {"a", "b", "c"})});
}

}  // namespace

/// How often a widget lays out what is in it.
class LayoutCount : public QObject {
public:
    explicit LayoutCount(QWidget& widget) { widget.installEventFilter(this); }
    int count() const { return m_count; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        m_count += event->type() == QEvent::LayoutRequest ? 1 : 0;
        return QObject::eventFilter(watched, event);
    }

private:
    int m_count = 0;
};

/// The rows of the table as a view: sorted and filtered.
class TableViewTest : public QObject {
    Q_OBJECT
private slots:
    void aHeadSortsUpDownAndNotAtAll() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        QVERIFY(fixture.openData());
        auto* order = page.findChild<TableOrder*>();
        auto* view = page.findChild<QTableView*>("table");
        auto* heads = page.findChild<ColumnHeader*>();
        QVERIFY(order && view && heads);
        const auto top = [&](int row) { return view->model()->index(row, 0).data().toString(); };
        const QString first = top(0);
        QSignalSpy changed(order, &TableOrder::changed);
        emit heads->sectionClicked(0);
        QVERIFY(order->isBusy());
        QCOMPARE(top(0), first);  // the old view stays until the new one is there
        QTRY_VERIFY(!order->isBusy());
        QVERIFY(changed.count() >= 2);
        QCOMPARE(top(0), QString("1"));
        QVERIFY(order->sorting() && order->sorting()->order == SortOrder::Ascending);
        emit heads->sectionClicked(0);
        QTRY_VERIFY(!order->isBusy());
        QCOMPARE(top(0), QString("7"));
        QCOMPARE(view->model()->headerData(0, Qt::Vertical).toInt(), 7);  // its number in the file
        emit heads->sectionClicked(0);
        QVERIFY(!order->sorting());
        QCOMPARE(top(0), first);
        QCOMPARE(view->model()->headerData(0, Qt::Vertical).toInt(), 1);
        QVERIFY(fixture.document.spec().data.edits.empty());
    }

    /// Words and buttons beside the filter come and go: only they are laid out anew, not the page around them.
    void sortingAndFilteringLayOutNothingElse() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        page.resize(900, 700);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        QVERIFY(fixture.openData());
        QTRY_VERIFY(fixture.jobs.isIdle());
        QTest::qWait(50);
        auto* order = page.findChild<TableOrder*>();
        auto* keep = page.findChild<QPushButton*>("keepRows");
        const LayoutCount layouts(page);
        order->setSorting(TableOrder::Sorting{"income", SortOrder::Descending});
        QTRY_VERIFY(fixture.jobs.isIdle());
        order->setFilter("income > 30");
        QTRY_VERIFY(fixture.jobs.isIdle());
        QTRY_VERIFY(keep->isVisible());
        QVERIFY(page.rect().contains(keep->mapTo(&page, keep->rect().bottomRight())));  // they are laid out
        order->setFilter({});
        QTRY_VERIFY(!keep->isVisible());
        QTest::qWait(50);
        QCOMPARE(layouts.count(), 0);
    }

    void theLineFiltersAndSaysWhatIsWrong() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        page.show();
        QVERIFY(fixture.openData());
        auto* line = page.findChild<QLineEdit*>("filter");
        auto* view = page.findChild<QTableView*>("table");
        auto* problem = page.findChild<QLabel*>("filterProblem");
        auto* keep = page.findChild<QPushButton*>("keepRows");
        QVERIFY(line && view && problem && keep);
        line->setFocus();
        QTest::keyClicks(line, "incom > 40");
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(problem->isVisible());
        QVERIFY2(problem->text().contains("income"), qPrintable(problem->text()));
        QCOMPARE(view->model()->rowCount(), 60);
        line->clear();
        QTest::keyClicks(line, "income");
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY2(problem->text().contains("true or false"), qPrintable(problem->text()));
        line->clear();
        QVERIFY(problem->isHidden());
        QTest::keyClicks(line, "city = 'Bern'");  // taken without Return after a pause
        QTRY_COMPARE(view->model()->rowCount(), 20);
        QVERIFY(page.findChild<QLabel*>("shownRows")->text().startsWith("20 of 60"));
        QVERIFY(fixture.document.spec().data.edits.empty());

        QTRY_VERIFY(keep->isVisible() && keep->isEnabled());
        QSignalSpy data(&fixture.document, &ExperimentDocument::dataChanged);
        keep->click();
        QVERIFY(data.wait(10'000));
        QCOMPARE(fixture.document.data()->table.rows(), std::size_t(20));
        const auto& edits = fixture.document.spec().data.edits;
        QCOMPARE(edits.size(), std::size_t(1));
        QVERIFY(*edits[0].params.find("where") == ParamValue(std::string("city = 'Bern'")));
        QCOMPARE(line->text(), QString());
        QCOMPARE(view->model()->headerData(1, Qt::Vertical).toInt(), 4);  // every third row of the file is left
    }

    void aFilterStaysWhileItsColumnsDo() {
        DocumentFixture fixture;
        DataPage page(fixture.document);
        QVERIFY(fixture.openData());
        auto* order = page.findChild<TableOrder*>();
        auto* view = page.findChild<QTableView*>("table");
        QVERIFY(order->setFilter("city = 'Bern'").isEmpty());
        QTRY_COMPARE(view->model()->rowCount(), 20);
        const auto drop = [&](const char* name) {
            EditSpec edit{"drop-columns", {}, true};
            edit.params.set("columns", std::string(name));
            QSignalSpy data(&fixture.document, &ExperimentDocument::dataChanged);
            fixture.document.edit("drop", [&](ExperimentSpec& spec) { spec.data.edits.push_back(edit); });
            return data.wait(10'000);
        };
        QVERIFY(drop("code"));
        QTRY_COMPARE(view->model()->rowCount(), 20);
        QVERIFY(drop("city"));
        QTRY_COMPARE(view->model()->rowCount(), 60);
        QVERIFY(order->filter().isEmpty());
    }

    void aMillionRowsNeverStallTheWindow() {
        Arena arena(2);
        JobQueue jobs(arena);
        TableModel model;
        QTableView view;
        view.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
        view.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
        view.setModel(&model);
        view.resize(900, 600);
        view.show();
        model.setTable(millionRows());
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QTest::qWait(100);
        TableOrder order(jobs, model);
        const Heartbeat beat;
        order.setSorting(TableOrder::Sorting{"n", SortOrder::Descending});
        QTRY_VERIFY_WITH_TIMEOUT(!order.isBusy(), 20'000);
        const double best = model.index(0, 0).data().toDouble();
        QVERIFY(best > 0.999);
        QVERIFY(order.setFilter("n > 0 and c = 'b'").isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(!order.isBusy(), 20'000);
        QVERIFY(model.rowCount() > 160'000 && model.rowCount() < 170'000);
        order.setSorting(std::nullopt);
        QTRY_VERIFY_WITH_TIMEOUT(!order.isBusy(), 20'000);
        qInfo("longest turn of the event loop: %lld ms", static_cast<long long>(beat.longest()));
        // 16 ms is asked for, and measured by the bench on a machine that does nothing else; here others may work too.
        QVERIFY2(beat.longest() < 100, qPrintable(QString::number(beat.longest())));
    }
};

QTEST_MAIN(TableViewTest)
#include "test_table_view.moc"
