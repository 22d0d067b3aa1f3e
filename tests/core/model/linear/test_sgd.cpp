// SPDX-License-Identifier: GPL-3.0-or-later
// Stochastic gradient descent: single steps against their formulas, and whole fits against the optimum that other solvers
// find. What all models and all updates promise is in tests/conformance.
#include <QtTest>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "model/model.h"
#include "sparse_features.h"
#include "train/linear_sgd.h"
#include "training_data.h"

using namespace holdout;
using holdout::testing::makeTrainingData;
using holdout::testing::sameBits;
using holdout::testing::sparseOf;
using holdout::testing::TrainingData;

namespace {

using Settings = LinearSgd::Settings;

bool near(double a, double b, double tolerance = 1e-14) {
    return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

LinearSgd started(const Settings& settings, std::vector<double> weights, double intercept = 0) {
    const auto count = static_cast<Eigen::Index>(weights.size());
    LinearSgd::State state = LinearSgd::start(count, 1, settings);
    state.weights.col(0) = Eigen::Map<const Eigen::VectorXd>(weights.data(), count);
    state.intercepts[0] = intercept;
    return {settings, state};
}

std::unique_ptr<const Estimator> estimator(const nlohmann::json& params, Task task, const char* id = "sgd") {
    static const ModelRegistry models = builtinModels();
    const ModelInfo& info = models.require(id);
    return info.make(Params(info.params, paramsFromJson(info.params, params, id), id), task);
}

std::shared_ptr<const Model> fitted(const nlohmann::json& params, const TrainingData& data, const char* id = "sgd", std::stop_token finish = {}) {
    SilentProgress silent;
    JobContext context{{}, finish, silent, Seed{7}};
    return estimator(params, data.target.task, id)->fit(data.set(), context);
}

/// Each column with mean 0 and standard deviation 1, so that penalties mean the same to every model.
TrainingData standardised(TrainingData data) {
    for (Eigen::Index j = 0; j < data.features.values.cols(); ++j) {
        auto column = data.features.values.col(j);
        column.array() -= column.mean();
        column /= std::sqrt(column.squaredNorm() / static_cast<double>(column.size()));
    }
    return data;
}

double logObjective(const TrainingData& data, const Model& model, double lambda) {
    const Coefficients found = model.coefficients().value();
    const Eigen::VectorXd scores = (data.features.values * found.weights.col(0)).array() + found.intercepts[0];
    double sum = 0;
    for (Eigen::Index i = 0; i < scores.size(); ++i)
        sum += std::log1p(std::exp(data.target.classes[static_cast<std::size_t>(i)] == 1 ? -scores[i] : scores[i]));
    return sum / static_cast<double>(scores.size()) + lambda / 2 * found.weights.squaredNorm();
}

}  // namespace

class SgdTest : public QObject {
    Q_OBJECT
private slots:
    void stepsAreTheirFormulas() {
        const double row[] = {1, -2};
        Settings settings{.schedule = SgdSchedule::Constant, .rate = 0.1, .average = false};
        {
            LinearSgd log = started(settings, {0.5, 0.25}, 0.3);  // score 0.3
            log.judge(row, 1);
            log.step(row, 1, 1);
            const double slope = 1 / (1 + std::exp(-0.3)) - 1;
            QVERIFY(near(log.weights()(0, 0), 0.5 - 0.1 * slope) && near(log.weights()(1, 0), 0.25 + 0.2 * slope));
            QVERIFY(near(log.intercepts()[0], 0.3 - 0.1 * slope));
            QVERIFY(near(log.lastLoss(), std::log1p(std::exp(-0.3))));
            QVERIFY(log.lastWasRight());
        }
        settings.loss = SgdLoss::Hinge;
        LinearSgd hinge = started(settings, {0.5, 0.25}, 0.3);
        hinge.judge(row, 0);
        hinge.step(row, 0, 1);  // margin -0.3
        QVERIFY(near(hinge.weights()(0, 0), 0.4) && near(hinge.lastLoss(), 1.3) && !hinge.lastWasRight());
        LinearSgd right = started(settings, {0.5, 0.25}, 2);
        right.judge(row, 1);
        right.step(row, 1, 1);
        QVERIFY(right.weights()(0, 0) == 0.5 && right.lastLoss() == 0);
        settings.loss = SgdLoss::Squared;
        LinearSgd squared = started(settings, {0.5, 0.25}, 0.3);
        squared.judge(row, 3.3);
        squared.step(row, 3.3, 1.5);  // off by -3, counted one and a half times
        QVERIFY(near(squared.weights()(0, 0), 0.95) && near(squared.lastLoss(), 4.5));
        settings.loss = SgdLoss::Huber;
        settings.huberWidth = 1;
        LinearSgd huber = started(settings, {0.5, 0.25}, 0.3);
        huber.judge(row, 3.3);
        huber.step(row, 3.3, 1);
        QVERIFY(near(huber.weights()(0, 0), 0.6) && near(huber.lastLoss(), 2.5));
    }

