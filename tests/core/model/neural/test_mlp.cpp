// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <thread>

#include <Eigen/Dense>
#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "model/model.h"
#include "model/neural/mlp.h"
#include "model/neural/network_json.h"
#include "model/neural/network_model.h"

using namespace holdout;

namespace {

using Eigen::Index;

/// Counts epochs and calls back at each.
class Watcher final : public Progress {
public:
    void report(double, std::string_view) override {}
    void trace(const TracePoint& point) override {
        points.push_back(point);
        if (onEpoch) onEpoch(point);
    }
    std::vector<TracePoint> points;
    std::function<void(const TracePoint&)> onEpoch;
};

/// Keeps a checkpoint each epoch.
class Shelf final : public Checkpoints {
public:
    bool isDue() override { return true; }
    void keep(const std::string& text) override { state = text; }
    std::string last() const override { return state; }
    std::string state;
};

struct Problem {
    Features features;
    Target target;
    Eigen::VectorXd weights;
};

/// The corners of a square with noise; the class is 1 where exactly one coordinate is positive.
Problem exclusiveOr(Index rows, Seed seed) {
    RandomStream random(seed);
    Problem problem;
    problem.features.values.resize(rows, 2);
    problem.features.names = {"a", "b"};
    problem.target.labels = {"same", "different"};
    for (Index i = 0; i < rows; ++i) {
        const double a = random.below(2) == 0 ? -1 : 1;
        const double b = random.below(2) == 0 ? -1 : 1;
        problem.features.values.row(i) << a + 0.1 * random.normal(), b + 0.1 * random.normal();
        problem.target.classes.push_back(a * b < 0 ? 1 : 0);
    }
    return problem;
}

Problem curve(Index rows, Seed seed) {
    RandomStream random(seed);
    Problem problem;
    problem.features.values.resize(rows, 1);
    problem.features.names = {"x"};
    problem.target.task = Task::Regression;
    problem.target.values.resize(rows);
    for (Index i = 0; i < rows; ++i) {
        const double x = random.uniform(-3, 3);
        problem.features.values(i, 0) = x;
        problem.target.values[i] = 1000 + 50 * std::sin(x);
    }
    return problem;
}

std::shared_ptr<const Model> fit(const Problem& problem, const nlohmann::json& params, JobContext context) {
    const ModelInfo info = mlpInfo();
    const Params checked(info.params, paramsFromJson(info.params, params, info.id), info.id);
    return info.make(checked, problem.target.task)->fit({problem.features, problem.target, problem.weights}, context);
}

std::shared_ptr<const Model> fit(const Problem& problem, const nlohmann::json& params, Seed seed = Seed{7}) {
    SilentProgress silent;
    return fit(problem, params, JobContext{{}, {}, silent, seed});
}

double accuracy(const Model& model, const Problem& problem) {
    const std::vector<int> classes = model.predict(problem.features).classes;
    int right = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) right += classes[i] == problem.target.classes[i];
    return right / static_cast<double>(classes.size());
}

}  // namespace

class MlpTest : public QObject {
    Q_OBJECT
private slots:
    void learnsExclusiveOr_data() {
        QTest::addColumn<QString>("params");
        QTest::newRow("adam, relu") << R"({"layers": [16], "learning_rate": 0.01})";
        QTest::newRow("adam, tanh") << R"({"layers": [8, 8], "activation": "tanh", "learning_rate": 0.01})";
        QTest::newRow("sgd") << R"({"layers": [16], "optimizer": "sgd", "learning_rate": 0.05})";
        QTest::newRow("plain sgd") << R"({"layers": [16], "optimizer": "sgd", "momentum": 0, "learning_rate": 0.2})";
        QTest::newRow("rmsprop") << R"({"layers": [16], "optimizer": "rmsprop", "learning_rate": 0.01})";
        QTest::newRow("adamw, cosine")
            << R"({"layers": [16], "optimizer": "adamw", "schedule": "cosine", "learning_rate": 0.01})";
        QTest::newRow("momentum, one cycle")
            << R"({"layers": [16], "optimizer": "sgd", "nesterov": false, "schedule": "one-cycle", "learning_rate": 0.1})";
        QTest::newRow("full batch")
            << R"({"layers": [16], "method": "full-batch", "learning_rate": 0.03, "epochs": 400})";
        QTest::newRow("l-bfgs") << R"({"layers": [16], "method": "l-bfgs"})";
        QTest::newRow("batch norm, sigmoid")
            << R"({"layers": [16], "batch_norm": true, "activation": "sigmoid", "learning_rate": 0.02})";
        QTest::newRow("input noise, smoothing")
            << R"({"layers": [16], "input_noise": 0.1, "label_smoothing": 0.1, "learning_rate": 0.01})";
        QTest::newRow("max norm, clipping")
            << R"({"layers": [16], "max_norm": 2, "clip_norm": 1, "learning_rate": 0.01})";
        QTest::newRow("plateau")
            << R"({"layers": [16], "schedule": "plateau", "schedule_every": 3, "learning_rate": 0.02})";
        QTest::newRow("dropout") << R"({"layers": [32], "dropout": 0.2, "learning_rate": 0.01})";
    }
    void learnsExclusiveOr() {
        QFETCH(QString, params);
        const auto model = fit(exclusiveOr(400, Seed{1}), nlohmann::json::parse(params.toStdString()));
        const double score = accuracy(*model, exclusiveOr(1000, Seed{2}));
        QVERIFY2(score > 0.99, qPrintable(QString::number(score)));
    }

