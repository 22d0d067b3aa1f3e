// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "model/model.h"
#include "registered_models.h"
#include "sparse_features.h"
#include "training_data.h"

using namespace holdout;
using holdout::testing::eachModelThat;
using holdout::testing::makeTrainingData;
using holdout::testing::registry;
using holdout::testing::sameBits;
using holdout::testing::sparseOf;
using holdout::testing::tasksOf;
using holdout::testing::TrainingData;

namespace {

std::shared_ptr<const Model> fitted(const ModelInfo& info, const TrainingData& data, const ParamSet& params = {},
                                    std::stop_token stop = {}) {
    SilentProgress silent;
    JobContext context{stop, {}, silent, Seed{7}};
    return info.make(Params(info.params, params, info.id), data.target.task)->fit(data.set(), context);
}

/// Rows that the model may learn from.
TrainingData trainingData(const ModelInfo& info, Task task, Eigen::Index rows, Eigen::Index columns, int classes = 2) {
    TrainingData data = makeTrainingData(task, rows, columns, classes);
    if (info.can.nonNegativeTarget) data.target.values = data.target.values.cwiseAbs().eval();
    return data;
}

/// Less of the same work where it takes long, for a test that many rows matter to: fewer trees, epochs, folds or a looser end.
ParamSet brief(const ModelInfo& info) {
    ParamSet params;
    const bool isEnsemble = info.id == "stacking" || info.id == "voting";
    if (isEnsemble) {
        params.set("member_1_params", std::string("trees = 8"));
        params.set("member_2_params", std::string("trees = 20"));
    }
    if (info.id == "stacking") params.set("folds", std::int64_t{2});
    if (info.id == "forest") params.set("trees", std::int64_t{16});
    if (info.id == "cnn") params.set(epochParameter, std::int64_t{2});
    if (info.id == "svm") {
        params.set("tolerance", 0.1);
        params.set("c", 0.05);
    }
    if (info.id == "gaussian-process") {
        params.set("most_rows", std::int64_t{900});
        params.set("search_rows", std::int64_t{300});
    }
    return params;
}

/// How far two models' predictions are apart at most.
double distance(const Predictions& a, const Predictions& b) {
    if (a.probabilities.size() > 0) return (a.probabilities - b.probabilities).cwiseAbs().maxCoeff();
    return (a.values - b.values).cwiseAbs().maxCoeff() / std::max(1.0, a.values.cwiseAbs().maxCoeff());
}

}  // namespace

/// What every registered model promises, over the registry: a new model is tested by being in it.
class ModelsTest : public QObject {
    Q_OBJECT
private:
    static void eachModel() {
        eachModelThat([](const ModelInfo&) { return true; });
    }
    static const ModelInfo& model() { return holdout::testing::testedModel(); }
    static Task task() { return holdout::testing::testedTask(); }

private slots:
    void describesItself() {
        QVERIFY(!registry().all().empty());
        for (const ModelInfo& info : registry().all()) {
            QVERIFY(!info.label.empty() && !info.sentence.empty());
            QVERIFY2(!tasksOf(info).empty(), info.id.data());
            QCOMPARE(registry().find(info.id), &info);
            for (const ParamSpec& spec : info.params) QVERIFY2(!spec.help.empty(), spec.id.data());
        }
        QVERIFY(registry().find("no-such-model") == nullptr);
    }

    void proposesTheNearestId() {
        try {
            registry().require("logistc");
            QFAIL("an unknown model must be refused");
        } catch (const Error& error) {
            QVERIFY(QString(error.what()).contains("Did you mean logistic"));
        }
    }

    void refusesWithASentence_data() { eachModel(); }
    void refusesWithASentence() {
        const ModelInfo& info = model();
        QVERIFY(info.refusal(task(), false).empty());
        QCOMPARE(info.refusal(task(), true).empty(), info.can.weights);
        const Task other = task() == Task::Regression ? Task::Classification : Task::Regression;
        QCOMPARE(info.refusal(other, false).empty(), tasksOf(info).size() == 2);
    }

    void refusesBadValues_data() { eachModel(); }
    void refusesBadValues() {
        for (const ParamSpec& spec : model().params) {
            QVERIFY2(!violation(spec.rule, spec.fallback), spec.id.data());
            const auto bad = badValue(spec.rule);
            if (!bad) continue;
            ParamSet params;
            params.set(spec.id, *bad);
            try {
                Params(model().params, params, model().id);
                QFAIL(spec.id.data());
            } catch (const Error& error) {
                QCOMPARE(error.place().parameter, std::string(spec.id));
            }
        }
    }

