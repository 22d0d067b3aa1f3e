// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "prepare/recipe.h"

using namespace holdout;

namespace {

constexpr double kHuge = std::numeric_limits<double>::max();

MissingMask missingAt(std::size_t rows, std::initializer_list<std::size_t> places) {
    MissingMask mask(rows);
    for (const std::size_t row : places) mask.set(row);
    return mask;
}

ColumnPtr ages(MissingMask missing = {}) {
    return Column::numbers("age", {20, 30, 40, 30}, std::move(missing));
}

ColumnPtr ports(MissingMask missing = {}) {
    return Column::categories("port", {0, 1, 1, 1}, {"C", "S"}, std::move(missing));
}

TrainingFrame frameOf(Table table) {
    TrainingFrame frame{std::move(table), {}, {}, {}};
    frame.target = {.task = Task::Regression, .name = "y"};
    frame.target.values.setZero(static_cast<Eigen::Index>(frame.table.rows()));
    frame.rows.resize(frame.table.rows());
    std::iota(frame.rows.begin(), frame.rows.end(), 0U);
    return frame;
}

RecipeFit fitRecipe(const std::vector<StepSpec>& specs, TrainingFrame frame) {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return Recipe(specs, builtinSteps()).fit(std::move(frame), context);
}

/// {"step": …} lines, as a specification writes them.
std::vector<std::string> written(const std::vector<StepSpec>& specs) {
    std::vector<std::string> lines;
    for (const StepSpec& spec : specs) lines.push_back(stepToJson(spec).dump());
    return lines;
}

/// The error that `work` throws; fails the test when it throws none.
template <typename Work>
Error errorOf(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    throw std::logic_error("no error was thrown");
}

}  // namespace

class RecipeTest : public QObject {
    Q_OBJECT
private slots:
    void suggestsWhatTheTableNeeds() {
        const std::string numbers = R"({"columns":"numbers","step":"impute","with":"median"})";
        const std::string categories = R"({"columns":"categories","step":"impute","with":"most-frequent"})";
        const std::string scale = R"({"step":"standardize"})";
        const std::string encode = R"({"step":"one-hot"})";
        using Lines = std::vector<std::string>;
        QCOMPARE(written(suggestedRecipe(Table({ages(missingAt(4, {1})), ports(missingAt(4, {2}))}))),
                 Lines({numbers, categories, scale, encode}));
        QCOMPARE(written(suggestedRecipe(Table({ports(), ages()}))), Lines({scale, encode}));
        QCOMPARE(written(suggestedRecipe(Table({ports(missingAt(4, {2})), ages()}))),
                 Lines({categories, scale, encode}));
        QCOMPARE(written(suggestedRecipe(Table({ages(missingAt(4, {0}))}))), Lines({numbers, scale}));
        QCOMPARE(written(suggestedRecipe(Table({ports()}))), Lines({encode}));
        QCOMPARE(written(suggestedRecipe(Table())), Lines());
    }

    void featuresAreNumbersOrTheColumnIsNamed_data() {
        QTest::addColumn<int>("bad");
        QTest::addColumn<QString>("word");
        QTest::newRow("category") << 0 << "categories";
        QTest::newRow("text") << 1 << "text";
        QTest::newRow("date") << 2 << "dates";
        QTest::newRow("missing") << 3 << "2 of 4 cells are still missing";
        QTest::newRow("infinite") << 4 << "infinite";
        QTest::newRow("not a number") << 5 << "no number";
    }
    void featuresAreNumbersOrTheColumnIsNamed() {
        QFETCH(int, bad);
        QFETCH(QString, word);
        const std::vector<std::string> texts{"a", "b", "c", "d"};
        const std::vector<ColumnPtr> columns{
            Column::categories("bad", {0, 0, 0, 0}, {"C"}),
            Column::textsOf("bad", texts),
            std::make_shared<const Column>("bad", DateTimeValues{{1, 2, 3, 4}, false}, MissingMask()),
            Column::numbers("bad", {1, 0, 0, 2}, missingAt(4, {1, 2})),
            Column::numbers("bad", {1, 2, std::numeric_limits<double>::infinity(), 4}),
            Column::numbers("bad", {1, 2, 3, std::numeric_limits<double>::quiet_NaN()})};
        const Error error = errorOf([&] { toFeatures(Table({ages(), columns[static_cast<std::size_t>(bad)]})); });
        QCOMPARE(error.place().column, std::string("bad"));
        QVERIFY2(error.problem().find(word.toStdString()) != std::string::npos, error.what());
        QVERIFY(!error.remedy().empty());
    }

