// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "insight/data_charts.h"

using namespace holdout;

namespace {

Relations related(const Table& table, const std::string& target = {}) {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return relate(table, target, std::nullopt, context);
}

Table table() {
    std::vector<double> a(100), b(100);
    std::vector<std::uint32_t> kind(100), answer(100);
    MissingMask missing(100);
    for (std::size_t i = 0; i < 100; ++i) {
        a[i] = static_cast<double>(i);
        b[i] = -a[i] + std::sin(static_cast<double>(i));
        kind[i] = static_cast<std::uint32_t>(i % 2);
        answer[i] = i >= 80;
        if (i % 10 == 0) missing.set(i);
    }
    return Table({Column::numbers("a", a), Column::numbers("b", b, missing), Column::categories("kind", kind, {"x", "y"}),
                  Column::categories("answer", answer, {"no", "yes"})});
}

}  // namespace

class DataChartsTest : public QObject {
    Q_OBJECT
private slots:
    void theMatrixHoldsWhatTheMeasureIsFor() {
        const Relations relations = related(table());
        const HeatMap any = associationChart(relations, AssociationMeasure::Any);
        QCOMPARE(any.x.categories, (std::vector<std::string>{"a", "b", "kind", "answer"}));
        QVERIFY(any.sentence.find("a and b") != std::string::npos);
        const HeatMap numbers = associationChart(relations, AssociationMeasure::Spearman);
        QCOMPARE(numbers.x.categories, (std::vector<std::string>{"a", "b"}));
        QVERIFY(numbers.values(0, 1) < -0.99);
        QCOMPARE(associationChart(relations, AssociationMeasure::CramersV).x.categories, (std::vector<std::string>{"kind", "answer"}));
        QVERIFY(isEmpty(associationChart(related(Table({Column::numbers("one", {1, 2, 3})})), AssociationMeasure::Any)));
    }

    void largeMatricesKeepTheFirstColumnOnTop() {
        std::vector<ColumnPtr> columns;
        for (int c = 0; c < 20; ++c) {
            std::vector<double> values(50);
            for (std::size_t i = 0; i < 50; ++i) values[i] = std::sin(static_cast<double>(i) * (c + 1));
            columns.push_back(Column::numbers("c" + std::to_string(c), values));
        }
        const HeatMap map = associationChart(related(Table(columns)), AssociationMeasure::Pearson);
        QCOMPARE(map.y.categories.back(), std::string("c0"));  // drawn from below
        QCOMPARE(map.values(19, 0), 1.0);
        QVERIFY(!map.showNumbers);
    }

    void theTargetsBestInformantComesFirst() {
        const BarChart chart = informationChart(related(table(), "answer"));
        QCOMPARE(chart.y.categories.back(), std::string("kind"));
        QCOMPARE(chart.values.size(), std::size_t(3));
        QVERIFY(std::is_sorted(chart.values.rbegin(), chart.values.rend()));
        QVERIFY(isEmpty(informationChart(related(table()))));
    }

    void patternsAreNamedByTheirColumns() {
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        const MissingPatterns patterns = missingPatterns(table(), context);
        const BarChart chart = missingPatternChart(patterns);
        QCOMPARE(chart.y.categories, (std::vector<std::string>{"nothing missing", "b"}));
        QCOMPARE(chart.values, (std::vector<double>{90, 10}));
        QVERIFY(chart.sentence.find("90 rows (90 %) are complete") != std::string::npos);
        QVERIFY(isEmpty(missingTogetherChart(patterns)));
    }

    void classesAreCountedInTheirOrder() {
        const BarChart chart = classChart(*Column::numbers("n", {10, 2, 2, 10, 10}));
        QCOMPARE(chart.y.categories, (std::vector<std::string>{"2", "10"}));
        QCOMPARE(chart.values, (std::vector<double>{2, 3}));
        QVERIFY2(chart.sentence.find("10, has 60 %") != std::string::npos, chart.sentence.c_str());
        QCOMPARE(classChart(*Column::categories("c", {0, 1, 2, 2}, {"a", "b", "c"}), 2).values.size(), std::size_t(2));
    }
};

QTEST_APPLESS_MAIN(DataChartsTest)
#include "test_data_charts.moc"
