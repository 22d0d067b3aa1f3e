// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <chrono>
#include <limits>
#include <thread>

#include "base/parallel.h"
#include "fitted_model.h"
#include "metric/metric.h"
#include "model/ensemble/member_fitting.h"

using namespace holdout;
using holdout::testing::fitModel;
using holdout::testing::makeTrainingData;
using holdout::testing::sameBits;
using holdout::testing::score;
using holdout::testing::TrainingData;

namespace {

using Json = nlohmann::json;

std::vector<std::uint32_t> rowsFrom(std::uint32_t begin, std::uint32_t end) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = begin; row < end; ++row) rows.push_back(row);
    return rows;
}

double logLoss(const Model& model, const TrainingData& data) {
    return builtinMetrics().require("log-loss").score(data.target, model.predict(data.features), {});
}

/// Half of the target bends and half is straight: neither trees nor lines have it all.
TrainingData bentAndStraight(Eigen::Index rows, std::uint64_t seed) {
    TrainingData data = makeTrainingData(Task::Regression, rows, 4, 2, seed);
    for (Eigen::Index i = 0; i < rows; ++i) {
        const auto x = data.features.values.row(i);
        data.target.values[i] += 2 * std::sin(3 * x[0]) + (x[1] > 0.5 ? 3 : 0);
    }
    return data;
}

/// Classes that follow from two numbers and a town, of which some cells are missing.
TrainingData withRawCells(Eigen::Index rows, std::uint64_t seed) {
    TrainingData data = makeTrainingData(Task::Classification, rows, 3, 2, seed);
    data.features.levels = std::make_shared<const FeatureLevels>(FeatureLevels{{}, {"Bonn", "Cork", "Oslo"}, {}});
    RandomStream random(Seed{seed}.derive("cells"));
    for (Eigen::Index i = 0; i < rows; ++i) {
        const auto town = static_cast<double>(random.below(3));
        data.features.values(i, 1) = town;
        const double score = (town == 1 ? 2.5 : -1) + data.features.values(i, 0) + 0.3 * random.normal();
        data.target.classes[static_cast<std::size_t>(i)] = score > 0;
        for (Eigen::Index j = 0; j < 3; ++j)
            if (random.uniform() < 0.1) data.features.values(i, j) = std::numeric_limits<double>::quiet_NaN();
    }
    return data;
}

QString errorOf(const std::string& model, const TrainingData& data, const Json& params) {
    try {
        fitModel(model, data, params);
    } catch (const Error& error) {
        return QString::fromStdString(error.place().parameter + ": " + error.what());
    }
    return {};
}

}  // namespace

class EnsemblesTest : public QObject {
    Q_OBJECT
private slots:
    void meanOfItsMembers() {
        const TrainingData data = makeTrainingData(Task::Classification, 200, 4, 3);
        const auto voting = fitModel("voting", data,
                                     {{"member_1", "naive-bayes"}, {"member_2", "logistic"},
                                      {"member_2_params", "lambda = 0.1; penalty = l2"}, {"member_3", "none"}});
        const auto bayes = fitModel("naive-bayes", data);
        const auto line = fitModel("logistic", data, {{"lambda", 0.1}, {"penalty", "l2"}});
        const Eigen::MatrixXd mean = (bayes->predict(data.features).probabilities +
                                      line->predict(data.features).probabilities) / 2;
        QVERIFY((voting->predict(data.features).probabilities - mean).cwiseAbs().maxCoeff() < 1e-12);
        QCOMPARE(voting->summary(), std::string("Mean of Naive Bayes and Logistic regression"));
    }

    void votesOfItsMembers() {
        const TrainingData data = makeTrainingData(Task::Classification, 200, 4, 3);
        const auto voting = fitModel("voting", data,
                                     {{"member_1", "naive-bayes"}, {"member_2", "logistic"}, {"member_3", "knn"},
                                      {"vote", "hard"}});
        const Predictions said = voting->predict(data.features);
        const std::vector<int> a = fitModel("naive-bayes", data)->predict(data.features).classes,
                               b = fitModel("logistic", data)->predict(data.features).classes,
                               c = fitModel("knn", data)->predict(data.features).classes;
        for (std::size_t i = 0; i < 200; ++i) {
            if (a[i] == b[i]) QCOMPARE(said.classes[i], a[i]);
            if (b[i] == c[i]) QCOMPARE(said.classes[i], b[i]);
        }
    }

    /// Where each member has a part of the truth, weighing them beats the best of them on fresh rows.
    void stackingBeatsItsMembers() {
        const TrainingData all = bentAndStraight(3000, 1);
        const TrainingData data = all.gather(rowsFrom(0, 600)), unseen = all.gather(rowsFrom(600, 3000));
        const double stacked = score(*fitModel("stacking", data, {{"member_1", "forest"}, {"member_2", "ridge"},
                                                                  {"member_3", "knn"}}), unseen);
        for (const char* id : {"forest", "ridge", "knn"}) {
            const double alone = score(*fitModel(id, data), unseen);
            QVERIFY2(stacked > alone, qPrintable(QString("%1: %2, stacked %3").arg(id).arg(alone).arg(stacked)));
        }
    }