    /// A step on a row far longer than those that the rate was chosen for ends at its truth, not beyond it.
    void stepsOfSquaredLossesDoNotOvershoot() {
        const double row[] = {30, -40};
        Settings settings{.loss = SgdLoss::Squared, .schedule = SgdSchedule::Constant, .rate = 0.1, .average = false};
        LinearSgd squared = started(settings, {0.5, 0.25}, 0.3);
        squared.step(row, 3.3, 1);
        squared.judge(row, 3.3);
        QVERIFY(near(squared.scores()[0], 3.3, 1e-12));
        settings.loss = SgdLoss::Log;  // whose slopes are bounded: as long as ever
        LinearSgd log = started(settings, {0, 0});
        log.step(row, 1, 1);
        QVERIFY(near(log.weights()(0, 0), 0.1 * 0.5 * 30));
    }

    /// Rows sorted by their target, learnt in order, in pieces: units come of the first, whose rows are the smallest of all.
    void sortedRowsAreLearntInOrder() {
        constexpr std::uint32_t rows = 6000, piece = 500;
        RandomStream random(Seed{3});
        TrainingData all = makeTrainingData(Task::Regression, rows, 3);
        for (Eigen::Index i = 0; i < rows; ++i) {
            const double size = std::exp(4.0 * static_cast<double>(i) / rows);
            for (Eigen::Index j = 0; j < 3; ++j) all.features.values(i, j) = size * (1 + 0.1 * random.normal());
            all.target.values[i] = 100 * size;
        }
        const auto part = [&](std::uint32_t begin) {
            std::vector<std::uint32_t> own(piece);
            std::iota(own.begin(), own.end(), begin);
            return all.gather(own);
        };
        for (const char* scale : {"standardize", "together"}) {
            const auto work = estimator({{"epochs", 1}, {"shuffle", false}, {"scale", scale}}, Task::Regression);
            SilentProgress silent;
            JobContext context{{}, {}, silent, Seed{7}};
            auto model = work->fit(part(0).set(), context);
            for (std::uint32_t begin = piece; begin < rows; begin += piece) {
                const TrainingData next = part(begin);
                const Eigen::VectorXd before = model->predict(next.features).values;
                // Better than the mean of all that came before it.
                const double mean = all.target.values.head(begin).mean();
                QVERIFY2((before - next.target.values).squaredNorm() < (next.target.values.array() - mean).matrix().squaredNorm(),
                         qPrintable(QString("%1 %2").arg(scale).arg(begin)));
                model = work->updater()->update(*model, next.set(), context);
            }
        }
    }

    /// Gradient of softmax's log loss: probability less 1 for the row's own class.
    void severalClassesShareASoftmax() {
        const Settings settings{.schedule = SgdSchedule::Constant, .rate = 0.1, .average = false};
        LinearSgd::State state = LinearSgd::start(1, 3, settings);
        state.weights << 0.2, -0.1, 0.4;
        LinearSgd descent(settings, state);
        const double row[] = {2};
        descent.judge(row, 1);
        descent.step(row, 1, 1);
        const double sum = std::exp(0.4) + std::exp(-0.2) + std::exp(0.8);
        QVERIFY(near(descent.weights()(0, 0), 0.2 - 0.2 * std::exp(0.4) / sum));
        QVERIFY(near(descent.weights()(0, 1), -0.1 - 0.2 * (std::exp(-0.2) / sum - 1)));
        QVERIFY(near(descent.lastLoss(), std::log(sum) + 0.2));
        QVERIFY(!descent.lastWasRight());
    }

