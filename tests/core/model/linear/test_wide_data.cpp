// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "fitted_model.h"

using namespace holdout;
using holdout::testing::fitModel;
using holdout::testing::makeTrainingData;
using holdout::testing::TrainingData;

/// Sparse models of data with more columns than rows, which are fitted on a working set of columns.
class WideDataTest : public QObject {
    Q_OBJECT
private slots:
    /// The working set is empty at such a penalty.
    void strongPenaltyLeavesNoWeight_data() {
        QTest::addColumn<std::string>("model");
        QTest::addColumn<bool>("classes");
        QTest::newRow("lasso") << std::string("lasso") << false;
        QTest::newRow("elastic-net") << std::string("elastic-net") << false;
        QTest::newRow("logistic") << std::string("logistic") << true;
    }
    void strongPenaltyLeavesNoWeight() {
        QFETCH(std::string, model);
        QFETCH(bool, classes);
        const TrainingData data = makeTrainingData(classes ? Task::Classification : Task::Regression, 30, 600);
        nlohmann::json params{{"lambda", 1e6}};
        if (classes) params["penalty"] = "l1";
        const auto fitted = fitModel(model, data, params);
        QVERIFY(fitted->warnings().empty());
        QCOMPARE(fitted->coefficients().value().weights.cwiseAbs().maxCoeff(), 0.0);
        if (!classes) QVERIFY(std::abs(fitted->coefficients().value().intercepts[0] - data.target.values.mean()) < 1e-12);
    }

    /// A path starts where no column has joined, and each later model is as if fitted alone.
    void pathStartsWithNoWeight() {
        const TrainingData data = makeTrainingData(Task::Regression, 40, 300);
        const std::vector<double> lambdas{1e3, 0.5, 0.05};
        const ModelRegistry models = builtinModels();
        const ModelInfo& lasso = models.require("lasso");
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{7}};
        const auto estimator = lasso.make(Params(lasso.params, {}, lasso.id), Task::Regression);
        const auto path = estimator->path()->fitPath(data.set(), lambdas, context);
        QCOMPARE(path.size(), lambdas.size());
        for (std::size_t k = 0; k < lambdas.size(); ++k) {
            const Eigen::MatrixXd along = path[k]->coefficients().value().weights;
            const Eigen::MatrixXd alone = fitModel("lasso", data, {{"lambda", lambdas[k]}})->coefficients().value().weights;
            QVERIFY((along - alone).cwiseAbs().maxCoeff() < 1e-6);
            QCOMPARE(along.cwiseAbs().maxCoeff() > 0, k > 0);
        }
    }
};

QTEST_APPLESS_MAIN(WideDataTest)
#include "test_wide_data.moc"