    void featuresKeepOrderAndValues() {
        const Features features = toFeatures(Table({ages(), Column::numbers("fare", {1, 2, 3, 4})}));
        QCOMPARE(features.names, std::vector<std::string>({"age", "fare"}));
        QCOMPARE(features.values.rows(), Eigen::Index{4});
        QCOMPARE(features.values(2, 0), 40.0);
        QCOMPARE(features.values(2, 1), 3.0);
        QCOMPARE(toFeatures(Table({}, 7)).values.rows(), Eigen::Index{7});
    }

    void rowsLeaveTrainingOnly_data() {
        QTest::addColumn<QString>("step");
        QTest::addColumn<int>("left");
        QTest::newRow("drop-missing") << "drop-missing" << 3;
        QTest::newRow("drop-duplicates") << "drop-duplicates" << 3;
    }
    void rowsLeaveTrainingOnly() {
        QFETCH(QString, step);
        QFETCH(int, left);
        // Row 1 is incomplete; row 3 equals row 0.
        const Table table({Column::numbers("age", {20, 0, 40, 20}, missingAt(4, {1}))});
        TrainingFrame frame = frameOf(table);
        frame.weights = Eigen::Vector4d(1, 2, 3, 4);
        frame.rows = {10, 11, 12, 13};
        const RecipeFit fit = fitRecipe({{.id = step.toStdString()}, {.id = "impute"}}, std::move(frame));
        const RowIds rows = step == "drop-missing" ? RowIds({10, 12, 13}) : RowIds({10, 11, 12});
        QCOMPARE(fit.training.rows, rows);
        QCOMPARE(fit.features.values.rows(), Eigen::Index{left});
        QCOMPARE(fit.training.weights[2], step == "drop-missing" ? 4.0 : 3.0);
        QCOMPARE(fit.recipe->records()[0].rowsSeen, RowIds({10, 11, 12, 13}));
        QCOMPARE(fit.recipe->records()[1].rowsSeen, rows);
        QVERIFY(fit.recipe->records()[0].learnt.front().starts_with("1 of 4 training rows removed"));
        StepNotes notes;
        QCOMPARE(fit.recipe->apply(table, notes).values.rows(), Eigen::Index{4});
    }

    void emptyTrainingNamesTheStep() {
        const Table table({Column::numbers("age", {0, 0}, missingAt(2, {0, 1}))});
        const Error error = errorOf([&] { fitRecipe({{.id = "drop-missing"}}, frameOf(table)); });
        QVERIFY2(error.problem().starts_with("drop-missing: "), error.what());
    }

    void disabledStepsAreLeftOut() {
        const RecipeFit fit = fitRecipe({{.id = "standardize", .enabled = false}}, frameOf(Table({ages()})));
        QCOMPARE(fit.recipe->parts().size(), 0U);
        QCOMPARE(fit.features.values(2, 0), 40.0);
    }

    void unseenCategoriesAreCounted() {
        const RecipeFit fit = fitRecipe({{.id = "one-hot"}}, frameOf(Table({ports()})));
        StepNotes notes;
        const Table other({Column::categories("port", {0, 1, 2, 2, 3}, {"Aberdeen", "C", "Q", "S"})});
        const Features features = fit.recipe->apply(other, notes);
        QCOMPARE(features.names, std::vector<std::string>({"port=C", "port=S"}));
        const std::vector<double> sums{0, 1, 0, 0, 1};
        for (Eigen::Index row = 0; row < 5; ++row)
            QCOMPARE(features.values.row(row).sum(), sums[static_cast<std::size_t>(row)]);
        QCOMPARE(features.values(4, 1), 1.0);
        QCOMPARE(notes.warnings.size(), 1U);
        QVERIFY2(notes.warnings[0].message.starts_with("3 rows have a category that no training row has (Aberdeen, Q)"),
                 notes.warnings[0].message.c_str());
    }