    /// Blocks of rows, one, two and eight registers wide and beyond, take the steps that rows take one by one.
    void blocksAreTheirRows() {
        for (const Eigen::Index features : {3, 12, 63, 70})
            for (const SgdLoss loss : {SgdLoss::Log, SgdLoss::Hinge, SgdLoss::Squared, SgdLoss::Huber})
                for (const SgdSchedule schedule : {SgdSchedule::Optimal, SgdSchedule::InverseScaling, SgdSchedule::Constant})
                    for (const bool average : {true, false}) {
                        // Steps of squared losses are kept from overshooting: tried with some that would.
                        const double rate = !average && (loss == SgdLoss::Squared || loss == SgdLoss::Huber) ? 0.2 : 0.02;
                        const Settings settings{.loss = loss, .lambda = 0.01, .schedule = schedule, .rate = rate, .average = average};
                        LinearSgd blocks(settings, LinearSgd::start(features, 1, settings)), rows = blocks;
                        LinearSgd::Block block(features, 50);
                        RandomStream random(Seed{5});
                        LinearSgd::Sums sums, expected;
                        for (const Eigen::Index count : {50, 17}) {
                            block.count = count;
                            for (Eigen::Index i = 0; i < count; ++i) {
                                for (Eigen::Index j = 0; j < features; ++j) block.rows(j, i) = random.normal();
                                const bool classes = loss == SgdLoss::Log || loss == SgdLoss::Hinge;
                                block.truths[i] = classes ? static_cast<double>(random.below(2)) : 3 * random.normal();
                                block.importances[i] = 0.5 + random.uniform();
                                const double* row = block.rows.col(i).data();
                                rows.judge(row, block.truths[i]);
                                expected.weight += block.importances[i];
                                expected.loss += block.importances[i] * rows.lastLoss();
                                if (classes) expected.right += rows.lastWasRight() ? block.importances[i] : 0;
                                if (!classes) {
                                    expected.squares += block.importances[i] * std::pow(rows.scores()[0] - block.truths[i], 2);
                                    expected.spread += block.importances[i] * std::pow(block.truths[i], 2);
                                }
                                rows.step(row, block.truths[i], block.importances[i]);
                            }
                            blocks.walk(block);
                            sums += blocks.sumsOf(block);
                        }
                        QCOMPARE(blocks.state().steps, std::int64_t{67});
                        QVERIFY((blocks.weights() - rows.weights()).cwiseAbs().maxCoeff() < 1e-11);
                        QVERIFY((blocks.state().weights - rows.state().weights).cwiseAbs().maxCoeff() < 1e-11);
                        QVERIFY(near(blocks.intercepts()[0], rows.intercepts()[0], 1e-11));
                        QVERIFY(near(sums.weight, expected.weight, 1e-12) && near(sums.loss, expected.loss, 1e-10) && near(sums.right, expected.right, 1e-12));
                        QVERIFY(near(sums.squares, expected.squares, 1e-10) && near(sums.spread, expected.spread, 1e-12));
                    }
    }

    void schedulesAreTheirFormulas() {
        const double row[] = {0};
        for (const auto& [schedule, average, rate] :
             {std::tuple(SgdSchedule::Constant, true, 0.5), std::tuple(SgdSchedule::InverseScaling, true, 0.5 / std::pow(11, 0.25)),
              std::tuple(SgdSchedule::Optimal, false, 0.5 / (1 + 0.5 * 0.1 * 11)),
              std::tuple(SgdSchedule::Optimal, true, 0.5 / std::pow(1 + 0.5 * 0.1 * 11, 0.75))}) {
            const Settings settings{.lambda = 0.1, .schedule = schedule, .rate = 0.5, .average = average};
            LinearSgd descent = started(settings, {0});
            for (int i = 0; i < 10; ++i) descent.step(row, 1, 1);
            QVERIFY(near(descent.nextRate(), rate));
        }
    }