    /// A member that says the same of rows it knows and rows it does not cannot buy trust by having learnt by heart: one
    /// neighbour is always right on its own rows, and is worth little.
    void stackingTrustsHeldOutRowsOnly() {
        TrainingData all = makeTrainingData(Task::Classification, 2600, 6, 2);
        const TrainingData data = all.gather(rowsFrom(0, 600)), fresh = all.gather(rowsFrom(600, 2600));
        const Json members = {{"member_1", "knn"}, {"member_1_params", "k = 1"}, {"member_2", "logistic"},
                              {"member_3", "none"}};
        const double stacked = logLoss(*fitModel("stacking", data, members), fresh);
        const double best = logLoss(*fitModel("logistic", data), fresh);
        QVERIFY2(stacked < best + 0.02, qPrintable(QString("%1, alone %2").arg(stacked).arg(best)));
    }

    void takesSparseFeaturesForAllMembers() {
        TrainingData data = makeTrainingData(Task::Classification, 120, 5);
        const auto dense = fitModel("voting", data);
        data.features.sparse = SparseRows{};
        data.features.sparse->width = 5;
        for (Eigen::Index i = 0; i < 120; ++i) {
            for (Eigen::Index j = 0; j < 5; ++j) {
                data.features.sparse->columns.push_back(static_cast<std::int32_t>(j));
                data.features.sparse->values.push_back(data.features.values(i, j));
            }
            data.features.sparse->endRow();
        }
        const Predictions whole = dense->predict({data.features.values, data.features.names});
        data.features.values.resize(0, 0);
        const Predictions said = fitModel("voting", data)->predict(data.features);
        QVERIFY((said.probabilities - whole.probabilities).cwiseAbs().maxCoeff() < 1e-6);
    }

    /// Boosting gets missing cells and categories as they are, logistic regression medians and columns of 0 and 1.
    void givesRawCellsToMembersThatTakeThem() {
        const TrainingData all = withRawCells(1600, 3);
        const TrainingData data = all.gather(rowsFrom(0, 600)), fresh = all.gather(rowsFrom(600, 1600));
        const auto voting = fitModel("voting", data, {{"member_1", "boosting"}, {"member_2", "logistic"}, {"member_3", "none"}});
        const CellEncoder encoder(data.set());
        TrainingData plain = data;
        plain.features = encoder.encoded(data.features);
        QCOMPARE(plain.features.names, (std::vector<std::string>{"x1", "x2=Bonn", "x2=Cork", "x2=Oslo", "x2=(missing)", "x3"}));
        const auto line = fitModel("logistic", plain);
        SilentProgress silent;
        const auto trees = fitModel("boosting", data, Json::object(),
                                    JobContext{{}, {}, silent, Seed{7}}.derive("member", 0));
        const Eigen::MatrixXd mean = (trees->predict(fresh.features).probabilities +
                                      line->predict(encoder.encoded(fresh.features)).probabilities) / 2;
        QVERIFY((voting->predict(fresh.features).probabilities - mean).cwiseAbs().maxCoeff() < 1e-12);

        const Json pair = {{"member_1", "boosting"}, {"member_2", "logistic"}, {"member_3", "none"}};
        const auto stacked = fitModel("stacking", data, pair);
        QVERIFY2(score(*stacked, fresh) > 0.85, qPrintable(QString::number(score(*stacked, fresh))));
        const auto again = builtinModels().require("stacking").load(Json::parse(stacked->save().dump()));
        QVERIFY(sameBits(stacked->predict(fresh.features), again->predict(fresh.features)));
        // A file without the members' cells, as it was saved before they were taken raw.
        Json older = fitModel("stacking", plain, pair)->save();
        older.erase("cells");
        QVERIFY(builtinModels().require("stacking").load(older)->predict(plain.features).probabilities.allFinite());
    }

    /// What rows that are held out hold has no part in what missing cells become.
    void heldOutRowsHaveNoPartInTheEncoding() {
        const TrainingData data = withRawCells(200, 4);
        TrainingData other = data;
        other.features.values.bottomRows(40).col(0).setConstant(1e6);
        other.features.values.bottomRows(40).col(1).setConstant(2);
        other.features.values.bottomRows(40).col(2).setConstant(-1e6);
        const ModelRegistry models = builtinModels();
        const auto saidOf = [&](const TrainingData& training) {
            const TrainingSet set = training.set();
            SilentProgress silent;
            const MemberFitter fitter(models, std::vector<ModelSpec>{{.id = "logistic", .params = {}}}, set);
            return fitter.heldOut(0, rowsFrom(0, 120), rowsFrom(120, 160), JobContext{{}, {}, silent, Seed{7}});
        };
        QVERIFY(sameBits(saidOf(data), saidOf(other)));
        // Learnt from all rows, as for the members that predict, the medians do differ.
        QVERIFY(CellEncoder(data.set()).save() != CellEncoder(other.set()).save());
    }