    void savedRecipeIsTheSame() {
        const Table table({ages(missingAt(4, {1})), ports(missingAt(4, {2}))});
        std::vector<StepSpec> specs = suggestedRecipe(table);
        specs.insert(specs.begin(), {.id = "drop-duplicates"});
        TrainingFrame frame = frameOf(table);
        frame.rows = {3, 4, 5, 9};
        const auto recipe = fitRecipe(specs, std::move(frame)).recipe;
        const auto loaded = FittedRecipe::load(nlohmann::json::parse(recipe->save().dump()), builtinSteps());
        StepNotes notes;
        const Table other(
            {Column::numbers("age", {1.0 / 3, 1e-300, -7}), Column::categories("port", {1, 0, 1}, {"C", "S"})});
        QVERIFY(loaded->apply(other, notes).values == recipe->apply(other, notes).values);
        QCOMPARE(loaded->inputs(), recipe->inputs());
        QVERIFY(loaded->inputTypes() == recipe->inputTypes());
        QCOMPARE(loaded->parts().size(), recipe->parts().size());
        for (std::size_t i = 0; i < recipe->parts().size(); ++i) {
            QVERIFY(loaded->parts()[i].spec == recipe->parts()[i].spec);
            QCOMPARE(loaded->records()[i].rowsSeen, RowIds({3, 4, 5, 9}));
            QCOMPARE(loaded->records()[i].learnt, recipe->records()[i].learnt);
        }
    }

    void damagedRecipeIsAnError() {
        nlohmann::json state = fitRecipe({{.id = "standardize"}}, frameOf(Table({ages()}))).recipe->save();
        state["steps"][0]["state"].erase("columns");
        const Error error = errorOf([&] { FittedRecipe::load(state, builtinSteps()); });
        QVERIFY2(error.problem().find("cannot be read") != std::string::npos, error.what());
        QVERIFY_EXCEPTION_THROWN(FittedRecipe::load(nlohmann::json::array(), builtinSteps()), Error);
    }

    /// max - min of column x is no double.
    void rangesBeyondADoubleAreScaled_data() {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::newRow("0 to 1") << 0.0 << 1.0;
        QTest::newRow("-1 to 3") << -1.0 << 3.0;
        QTest::newRow("widest") << -1e12 << 1e12;
    }
    void rangesBeyondADoubleAreScaled() {
        QFETCH(double, low);
        QFETCH(double, high);
        StepSpec spec{.id = "min-max"};
        spec.params.set("low", low);
        spec.params.set("high", high);
        const Table table({Column::numbers("x", {-kHuge, 0, kHuge, kHuge / 2}), Column::numbers("y", {5, 6, 9, 7})});
        const RecipeFit fit = fitRecipe({spec}, frameOf(table));
        const double size = std::max(std::abs(low), std::abs(high));
        const auto at = [&](double share) { return low * (1 - share) + high * share; };
        const std::vector<double> x{at(0), at(0.5), at(1), at(0.75)}, y{at(0), at(0.25), at(1), at(0.5)};
        for (Eigen::Index row = 0; row < 4; ++row) {
            const auto i = static_cast<std::size_t>(row);
            QVERIFY(std::abs(fit.features.values(row, 0) / size - x[i] / size) < 1e-15);
            QVERIFY(std::abs(fit.features.values(row, 1) / size - y[i] / size) < 1e-15);
        }
    }

    void rangesTooSmallToScaleCountAsNone() {
        const Table table({Column::numbers("x", {0, std::numeric_limits<double>::denorm_min()})});
        const RecipeFit fit = fitRecipe({{.id = "min-max"}}, frameOf(table));
        QVERIFY(fit.features.values.cwiseAbs().maxCoeff() < 1e-300);
        QCOMPARE(fit.notes.warnings.size(), 1U);
        QCOMPARE(fit.notes.warnings[0].place.column, std::string("x"));
    }

    void spreadsBeyondASquareAreStandardized() {
        const Table table({Column::numbers("x", {-kHuge, kHuge}), Column::numbers("y", {-1e-300, 1e-300})});
        const RecipeFit fit = fitRecipe({{.id = "standardize"}}, frameOf(table));
        for (Eigen::Index column = 0; column < 2; ++column) {
            QVERIFY(std::abs(fit.features.values(0, column) + 1) < 1e-15);
            QVERIFY(std::abs(fit.features.values(1, column) - 1) < 1e-15);
        }
    }
};

QTEST_APPLESS_MAIN(RecipeTest)
#include "test_recipe.moc"
