// SPDX-License-Identifier: GPL-3.0-or-later
// What every registered step owes to the rest of the program.
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/parallel.h"
#include "prepare/recipe.h"

using namespace holdout;

namespace {

MissingMask maskOf(std::size_t rows, std::size_t every) {
    MissingMask mask(rows);
    for (std::size_t i = 0; i < rows; i += every) mask.set(i);
    return mask;
}

/// Two number columns and two category columns, one of each with missing cells.
Table mixedTable(std::size_t rows, double shift = 0) {
    std::vector<double> age(rows), fare(rows);
    std::vector<std::uint32_t> sex(rows), port(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        age[i] = i % 7 == 0 ? 0 : static_cast<double>(i * 37 % 80) + shift;
        fare[i] = static_cast<double>(i * i % 101) / 7 + shift;
        sex[i] = static_cast<std::uint32_t>(i % 2);
        port[i] = i % 5 == 0 ? 0 : static_cast<std::uint32_t>(i % 3);
    }
    return Table({Column::numbers("age", age, maskOf(rows, 7)), Column::numbers("fare", fare),
                  Column::categories("sex", sex, {"female", "male"}),
                  Column::categories("port", port, {"C", "Q", "S"}, maskOf(rows, 5))});
}

/// The same with a column of each other type: a text, a picture of 4 × 4, dates and sparse features.
Table everyTypeTable(std::size_t rows, double shift = 0) {
    constexpr const char* words[] = {"call", "me", "home", "now", "free", "prize"};
    std::vector<std::string> notes(rows);
    DateTimeValues dates;
    ImageValues photos{.channels = 1, .sizes = {}, .offsets = {0}, .pixels = {}};
    SparseRows terms;
    terms.width = 5;
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t w = 0; w < 3; ++w) notes[i] += std::string(words[(i * 5 + w * w) % 6]) + " ";
        dates.micros.push_back(static_cast<std::int64_t>(i + (shift > 0)) * 86'400'000'000);
        photos.sizes.push_back({4, 4});
        for (std::size_t p = 0; p < 16; ++p) photos.pixels.push_back(static_cast<std::uint8_t>((i * 31 + p * 7) % 256));
        photos.offsets.push_back(photos.pixels.size());
        terms.columns.push_back(static_cast<std::int32_t>(i % 5));
        terms.values.push_back(static_cast<double>(i) + shift);
        terms.endRow();
    }
    dates.dateOnly = true;
    const auto names = std::make_shared<const std::vector<std::string>>(
        std::initializer_list<std::string>{"t0", "t1", "t2", "t3", "t4"});
    std::vector<ColumnPtr> columns = mixedTable(rows, shift).columns();
    columns.push_back(Column::textsOf("note", notes));
    columns.push_back(std::make_shared<const Column>("born", std::move(dates), MissingMask{}));
    columns.push_back(std::make_shared<const Column>("photo", std::move(photos), MissingMask{}));
    columns.push_back(std::make_shared<const Column>("terms", SparseValues{std::move(terms), names}, MissingMask{}));
    return Table(std::move(columns));
}

Table allMissingTable(std::size_t rows) {
    return Table({Column::numbers("age", std::vector<double>(rows), maskOf(rows, 1)),
                  Column::categories("port", std::vector<std::uint32_t>(rows), {"C"}, maskOf(rows, 1))});
}

TrainingFrame frameOf(Table table) {
    TrainingFrame frame{std::move(table), {}, {}, {}};
    frame.target = {.task = Task::Regression, .name = "y"};
    frame.target.values.setLinSpaced(static_cast<Eigen::Index>(frame.table.rows()), 0, 1);
    frame.rows.resize(frame.table.rows());
    std::iota(frame.rows.begin(), frame.rows.end(), 0U);
    return frame;
}

std::shared_ptr<const FittedStep> fitted(std::string_view id, const TrainingFrame& frame, StepNotes& notes,
                                         const ParamSet& set = {}) {
    const StepRegistry steps = builtinSteps();
    const StepInfo& info = steps.require(id);
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return info.make(Params(info.params, set, info.id))->fit(frame, notes, context);
}

