// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "fitted_model.h"
#include "model/gaussian_process/gaussian_process_model.h"

using namespace holdout;
using holdout::testing::fitModel;
using holdout::testing::makeTrainingData;
using holdout::testing::score;
using holdout::testing::TrainingData;

namespace {

/// sin along the first feature, nothing along the second, on a scale of its own, and noise of 0.1.
TrainingData wave(Eigen::Index rows, std::uint64_t seed) {
    RandomStream random{Seed{seed}};
    TrainingData data;
    data.features.names = {"matters", "does not"};
    data.features.values.resize(rows, 2);
    data.target.name = "y";
    data.target.task = Task::Regression;
    data.target.values.resize(rows);
    for (Eigen::Index i = 0; i < rows; ++i) {
        data.features.values(i, 0) = random.uniform(-300, 300);
        data.features.values(i, 1) = random.uniform();
        data.target.values[i] = 50 + 10 * (std::sin(data.features.values(i, 0) / 60) + 0.1 * random.normal());
    }
    return data;
}

const GaussianProcessModel& processOf(const std::shared_ptr<const Model>& model) {
    return dynamic_cast<const GaussianProcessModel&>(*model);
}

}  // namespace

class GaussianProcessModelTest : public QObject {
    Q_OBJECT
private slots:
    /// On features that nobody has scaled: curve, noise and which feature matters are all found.
    void findsCurveNoiseAndRelevance() {
        const auto model = fitModel("gaussian-process", wave(200, 1));
        const TrainingData fresh = wave(400, 2);
        QVERIFY2(score(*model, fresh) > 0.98, qPrintable(QString::number(score(*model, fresh))));
        const GaussianProcessParams& params = processOf(model).process().params();
        QVERIFY(params.logLengths[1] > params.logLengths[0] + 2);
        QVERIFY(model->warnings().empty());
    }

    /// Nine in ten observations lie within 1.645 standard deviations: to three times what 200 rows leave unknown of the
    /// noise, which is a twentieth of it.
    void deviationsCoverFreshRows() {
        const auto model = fitModel("gaussian-process", wave(200, 1));
        const TrainingData fresh = wave(2000, 3);
        const Eigen::VectorXd said = model->predict(fresh.features).values;
        const Eigen::VectorXd deviations = processOf(model).standardDeviations(fresh.features);
        const double inside =
            static_cast<double>(((said - fresh.target.values).array().abs() < 1.645 * deviations.array()).count()) / 2000;
        QVERIFY2(inside > 0.86 && inside < 0.94, qPrintable(QString::number(inside)));
        // Far from all rows, nothing is known.
        Features far{Eigen::MatrixXd::Constant(1, 2, 1e5), fresh.features.names};
        QVERIFY(processOf(model).standardDeviations(far)[0] > 3 * deviations.maxCoeff());
    }

    void standsOnAPartOfManyRowsAndSaysSo() {
        const TrainingData data = wave(900, 1);
        const auto model =
            fitModel("gaussian-process", data, {{"most_rows", 300}, {"search_rows", 100}, {"restarts", 0}});
        QCOMPARE(processOf(model).process().data().values.size(), 300);
        const Warnings warnings = model->warnings();
        QCOMPARE(warnings.size(), 2U);
        QVERIFY(QString::fromStdString(warnings[0].message).contains("300 of 900"));
        QVERIFY(QString::fromStdString(warnings[1].message).contains("100 of these rows"));
        QVERIFY(score(*model, wave(400, 2)) > 0.97);
    }

    void refusesClassesInASentence() {
        const ModelRegistry models = builtinModels();
        const std::string sentence = models.require("gaussian-process").refusal(Task::Classification, false);
        QVERIFY(QString::fromStdString(sentence).contains("predicts numbers, not classes"));
    }

    /// One length for all is a process whose lengths are the same.
    void oneLengthIsEqualLengths() {
        const TrainingData data = makeTrainingData(Task::Regression, 120, 3);
        const auto one = fitModel("gaussian-process", data, {{"ard", false}, {"optimise", false}, {"length", 2.0}});
        const auto each = fitModel("gaussian-process", data, {{"optimise", false}, {"length", 2.0}});
        const Eigen::VectorXd apart = one->predict(data.features).values - each->predict(data.features).values;
        QVERIFY(apart.cwiseAbs().maxCoeff() < 1e-10);
    }
};

QTEST_APPLESS_MAIN(GaussianProcessModelTest)
#include "test_gaussian_process_model.moc"