    void weightsCountAsRepeatedRowsInMedians() {
        TrainingData data = withRawCells(50, 5);
        std::vector<std::uint32_t> repeated;
        data.weights.resize(50);
        for (std::uint32_t row = 0; row < 50; ++row) {
            data.weights[row] = row % 4;
            for (std::uint32_t copy = 0; copy < row % 4; ++copy) repeated.push_back(row);
        }
        TrainingData copies = data.gather(repeated);
        copies.weights.resize(0);
        QCOMPARE(CellEncoder(data.set()).save(), CellEncoder(copies.set()).save());
    }

    void saysWhichParameterIsWrong() {
        const TrainingData data = makeTrainingData(Task::Classification, 60, 3);
        QVERIFY(errorOf("voting", data, {{"member_2", "ridge"}}).startsWith("member_2: "));
        QVERIFY(errorOf("voting", data, {{"member_1_params", "treees = 3"}}).contains("trees"));
        QVERIFY(errorOf("voting", data, {{"member_1_params", "trees"}}).startsWith("member_1_params: "));
        QVERIFY(errorOf("voting", data, {{"member_1_params", "trees = -3"}}).startsWith("member_1_params: "));
        QVERIFY(errorOf("voting", data, {{"member_1_params", "{\"trees\": "}}).startsWith("member_1_params: "));
        QVERIFY(errorOf("stacking", data, {{"member_1", "none"}, {"member_2", "none"}, {"member_3", "none"}})
                    .startsWith("member_1: "));
        TrainingData weighted = data;
        weighted.weights = Eigen::VectorXd::Ones(60);
        QVERIFY(errorOf("voting", weighted, {{"member_2", "knn"}}).contains("row weights"));
    }

    void readsParametersInALine() {
        const ModelRegistry models = builtinModels();
        const ParamSet line = paramsFromLine(models.require("mlp"), " layers = 64, 32;batch_norm=on ", "p");
        QCOMPARE(*line.find("layers"), ParamValue(std::vector<std::int64_t>{64, 32}));
        QCOMPARE(*line.find("batch_norm"), ParamValue(true));
        const ParamSet object = paramsFromLine(models.require("forest"), R"({"trees": 7, "kind": "extra-trees"})", "p");
        QCOMPARE(*object.find("trees"), ParamValue(std::int64_t{7}));
        QCOMPARE(*object.find("kind"), ParamValue(std::string("extra-trees")));
        QVERIFY(paramsFromLine(models.require("forest"), "", "p").values().empty());
    }

    /// Models are taken from the registry that was handed over: an ensemble outlives the one it came from.
    void outlivesItsRegistry() {
        const TrainingData data = makeTrainingData(Task::Regression, 100, 3);
        auto models = std::make_unique<ModelRegistry>(builtinModels());
        const ModelInfo info = models->require("stacking");
        models.reset();
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{7}};
        const auto model = info.make(Params(info.params, {}, info.id), Task::Regression)->fit(data.set(), context);
        const auto again = info.load(model->save());
        QVERIFY(sameBits(model->predict(data.features), again->predict(data.features)));
    }

    void averagesWhereNoRowCanBeHeldOut() {
        const TrainingData many = makeTrainingData(Task::Regression, 3, 2);
        const auto model = fitModel("stacking", many);
        QCOMPARE(model->warnings().back().place.parameter, std::string("folds"));
        QVERIFY(model->predict(many.features).values.allFinite());
    }

    void cancelsWithinATenthOfASecond() {
        const TrainingData data = makeTrainingData(Task::Classification, 20000, 20, 4);
        std::stop_source source;
        SilentProgress silent;
        std::chrono::steady_clock::time_point asked;
        std::jthread stopper([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(400));
            asked = std::chrono::steady_clock::now();
            source.request_stop();
        });
        Arena arena(2);
        bool cancelled = false;
        arena.run([&] {
            try {
                fitModel("stacking", data, Json::object(), JobContext{source.get_token(), {}, silent, Seed{7}});
            } catch (const Cancelled&) {
                cancelled = true;
            }
        });
        const auto waited = std::chrono::steady_clock::now() - asked;
        QVERIFY(cancelled);
        QVERIFY2(waited < std::chrono::milliseconds(100),
                 qPrintable(QString::number(std::chrono::duration<double>(waited).count())));
    }
};

QTEST_APPLESS_MAIN(EnsemblesTest)
#include "test_ensembles.moc"