/// The defaults with one parameter changed, for each word that it can be and each flag.
std::vector<ParamSet> choicesOf(ParamSpecs specs) {
    std::vector<ParamSet> sets;
    for (const ParamSpec& spec : specs) {
        std::vector<ParamValue> values;
        if (std::holds_alternative<AnyBool>(spec.rule)) values.emplace_back(!std::get<bool>(spec.fallback));
        if (const auto* words = std::get_if<OneOf>(&spec.rule))
            for (const OneOf::Choice& choice : words->choices) values.emplace_back(std::string(choice.id));
        for (ParamValue& value : values) sets.emplace_back().set(spec.id, std::move(value));
    }
    return sets;
}

RecipeFit fitRecipe(const std::vector<StepSpec>& specs, TrainingFrame frame) {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return Recipe(specs, builtinSteps()).fit(std::move(frame), context);
}

}  // namespace

class StepsTest : public QObject {
    Q_OBJECT
    void everyStep() {
        QTest::addColumn<QString>("id");
        const StepRegistry steps = builtinSteps();
        for (const StepInfo& step : steps.all())
            QTest::newRow(step.id.data()) << QString::fromStdString(std::string(step.id));
    }

private slots:
    void appliesToAnyRowsWithoutRemovingOne_data() { everyStep(); }
    void appliesToAnyRowsWithoutRemovingOne() {
        QFETCH(QString, id);
        StepNotes notes;
        const auto step = fitted(id.toStdString(), frameOf(everyTypeTable(60)), notes);
        QVERIFY(!step->learnt().empty());
        const Table prepared = step->apply(everyTypeTable(60), notes);
        for (const std::size_t rows : {0U, 1U, 23U}) {
            const Table other = step->apply(everyTypeTable(rows), notes);
            QCOMPARE(other.rows(), rows);
            QCOMPARE(other.columnCount(), prepared.columnCount());
            for (std::size_t c = 0; c < other.columnCount(); ++c)
                QCOMPARE(other.column(c).name(), prepared.column(c).name());
        }
    }

    void fitsPoorTables_data() { everyStep(); }
    void fitsPoorTables() {
        QFETCH(QString, id);
        for (const Table& table : {everyTypeTable(0), everyTypeTable(1), everyTypeTable(2), allMissingTable(9)}) {
            StepNotes notes;
            const auto step = fitted(id.toStdString(), frameOf(table), notes);
            const Table prepared = step->apply(table, notes);
            QCOMPARE(prepared.rows(), table.rows());
            for (const ColumnPtr& column : prepared.columns())
                if (column->type() == ColumnType::Number)
                    for (const double value : column->numbers()) QVERIFY(std::isfinite(value));
        }
    }

    void savedIsTheSame_data() { everyStep(); }
    void savedIsTheSame() {
        QFETCH(QString, id);
        StepNotes notes;
        const auto step = fitted(id.toStdString(), frameOf(everyTypeTable(60)), notes);
        const StepRegistry steps = builtinSteps();
        const StepInfo& info = steps.require(id.toStdString());
        const auto state = nlohmann::json::parse(step->save().dump());
        const auto loaded = info.make(Params(info.params, {}, info.id))->load(state);
        QCOMPARE(loaded->learnt(), step->learnt());
        const Table other = everyTypeTable(41, 0.3);
        QCOMPARE(fingerprint(loaded->apply(other, notes)), fingerprint(step->apply(other, notes)));
    }

    /// As above, for every choice of every parameter, one at a time. Choices that this table does not suit are refused
    /// by an Error, and that is all right.
    void everyChoiceIsSaved_data() { everyStep(); }
    void everyChoiceIsSaved() {
        QFETCH(QString, id);
        const StepRegistry steps = builtinSteps();
        const StepInfo& info = steps.require(id.toStdString());
        for (const ParamSet& set : choicesOf(info.params)) {
            StepNotes notes;
            std::shared_ptr<const FittedStep> step;
            try {
                step = fitted(info.id, frameOf(everyTypeTable(60)), notes, set);
            } catch (const Error& error) {
                QVERIFY2(!error.place().parameter.empty() && !error.remedy().empty(), error.what());
                continue;
            }
            const auto loaded =
                info.make(Params(info.params, set, info.id))->load(nlohmann::json::parse(step->save().dump()));
            QCOMPARE(loaded->learnt(), step->learnt());
            const Table other = everyTypeTable(41, 0.3);
            QCOMPARE(fingerprint(loaded->apply(other, notes)), fingerprint(step->apply(other, notes)));
        }
    }

