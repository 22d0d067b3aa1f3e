// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/guess_experiment.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

namespace holdout {

namespace {

constexpr std::array targetNames = {"target",  "class",     "label",   "y",       "outcome", "survived", "churn",
                                    "species", "diagnosis", "default", "quality", "price",   "response"};
/// What a longer name may end with: Sale_Price, customer.churn.
constexpr std::array targetEndings = {"target", "label", "outcome", "churn", "price", "diagnosis", "response"};
constexpr std::array placeNames = {"latitude", "longitude", "lat", "lon", "lng", "long"};
constexpr std::int64_t fewLevels = 20;

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

std::string lastWord(const std::string& name) {
    const std::size_t before = name.find_last_of("_. -");
    return before == std::string::npos ? std::string() : lowered(name.substr(before + 1));
}

/// Where something is, is seldom what is asked: x, y and z, latitude and longitude.
bool isCoordinate(const Table& table, const std::string& name) {
    const std::string word = lowered(name);
    const auto isThere = [&](const char* other) {
        const auto& columns = table.columns();
        return std::any_of(columns.begin(), columns.end(), [&](const ColumnPtr& column) { return lowered(column->name()) == other; });
    };
    if (word == "y") return isThere("x") && isThere("z");
    return std::find(placeNames.begin(), placeNames.end(), word) != placeNames.end();
}

bool isNamedLikeIdentifier(const std::string& name) {
    const std::string word = lowered(name);
    return word == "id" || word == "index" || word == "rownames" || word == "uuid" || word == "rowid" || word.empty() ||
           word.ends_with("_id") || word.ends_with(" id") || name.ends_with("ID") || name.ends_with("Id");
}

bool isWhole(const Column& column) {
    const auto values = column.numbers();
    return std::all_of(values.begin(), values.end(), [](double value) { return value == std::floor(value); });
}

bool isDifferentInEachRow(const ColumnProfile& column) {
    const std::int64_t known = column.rows - column.missing;
    return known > 10 && column.distinct >= known - known / 50;
}

/// Whether the cells say something, rather than name the row: several words in most of them.
bool isProse(const Column& column) {
    constexpr double fewestBlanks = 3;
    const TextValues& texts = column.texts();
    const auto known = static_cast<double>(column.rows() - column.missing().count());
    return static_cast<double>(std::count(texts.bytes.begin(), texts.bytes.end(), ' ')) >= fewestBlanks * known;
}

bool isIdentifier(const Column& column, const ColumnProfile& profile) {
    switch (column.type()) {
        case ColumnType::Text:
            return !isProse(column);
        case ColumnType::DateTime:
            return true;
        case ColumnType::Category:
            return isDifferentInEachRow(profile);
        case ColumnType::Image:
        case ColumnType::Sparse:
            return false;
        case ColumnType::Number:
            return isNamedLikeIdentifier(column.name()) && isDifferentInEachRow(profile) && isWhole(column);
    }
    return false;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i)
        text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    return text;
}

}  // namespace

std::string guessTarget(const Table& table, const TableProfile& profile) {
    for (const char* name : targetNames)
        for (std::size_t i = table.columnCount(); i-- > 0;)
            if (lowered(table.column(i).name()) == name && profile.columns[i].distinct > 1 && !isCoordinate(table, name))
                return table.column(i).name();
    const auto isUsable = [&](std::size_t i) {
        return table.column(i).type() != ColumnType::Text && !isIdentifier(table.column(i), profile.columns[i]) &&
               profile.columns[i].distinct > 1 && !isCoordinate(table, table.column(i).name());
    };
    for (const char* ending : targetEndings)
        for (std::size_t i = table.columnCount(); i-- > 0;)
            if (lastWord(table.column(i).name()) == ending && isUsable(i)) return table.column(i).name();
    const std::size_t last = table.columnCount() - 1;
    if (isUsable(last)) return table.column(last).name();
    for (const ColumnType wanted : {ColumnType::Category, ColumnType::Number})
        for (std::size_t i = last; i-- > 0;) {
            const bool isFew = wanted == ColumnType::Number || profile.columns[i].distinct <= fewLevels;
            if (table.column(i).type() == wanted && isFew && isUsable(i)) return table.column(i).name();
        }
    return {};
}

std::vector<std::string> guessIgnored(const Table& table, const TableProfile& profile, const std::string& target) {
    std::vector<std::string> ignored;
    for (std::size_t i = 0; i < table.columnCount(); ++i)
        if (table.column(i).name() != target && isIdentifier(table.column(i), profile.columns[i]))
            ignored.push_back(table.column(i).name());
    return ignored;
}

std::vector<StepSpec> recipeFor(const Table& table, const Roles& roles) {
    std::vector<ColumnPtr> features;
    for (const ColumnPtr& column : table.columns())
        if (roles.of(column->name()) == Role::Feature) features.push_back(column);
    return suggestedRecipe(Table(std::move(features), table.rows()));
}

Guess guessExperiment(const ReadResult& data, const TableProfile& profile, const std::string& source,
                      const DataHint& hint) {
    const Table& table = data.table;
    Guess guess;
    ExperimentSpec& spec = guess.spec;
    spec.data.source = source;
    spec.data.roles.target = hint.target.empty() ? guessTarget(table, profile) : hint.target;
    spec.data.sealed = hint.sealed;
    spec.data.roles.ignored = hint.target.empty() || hint.guessRest ? guessIgnored(table, profile, spec.data.roles.target) : hint.ignored;
    const auto target = table.indexOf(spec.data.roles.target);
    if (!target) {
        guess.notes.push_back("No column looks like a target. Choose the one to predict at the right.");
    } else {
        const Task task = hint.task.value_or(guessTask(table.column(*target)));
        if (hint.task) spec.data.task = task;
        spec.pipeline.model.id = task == Task::Classification ? "logistic" : "ridge";
        if (hint.target.empty() || hint.guessRest)
            guess.notes.push_back("Target set to " + spec.data.roles.target + " (" + std::string(taskName(task)) +
                                  "). Change it at the right if you want to predict another column.");
    }
    if (!spec.data.roles.ignored.empty())
        guess.notes.push_back(joined(spec.data.roles.ignored) + (spec.data.roles.ignored.size() == 1 ? " is" : " are") +
                              " ignored: names, dates and identifiers cannot be learnt from as they are.");
    spec.pipeline.prepare = recipeFor(table, spec.data.roles);
    spec.validate.params.set("folds", std::int64_t{table.rows() < 100 ? 5 : 10});
    return guess;
}

}  // namespace holdout
