// SPDX-License-Identifier: GPL-3.0-or-later
// Recipes against scikit-learn on real tables (tests/fixtures/prepare/make_expected.py): both learn from the same rows,
// and what they make of the others is compared cell by cell. Tolerance 1e-12 of a cell's size, at least of 1: columns
// hold fewer than 1000 doubles below 1e6, whose means and spreads both sides know to some 1e-15.
#include <QtTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "data/csv_reader.h"
#include "prepare/recipe.h"

using namespace holdout;

namespace {

const nlohmann::json& expected() {
    static const nlohmann::json parsed = [] {
        std::ifstream file(HOLDOUT_FIXTURES "/prepare/expected.json");
        return nlohmann::json::parse(file);
    }();
    return parsed;
}

Table tableOf(const nlohmann::json& one, JobContext& context) {
    CsvOptions options;
    for (const auto& [name, type] : one.at("types").items())
        options.types.emplace(name, columnTypeFromName(type.get<std::string>()));
    return readCsv(HOLDOUT_FIXTURES "/prepare/" + one.at("file").get<std::string>(), options, context).table;
}

struct Parts {
    RowIds training;
    RowIds heldOut;
};

Parts partsOf(std::size_t rows) {
    Parts parts;
    for (RowId row = 0; row < rows; ++row) (row % 4 == 3 ? parts.heldOut : parts.training).push_back(row);
    return parts;
}

RecipeFit fitRecipe(const nlohmann::json& steps, const Table& table, const RowIds& rows, JobContext& context) {
    const StepRegistry registry = builtinSteps();
    std::vector<StepSpec> specs;
    for (const nlohmann::json& step : steps) specs.push_back(stepFromJson(step, registry));
    TrainingFrame frame{table.gather(rows), {}, {}, rows};
    frame.target = {.task = Task::Regression, .name = "none"};
    frame.target.values.setZero(static_cast<Eigen::Index>(rows.size()));
    return Recipe(specs, registry).fit(std::move(frame), context);
}

/// What differs most between our column and theirs, in units of the tolerance's size.
double worstDifference(const Eigen::VectorXd& ours, const std::vector<double>& theirs) {
    double worst = 0;
    for (std::size_t i = 0; i < theirs.size(); ++i)
        worst = std::max(worst,
                         std::abs(ours[static_cast<Eigen::Index>(i)] - theirs[i]) / std::max(1.0, std::abs(theirs[i])));
    return worst;
}

}  // namespace

class PrepareTest : public QObject {
    Q_OBJECT
private slots:
    void agreesWithScikitLearn_data() {
        QTest::addColumn<int>("index");
        const nlohmann::json& cases = expected().at("cases");
        for (std::size_t i = 0; i < cases.size(); ++i)
            QTest::newRow(cases[i].at("name").get<std::string>().c_str()) << static_cast<int>(i);
    }
    void agreesWithScikitLearn() {
        QFETCH(int, index);
        const nlohmann::json& one = expected().at("cases")[static_cast<std::size_t>(index)];
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        const Table table = tableOf(one, context);
        const Parts parts = partsOf(table.rows());
        const RecipeFit fit = fitRecipe(one.at("recipe"), table, parts.training, context);

        StepNotes notes;
        const Features features = fit.recipe->apply(table.gather(parts.heldOut), notes);
        const nlohmann::json& theirs = one.at("features");
        std::set<std::string> names;
        for (const auto& [name, values] : theirs.items()) names.insert(name);
        QCOMPARE(std::set<std::string>(features.names.begin(), features.names.end()), names);
        QCOMPARE(features.names.size(), names.size());
        for (std::size_t i = 0; i < features.names.size(); ++i) {
            const auto values = theirs.at(features.names[i]).get<std::vector<double>>();
            QCOMPARE(values.size(), parts.heldOut.size());
            const double worst = worstDifference(features.values.col(static_cast<Eigen::Index>(i)), values);
            QVERIFY2(worst <= 1e-12, qPrintable(QString("%1: %2").arg(features.names[i].c_str()).arg(worst)));
        }
        for (const StepRecord& record : fit.recipe->records()) QCOMPARE(record.rowsSeen, parts.training);

        QCOMPARE(notes.warnings.size(), one.at("unseen").size());
        for (const Warning& warning : notes.warnings) {
            const int rows = one.at("unseen").at(warning.place.column);
            QVERIFY2(warning.message.starts_with(std::to_string(rows) + " row"), warning.message.c_str());
        }
    }

    void theTablesHaveWhatIsTested() {
        std::set<std::string> steps, fills;
        std::size_t unseen = 0;
        for (const nlohmann::json& one : expected().at("cases")) {
            unseen += one.at("unseen").size();
            for (const nlohmann::json& step : one.at("recipe")) {
                steps.insert(step.at("step"));
                if (step.contains("with")) fills.insert(step.at("with"));
            }
        }
        QCOMPARE(steps, std::set<std::string>({"impute", "min-max", "one-hot", "standardize"}));
        QCOMPARE(fills, std::set<std::string>({"mean", "median", "most-frequent"}));
        QVERIFY(unseen > 0);
    }
};

QTEST_APPLESS_MAIN(PrepareTest)
#include "test_prepare.moc"