    void threadsDoNotMatter_data() { everyStep(); }
    void threadsDoNotMatter() {
        QFETCH(QString, id);
        const TrainingFrame frame = frameOf(everyTypeTable(20'000));
        std::vector<std::string> states, prepared;
        for (const int threads : {1, 4})
            Arena(threads).run([&] {
                StepNotes notes;
                const auto step = fitted(id.toStdString(), frame, notes);
                states.push_back(step->save().dump());
                prepared.push_back(fingerprint(step->applyToTraining(frame, notes).table));
            });
        QVERIFY(states[0] == states[1]);
        QCOMPARE(prepared[1], prepared[0]);
    }

    /// Held-out rows share the table that the training rows are gathered from: nothing of them may reach what is
    /// learnt.
    void heldOutRowsAreNotSeen_data() { everyStep(); }
    void heldOutRowsAreNotSeen() {
        QFETCH(QString, id);
        std::vector<std::uint32_t> training(40);
        std::iota(training.begin(), training.end(), 0U);
        const Table table = everyTypeTable(60);
        std::vector<ColumnPtr> perturbed;
        for (const ColumnPtr& column : table.columns()) {
            MissingMask mask(60);
            for (std::size_t i = 0; i < 40; ++i)
                if (column->isMissing(i)) mask.set(i);
            if (column->type() == ColumnType::Number) {
                std::vector<double> values(column->numbers().begin(), column->numbers().end());
                for (std::size_t i = 40; i < 60; ++i) values[i] = 1e6 * static_cast<double>(i);
                perturbed.push_back(Column::numbers(column->name(), values, mask));
            } else if (column->type() == ColumnType::Text) {
                std::vector<std::string> cells;
                for (std::size_t i = 0; i < 60; ++i)
                    cells.emplace_back(i < 40 ? std::string(column->texts().at(i)) : "zzz unseen words");
                perturbed.push_back(Column::textsOf(column->name(), cells, mask));
            } else if (column->type() == ColumnType::Image) {
                ImageValues images = column->images();
                for (std::size_t p = images.offsets[40]; p < images.pixels.size(); ++p) images.pixels[p] ^= 0xFF;
                perturbed.push_back(std::make_shared<const Column>(column->name(), std::move(images), mask));
            } else if (column->type() == ColumnType::DateTime) {
                DateTimeValues dates = column->dateTimes();
                for (std::size_t i = 40; i < 60; ++i) dates.micros[i] *= 1000;
                perturbed.push_back(std::make_shared<const Column>(column->name(), std::move(dates), mask));
            } else if (column->type() == ColumnType::Sparse) {
                SparseValues sparse = column->sparse();
                for (std::size_t k = 40; k < 60; ++k) sparse.rows.values[k] = 1e6;
                perturbed.push_back(std::make_shared<const Column>(column->name(), std::move(sparse), mask));
            } else {
                std::vector<std::string> levels = column->levels();
                levels.push_back("zzz");
                std::vector<std::uint32_t> codes(column->codes().begin(), column->codes().end());
                for (std::size_t i = 40; i < 60; ++i) codes[i] = static_cast<std::uint32_t>(levels.size() - 1);
                perturbed.push_back(Column::categories(column->name(), codes, levels, mask));
            }
        }
        StepNotes notes;
        const TrainingFrame clean = frameOf(table.gather(training)), other = frameOf(Table(perturbed).gather(training));
        const auto before = fitted(id.toStdString(), clean, notes);
        const auto after = fitted(id.toStdString(), other, notes);
        QCOMPARE(after->save().dump(), before->save().dump());
        // What becomes of the training rows counts too: added rows are not part of the saved state. Levels that only
        // held-out rows have may stay listed, without a row.
        const TrainingFrame madeBefore = before->applyToTraining(clean, notes);
        const TrainingFrame madeAfter = after->applyToTraining(other, notes);
        QCOMPARE(madeAfter.rows, madeBefore.rows);
        QVERIFY(madeAfter.target.values == madeBefore.target.values);
        for (std::size_t c = 0; c < madeBefore.table.columnCount(); ++c)
            for (std::size_t row = 0; row < madeBefore.rows.size(); ++row)
                QCOMPARE(madeAfter.table.column(c).cellText(row), madeBefore.table.column(c).cellText(row));
    }

    /// Columns of types that a step does not act on stay what they are: the same column, not a copy.
    void otherTypesPassThrough_data() { everyStep(); }
    void otherTypesPassThrough() {
        QFETCH(QString, id);
        const Table table = everyTypeTable(60);
        StepNotes notes;
        const Table prepared = fitted(id.toStdString(), frameOf(table), notes)->apply(table, notes);
        for (const auto& [name, step] : {std::pair("terms", ""), std::pair("note", "tf-idf"), std::pair("photo", "image")})
            if (id != step) QCOMPARE(prepared.columnPtr(*prepared.indexOf(name)), table.columnPtr(*table.indexOf(name)));
    }

    /// A step that says that units stay may fill and clip single cells of a column, not change most of them.
    void unitsStayWhereItIsSaid_data() { everyStep(); }
    void unitsStayWhereItIsSaid() {
        QFETCH(QString, id);
        const Table table = everyTypeTable(60);
        StepNotes notes;
        const auto step = fitted(id.toStdString(), frameOf(table), notes);
        if (!step->keepsUnits()) QSKIP("does not say so");
        const Table prepared = step->apply(table, notes);
        for (const char* name : {"age", "fare"}) {
            const auto place = prepared.indexOf(name);
            if (!place) continue;  // left out
            const auto before = table.column(*table.indexOf(name)).numbers();
            const auto after = prepared.column(*place).numbers();
            std::size_t same = 0;
            for (std::size_t row = 0; row < before.size(); ++row) same += before[row] == after[row];
            QVERIFY2(2 * same > before.size(), name);
        }
    }

    /// Steps change the number of rows in training only, and never mistake whose they are.
    void addedRowsNameTheirOrigin_data() { everyStep(); }
    void addedRowsNameTheirOrigin() {
        QFETCH(QString, id);
        TrainingFrame frame = frameOf(everyTypeTable(60));
        for (RowId& row : frame.rows) row += 1000;
        StepNotes notes;
        const auto step = fitted(id.toStdString(), frame, notes);
        const TrainingFrame made = step->applyToTraining(frame, notes);
        QCOMPARE(made.table.rows(), made.rows.size());
        QCOMPARE(made.target.size(), made.rows.size());
        QCOMPARE(made.added > 0, step->augmentation() != nullptr);
        const std::size_t own = made.rows.size() - made.added;
        for (std::size_t i = own; i < made.rows.size(); ++i) QCOMPARE(made.rows[i], made.rows[made.positions[i]]);
        if (made.added > 0) QVERIFY(step->learnt().front().starts_with(std::to_string(made.added) + " rows added to 60"));
    }

    void badParametersAreNamed_data() { everyStep(); }
    void badParametersAreNamed() {
        QFETCH(QString, id);
        const StepRegistry steps = builtinSteps();
        for (const ParamSpec& spec : steps.require(id.toStdString()).params) {
            const auto bad = std::holds_alternative<ColumnChoice>(spec.rule) ? ParamValue(std::string("no-such-column"))
                                                                             : badValue(spec.rule);
            if (!bad) continue;
            ParamSet params;
            params.set(spec.id, *bad);
            try {
                StepNotes notes;
                fitted(id.toStdString(), frameOf(mixedTable(9)), notes, params);
                QFAIL("no error");
            } catch (const Error& error) {
                QCOMPARE(error.place().parameter, std::string(spec.id));
            }
        }
    }

    void suggestedRecipeMakesFeatures() {
        const Table table = mixedTable(60);
        const RecipeFit fit = fitRecipe(suggestedRecipe(table), frameOf(table));
        QCOMPARE(fit.features.names,
                 std::vector<std::string>({"age", "fare", "sex=female", "sex=male", "port=C", "port=Q", "port=S"}));
        QVERIFY(std::abs(fit.features.values.col(0).mean()) < 1e-12);
        QCOMPARE(fit.features.values.col(2).maxCoeff(), 1.0);
        for (const StepRecord& record : fit.recipe->records()) QCOMPARE(record.rowsSeen.size(), 60U);

        const auto loaded = FittedRecipe::load(nlohmann::json::parse(fit.recipe->save().dump()), builtinSteps());
        StepNotes notes;
        QVERIFY(loaded->apply(table, notes).values == fit.features.values);
        QCOMPARE(loaded->records().back().rowsSeen, fit.recipe->records().back().rowsSeen);
    }

    void rowsAreDroppedFromTrainingOnly() {
        const Table table = mixedTable(60);
        const RecipeFit fit = fitRecipe({{.id = "drop-missing"}, {.id = "one-hot"}}, frameOf(table));
        QCOMPARE(fit.training.table.rows(), 41U);  // 60 less 9 sevenths, 12 fifths, 2 of them both
        QCOMPARE(fit.training.rows.size(), 41U);
        QCOMPARE(fit.training.target.values.size(), Eigen::Index{41});
        QCOMPARE(fit.recipe->records()[1].rowsSeen.size(), 41U);
        StepNotes notes;
        QCOMPARE(fit.recipe->applyFirst(table, 2, notes).rows(), 60U);
        try {
            fit.recipe->apply(table, notes);
            QFAIL("missing cells reached the model");
        } catch (const Error& error) {
            QCOMPARE(error.place().column, std::string("age"));
        }
    }

    void duplicatesAreDroppedOnce() {
        TrainingFrame frame =
            frameOf(Table({Column::numbers("x", {1, 2, 1, 1, 0.0, -0.0}), Column::numbers("z", {1, 1, 1, 1, 1, 1})}));
        frame.target.values << 5, 5, 5, 6, 7, 7;
        const RecipeFit fit = fitRecipe({{.id = "drop-duplicates"}}, std::move(frame));
        QCOMPARE(fit.training.rows, RowIds({0, 1, 3, 4}));  // row 3 differs in its target
    }

    void unseenCategoriesAreCounted() {
        const RecipeFit fit =
            fitRecipe({{.id = "one-hot"}}, frameOf(Table({Column::categories("sex", {0, 1, 0}, {"female", "male"})})));
        StepNotes notes;
        const Features features =
            fit.recipe->apply(Table({Column::categories("sex", {1, 2, 2}, {"female", "male", "x"})}), notes);
        QCOMPARE(features.values.row(0).sum(), 1.0);
        QCOMPARE(features.values.bottomRows(2).sum(), 0.0);
        QCOMPARE(notes.warnings.size(), 1U);
        QCOMPARE(notes.warnings[0].place.column, std::string("sex"));
        QVERIFY(notes.warnings[0].message.find("2 rows") == 0);
    }

    void absentColumnIsNamedAndOtherTypeIsRead() {
        const RecipeFit fit =
            fitRecipe({{.id = "one-hot"}}, frameOf(Table({Column::categories("class", {0, 1, 2}, {"1", "2", "3"})})));
        StepNotes notes;
        const Features features = fit.recipe->apply(Table({Column::numbers("class", {3, 1})}), notes);
        QCOMPARE(features.values(0, 2), 1.0);
        QCOMPARE(features.values(1, 0), 1.0);
        try {
            fit.recipe->apply(Table({Column::numbers("klass", {3, 1})}), notes);
            QFAIL("no error");
        } catch (const Error& error) {
            QCOMPARE(error.place().column, std::string("class"));
        }
    }
};

QTEST_APPLESS_MAIN(StepsTest)
#include "test_steps.moc"