    void sameBitsOnAnyThreads_data() { eachModel(); }
    void sameBitsOnAnyThreads() {
        // Long enough for several pieces of rows.
        const TrainingData data = trainingData(model(), task(), 9000, 6, 3);
        Predictions first;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            Predictions predictions;
            arena.run([&] { predictions = fitted(model(), data, brief(model()))->predict(data.features); });
            if (first.size() == 0) first = predictions;
            QVERIFY2(sameBits(first, predictions), qPrintable(QString("%1 threads").arg(threads)));
        }
    }

    void savesAndLoads_data() { eachModel(); }
    void savesAndLoads() {
        for (const int classes : {2, 4}) {
            const TrainingData data = trainingData(model(), task(), 300, 5, classes);
            const auto before = fitted(model(), data);
            const auto after = model().load(nlohmann::json::parse(before->save().dump()));
            QVERIFY(sameBits(before->predict(data.features), after->predict(data.features)));
            QVERIFY(after->save() == before->save());  // which is how a replay compares
            QCOMPARE(after->summary(), before->summary());
            QCOMPARE(after->warnings().size(), before->warnings().size());
            QVERIFY(!before->summary().empty());
        }
    }

    void predictsRowsIndependently_data() { eachModel(); }
    void predictsRowsIndependently() {
        const TrainingData data = trainingData(model(), task(), 203, 7, 3);
        const auto trained = fitted(model(), data);
        const Predictions all = trained->predict(data.features);
        std::vector<int> rows;
        for (int i = 1; i < 203; i += 3) rows.push_back(i);
        const Predictions some = trained->predict({data.features.values(rows, Eigen::all), data.features.names});
        QCOMPARE(some.size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto row = static_cast<Eigen::Index>(i);
            if (task() == Task::Regression)
                QCOMPARE(some.values[row], all.values[rows[i]]);
            else
                QVERIFY(some.probabilities.row(row) == all.probabilities.row(rows[i]));
        }
    }

    void predictsProperly_data() { eachModel(); }
    void predictsProperly() {
        const TrainingData data = trainingData(model(), task(), 120, 4, 3);
        const Predictions predictions = fitted(model(), data)->predict(data.features);
        QCOMPARE(predictions.size(), 120U);
        if (task() == Task::Regression) {
            QVERIFY(predictions.values.allFinite());
            return;
        }
        QCOMPARE(predictions.probabilities.cols(), 3);
        QVERIFY(predictions.probabilities.minCoeff() >= 0);
        QVERIFY((predictions.probabilities.rowwise().sum().array() - 1).abs().maxCoeff() < 1e-6);
    }

    void bearsConstantFeatures_data() { eachModel(); }
    void bearsConstantFeatures() {
        TrainingData data = trainingData(model(), task(), 80, 4);
        data.features.values.col(2).setConstant(5);
        const auto trained = fitted(model(), data);
        const Predictions predictions = trained->predict(data.features);
        QVERIFY(task() == Task::Regression ? predictions.values.allFinite() : predictions.probabilities.allFinite());
        if (const auto found = trained->coefficients()) QVERIFY((found->weights.row(2).array() == 0).all());
        data.features.values.setConstant(1);
        QVERIFY(fitted(model(), data)->predict(data.features).size() == 80);
    }

    void learnsFromOneRowOfEachClass_data() { eachModel(); }
    void learnsFromOneRowOfEachClass() {
        const TrainingData many = trainingData(model(), task(), 60, 3);
        std::vector<std::uint32_t> rows{0, 1};
        if (task() == Task::Classification)
            while (many.target.classes[rows[0]] == many.target.classes[rows[1]]) ++rows[1];
        const TrainingData two = many.gather(rows);
        const Predictions predictions = fitted(model(), two)->predict(two.features);
        QVERIFY(task() == Task::Regression ? predictions.values.allFinite() : predictions.probabilities.allFinite());
    }

    void takesTheCellsThatItDeclares_data() { eachModel(); }
    /// Missing cells and categories as they are: learnt from, predicted from, saved and loaded.
    void takesTheCellsThatItDeclares() {
        const RawCells raw = model().can.raw;
        if (!raw.missing && !raw.categories) return;
        TrainingData data = trainingData(model(), task(), 300, 4, 3);
        if (raw.categories) {
            auto levels = std::make_shared<FeatureLevels>(4);
            (*levels)[1] = {"a", "b", "c", "d", "e"};
            data.features.levels = levels;
            data.features.values.col(1) = data.features.values.col(1).array().abs().floor().min(4.0);
        }
        if (raw.missing)
            for (Eigen::Index i = 0; i < 300; ++i)
                data.features.values(i, i % 4) = i % 3 == 0 ? std::numeric_limits<double>::quiet_NaN()
                                                            : data.features.values(i, i % 4);
        const auto trained = fitted(model(), data);
        const Predictions said = trained->predict(data.features);
        QVERIFY(task() == Task::Regression ? said.values.allFinite() : said.probabilities.allFinite());
        const auto again = model().load(nlohmann::json::parse(trained->save().dump()));
        QVERIFY(sameBits(said, again->predict(data.features)));
        if (raw.missing) {
            data.features.values.col(0).setConstant(std::numeric_limits<double>::quiet_NaN());
            QCOMPARE(fitted(model(), data)->predict(data.features).size(), 300U);
        }
    }

    void updatesWhereItSaysSo_data() { eachModel(); }
    /// The updated model is as good as any: deterministic, saved and loaded to the same bits, cancelled when asked.
    void updatesWhereItSaysSo() {
        const auto estimator = model().make(Params(model().params, {}, model().id), task());
        QCOMPARE(estimator->updater() != nullptr, model().can.update);
        if (!estimator->updater()) return;
        const TrainingData all = trainingData(model(), task(), 400, 5, 3);
        std::vector<std::uint32_t> first, second;
        for (std::uint32_t row = 0; row < 400; ++row) (row < 200 ? first : second).push_back(row);
        const TrainingData later = all.gather(second);
        const auto before = fitted(model(), all.gather(first));
        SilentProgress silent;
        Predictions said;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            arena.run([&] {
                JobContext context{{}, {}, silent, Seed{7}};
                const auto after = estimator->updater()->update(*before, later.set(), context);
                const auto again = model().load(nlohmann::json::parse(after->save().dump()));
                const Predictions now = after->predict(all.features);
                QVERIFY(sameBits(now, again->predict(all.features)));
                if (said.size() > 0) QVERIFY(sameBits(now, said));
                said = now;
            });
        }
        std::stop_source source;
        source.request_stop();
        JobContext stopped{source.get_token(), {}, silent, Seed{7}};
        QVERIFY_THROWS_EXCEPTION(Cancelled, estimator->updater()->update(*before, later.set(), stopped));
    }

    void weightsAreRepeatedRows_data() { eachModel(); }
    void weightsAreRepeatedRows() {
        if (!model().can.weights) QSKIP("does not take weights");
        // Batches are drawn row by row, so repeated rows fall into other batches; its own test takes one batch of all.
        if (model().can.trace) QSKIP("trains by batches");
        if (model().id == "stacking") QSKIP("deals rows to folds, so that repeated rows fall into other folds");
        TrainingData weighted = trainingData(model(), task(), 90, 4, 3);
        weighted.weights.resize(90);
        std::vector<std::uint32_t> rows;
        for (std::uint32_t i = 0; i < 90; ++i) {
            weighted.weights[i] = i % 4;  // 0 to 3
            for (std::uint32_t copy = 0; copy < i % 4; ++copy) rows.push_back(i);
        }
        TrainingData repeated = weighted;
        repeated.weights.resize(0);
        repeated = repeated.gather(rows);
        // Closer to the optimum than a person needs; and repeated rows would be dealt to other folds of a calibration.
        ParamSet params;
        if (model().id == "svm") {
            params.set("tolerance", 1e-12);
            params.set("calibrate", false);
        }
        if (model().id == "voting") {
            params.set("member_2", std::string("tree"));  // in place of a member that sets rows aside
        }
        const auto a = fitted(model(), weighted, params)->predict(weighted.features);
        const auto b = fitted(model(), repeated, params)->predict(weighted.features);
        QVERIFY2(distance(a, b) < 1e-8, qPrintable(QString::number(distance(a, b))));
    }

    void cancels_data() { eachModel(); }
    void cancels() {
        std::stop_source source;
        source.request_stop();
        QVERIFY_THROWS_EXCEPTION(Cancelled, fitted(model(), trainingData(model(), task(), 50, 3), {}, source.get_token()));
    }

    void pathsEqualSingleFits_data() { eachModel(); }
    void pathsEqualSingleFits() {
        const auto estimator = model().make(Params(model().params, {}, model().id), task());
        QCOMPARE(estimator->path() != nullptr, model().can.path);
        if (!estimator->path()) return;
        const TrainingData data = trainingData(model(), task(), 400, 8, 3);
        const std::vector<double> values{0.01, 1, 1e-4, 0.1, 0};
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{7}};
        const auto together = estimator->path()->fitPath(data.set(), values, context);
        QCOMPARE(together.size(), values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            ParamSet params;
            params.set(pathParameter, values[i]);
            const auto alone = fitted(model(), data, params)->predict(data.features);
            const double apart = distance(together[i]->predict(data.features), alone);
            QVERIFY2(apart < 1e-8, qPrintable(QString("lambda %1: %2").arg(values[i]).arg(apart)));
        }
    }

    void foldsEqualSingleFits_data() { eachModel(); }
    void foldsEqualSingleFits() {
        const auto estimator = model().make(Params(model().params, {}, model().id), task());
        QCOMPARE(estimator->folds() != nullptr, model().can.folds);
        if (!estimator->folds()) return;
        const TrainingData data = trainingData(model(), task(), 400, 8, 3);
        std::vector<RowCounts> folds(6, RowCounts(400, 1));
        for (std::size_t i = 0; i < 400; ++i) folds[i % 4][i] = 0;                   // four folds
        for (std::size_t i = 0; i < 400; ++i) folds[4][i] = static_cast<std::uint16_t>(i % 3);  // a resample
        for (std::size_t i = 0; i < 370; ++i) folds[5][i] = 0;                       // few rows
        const std::vector<double> values = model().can.path ? std::vector<double>{0.01, 0.3} : std::vector<double>{};
        std::vector<std::vector<std::shared_ptr<const Model>>> together(folds.size());
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{7}};
        estimator->folds()->fitFolds(data.set(), folds, values, context,
                                     [&](std::size_t f, auto models) { together[f] = std::move(models); });
        for (std::size_t f = 0; f < folds.size(); ++f) {
            QCOMPARE(together[f].size(), std::max<std::size_t>(1, values.size()));
            std::vector<std::uint32_t> rows;
            for (std::uint32_t i = 0; i < 400; ++i) rows.insert(rows.end(), folds[f][i], i);
            const TrainingData own = data.gather(rows);
            for (std::size_t k = 0; k < together[f].size(); ++k) {
                ParamSet params;
                if (!values.empty()) params.set(pathParameter, values[k]);
                const double apart = distance(together[f][k]->predict(data.features),
                                              fitted(model(), own, params)->predict(data.features));
                QVERIFY2(apart < 1e-8, qPrintable(QString("fold %1, value %2: %3").arg(f).arg(k).arg(apart)));
            }
        }
    }

    void sparseEqualsDense_data() { eachModel(); }
    void sparseEqualsDense() {
        if (!model().can.sparse) return;
        for (const Eigen::Index columns : {6, 150}) {
            TrainingData data = trainingData(model(), task(), 300, columns, 3);
            data.features.values = (data.features.values.array().abs() > 1).select(data.features.values, 0);
            const auto whole = fitted(model(), data);
            TrainingData sparse = data;
            sparse.features = sparseOf(data.features);
            const auto ours = fitted(model(), sparse);
            const double apart = distance(ours->predict(sparse.features), whole->predict(data.features));
            QVERIFY2(apart < 1e-6, qPrintable(QString("%1 columns: %2").arg(columns).arg(apart)));
            // A row has the same prediction however it is stored.
            QVERIFY(distance(ours->predict(sparse.features), ours->predict(data.features)) < 1e-12);
        }
    }

    void declaresCoefficients_data() { eachModel(); }
    void declaresCoefficients() {
        const TrainingData data = trainingData(model(), task(), 100, 4, 3);
        const auto found = fitted(model(), data)->coefficients();
        QCOMPARE(found.has_value(), model().can.coefficients);
        if (!found) return;
        QCOMPARE(found->features, data.features.names);
        QCOMPARE(found->weights.rows(), 4);
        QCOMPARE(found->weights.cols(), found->intercepts.size());
        QCOMPARE(found->outputs.size(), static_cast<std::size_t>(found->intercepts.size()));
    }
};

QTEST_APPLESS_MAIN(ModelsTest)
#include "test_models.moc"
