// SPDX-License-Identifier: GPL-3.0-or-later
// Intervals and paired tests against R 4.2.2 with pROC and boot (tests/fixtures/evaluate/make_r_expected.R). Tolerance
// 1e-9 of a number's size, or absolute below 1: formulas are closed, and sums are of fewer than 1,000 terms.
#include <QtTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "evaluate/intervals.h"
#include "evaluate/paired_tests.h"

using namespace holdout;
using nlohmann::json;

namespace {

std::vector<double> numbers(const json& array) {
    return array.get<std::vector<double>>();
}

void compare(double actual, double expected, const char* what, double tolerance = 1e-9) {
    QVERIFY2(std::abs(actual - expected) <= tolerance * std::max(1.0, std::abs(expected)),
             qPrintable(QString("%1: %2, R has %3").arg(what).arg(actual, 0, 'g', 17).arg(expected, 0, 'g', 17)));
}

}  // namespace

class IntervalsTest : public QObject {
    Q_OBJECT
    json m_expected;

private slots:
    void initTestCase() {
        std::ifstream file(HOLDOUT_FIXTURES "/evaluate/r_expected.json");
        m_expected = json::parse(file);
    }

    void deLongAgreesWithPRoc() {
        QVERIFY(m_expected.at("delong").size() >= 4);
        for (const json& expected : m_expected.at("delong")) {
            const AucEstimate estimate = deLong(numbers(expected.at("positives")), numbers(expected.at("negatives")));
            compare(estimate.area, expected.at("area"), "area");
            compare(estimate.variance, expected.at("variance"), "variance");
            compare(estimate.interval().low, expected.at("low"), "low");
            compare(estimate.interval().high, expected.at("high"), "high");
        }
    }

    void bootstrapIntervalsAgreeWithBoot() {
        for (const json& expected : m_expected.at("bootstrap")) {
            const Bounds percentile = percentileInterval(numbers(expected.at("replicates")));
            compare(percentile.low, expected.at("percentile").at(0), "percentile, low");
            compare(percentile.high, expected.at("percentile").at(1), "percentile, high");
            const Bounds bca = bcaInterval(numbers(expected.at("replicates")), expected.at("estimate"),
                                           numbers(expected.at("influence")));
            compare(bca.low, expected.at("bca").at(0), "BCa, low");
            compare(bca.high, expected.at("bca").at(1), "BCa, high");
        }
    }

    void wilsonAgreesWithPropTest() {
        for (const json& expected : m_expected.at("wilson")) {
            const Bounds bounds = wilsonInterval(expected.at("successes"), expected.at("trials"));
            compare(bounds.low, expected.at("low"), "low");
            compare(bounds.high, expected.at("high"), "high");
        }
    }

    void pairedTestsAgreeWithR() {
        for (const json& expected : m_expected.at("wilcoxon")) {
            const TestResult test = wilcoxonSignedRank(numbers(expected.at("differences")));
            compare(test.statistic, expected.at("statistic"), "Wilcoxon's V");
            compare(test.pValue, expected.at("p"), "Wilcoxon's p");
        }
        for (const json& expected : m_expected.at("mcnemar"))
            compare(mcNemar(expected.at("first"), expected.at("second")).pValue, expected.at("p"), "McNemar's p");
        const json& f = m_expected.at("five_by_two");
        compare(fiveByTwoF(numbers(f.at("differences"))).statistic, f.at("f"), "F");
        compare(fiveByTwoF(numbers(f.at("differences"))).pValue, f.at("p"), "p of F");
        const json& bayes = m_expected.at("bayesian");
        const Posterior posterior =
            bayesianCorrelatedT(numbers(bayes.at("differences")), bayes.at("test_to_train"), bayes.at("rope"));
        compare(posterior.below, bayes.at("below"), "below");
        compare(posterior.above, bayes.at("above"), "above");
        compare(posterior.below + posterior.within + posterior.above, 1, "all");
    }

    void severalComparisonsAgreeWithR() {
        const json& holm = m_expected.at("holm");
        const std::vector<double> adjusted = holmAdjusted(numbers(holm.at("p")));
        for (std::size_t i = 0; i < adjusted.size(); ++i) compare(adjusted[i], holm.at("adjusted").at(i), "Holm");
        const json& expected = m_expected.at("friedman");
        const std::vector<double> values = numbers(expected.at("scores"));
        const Eigen::Index models = expected.at("models").get<int>(),
                           sets = static_cast<Eigen::Index>(values.size()) / models;
        const FriedmanResult result =
            friedman(Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
                values.data(), sets, models));
        for (std::size_t m = 0; m < result.meanRanks.size(); ++m)
            compare(result.meanRanks[m], expected.at("ranks").at(m), "mean rank");
        compare(result.chiSquare, expected.at("chi_square"), "Friedman's chi-square");
        compare(result.imanDavenport.statistic, expected.at("f"), "Iman and Davenport's F");
        compare(result.imanDavenport.pValue, expected.at("p"), "p");
        const json& nemenyi = m_expected.at("nemenyi");
        // R's own qtukey is good to about 1e-4 of the probability's inverse: see its help page.
        for (std::size_t i = 0; i < nemenyi.at("q").size(); ++i)
            compare(nemenyiQ(nemenyi.at("models").at(i)), nemenyi.at("q").at(i), "q", 1e-4);
    }

    void specialCases() {
        QCOMPARE(mcNemar(0, 0).pValue, 1.0);
        QCOMPARE(wilcoxonSignedRank({0, 0, 0}).pValue, 1.0);
        QCOMPARE(fiveByTwoF(std::vector<double>(10, 0)).pValue, 1.0);
        QVERIFY(std::isnan(fiveByTwoF(std::vector<double>(10, 0.1)).pValue));
        QCOMPARE(bayesianCorrelatedT({0, 0, 0}, 0.1, 0.01).within, 1.0);
        QVERIFY(std::isnan(deLong({}, {1, 2}).area));
        QCOMPARE(wilsonInterval(10, 10).high, 1.0);
        // Replicates on one side of the estimate leave BCa without a bias: the percentiles stand in.
        const Bounds bounds = bcaInterval({1, 2, 3, 4}, 9, {1, -1});
        QVERIFY(std::isfinite(bounds.low) && bounds.high <= 4);
    }
};

QTEST_APPLESS_MAIN(IntervalsTest)
#include "test_intervals.moc"