    void withoutHiddenLayersExclusiveOrIsOutOfReach() {
        QVERIFY(accuracy(*fit(exclusiveOr(400, Seed{1}), {{"layers", nlohmann::json::array()}}),
                         exclusiveOr(1000, Seed{2})) < 0.8);
    }

    void learnsACurveInItsOwnUnits() {
        const auto model = fit(curve(600, Seed{1}), {{"learning_rate", 0.01}});
        const Problem fresh = curve(300, Seed{2});
        const Eigen::VectorXd error = model->predict(fresh.features).values - fresh.target.values;
        // The target's deviation is about 33: what is left is under 5 % of it.
        QVERIFY(std::sqrt(error.squaredNorm() / 300) < 1.7);
    }

    void returnsTheBestEpoch() {
        Problem noise = exclusiveOr(200, Seed{3});
        RandomStream random(Seed{4});
        for (int& label : noise.target.classes)
            if (random.uniform() < 0.3) label = 1 - label;
        const auto model =
            fit(noise, {{"layers", {64}}, {"learning_rate", 0.01}, {"patience", 10}, {"validation_fraction", 0.3}});
        const std::vector<TracePoint> trace = model->trace();
        QVERIFY(trace.size() < 200);
        std::size_t best = 0;
        for (std::size_t i = 0; i < trace.size(); ++i)
            if (trace[i].validationLoss < trace[best].validationLoss) best = i;
        QVERIFY(trace[best].best);
        const std::string expected =
            "2-64-2, best epoch " + std::to_string(best + 1) + " of " + std::to_string(trace.size());
        QCOMPARE(model->summary(), expected);
        // Run for just so many epochs, the last of which is the best: the same parameters.
        const auto again = fit(noise, {{"layers", {64}},
                                       {"learning_rate", 0.01},
                                       {"patience", 10},
                                       {"validation_fraction", 0.3},
                                       {"epochs", static_cast<int>(best) + 1}});
        QVERIFY(again->save()["parameters"] == model->save()["parameters"]);
    }

    void penaltiesShrinkWeights() {
        Problem problem = exclusiveOr(200, Seed{1});
        for (Index i = 0; i < 200; ++i)  // one straight line parts the classes
            problem.target.classes[static_cast<std::size_t>(i)] = problem.features.values(i, 0) > 0 ? 1 : 0;
        const auto size = [&](const char* penalty, double value) {
            nlohmann::json params = {{"layers", nlohmann::json::array()},
                                     {"l2", 0.0},
                                     {"validation_fraction", 0.0},
                                     {"learning_rate", 0.02}};
            params[penalty] = value;
            const auto model = fit(problem, params);
            const Eigen::MatrixXd corners = (Eigen::MatrixXd(2, 2) << 3, 0, 0, 3).finished();
            return (model->predict({corners, {"x1", "x2"}}).probabilities.array() - 0.5).abs().maxCoeff();
        };
        const double free = size("l2", 0.0);
        QVERIFY(size("l2", 10.0) < free / 2);
        QVERIFY(size("l1", 1.0) < free / 2);
    }

