// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <numeric>

#include "fitted_model.h"
#include "model/svm/platt.h"
#include "model/svm/smo.h"

using namespace holdout;
using holdout::testing::fitModel;
using holdout::testing::makeTrainingData;
using holdout::testing::score;

class SvmTest : public QObject {
    Q_OBJECT
private slots:
    /// The conditions of optimality in float64, and the same bits however small the cache is.
    void solutionIsOptimal() {
        const auto data = makeTrainingData(Task::Classification, 400, 4);
        std::vector<std::uint32_t> rows(400);
        std::iota(rows.begin(), rows.end(), 0U);
        const KernelRows kernels(data.features.values, rows, {KernelKind::Rbf, 0.25});
        Eigen::VectorXd signs(400);
        for (Eigen::Index i = 0; i < 400; ++i)
            signs[i] = data.target.classes[static_cast<std::size_t>(i)] == 0 ? 1 : -1;
        const SmoProblem problem{kernels, signs, signs, Eigen::VectorXd::Constant(400, 2)};
        SilentProgress silent;
        const JobContext context{{}, {}, silent, Seed{1}};
        SmoSettings settings;
        settings.tolerance = 1e-10;
        const SmoSolution solution = solveSmo(problem, settings, context);
        QVERIFY(solution.converged);
        Eigen::MatrixXd kernel(400, 400);
        Eigen::VectorXd column(kernels.padded());
        for (Eigen::Index i = 0; i < 400; ++i) {
            kernels.with(data.features.values.row(i), column);
            kernel.col(i) = column.head(400);
        }
        const Eigen::VectorXd coefficients = solution.alphas.cwiseProduct(signs);
        QVERIFY(std::abs(coefficients.sum()) < 1e-9);
        const double objective = 0.5 * coefficients.dot(kernel * coefficients) - solution.alphas.sum();
        QVERIFY(std::abs(objective - solution.objective) < 1e-6 * std::abs(objective));
        const Eigen::VectorXd margins = signs.array() * ((kernel * coefficients).array() + solution.bias);
        for (Eigen::Index i = 0; i < 400; ++i) {
            if (solution.alphas[i] < 2) QVERIFY(margins[i] > 1 - 1e-5);
            if (solution.alphas[i] > 0) QVERIFY(margins[i] < 1 + 1e-5);
        }
        settings.cacheBytes = 1;
        QVERIFY(solveSmo(problem, settings, context).alphas == solution.alphas);
    }

    void sigmoidIsRecovered() {
        RandomStream random{Seed{4}};
        Eigen::VectorXd decisions(4000), positive(4000);
        for (Eigen::Index i = 0; i < 4000; ++i) {
            decisions[i] = random.normal();
            positive[i] = random.uniform() < 1 / (1 + std::exp(-3 * decisions[i] - 1)) ? 1 : 0;
        }
        const Sigmoid sigmoid = fitSigmoid(decisions, positive, Eigen::VectorXd::Ones(4000));
        QVERIFY2(std::abs(sigmoid.slope + 3) < 0.3, qPrintable(QString::number(sigmoid.slope)));
        QVERIFY2(std::abs(sigmoid.offset + 1) < 0.2, qPrintable(QString::number(sigmoid.offset)));
    }

    /// Pairs that come from probabilities give them back.
    void pairsAreCoupled() {
        const Eigen::Vector3d truth(0.2, 0.3, 0.5);
        Eigen::MatrixXd pairwise = Eigen::MatrixXd::Zero(3, 3);
        for (Eigen::Index i = 0; i < 3; ++i)
            for (Eigen::Index j = 0; j < 3; ++j)
                if (i != j) pairwise(i, j) = truth[i] / (truth[i] + truth[j]);
        QVERIFY((couplePairs(pairwise) - truth).cwiseAbs().maxCoeff() < 1e-12);
    }

    /// Calibrated probabilities mean what they say: better log loss than the raw margins.
    void calibrationHelps() {
        const auto data = makeTrainingData(Task::Classification, 600, 4);
        const auto loss = [&](bool calibrate) {
            const Predictions said =
                fitModel("svm", data, {{"calibrate", calibrate}, {"c", 0.05}})->predict(data.features);
            double sum = 0;
            for (std::size_t i = 0; i < data.target.size(); ++i)
                sum -= std::log(said.probabilities(static_cast<Eigen::Index>(i), data.target.classes[i]));
            return sum;
        };
        QVERIFY(loss(true) < loss(false));
    }

    void learnsWhatALineCannot() {
        auto data = makeTrainingData(Task::Classification, 500, 2);
        for (std::size_t i = 0; i < 500; ++i)
            data.target.classes[i] = data.features.values.row(static_cast<Eigen::Index>(i)).squaredNorm() > 2 ? 1 : 0;
        QVERIFY(score(*fitModel("svm", data, {{"c", 10.0}}), data) > 0.97);
        QVERIFY(score(*fitModel("svm", data, {{"kernel", "linear"}}), data) < 0.8);
    }
};

QTEST_APPLESS_MAIN(SvmTest)
#include "test_svm.moc"
