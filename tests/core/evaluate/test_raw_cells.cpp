// SPDX-License-Identifier: GPL-3.0-or-later
// Columns that reach a model as they are read: missing cells and categories without a step for them.
#include <QtTest>
#include <nlohmann/json.hpp>

#include "data/csv_reader.h"
#include "evaluate/evaluation.h"
#include "evaluate/explain.h"
#include "split/splitter.h"

using namespace holdout;

namespace {

SilentProgress silent;

JobContext quiet() {
    return {{}, {}, silent, Seed{3}};
}

Dataset penguins() {
    JobContext context = quiet();
    const Table table = readCsv(HOLDOUT_SOURCE_DIR "/resources/samples/penguins.csv", {}, context).table;
    return makeDataset(table, {.target = "species"}, Task::Classification);
}

PipelineSpec boosting() {
    PipelineSpec spec;
    spec.model.id = "boosting";
    return spec;
}

ColumnPtr towns(std::vector<std::uint32_t> codes, std::vector<std::string> levels, MissingMask missing = {}) {
    return Column::categories("town", std::move(codes), std::move(levels), std::move(missing));
}

MissingMask missingAt(std::size_t rows, std::size_t row) {
    MissingMask mask(rows);
    mask.set(row);
    return mask;
}

}  // namespace

class RawCellsTest : public QObject {
    Q_OBJECT
private slots:
    void labelsOfTrainingRowsAlone() {
        const Table table({towns({0, 2, 2, 0}, {"Bonn", "Cork", "Oslo"}, missingAt(4, 3)),
                           Column::numbers("age", {1, 0, 3, 4}, missingAt(4, 1))});
        const Features features = toFeatures(table, {.missing = true, .categories = true});
        QVERIFY(features.levels != nullptr);
        QCOMPARE((*features.levels)[0], (std::vector<std::string>{"Bonn", "Oslo"}));
        QVERIFY((*features.levels)[1].empty());
        QCOMPARE(features.values(1, 0), 1.0);
        QVERIFY(std::isnan(features.values(3, 0)) && std::isnan(features.values(1, 1)));
        // Only what the model takes: the one without the other.
        QVERIFY_EXCEPTION_THROWN(toFeatures(table, {.missing = false, .categories = true}), Error);
        QVERIFY_EXCEPTION_THROWN(toFeatures(table, {.missing = true, .categories = false}), Error);
        // Places are those of the known labels, whatever the table's own list.
        const Features later = toFeatures(Table({towns({0, 1}, {"Oslo", "Rome"}), Column::numbers("age", {1, 2})}),
                                          {.missing = true, .categories = true}, features.levels);
        QCOMPARE(later.values(0, 0), 1.0);
        QVERIFY(std::isnan(later.values(1, 0)));
    }

    void boostingNeedsNoStep() {
        const Dataset data = penguins();
        const Catalog catalog = builtinCatalog();
        JobContext context = quiet();
        const auto fitted = fitPipeline(data, boosting(), catalog, context);
        StepNotes notes;
        const Predictions said = fitted->predict(data.features, notes);
        double right = 0;
        for (std::size_t i = 0; i < said.size(); ++i) right += said.classes[i] == data.target.classes[i];
        QVERIFY(right / static_cast<double>(said.size()) > 0.97);
        QVERIFY(notes.warnings.empty());
        // Saved and loaded, labels and all.
        const auto again =
            FittedPipeline::load(nlohmann::json::parse(fitted->save().dump()), catalog.steps, catalog.models);
        QVERIFY(again->predict(data.features, notes).probabilities == said.probabilities);
        // Another order of the rows is another order of the labels in a file: nothing changes.
        std::vector<std::uint32_t> turned;
        for (std::uint32_t row = static_cast<std::uint32_t>(data.size()); row-- > 0;) turned.push_back(row);
        const Predictions back = again->predict(data.features.gather(turned), notes);
        QVERIFY(back.probabilities == said.probabilities.colwise().reverse());
    }

    void otherModelsStillAskForSteps() {
        const Dataset data = penguins();
        PipelineSpec spec = boosting();
        spec.model.id = "logistic";
        JobContext context = quiet();
        try {
            fitPipeline(data, spec, builtinCatalog(), context);
            QFAIL("logistic regression takes no categories");
        } catch (const Error& error) {
            QVERIFY(QString(error.what()).contains("one-hot"));
        }
    }

    void warnsOfCategoriesThatTrainingLacked() {
        const Dataset data = penguins();
        JobContext context = quiet();
        const auto fitted = fitPipeline(data, boosting(), builtinCatalog(), context);
        const std::size_t at = requireColumn(data.features, "island", "column");
        const Table moved = data.features.withColumn(
            at, Column::categories("island", std::vector<std::uint32_t>(data.size(), 0), {"Elba"}));
        StepNotes notes;
        QCOMPARE(fitted->predict(moved, notes).size(), data.size());
        QVERIFY(!notes.warnings.empty());
        QCOMPARE(notes.warnings[0].place.column, std::string("island"));
    }

    /// Folds see no label of a held-out row, and scores are those of any other model.
    void foldsAreEvaluated() {
        const Dataset data = penguins();
        const Catalog catalog = builtinCatalog();
        JobContext context = quiet();
        std::vector<Fold> folds(2);
        for (std::uint32_t row = 0; row < data.size(); ++row)
            for (std::uint32_t f = 0; f < 2; ++f) (row % 2 == f ? folds[f].test : folds[f].train).push_back(row);
        folds[1].index = 1;
        const auto results = evaluateFolds(data, boosting(), folds, {"accuracy"}, catalog, context, {});
        for (const FoldResult& fold : results) QVERIFY(fold.scores.at("accuracy") > 0.9);
    }

    /// Boosting among the members gets the cells as they are, logistic regression what is made of them, and a fitted
    /// pipeline of both is saved and loaded.
    void stackingNeedsNoStep() {
        const Dataset data = penguins();
        const Catalog catalog = builtinCatalog();
        JobContext context = quiet();
        PipelineSpec spec;
        spec.model.id = "stacking";
        spec.model.params.set("member_1", std::string("boosting"));
        spec.model.params.set("member_2", std::string("logistic"));
        spec.model.params.set("member_3", std::string("none"));
        Fold fold;
        for (std::uint32_t row = 0; row < data.size(); ++row) (row % 2 == 0 ? fold.test : fold.train).push_back(row);
        const auto results = evaluateFolds(data, spec, {fold}, {"accuracy"}, catalog, context, {});
        QVERIFY2(results[0].scores.at("accuracy") > 0.95, qPrintable(QString::number(results[0].scores.at("accuracy"))));
        const auto fitted = fitPipeline(data, spec, catalog, context);
        const auto again =
            FittedPipeline::load(nlohmann::json::parse(fitted->save().dump()), catalog.steps, catalog.models);
        StepNotes notes;
        QVERIFY(again->predict(data.features, notes).probabilities == fitted->predict(data.features, notes).probabilities);
    }

    void steppedColumnsPassThroughAsBefore() {
        const Dataset data = penguins();
        JobContext context = quiet();
        const Recipe recipe({{.id = "one-hot"}}, builtinSteps());
        const RecipeFit fit = recipe.fit({data.features, data.target, data.weights, data.rows}, context,
                                         AugmentRows::Once, {.missing = true, .categories = true});
        QVERIFY(fit.features.levels == nullptr);
        QVERIFY(!fit.recipe->save().contains("levels"));
    }
};

QTEST_APPLESS_MAIN(RawCellsTest)
#include "test_raw_cells.moc"