    /// The algorithm of Tsuruoka et al. (2009), figure 2, written out: with L2, steps shrink first.
    void penaltiesAreTheirDefinition() {
        const double lambda = 0.02, l1Ratio = 0.7;
        const Settings settings{.loss = SgdLoss::Squared, .lambda = lambda, .l1Ratio = l1Ratio, .schedule = SgdSchedule::InverseScaling, .rate = 0.1, .average = false};
        LinearSgd descent = started(settings, {0, 0, 0});
        double w[3] = {}, q[3] = {}, u = 0, b = 0;
        RandomStream random(Seed{3});
        bool anyZero = false;
        for (int t = 1; t <= 500; ++t) {
            const double row[] = {random.normal(), random.normal(), random.normal()}, y = 0.3 * row[0] + 0.01 * row[1];
            descent.step(row, y, 1);
            const double rate = 0.1 / std::pow(t, 0.25), rest = b + w[0] * row[0] + w[1] * row[1] + w[2] * row[2] - y;
            b -= rate * rest;
            u += rate * lambda * l1Ratio;
            for (int j = 0; j < 3; ++j) {
                w[j] = (1 - rate * lambda * (1 - l1Ratio)) * w[j] - rate * rest * row[j];
                const double z = w[j];
                if (w[j] > 0)
                    w[j] = std::max(0.0, w[j] - (u + q[j]));
                else if (w[j] < 0)
                    w[j] = std::min(0.0, w[j] + (u - q[j]));
                q[j] += w[j] - z;
            }
            for (int j = 0; j < 3; ++j) QVERIFY(near(descent.weights()(j, 0), w[j], 1e-10));
            anyZero |= w[2] == 0 && t > 100;
        }
        QVERIFY(anyZero);
    }

    void averagesAreTheirDefinition() {
        const Settings settings{.loss = SgdLoss::Squared, .schedule = SgdSchedule::Constant, .rate = 0.1};
        LinearSgd descent = started(settings, {0});
        double mean = 0;
        for (int t = 1; t <= 20; ++t) {
            const double row[] = {1.0 + t % 3};
            descent.step(row, t, 1);
            mean += 4.0 / (t + 3) * (descent.state().weights(0, 0) - mean);
            QVERIFY(near(descent.weights()(0, 0), mean));
        }
    }

    void comesNearTheOptimum() {
        const TrainingData data = standardised(makeTrainingData(Task::Classification, 4000, 8));
        const auto best = fitted({{"lambda", 0.01}}, data, "logistic");
        const double least = logObjective(data, *best, 0.01);
        for (const char* schedule : {"optimal", "inverse-scaling"}) {
            const auto ours = fitted({{"lambda", 0.01}, {"schedule", schedule}, {"epochs", 50}, {"tolerance", 0}}, data);
            const double objective = logObjective(data, *ours, 0.01);
            QVERIFY2(objective >= least - 1e-9 && objective < least + 5e-4, qPrintable(QString("%1: %2, least %3").arg(schedule).arg(objective).arg(least)));
        }
        const TrainingData numbers = standardised(makeTrainingData(Task::Regression, 4000, 8));
        const Coefficients ridge = fitted({{"lambda", 1e-4}}, numbers, "ridge")->coefficients().value();
        const Coefficients ours = fitted({{"epochs", 50}, {"tolerance", 0}}, numbers)->coefficients().value();
        const double apart = (ridge.weights - ours.weights).cwiseAbs().maxCoeff();
        QVERIFY2(apart < 0.05, qPrintable(QString::number(apart)));
        QVERIFY(std::abs(ridge.intercepts[0] - ours.intercepts[0]) < 0.05);
    }

    /// Units of the features do not matter: they are standardised inside.
    void unitsDoNotMatter() {
        TrainingData data = makeTrainingData(Task::Classification, 500, 4);
        const Eigen::MatrixXd before = fitted({}, data)->predict(data.features).probabilities;
        data.features.values.col(1) = 1e5 * data.features.values.col(1).array() + 1e6;
        const Eigen::MatrixXd after = fitted({}, data)->predict(data.features).probabilities;
        QVERIFY((before - after).cwiseAbs().maxCoeff() < 1e-6);
    }

    void l1DropsWhatTellsNothing() {
        const TrainingData data = standardised(makeTrainingData(Task::Regression, 3000, 20));
        const Coefficients found = fitted({{"penalty", "l1"}, {"lambda", 0.05}, {"average", false}, {"schedule", "inverse-scaling"}, {"power", 0.5}}, data)->coefficients().value();
        const auto zeros = (found.weights.bottomRows(14).array() == 0).count();
        QVERIFY2(zeros >= 10, qPrintable(QString::number(zeros)));
        QVERIFY(found.weights(0, 0) != 0);
    }

    void huberBearsOutliers() {
        TrainingData data = makeTrainingData(Task::Regression, 1000, 3);
        const Coefficients clean = fitted({{"loss", "huber"}}, data)->coefficients().value();
        for (Eigen::Index i = 0; i < 50; ++i) data.target.values[20 * i] += 100 * data.features.values(20 * i, 0);
        const Coefficients huber = fitted({{"loss", "huber"}, {"huber_width", 0.1}, {"epochs", 100}, {"tolerance", 0}}, data)->coefficients().value();
        const Coefficients squared = fitted({{"epochs", 100}, {"tolerance", 0}}, data)->coefficients().value();
        const auto distance = [&](const Coefficients& found) { return (found.weights - clean.weights).norm(); };
        QVERIFY2(distance(huber) < distance(squared) / 3, qPrintable(QString("%1 %2").arg(distance(huber)).arg(distance(squared))));
    }

