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

    /// At the least penalty that leaves no weight a column is at its penalty exactly, before any has joined; the conditions
    /// hold there and below, of dense features and of sparse.
    void pathStartsAtTheLargestPenalty_data() {
        QTest::addColumn<bool>("sparse");
        QTest::newRow("dense") << false;
        QTest::newRow("sparse") << true;
    }
    void pathStartsAtTheLargestPenalty() {
        QFETCH(bool, sparse);
        TrainingData data = makeTrainingData(Task::Regression, 80, 400);
        if (sparse) data.features.values = (data.features.values.array() > 1).select(data.features.values, 0.0);
        const Eigen::MatrixXd values = data.features.values.rowwise() - data.features.values.colwise().mean();
        const Eigen::VectorXd target = data.target.values.array() - data.target.values.mean();
        if (sparse) {
            SparseRows rows;
            rows.width = 400;
            for (Eigen::Index i = 0; i < 80; ++i) {
                for (Eigen::Index j = 0; j < 400; ++j)
                    if (data.features.values(i, j) != 0) {
                        rows.columns.push_back(static_cast<std::int32_t>(j));
                        rows.values.push_back(data.features.values(i, j));
                    }
                rows.endRow();
            }
            data.features.sparse = std::move(rows);
            data.features.values.resize(0, 0);
        }
        const double largest = (values.transpose() * target).cwiseAbs().maxCoeff() / 80;
        const ModelRegistry models = builtinModels();
        const ModelInfo& lasso = models.require("lasso");
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{7}};
        std::vector<double> lambdas;
        for (int k = 0; k < 12; ++k) lambdas.push_back(largest * std::pow(0.95, k));
        const auto path = lasso.make(Params(lasso.params, {}, lasso.id), Task::Regression)->path()->fitPath(data.set(), lambdas, context);
        for (std::size_t k = 0; k < lambdas.size(); ++k) {
            const Eigen::VectorXd weights = path[k]->coefficients().value().weights.col(0);
            const Eigen::VectorXd gradient = values.transpose() * (target - values * weights) / 80;
            QVERIFY2(gradient.cwiseAbs().maxCoeff() < lambdas[k] + 1e-7, qPrintable(QString::number(k)));
            for (Eigen::Index j = 0; j < 400; ++j)
                if (weights[j] != 0) QVERIFY(std::abs(gradient[j] - std::copysign(lambdas[k], weights[j])) < 1e-7);
            QVERIFY(k == 0 || weights.cwiseAbs().maxCoeff() > 0);
        }
    }

    /// Folds go down their paths side by side: each is as if fitted alone, and its bits are its own. One column is constant in
    /// a fold; another has nearly all of its spread in the rows that this fold leaves out.
    void foldsInStepAreAsAlone() {
        TrainingData data = makeTrainingData(Task::Regression, 60, 300);
        data.features.values.col(3).head(50).setConstant(2);
        data.features.values.col(0).tail(10) *= 1e5;
        const std::vector<double> lambdas{0.02, 1.0, 0.1};
        std::vector<RowCounts> folds(3, RowCounts(60, 1));
        std::fill(folds[0].begin() + 50, folds[0].end(), 0);
        std::fill(folds[1].begin(), folds[1].begin() + 20, 0);
        for (std::size_t i = 0; i < 60; ++i) folds[2][i] = static_cast<std::uint16_t>(i % 3);
        const ModelRegistry models = builtinModels();
        const ModelInfo& info = models.require("elastic-net");
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{7}};
        const auto estimator = info.make(Params(info.params, {}, info.id), Task::Regression);
        const auto weightsOf = [&](const std::vector<RowCounts>& some) {
            std::vector<std::vector<Eigen::VectorXd>> found(some.size());
            estimator->folds()->fitFolds(data.set(), some, lambdas, context, [&](std::size_t f, auto fitted) {
                for (const auto& model : fitted) found[f].push_back(model->coefficients().value().weights.col(0));
            });
            return found;
        };
        const auto together = weightsOf(folds);
        for (std::size_t f = 0; f < folds.size(); ++f) {
            const auto own = weightsOf({folds[f]});
            std::vector<std::uint32_t> rows;
            for (std::uint32_t i = 0; i < 60; ++i) rows.insert(rows.end(), folds[f][i], i);
            const TrainingData alone = data.gather(rows);
            const auto path = estimator->path()->fitPath(alone.set(), lambdas, context);
            for (std::size_t k = 0; k < lambdas.size(); ++k) {
                QCOMPARE(own[0][k], together[f][k]);
                const Eigen::VectorXd expected = path[k]->coefficients().value().weights.col(0);
                QVERIFY(expected.cwiseAbs().maxCoeff() > 0);
                QVERIFY2((together[f][k] - expected).cwiseAbs().maxCoeff() < 1e-7, qPrintable(QString("fold %1, %2").arg(f).arg(k)));
            }
        }
    }

    /// So many columns are kept as they join, and the Hessian grows with them: the optimality conditions hold all the same,
    /// with weights and without, of dense features and of sparse.
    void logisticMeetsItsConditions_data() {
        QTest::addColumn<bool>("weighted");
        QTest::addColumn<bool>("sparse");
        QTest::newRow("dense") << false << false;
        QTest::newRow("weighted") << true << false;
        QTest::newRow("sparse") << false << true;
    }
    void logisticMeetsItsConditions() {
        QFETCH(bool, weighted);
        QFETCH(bool, sparse);
        TrainingData data = makeTrainingData(Task::Classification, 300, 700);
        if (sparse) {
            data.features.values = (data.features.values.array() > 1.2).select(data.features.values, 0.0);
            const Eigen::MatrixXd& dense = data.features.values;
            SparseRows rows;
            rows.width = static_cast<std::size_t>(dense.cols());
            for (Eigen::Index i = 0; i < dense.rows(); ++i) {
                for (Eigen::Index j = 0; j < dense.cols(); ++j)
                    if (dense(i, j) != 0) {
                        rows.columns.push_back(static_cast<std::int32_t>(j));
                        rows.values.push_back(dense(i, j));
                    }
                rows.endRow();
            }
            data.features.sparse = std::move(rows);
        }
        if (weighted) data.weights = Eigen::VectorXd::LinSpaced(300, 0.5, 2);
        const Eigen::VectorXd shares = weighted ? Eigen::VectorXd(data.weights / data.weights.sum()) : Eigen::VectorXd::Constant(300, 1.0 / 300);
        const Eigen::MatrixXd values = data.features.values;
        if (sparse) data.features.values.resize(0, 0);
        const std::vector<double> lambdas{0.1, 0.05, 0.02, 0.01};
        const ModelRegistry models = builtinModels();
        const ModelInfo& info = models.require("logistic");
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{7}};
        const auto estimator = info.make(Params(info.params, paramsFromJson(info.params, {{"penalty", "elastic-net"}, {"l1_ratio", 0.9}}, info.id), info.id), Task::Classification);
        const auto path = estimator->path()->fitPath(data.set(), lambdas, context);
        for (std::size_t k = 0; k < lambdas.size(); ++k) {
            QVERIFY(path[k]->warnings().empty());
            const Coefficients found = path[k]->coefficients().value();
            Eigen::VectorXd residuals = -((values * found.weights.col(0)).array() + found.intercepts[0]);
            for (Eigen::Index i = 0; i < 300; ++i)
                residuals[i] = shares[i] * (1 / (1 + std::exp(residuals[i])) - data.target.classes[static_cast<std::size_t>(i)]);
            QVERIFY(std::abs(residuals.sum()) < 1e-9);
            const Eigen::VectorXd gradient = values.transpose() * residuals + 0.1 * lambdas[k] * found.weights.col(0);
            for (Eigen::Index j = 0; j < 700; ++j) {
                const double weight = found.weights(j, 0), l1 = 0.9 * lambdas[k];
                if (weight == 0)
                    QVERIFY(std::abs(gradient[j]) < l1 + 1e-8);
                else
                    QVERIFY(std::abs(gradient[j] + std::copysign(l1, weight)) < 1e-8);
            }
            QVERIFY((found.weights.array() != 0).any());
        }
    }
};

QTEST_APPLESS_MAIN(WideDataTest)
#include "test_wide_data.moc"
