// SPDX-License-Identifier: GPL-3.0-or-later
// Steps one by one against scikit-learn, and NumPy where it has no such step, on four real tables
// (tests/fixtures/prepare/make_steps_expected.py): both learn from the same rows, and what they make of the others is
// compared cell by cell. Tolerance 1e-9 of a cell's size, at least of 1: a power transform of years, whose mean is many
// times their spread, loses that much on either side; all else agrees to 1e-12.
#include <QtTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "data/csv_reader.h"
#include "prepare/column_scores.h"
#include "prepare/l1_weights.h"
#include "prepare/recipe.h"

using namespace holdout;

namespace {

const nlohmann::json& expected() {
    static const nlohmann::json parsed = [] {
        std::ifstream file(HOLDOUT_FIXTURES "/prepare/steps_expected.json");
        return nlohmann::json::parse(file);
    }();
    return parsed;
}

/// The columns of a case, with its target when it has one.
Table tableOf(const nlohmann::json& one, JobContext& context) {
    CsvOptions options;
    for (const auto& [name, type] : one.at("types").items())
        options.types.emplace(name, columnTypeFromName(type.get<std::string>()));
    const Table all =
        readCsv(std::string(HOLDOUT_FIXTURES "/") + one.at("file").get<std::string>(), options, context).table;
    std::vector<ColumnPtr> columns;
    for (const ColumnPtr& column : all.columns())
        if (one.at("types").contains(column->name())) columns.push_back(column);
    return Table(columns);
}

TrainingFrame trainingOf(const nlohmann::json& one, const Table& table) {
    RowIds rows;
    for (RowId row = 0; row < table.rows(); ++row)
        if (row % 4 != 3) rows.push_back(row);
    if (one.at("target").is_null()) {
        TrainingFrame training{table.gather(rows), {.task = Task::Regression}, {}, rows};
        training.target.values.setZero(static_cast<Eigen::Index>(rows.size()));
        return training;
    }
    Roles roles;
    roles.target = one.at("target");
    const Dataset data = makeDataset(table.gather(rows), roles, std::nullopt);
    return {data.features, data.target, {}, data.rows};
}

Table heldOutOf(const Table& table) {
    RowIds rows;
    for (RowId row = 3; row < table.rows(); row += 4) rows.push_back(row);
    return table.gather(rows);
}

/// What differs most between our column and theirs, in units of the tolerance's size; infinity where only one of them
/// has a missing cell.
double worstDifference(const Column& ours, const nlohmann::json& theirs) {
    double worst = 0;
    for (std::size_t row = 0; row < theirs.size(); ++row) {
        if (ours.isMissing(row) != theirs[row].is_null()) return std::numeric_limits<double>::infinity();
        if (theirs[row].is_null()) continue;
        const double value = theirs[row];
        worst = std::max(worst, std::abs(ours.numbers()[row] - value) / std::max(1.0, std::abs(value)));
    }
    return worst;
}

}  // namespace

class PrepareStepsTest : public QObject {
    Q_OBJECT
private slots:
    void agreesWithThePeer_data() {
        QTest::addColumn<int>("index");
        const nlohmann::json& cases = expected().at("cases");
        for (std::size_t i = 0; i < cases.size(); ++i)
            QTest::newRow(cases[i].at("name").get<std::string>().c_str()) << static_cast<int>(i);
    }
    void agreesWithThePeer() {
        QFETCH(int, index);
        const nlohmann::json& one = expected().at("cases")[static_cast<std::size_t>(index)];
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        const StepRegistry registry = builtinSteps();
        const StepSpec spec = stepFromJson(one.at("recipe")[0], registry);
        const StepInfo& info = registry.require(spec.id);
        const Table table = tableOf(one, context);
        TrainingFrame training = trainingOf(one, table);
        StepNotes notes;
        const auto fitted = info.make(Params(info.params, spec.params, info.id))->fit(training, notes, context);

        const Table ours = fitted->apply(heldOutOf(table), notes);
        for (const auto& [name, theirs] : one.at("features").items()) {
            const auto place = ours.indexOf(name);
            QVERIFY2(place, name.c_str());
            QCOMPARE(ours.rows(), theirs.size());
            const double worst = worstDifference(ours.column(*place), theirs);
            QVERIFY2(worst <= 1e-9, qPrintable(QString("%1: %2").arg(name.c_str()).arg(worst)));
        }
        // The target stays beside the features here.
        QCOMPARE(ours.columnCount(), one.at("features").size() + (one.at("target").is_null() ? 0 : 1));
        if (one.contains("kept"))
            QCOMPARE(fitted->applyToTraining(std::move(training), notes).rows, one.at("kept").get<RowIds>());
    }

    void scoresAgree() {
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        std::size_t compared = 0;
        for (const nlohmann::json& one : expected().at("cases")) {
            if (!one.contains("scores")) continue;
            const TrainingFrame training = trainingOf(one, tableOf(one, context));
            for (const auto& [name, score] : one.at("scores").items()) {
                const double theirs = score,
                             ours = fScore(training.table.column(*training.table.indexOf(name)), training.target);
                QVERIFY2(std::abs(ours - theirs) <= 1e-9 * theirs, name.c_str());
                ++compared;
            }
        }
        QVERIFY(compared > 10);
    }

    /// The weights of an L1 penalty: theirs are found by descents that stop short of the last digits.
    void l1WeightsAgree() {
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        std::size_t compared = 0;
        for (const nlohmann::json& one : expected().at("cases")) {
            if (!one.contains("weights")) continue;
            const TrainingFrame training = trainingOf(one, tableOf(one, context));
            std::vector<std::size_t> columns;
            for (const auto& [name, weight] : one.at("weights").items())
                columns.push_back(training.table.indexOf(name).value());
            const std::vector<double> ours = l1Weights(training.table, columns, training.target,
                                                       {one.at("recipe")[0].at("l1_strength")}, context);
            std::size_t place = 0;
            for (const auto& [name, weight] : one.at("weights").items()) {
                const double theirs = weight;
                QVERIFY2(std::abs(ours[place] - theirs) <= 1e-7 * std::max(1.0, theirs),
                         qPrintable(QString("%1 %2: %3, not %4").arg(one.at("name").get<std::string>().c_str(), name.c_str()).arg(ours[place], 0, 'g', 15).arg(theirs, 0, 'g', 15)));
                QCOMPARE(ours[place] == 0, theirs == 0);
                ++place, ++compared;
            }
        }
        QVERIFY(compared > 20);
    }

    void everyStepIsThere() {
        std::set<std::string> steps, files;
        for (const nlohmann::json& one : expected().at("cases")) {
            steps.insert(one.at("recipe")[0].at("step"));
            files.insert(one.at("file"));
        }
        QVERIFY(files.size() >= 3);
        for (const char* step :
             {"robust-scale", "quantile", "bins", "power", "clip-outliers", "drop-outliers", "missing-indicator",
              "target-encode", "ordinal", "one-hot", "pca", "knn-impute", "iterative-impute", "outlier-rows",
              "interactions", "select"})
            QVERIFY2(steps.contains(step), step);
    }
};

QTEST_APPLESS_MAIN(PrepareStepsTest)
#include "test_prepare_steps.moc"
