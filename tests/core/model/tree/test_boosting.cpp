// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <chrono>
#include <cmath>
#include <functional>

#include "base/parallel.h"
#include "fitted_model.h"
#include "model/tree/tree_model.h"

using namespace holdout;
using holdout::testing::fitModel;
using holdout::testing::makeTrainingData;
using holdout::testing::score;
using holdout::testing::TrainingData;

namespace {

/// Keeps the trace and calls back at each point.
class Watcher final : public Progress {
public:
    void report(double, std::string_view) override {}
    void trace(const TracePoint& point) override {
        points.push_back(point);
        if (onRound) onRound();
    }
    std::vector<TracePoint> points;
    std::function<void()> onRound;
};

}  // namespace

class BoostingTest : public QObject {
    Q_OBJECT
private slots:
    void oneTreeIsOneNewtonStep() {
        TrainingData data;
        data.features.values = Eigen::Vector4d(1, 2, 3, 4);
        data.features.names = {"x"};
        data.target.task = Task::Regression;
        data.target.values = Eigen::Vector4d(0, 0, 6, 6);
        const auto model = fitModel("boosting", data,
                                    {{"trees", 1},
                                     {"learning_rate", 0.5},
                                     {"min_samples_leaf", 1},
                                     {"max_leaves", 2},
                                     {"lambda", 1.0},
                                     {"validation_fraction", 0.0}});
        // Mean 3; gradients of the right leaf sum to -6, curvatures to 2: half of 6 / (2 + 1) is 1.
        const Predictions said = model->predict(data.features);
        QVERIFY(std::abs(said.values[0] - 2) < 1e-6 && std::abs(said.values[3] - 4) < 1e-6);
        // Half the mean square of what is left.
        QVERIFY(std::abs(model->trace().at(0).trainingLoss - 2) < 1e-6);
    }

    void learnsWhatOneTreeCannot_data() {
        QTest::addColumn<int>("task");
        QTest::addColumn<int>("classes");
        QTest::newRow("numbers") << static_cast<int>(Task::Regression) << 0;
        QTest::newRow("two classes") << static_cast<int>(Task::Classification) << 2;
        QTest::newRow("five classes") << static_cast<int>(Task::Classification) << 5;
    }
    void learnsWhatOneTreeCannot() {
        QFETCH(int, task);
        QFETCH(int, classes);
        const TrainingData all = makeTrainingData(static_cast<Task>(task), 3000, 6, classes);
        std::vector<std::uint32_t> seen(2000), fresh(1000);
        for (std::uint32_t i = 0; i < 3000; ++i) (i < 2000 ? seen[i] : fresh[i - 2000]) = i;
        const double tree = score(*fitModel("tree", all.gather(seen)), all.gather(fresh));
        for (const nlohmann::json& params :
             {nlohmann::json::object(), nlohmann::json{{"row_share", 0.6}, {"column_share", 0.7}},
              nlohmann::json{{"max_depth", 3}}}) {
            const auto model = fitModel("boosting", all.gather(seen), params);
            QVERIFY2(score(*model, all.gather(fresh)) > tree + 0.03, params.dump().c_str());
        }
    }

