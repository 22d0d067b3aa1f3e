// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "insight/score_curve_charts.h"

using namespace holdout;

class RankChartTest : public QObject {
    Q_OBJECT

    static FriedmanResult ranks(std::vector<double> means, double critical) {
        return {.meanRanks = std::move(means), .criticalDifference = critical};
    }

private slots:
    void bestComesFirstAndBarsJoinWhatCannotBeToldApart() {
        const RankChart chart = criticalDifferenceChart({"c", "a", "d", "b"}, ranks({2.5, 1.2, 4.0, 2.0}, 1.4), 10);
        QCOMPARE(chart.names, (std::vector<std::string>{"a", "b", "c", "d"}));
        QCOMPARE(chart.ranks, (std::vector<double>{1.2, 2.0, 2.5, 4.0}));
        // a-b-c within 1.3; c-d 1.5 apart.
        QCOMPARE(chart.groups, (std::vector<std::pair<std::size_t, std::size_t>>{{0, 2}}));
    }

    void barsMayOverlapButNoneLiesInAnother() {
        const RankChart chart = criticalDifferenceChart({"a", "b", "c", "d"}, ranks({1, 2, 2.9, 3.8}, 1.95), 10);
        QCOMPARE(chart.groups, (std::vector<std::pair<std::size_t, std::size_t>>{{0, 2}, {1, 3}}));
    }

    /// Table 6 of Demšar (2006): C4.5 and three variants over 14 data sets, critical difference 1.25 at 5 % by Nemenyi;
    /// C4.5 (3.143) and C4.5+m+cf (1.964) lie 1.18 apart, C4.5+m (2.000) and C4.5+cf (2.893) between them.
    void theExampleOfThePaper() {
        const RankChart chart =
            criticalDifferenceChart({"C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf"}, ranks({3.143, 2.000, 2.893, 1.964}, 1.25), 14);
        QCOMPARE(chart.names.front(), std::string("C4.5+m+cf"));
        QCOMPARE(chart.groups, (std::vector<std::pair<std::size_t, std::size_t>>{{0, 3}}));
        QCOMPARE(chartTable(chart).rows(), std::size_t{4});
        QVERIFY(!isEmpty(chart) && isEmpty(RankChart{}));
    }
};

QTEST_APPLESS_MAIN(RankChartTest)
#include "test_rank_chart.moc"
