// SPDX-License-Identifier: GPL-3.0-or-later
// Metrics against scikit-learn (tests/fixtures/metric/make_expected.py). Tolerance 1e-12 of the score's size: both
// sides sum fewer than 100 doubles, so rounding stays below 1e-13.
#include <QtTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "metric/curves.h"
#include "metric/metric.h"

using namespace holdout;

namespace {

Eigen::VectorXd vectorOf(const nlohmann::json& array) {
    const auto values = array.get<std::vector<double>>();
    return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

struct Case {
    Target truth;
    Predictions predicted;
    Eigen::VectorXd weights;
};

Case caseOf(const nlohmann::json& json) {
    Case result;
    result.weights = vectorOf(json.at("weights"));
    if (json.at("task") == "regression") {
        result.truth.task = Task::Regression;
        result.truth.values = vectorOf(json.at("truth"));
        result.predicted.values = vectorOf(json.at("predicted"));
        return result;
    }
    result.truth.classes = json.at("truth").get<std::vector<int>>();
    const auto& rows = json.at("predicted");
    Eigen::MatrixXd probabilities(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows[0].size()));
    for (std::size_t i = 0; i < rows.size(); ++i) probabilities.row(static_cast<Eigen::Index>(i)) = vectorOf(rows[i]);
    for (Eigen::Index c = 0; c < probabilities.cols(); ++c) result.truth.labels.push_back("class " + std::to_string(c));
    result.predicted = fromProbabilities(std::move(probabilities));
    return result;
}

nlohmann::json expected() {
    std::ifstream file(HOLDOUT_FIXTURES "/metric/expected.json");
    return nlohmann::json::parse(file);
}

}  // namespace

class MetricsTest : public QObject {
    Q_OBJECT
private slots:
    void agreeWithScikitLearn_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<QString>("metric");
        QTest::addColumn<double>("score");
        const nlohmann::json cases = expected().at("cases");
        for (std::size_t i = 0; i < cases.size(); ++i)
            for (const auto& [metric, score] : cases[i].at("scores").items())
                QTest::newRow((cases[i].at("name").get<std::string>() + ": " + metric).c_str())
                    << static_cast<int>(i) << QString::fromStdString(metric) << score.get<double>();
    }
    void agreeWithScikitLearn() {
        QFETCH(int, index);
        QFETCH(QString, metric);
        QFETCH(double, score);
        const Case one = caseOf(expected().at("cases")[static_cast<std::size_t>(index)]);
        const MetricRegistry metrics = builtinMetrics();
        const double ours = metrics.require(metric.toStdString()).score(one.truth, one.predicted, one.weights);
        QVERIFY2(std::abs(ours - score) <= 1e-12 * std::max(1.0, std::abs(score)),
                 qPrintable(QString("%1, expected %2").arg(ours, 0, 'g', 17).arg(score, 0, 'g', 17)));
    }

    void everyMetricIsCompared() {
        std::set<std::string> compared;
        const nlohmann::json cases = expected().at("cases");
        for (const auto& one : cases)
            for (const auto& [metric, score] : one.at("scores").items()) compared.insert(metric);
        const MetricRegistry metrics = builtinMetrics();
        for (const MetricInfo& metric : metrics.all())
            QVERIFY2(compared.count(std::string(metric.id)), metric.id.data());
    }

    void areaUnderTheCurveIsTheScore() {
        const nlohmann::json cases = expected().at("cases");
        int compared = 0;
        for (const auto& json : cases) {
            if (json.at("task") == "regression" || json.at("predicted")[0].size() != 2 || !json.at("weights").empty())
                continue;
            const Case one = caseOf(json);
            const auto curve = rocCurve(one.truth, one.predicted.probabilities.col(1), 1);
            QCOMPARE(curve.front().x + curve.front().y, 0.0);
            QCOMPARE(curve.back().x + curve.back().y, 2.0);
            const double score = json.at("scores").at("roc-auc");
            QVERIFY(std::abs(areaUnder(curve) - score) < 1e-12);
            ++compared;
        }
        QCOMPARE(compared, 2);
    }

    /// Worked by hand: scores .9+ .8- .7+ .7- .1-, so 4.5 of 6 pairs are in order: .9 beats three, .7 beats .1 and half
    /// of the other .7.
    void knownByHand() {
        Target truth{.task = Task::Classification, .classes = {1, 0, 1, 0, 0}, .labels = {"no", "yes"}};
        Eigen::MatrixXd p(5, 2);
        p.col(1) << 0.9, 0.8, 0.7, 0.7, 0.1;
        p.col(0) = Eigen::VectorXd::Ones(5) - p.col(1);
        const Predictions predicted = fromProbabilities(p);
        const MetricRegistry metrics = builtinMetrics();
        QCOMPARE(metrics.require("roc-auc").score(truth, predicted, {}), 4.5 / 6);
        QCOMPARE(metrics.require("accuracy").score(truth, predicted, {}), 3.0 / 5);
        QCOMPARE(metrics.require("pr-auc").score(truth, predicted, {}), 0.5 * 1 + 0.5 * 0.5);
        const ConfusionMatrix counts = confusionMatrix(truth, predicted, {});
        QCOMPARE(counts.counts(0, 1), 2.0);
        QCOMPARE(counts.counts(1, 1), 2.0);
        QCOMPARE(counts.counts(0, 0), 1.0);
    }

    void undefinedIsNotANumber() {
        const MetricRegistry metrics = builtinMetrics();
        Target one{.task = Task::Classification, .classes = {1, 1}, .labels = {"no", "yes"}};
        const Predictions predicted = fromProbabilities(Eigen::MatrixXd::Constant(2, 2, 0.5));
        QVERIFY(std::isnan(metrics.require("roc-auc").score(one, predicted, {})));
        QCOMPARE(predicted.classes, std::vector<int>({0, 0}));  // the first among equals
        Predictions noProbabilities;
        noProbabilities.classes = {1, 1};
        QVERIFY(std::isnan(metrics.require("log-loss").score(one, noProbabilities, {})));
        Target flat{.task = Task::Regression, .values = Eigen::VectorXd::Constant(3, 0.0)};
        Predictions numbers;
        numbers.values = Eigen::VectorXd::Ones(3);
        QVERIFY(std::isnan(metrics.require("r2").score(flat, numbers, {})));
        QVERIFY(std::isnan(metrics.require("mape").score(flat, numbers, {})));
        QVERIFY(rocCurve(one, predicted.probabilities.col(1), 1).empty());
    }

    void betterKnowsDirectionAndNaN() {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(isBetter(Direction::HigherIsBetter, 2, 1) && !isBetter(Direction::HigherIsBetter, 1, 2));
        QVERIFY(isBetter(Direction::LowerIsBetter, 1, 2) && !isBetter(Direction::LowerIsBetter, 1, 1));
        QVERIFY(isBetter(Direction::LowerIsBetter, 1, nan) && !isBetter(Direction::LowerIsBetter, nan, 1));
    }
};

QTEST_APPLESS_MAIN(MetricsTest)
#include "test_metrics.moc"