    void largeTablesGiveTheSameBitsOnAnyThreads_data() {
        QTest::addColumn<double>("columnShare");
        QTest::newRow("all columns") << 1.0;
        QTest::newRow("some columns") << 0.6;
    }
    /// Enough rows for packed gradients and for several blocks of them, columns with many bins and with few.
    void largeTablesGiveTheSameBitsOnAnyThreads() {
        QFETCH(double, columnShare);
        TrainingData data = makeTrainingData(Task::Classification, 70000, 30, 2);
        data.features.values.rightCols(6) = data.features.values.rightCols(6).array().round().matrix().eval();
        Predictions first;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            Predictions said;
            arena.run([&] {
                const nlohmann::json params{{"trees", 4}, {"column_share", columnShare}, {"learning_rate", 0.5}};
                said = fitModel("boosting", data, params)->predict(data.features);
            });
            if (first.size() == 0) first = said;
            QVERIFY(holdout::testing::sameBits(first, said));
        }
        double right = 0;
        for (std::size_t i = 0; i < first.size(); ++i) right += first.classes[i] == data.target.classes[i];
        QVERIFY(right / static_cast<double>(first.size()) > 0.6);
    }

    /// Whoever watches is given the trees so far; what is kept of the trace holds none.
    void theFirstRoundCanBeLookedAt() {
        const TrainingData data = makeTrainingData(Task::Classification, 500, 4, 3);
        Watcher watcher;
        const auto model = fitModel("boosting", data, {{"trees", 5}}, JobContext{{}, {}, watcher, Seed{7}});
        QVERIFY(watcher.points.at(0).model != nullptr);
        QCOMPARE(watcher.points[0].model->treeCount(), std::size_t{3});
        const Predictions said = watcher.points[0].model->predict(data.features);
        QVERIFY((said.probabilities - model->predict(data.features).probabilities).cwiseAbs().maxCoeff() > 0.05);
        for (const TracePoint& point : model->trace()) QVERIFY(point.model == nullptr);
    }

    void keepsTheBestRound() {
        const TrainingData data = makeTrainingData(Task::Classification, 400, 5);
        const nlohmann::json params = {{"learning_rate", 0.5}, {"patience", 5}, {"validation_fraction", 0.3}};
        const auto model = fitModel("boosting", data, params);
        const std::vector<TracePoint> trace = model->trace();
        QVERIFY(trace.size() < 100);
        std::size_t best = 0;
        for (std::size_t i = 0; i < trace.size(); ++i)
            if (trace[i].validationLoss < trace[best].validationLoss) best = i;
        QVERIFY(trace[best].best);
        QCOMPARE(trace.size(), best + 1 + 5);
        QCOMPARE(dynamic_cast<const TreeModel&>(*model).trees().size(), best + 1);
        // Run for just so many rounds: the same model.
        nlohmann::json shorter = params;
        shorter["trees"] = best + 1;
        QVERIFY(fitModel("boosting", data, shorter)->save()["trees"] == model->save()["trees"]);
    }

    void trainingLossFallsEachRound() {
        const auto model = fitModel("boosting", makeTrainingData(Task::Classification, 1000, 5, 3),
                                    {{"trees", 30}, {"validation_fraction", 0.0}});
        const std::vector<TracePoint> trace = model->trace();
        QCOMPARE(trace.size(), 30U);
        for (std::size_t i = 1; i < trace.size(); ++i) QVERIFY(trace[i].trainingLoss < trace[i - 1].trainingLoss);
        QVERIFY(std::isnan(trace[0].validationLoss));
    }

    void weightsAreRepeatedRows() {
        TrainingData weighted = makeTrainingData(Task::Regression, 200, 4);
        weighted.weights.resize(200);
        std::vector<std::uint32_t> rows;
        for (std::uint32_t i = 0; i < 200; ++i) {
            weighted.weights[i] = i % 4;
            for (std::uint32_t copy = 0; copy < i % 4; ++copy) rows.push_back(i);
        }
        TrainingData repeated = weighted;
        repeated.weights.resize(0);
        repeated = repeated.gather(rows);
        const nlohmann::json params = {{"trees", 20}, {"validation_fraction", 0.0}};
        const Eigen::VectorXd a = fitModel("boosting", weighted, params)->predict(weighted.features).values;
        const Eigen::VectorXd b = fitModel("boosting", repeated, params)->predict(weighted.features).values;
        // float32 sums in another order, twenty times.
        QVERIFY2((a - b).cwiseAbs().maxCoeff() < 1e-4, qPrintable(QString::number((a - b).cwiseAbs().maxCoeff())));
    }

    void finishKeepsWhatThereIs() {
        std::stop_source finish;
        Watcher watcher;
        watcher.onRound = [&] {
            if (watcher.points.size() == 5) finish.request_stop();
        };
        const auto model = fitModel("boosting", makeTrainingData(Task::Regression, 300, 4), {},
                                    JobContext{{}, finish.get_token(), watcher, Seed{7}});
        QCOMPARE(model->trace().size(), 5U);
        QVERIFY(model->summary().find("of 5 kept") != std::string::npos);
    }

    void cancelAnswersSoon() {
        std::stop_source stop;
        Watcher watcher;
        std::chrono::steady_clock::time_point asked;
        watcher.onRound = [&] {
            asked = std::chrono::steady_clock::now();
            stop.request_stop();
        };
        QVERIFY_EXCEPTION_THROWN(fitModel("boosting", makeTrainingData(Task::Classification, 100000, 10, 5), {},
                                          JobContext{stop.get_token(), {}, watcher, Seed{7}}),
                                 Cancelled);
        QVERIFY(std::chrono::steady_clock::now() - asked < std::chrono::milliseconds(100));
        QCOMPARE(watcher.points.size(), 1U);
    }

    void targetsBeyondFloatAreAnError() {
        TrainingData data = makeTrainingData(Task::Regression, 50, 2);
        data.target.values[3] = 1e300;
        QVERIFY_EXCEPTION_THROWN(fitModel("boosting", data), Error);
    }
};

QTEST_APPLESS_MAIN(BoostingTest)
#include "test_boosting.moc"
