// SPDX-License-Identifier: GPL-3.0-or-later
// Curves, recalibration and leave-one-out against scikit-learn (tests/fixtures/evaluate/make_curves_expected.py), to
// 1e-9.
#include <QtTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "evaluate/leave_one_out.h"
#include "metric/calibration.h"
#include "metric/curves.h"
#include "split/splitter.h"
#include "toy_data.h"

using namespace holdout;
using namespace holdout::test;
using nlohmann::json;

namespace {

std::vector<double> numbers(const json& array) {
    return array.get<std::vector<double>>();
}

bool isNear(double a, double b) {
    return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(b));
}

void compare(const std::vector<double>& actual, const json& expected, const char* what) {
    QVERIFY2(actual.size() == expected.size(),
             qPrintable(QString("%1: %2 values, expected %3").arg(what).arg(actual.size()).arg(expected.size())));
    for (std::size_t i = 0; i < actual.size(); ++i)
        QVERIFY2(isNear(actual[i], expected[i]),
                 qPrintable(QString("%1 %2: %3").arg(what).arg(i).arg(actual[i] - expected[i].get<double>())));
}

struct Scores {
    Target truth{.task = Task::Classification, .labels = {"no", "yes"}};
    Eigen::VectorXd score;
    std::vector<bool> isPositive;
    std::vector<double> values;
};

Scores scoresOf(const json& expected) {
    Scores result;
    result.truth.classes = expected.at("truth").get<std::vector<int>>();
    result.values = numbers(expected.at("score"));
    result.score =
        Eigen::Map<const Eigen::VectorXd>(result.values.data(), static_cast<Eigen::Index>(result.values.size()));
    for (const int label : result.truth.classes) result.isPositive.push_back(label == 1);
    return result;
}

std::vector<double> xs(const std::vector<CurvePoint>& curve) {
    std::vector<double> values;
    for (const CurvePoint& point : curve) values.push_back(point.x);
    return values;
}
std::vector<double> ys(const std::vector<CurvePoint>& curve) {
    std::vector<double> values;
    for (const CurvePoint& point : curve) values.push_back(point.y);
    return values;
}

}  // namespace

class CurvesTest : public QObject {
    Q_OBJECT
    json m_expected;

private slots:
    void initTestCase() {
        std::ifstream file(HOLDOUT_FIXTURES "/evaluate/curves_expected.json");
        m_expected = json::parse(file);
    }

    void rocAndPrecisionRecall() {
        for (const json& expected : m_expected.at("curves")) {
            const Scores scores = scoresOf(expected);
            const auto roc = rocCurve(scores.truth, scores.score, 1);
            compare(xs(roc), expected.at("fpr"), "false positive rate");
            compare(ys(roc), expected.at("tpr"), "true positive rate");
            const auto curve = precisionRecallCurve(scores.truth, scores.score, 1);
            compare(xs(curve), expected.at("recall"), "recall");
            compare(ys(curve), expected.at("precision"), "precision");
        }
    }

    void reliability() {
        for (const json& expected : m_expected.at("curves")) {
            const Scores scores = scoresOf(expected);
            for (const Binning binning : {Binning::EqualWidth, Binning::EqualRows}) {
                std::vector<double> predicted, observed;
                for (const ReliabilityBin& bin : reliabilityBins(scores.isPositive, scores.values, 10, binning)) {
                    predicted.push_back(bin.predicted);
                    observed.push_back(bin.observed);
                }
                const json& bins = expected.at(binning == Binning::EqualWidth ? "uniform" : "quantile");
                compare(predicted, bins.at("predicted"), "predicted");
                compare(observed, bins.at("observed"), "observed");
            }
        }
    }