    void hingeMakesProbabilities() {
        const TrainingData data = makeTrainingData(Task::Classification, 2000, 5);
        const auto hinge = fitted({{"loss", "hinge"}}, data), log = fitted({}, data);
        const Eigen::MatrixXd apart = hinge->predict(data.features).probabilities - log->predict(data.features).probabilities;
        QVERIFY2(apart.cwiseAbs().mean() < 0.05, qPrintable(QString::number(apart.cwiseAbs().mean())));
        QVERIFY(fitted({{"loss", "hinge"}}, makeTrainingData(Task::Classification, 500, 5, 4))->predict(makeTrainingData(Task::Classification, 10, 5, 4).features).probabilities.allFinite());
    }

    /// Rows sorted by class are the worst order: shuffled passes do not notice.
    void shufflesSortedRows() {
        const TrainingData data = makeTrainingData(Task::Classification, 2000, 5);
        std::vector<std::uint32_t> order;
        for (const int label : {0, 1})
            for (std::uint32_t i = 0; i < 2000; ++i)
                if (data.target.classes[i] == label) order.push_back(i);
        const TrainingData sorted = data.gather(order);
        const auto right = [&](const Model& model) {
            const std::vector<int> said = model.predict(data.features).classes;
            return std::inner_product(said.begin(), said.end(), data.target.classes.begin(), 0, std::plus<>(), std::equal_to<>());
        };
        const int shuffled = right(*fitted({}, sorted)), usual = right(*fitted({}, data));
        QVERIFY2(std::abs(shuffled - usual) < 20, qPrintable(QString("%1 %2").arg(shuffled).arg(usual)));
    }

    /// One pass, then updates on what comes: each is a point of the trace, scored before it is learnt from.
    void updatesTestThenTrain() {
        const TrainingData all = makeTrainingData(Task::Classification, 6000, 5);
        const auto part = [&](std::uint32_t begin, std::uint32_t end) {
            std::vector<std::uint32_t> rows(end - begin);
            std::iota(rows.begin(), rows.end(), begin);
            return all.gather(rows);
        };
        const auto work = estimator({{"epochs", 1}, {"shuffle", false}}, Task::Classification);
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{7}};
        auto model = work->fit(part(0, 100).set(), context);
        for (std::uint32_t begin = 100; begin < 6000; begin += 100) {
            const TrainingData rows = part(begin, begin + 100);
            const std::vector<int> before = model->predict(rows.features).classes;
            model = work->updater()->update(*model, rows.set(), context);
            QVERIFY(std::isfinite(model->trace().back().stepSize));
        }
        const std::vector<TracePoint> trace = model->trace();
        QCOMPARE(trace.size(), std::size_t{60});
        QVERIFY(model->summary().ends_with("6,000 steps"));
        double late = 0, lateLoss = 0;
        for (std::size_t i = 30; i < 60; ++i) late += trace[i].score / 30, lateLoss += trace[i].trainingLoss / 30;
        // About what the best model of all rows has on them, which has seen them before.
        const double least = logObjective(part(3000, 6000), *fitted({{"lambda", 1e-6}}, all, "logistic"), 0);
        QVERIFY2(late > 0.75 && lateLoss > least - 1e-3 && lateLoss < least + 0.02, qPrintable(QString("%1 %2 %3").arg(late).arg(lateLoss).arg(least)));
        QVERIFY(trace.back().stepSize < trace.front().stepSize);
        // In order and in one pass, pieces do not matter to the steps; only the scale is the first piece's.
        const auto whole = fitted({{"epochs", 1}, {"shuffle", false}}, all);
        QVERIFY((whole->predict(all.features).probabilities - model->predict(all.features).probabilities).cwiseAbs().mean() < 0.02);
    }