    void sameBitsOnAnyNumberOfThreads() {
        // Wide enough that batches run in parallel.
        RandomStream random(Seed{5});
        Problem problem = exclusiveOr(600, Seed{1});
        problem.features.values = Eigen::MatrixXd::NullaryExpr(600, 300, [&] { return random.normal(); });
        problem.features.names.assign(300, "x");
        const nlohmann::json params = {{"layers", {128, 64}}, {"batch_size", 256}, {"epochs", 4}, {"dropout", 0.2}};
        std::vector<nlohmann::json> states;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            arena.run([&] { states.push_back(fit(problem, params)->save()); });
        }
        QVERIFY(states[0] == states[1]);
        QVERIFY(states[0] == states[2]);
        QVERIFY(fit(problem, params, Seed{8})->save() != states[0]);
    }

    void savedModelPredictsTheSameBits() {
        const Problem problem = exclusiveOr(200, Seed{1});
        const auto model = fit(problem, {{"epochs", 5}});
        const auto loaded = mlpInfo().load(nlohmann::json::parse(model->save().dump()));
        QVERIFY(loaded->predict(problem.features).probabilities == model->predict(problem.features).probabilities);
        QCOMPARE(loaded->summary(), model->summary());
        QCOMPARE(loaded->trace().size(), std::size_t{5});
        QCOMPARE(loaded->trace()[4].trainingLoss, model->trace()[4].trainingLoss);
        const Problem numbers = curve(100, Seed{1});
        const auto regression = fit(numbers, {{"epochs", 5}});
        const auto again = mlpInfo().load(nlohmann::json::parse(regression->save().dump()));
        QVERIFY(again->predict(numbers.features).values == regression->predict(numbers.features).values);
    }

    void aDamagedModelIsAnError() {
        nlohmann::json state = fit(exclusiveOr(100, Seed{1}), {{"epochs", 1}})->save();
        state["parameters"] = "AAAA";
        QVERIFY_EXCEPTION_THROWN(mlpInfo().load(state), Error);
    }

    void aRowsPredictionDoesNotDependOnItsNeighbours() {
        const Problem problem = exclusiveOr(100, Seed{1});
        const auto model = fit(problem, {{"epochs", 3}});
        const Eigen::MatrixXd all = model->predict(problem.features).probabilities;
        for (const Index row : {0, 31, 32, 99})
            QVERIFY(model->predict({problem.features.values.row(row), problem.features.names}).probabilities ==
                    all.row(row));
    }

    void integerWeightsActAsRepeatedRows() {
        // One batch of all rows, no validation: the gradient of weights 2 and 0 is that of rows twice and none.
        Problem weighted = exclusiveOr(60, Seed{1});
        Problem repeated = weighted;
        weighted.weights = Eigen::VectorXd::Zero(60);
        repeated.target.classes.clear();
        Index row = 0;
        for (Index i = 0; i < 60; i += 2) {
            weighted.weights[i] = 2;
            for (int copy = 0; copy < 2; ++copy) {
                repeated.features.values.row(row++) = weighted.features.values.row(i);
                repeated.target.classes.push_back(weighted.target.classes[static_cast<std::size_t>(i)]);
            }
        }
        const nlohmann::json params = {{"batch_size", 64}, {"validation_fraction", 0.0}, {"epochs", 20}};
        const Eigen::MatrixXd a = fit(weighted, params)->predict(weighted.features).probabilities;
        const Eigen::MatrixXd b = fit(repeated, params)->predict(weighted.features).probabilities;
        // float32 sums in another order, over 20 steps.
        QVERIFY((a - b).cwiseAbs().maxCoeff() < 1e-4);
    }

    void aLossBeyondAllNumbersIsAWarning() {
        const auto model = fit(curve(200, Seed{1}), {{"optimizer", "sgd"}, {"momentum", 0.0}, {"learning_rate", 1e6}});
        QCOMPARE(model->warnings().size(), 1U);
        QVERIFY(model->warnings()[0].message.find("Lower the learning rate") != std::string::npos);
        QVERIFY(model->predict(curve(10, Seed{2}).features).values.allFinite());
    }

    void finishKeepsTheBestSoFar() {
        std::stop_source finish;
        Watcher watcher;
        watcher.onEpoch = [&](const TracePoint& point) {
            if (point.epoch == 5) finish.request_stop();
        };
        const auto model = fit(exclusiveOr(200, Seed{1}), {}, JobContext{{}, finish.get_token(), watcher, Seed{7}});
        QCOMPARE(model->trace().size(), 5U);
        QCOMPARE(watcher.points.size(), 5U);
        QVERIFY(model->summary().ends_with("of 5"));
    }

    void pausedAndSteppedTrainingGivesTheSameBits() {
        const Problem problem = exclusiveOr(200, Seed{1});
        const nlohmann::json params = {{"epochs", 6}, {"dropout", 0.1}};
        const auto whole = fit(problem, params);
        Pace pace;
        pace.pause();
        Watcher watcher;
        JobContext context{{}, {}, watcher, Seed{7}, &pace};
        std::atomic<int> epochs = 0;
        watcher.onEpoch = [&](const TracePoint& point) { epochs = static_cast<int>(point.epoch); };
        std::shared_ptr<const Model> stepped;
        std::jthread thread([&] { stepped = fit(problem, params, context); });
        QTRY_VERIFY(pace.isWaiting());
        QCOMPARE(epochs.load(), 0);
        pace.step();
        QTRY_VERIFY(epochs == 1 && pace.isWaiting());
        pace.resume();
        thread.join();
        QVERIFY(stepped->save()["parameters"] == whole->save()["parameters"]);
    }

    /// Goes on from the last state that was kept to the bits of training that was never interrupted, by every method.
    void aCheckpointLeadsToTheSameBits_data() {
        QTest::addColumn<QString>("params");
        QTest::newRow("adam, dropout") << R"({"dropout": 0.2, "epochs": 30})";
        QTest::newRow("batch norm, plateau")
            << R"({"batch_norm": true, "schedule": "plateau", "schedule_every": 2, "optimizer": "sgd", "epochs": 30})";
        QTest::newRow("l-bfgs") << R"({"method": "l-bfgs", "epochs": 30})";
        QTest::newRow("rmsprop, full batch") << R"({"method": "full-batch", "optimizer": "rmsprop", "epochs": 30})";
    }
    void aCheckpointLeadsToTheSameBits() {
        QFETCH(QString, params);
        const nlohmann::json settings = nlohmann::json::parse(params.toStdString());
        const Problem problem = exclusiveOr(200, Seed{1});
        const auto whole = fit(problem, settings);
        Shelf shelf;
        std::stop_source stop;
        Watcher watcher;
        watcher.onEpoch = [&](const TracePoint& point) {
            if (point.epoch == 11) stop.request_stop();
        };
        JobContext context{stop.get_token(), {}, watcher, Seed{7}, nullptr, &shelf};
        QVERIFY_EXCEPTION_THROWN(fit(problem, settings, context), Cancelled);
        QVERIFY(!shelf.state.empty());
        Watcher second;
        const auto resumed = fit(problem, settings, JobContext{{}, {}, second, Seed{7}, nullptr, &shelf});
        QCOMPARE(resumed->save().dump(), whole->save().dump());
        // Another fit does not take it for its own.
        SilentProgress silent;
        const auto other = fit(problem, settings, JobContext{{}, {}, silent, Seed{8}, nullptr, &shelf});
        QVERIFY(other->save()["parameters"] == fit(problem, settings, Seed{8})->save()["parameters"]);
    }

    void anL1PenaltyMakesWeightsExactlyZero() {
        Problem problem = exclusiveOr(300, Seed{1});
        RandomStream random(Seed{6});
        problem.features.values.conservativeResize(300, 8);
        problem.features.names.assign(8, "x");
        for (Index i = 0; i < 300; ++i)
            for (Index j = 2; j < 8; ++j) problem.features.values(i, j) = random.normal();
        const auto zeros = [&](double l1) {
            const auto model = fit(problem, {{"layers", {8}}, {"l1", l1}, {"learning_rate", 0.01}});
            const auto& network = dynamic_cast<const NetworkModel&>(*model).network();
            return (network.weights(0).array() == 0).count();
        };
        QCOMPARE(zeros(0), Index{0});
        QVERIFY(zeros(0.01) > 20);
    }

    void noUnitsWeightsAreLongerThanTheLargestNorm() {
        const auto model =
            fit(exclusiveOr(300, Seed{1}), {{"layers", {16}}, {"max_norm", 0.7}, {"learning_rate", 0.01}});
        const auto& network = dynamic_cast<const NetworkModel&>(*model).network();
        QVERIFY(network.weights(0).rowwise().norm().maxCoeff() <= 0.7F * 1.00001F);
        QVERIFY(network.weights(0).rowwise().norm().maxCoeff() > 0.69F);
    }

    /// One step of plain SGD from the same start: as long as the clip says, times the rate.
    void clippingShortensTheStep() {
        const Problem problem = exclusiveOr(64, Seed{1});
        const auto after = [&](double clip, double rate) {
            const auto model = fit(problem, {{"optimizer", "sgd"},
                                             {"momentum", 0.0},
                                             {"epochs", 1},
                                             {"validation_fraction", 0.0},
                                             {"clip_norm", clip},
                                             {"learning_rate", rate}});
            return Eigen::VectorXf(dynamic_cast<const NetworkModel&>(*model).network().parameters());
        };
        const Eigen::VectorXf start = after(0, 1e-30);
        QVERIFY(std::abs((after(0.01, 1) - start).norm() - 0.01F) < 1e-5F);
        QVERIFY((after(1e6, 1) - after(0, 1)).norm() < 1e-6F);
    }

    void balancedClassesCountTheSame() {
        Problem problem = exclusiveOr(400, Seed{1});
        RandomStream random(Seed{2});
        for (Index i = 0; i < 400; ++i) {
            problem.target.classes[static_cast<std::size_t>(i)] = i % 10 == 0 ? 1 : 0;
            problem.features.values.row(i) << random.normal(), random.normal();
        }
        const auto share = [&](const char* weights) {
            const auto model =
                fit(problem, {{"layers", nlohmann::json::array()}, {"class_weight", weights}, {"learning_rate", 0.02}});
            return model->predict(problem.features).probabilities.col(1).mean();
        };
        QVERIFY(std::abs(share("equal") - 0.1) < 0.05);
        QVERIFY(std::abs(share("balanced") - 0.5) < 0.05);
    }

    void lbfgsRefusesWhatItCannotMinimise() {
        for (const char* parameter : {"l1", "dropout", "input_noise", "max_norm", "clip_norm"})
            QVERIFY_EXCEPTION_THROWN(fit(exclusiveOr(50, Seed{1}), {{"method", "l-bfgs"}, {parameter, 0.1}}), Error);
    }

    void updateGoesOnWithNewRows() {
        const ModelInfo info = mlpInfo();
        const nlohmann::json params = {{"layers", {16}}, {"learning_rate", 0.01}, {"batch_size", 16}};
        const Problem old = exclusiveOr(400, Seed{1});
        const auto before = fit(old, params);
        // Now the classes are the other way round.
        Problem fresh = exclusiveOr(4000, Seed{2});
        for (int& label : fresh.target.classes) label = 1 - label;
        const auto estimator =
            info.make(Params(info.params, paramsFromJson(info.params, params, info.id), info.id), Task::Classification);
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{7}};
        std::shared_ptr<const Model> model = before;
        for (int pass = 0; pass < 3; ++pass)
            model = estimator->updater()->update(*model, {fresh.features, fresh.target, fresh.weights}, context);
        QVERIFY(accuracy(*before, fresh) < 0.1);
        QVERIFY2(accuracy(*model, fresh) > 0.95, qPrintable(QString::number(accuracy(*model, fresh))));
        const Problem numbers = curve(50, Seed{1});
        QVERIFY_EXCEPTION_THROWN(
            estimator->updater()->update(*model, {numbers.features, fresh.target, fresh.weights}, context), Error);
    }

    void readsThePerceptronsOfEarlierVersions() {
        const nlohmann::json state = {
            {"widths", {2, 1, 2}},
            {"activation", "relu"},
            {"output", "classes"},
            {"offset", 0.0},
            {"scale", 1.0},
            {"best_epoch", 3},
            {"epochs", 5},
            {"warnings", nlohmann::json::array()},
            {"parameters", numbersToText<float>((Eigen::VectorXf(7) << 1, 2, 0, 1, 0, 0, 0).finished())}};
        const auto model = mlpInfo().load(state);
        // Hidden unit: max(0, a + 2 b); the scores are that and 0.
        const Eigen::MatrixXd rows = (Eigen::MatrixXd(2, 2) << 1, 1, -1, -1).finished();
        const Eigen::MatrixXd probabilities = model->predict({rows, {"a", "b"}}).probabilities;
        QVERIFY(std::abs(probabilities(0, 0) - 1 / (1 + std::exp(-3.0))) < 1e-6);
        QVERIFY(std::abs(probabilities(1, 0) - 0.5) < 1e-6);
        QCOMPARE(model->summary(), std::string("2-1-2, best epoch 3 of 5"));
    }

    void cancelAnswersSoon() {
        std::stop_source stop;
        Watcher watcher;
        std::chrono::steady_clock::time_point asked;
        watcher.onEpoch = [&](const TracePoint&) {
            asked = std::chrono::steady_clock::now();
            stop.request_stop();
        };
        const Problem problem = exclusiveOr(20'000, Seed{1});
        QVERIFY_EXCEPTION_THROWN(fit(problem, {{"epochs", 1000}}, JobContext{stop.get_token(), {}, watcher, Seed{7}}),
                                 Cancelled);
        QVERIFY(std::chrono::steady_clock::now() - asked < std::chrono::milliseconds(100));
        QCOMPARE(watcher.points.size(), 1U);
    }

    void valuesBeyondFloatAreAnError() {
        Problem problem = exclusiveOr(100, Seed{1});
        problem.features.values(3, 1) = 1e300;
        QVERIFY_EXCEPTION_THROWN(fit(problem, {}), Error);
    }
};

QTEST_GUILESS_MAIN(MlpTest)
#include "test_mlp.moc"