    void recalibration() {
        for (const json& expected : m_expected.at("curves")) {
            const Scores scores = scoresOf(expected);
            const IsotonicMap isotonic = fitIsotonic(scores.isPositive, scores.values);
            std::vector<double> values;
            for (const double at : numbers(expected.at("isotonic").at("at"))) values.push_back(isotonic.at(at));
            compare(values, expected.at("isotonic").at("value"), "isotonic");
            const PlattMap platt = fitPlatt(scores.isPositive, scores.values);
            // Both are minima of the same loss, found where its gradient is about 1e-12.
            QVERIFY(std::abs(platt.a - expected.at("platt").at(0).get<double>()) < 1e-8);
            QVERIFY(std::abs(platt.b - expected.at("platt").at(1).get<double>()) < 1e-8);
        }
    }

    void leaveOneOutInClosedFormEqualsTheRefits() {
        const json& expected = m_expected.at("leave_one_out");
        const auto rows = expected.at("x").get<std::vector<std::vector<double>>>();
        Eigen::MatrixXd x(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows[0].size()));
        for (Eigen::Index i = 0; i < x.rows(); ++i)
            for (Eigen::Index c = 0; c < x.cols(); ++c)
                x(i, c) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(c)];
        const std::vector<double> y = numbers(expected.at("y"));
        const Eigen::VectorXd target = Eigen::Map<const Eigen::VectorXd>(y.data(), x.rows());
        for (const char* model : {"linear", "ridge"}) {
            const double lambda = std::string(model) == "ridge" ? expected.at("lambda").get<double>() : 0;
            const auto predicted = leaveOneOutPredictions(x, target, lambda);
            QVERIFY(predicted);
            compare({predicted->data(), predicted->data() + predicted->size()}, expected.at(model), model);
        }
        // A column that is the sum of others has no such fit.
        Eigen::MatrixXd dependent(x.rows(), x.cols() + 1);
        dependent << x, x.col(0) + x.col(1);
        QVERIFY(!leaveOneOutPredictions(dependent, target, 0));
        QVERIFY(leaveOneOutPredictions(dependent, target, 0.1));
    }

    void theProgramsOwnRefitsAreTheSame_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<bool>("scaled");
        QTest::newRow("linear") << "linear" << false;
        QTest::newRow("linear, standardised") << "linear" << true;
        QTest::newRow("ridge") << "ridge" << false;
    }
    void theProgramsOwnRefitsAreTheSame() {
        QFETCH(QString, model);
        QFETCH(bool, scaled);
        const Catalog catalog = builtinCatalog();
        Dataset data = toyDataset(60, 5, Task::Regression);
        data.features = Table({data.features.columnPtr(0), data.features.columnPtr(1), data.features.columnPtr(2)});
        PipelineSpec spec{.prepare = {}, .model = {.id = model.toStdString(), .params = {}}};
        if (scaled) spec.prepare.push_back({.id = "standardize", .params = {}});
        if (model == "ridge") spec.model.params.set("lambda", 0.2);
        Warnings warnings;
        const auto folds = makeFolds({.id = "leave-one-out", .params = {}}, catalog.splits, data, Seed{1}, warnings);
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{1}};
        const auto closed = closedFormLeaveOneOut(data, spec, folds, {"rmse"}, catalog, context);
        QVERIFY(closed);
        const auto refits = evaluateCandidates(data, {spec}, folds, {"rmse"}, catalog, Keep::Everything, context, {});
        QVERIFY(!refits.front().error);
        for (std::size_t f = 0; f < folds.size(); ++f) {
            const double a = (*closed)[f].predictions.values[0], b = refits.front().folds[f].predictions.values[0];
            QVERIFY2(isNear(a, b), qPrintable(QString("fold %1: %2").arg(f).arg(a - b)));
            QCOMPARE((*closed)[f].testRows, refits.front().folds[f].testRows);
        }
        // What a step learns matters to the penalty: then there is no closed form.
        spec.model.id = "ridge";
        spec.prepare = {{.id = "standardize", .params = {}}};
        QVERIFY(!closedFormLeaveOneOut(data, spec, folds, {"rmse"}, catalog, context));
    }
};

QTEST_APPLESS_MAIN(CurvesTest)
#include "test_curves.moc"