    /// With one factor for all features, sparse rows take the same steps as dense ones, in time of their cells.
    void sparseStepsAreDenseSteps() {
        for (const Task task : {Task::Classification, Task::Regression})
            for (const int classes : {2, 3})
                for (const bool average : {true, false})
                    for (const double lambda : {0.001, 0.5}) {
                        TrainingData data = makeTrainingData(task, 400, 30, classes);
                        data.features.values = (data.features.values.array() > 1).select(data.features.values, 0.0);
                        TrainingData sparse = data;
                        sparse.features = sparseOf(data.features);
                        const nlohmann::json params{{"scale", "together"}, {"average", average}, {"lambda", lambda}, {"epochs", 5}, {"tolerance", 0}};
                        const auto whole = fitted(params, data), ours = fitted(params, sparse);
                        const Coefficients a = whole->coefficients().value(), b = ours->coefficients().value();
                        QVERIFY(a.weights.cwiseAbs().maxCoeff() > 0);
                        QVERIFY((a.weights - b.weights).cwiseAbs().maxCoeff() < 1e-10);
                        QVERIFY((a.intercepts - b.intercepts).cwiseAbs().maxCoeff() < 1e-10);
                        for (std::size_t e = 0; e < 5; ++e) QVERIFY(near(whole->trace()[e].trainingLoss, ours->trace()[e].trainingLoss, 1e-10));
                        // Going on from either with rows of the other kind is the same too.
                        const auto work = estimator(params, task);
                        SilentProgress silent;
                        JobContext context{{}, {}, silent, Seed{7}};
                        const Coefficients c = work->updater()->update(*whole, sparse.set(), context)->coefficients().value();
                        const Coefficients d = work->updater()->update(*ours, data.set(), context)->coefficients().value();
                        QVERIFY((c.weights - d.weights).cwiseAbs().maxCoeff() < 1e-10);
                    }
    }

    /// L1 takes weights out only as their features come by, and comes to nearly the same as where it sees all in each step.
    void sparseL1LeavesZeros() {
        TrainingData data = makeTrainingData(Task::Classification, 2000, 30);
        data.features.values = (data.features.values.array() > 1).select(data.features.values, 0.0);
        TrainingData sparse = data;
        sparse.features = sparseOf(data.features);
        const nlohmann::json params{{"scale", "together"}, {"penalty", "l1"}, {"lambda", 0.002}, {"average", false}, {"schedule", "inverse-scaling"}, {"power", 0.5}};
        const Coefficients ours = fitted(params, sparse)->coefficients().value(), whole = fitted(params, data)->coefficients().value();
        QVERIFY((whole.weights.array() != 0).any());
        QVERIFY2((ours.weights - whole.weights).norm() < 0.1 * whole.weights.norm(), qPrintable(QString("%1 of %2").arg((ours.weights - whole.weights).norm()).arg(whole.weights.norm())));
        QVERIFY((ours.weights.array() == 0).count() >= 5);
    }

    void balancedClassesCountAlike() {
        TrainingData data = makeTrainingData(Task::Classification, 4000, 3);
        std::vector<std::uint32_t> rows;
        for (std::uint32_t i = 0; i < 4000; ++i)
            if (data.target.classes[i] == 0 || i % 20 == 0) rows.push_back(i);
        data = data.gather(rows);
        const auto rare = [&](const Model& model) {
            const std::vector<int> said = model.predict(data.features).classes;
            return std::count(said.begin(), said.end(), 1);
        };
        QVERIFY(rare(*fitted({{"class_weights", "balanced"}}, data)) > 2 * rare(*fitted({}, data)));
    }

    void badChoicesAreNamed() {
        const auto named = [](const nlohmann::json& params, Task task) {
            try {
                fitted(params, makeTrainingData(task, 200, 3));
            } catch (const Error& error) {
                return error.place().parameter;
            }
            return std::string("no error");
        };
        QCOMPARE(named({{"loss", "squared"}}, Task::Classification), std::string("loss"));
        QCOMPARE(named({{"loss", "log"}}, Task::Regression), std::string("loss"));
        QCOMPARE(named({{"learning_rate", 1e308}, {"schedule", "constant"}, {"epochs", 100}, {"tolerance", 0}}, Task::Classification), std::string("learning_rate"));
    }

    void finishKeepsWhatIsThere() {
        std::stop_source finish;
        finish.request_stop();
        QCOMPARE(fitted({{"epochs", 50}}, makeTrainingData(Task::Classification, 200, 3), "sgd", finish.get_token())->trace().size(), std::size_t{1});
    }
};

QTEST_APPLESS_MAIN(SgdTest)
#include "test_sgd.moc"
