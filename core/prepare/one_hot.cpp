// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/format.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/step_columns.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "one-hot";

const ParamSpec kSpecs[] = {
    {.id = "columns",
     .label = "Columns",
     .help = "Which category columns to encode.",
     .fallback = std::string("categories"),
     .rule = ColumnChoice{}},
    {.id = "drop_first",
     .label = "Leave the first out",
     .help =
         "Makes no column for the first category: the others then say how they differ from it. Plain linear regression "
         "without a penalty needs this; other models do not.",
     .fallback = false,
     .rule = AnyBool{}},
    {.id = "missing",
     .label = "Missing cells",
     .help =
         "own-column: they get a column named (missing) when the training rows have some. zeros: all columns are 0.",
     .fallback = std::string("own-column"),
     .rule = OneOf{{{"own-column", "A column of their own"}, {"zeros", "All zeros"}}}},
};

/// One category column and the indicator columns that it becomes.
struct Encoding {
    std::string column;
    std::vector<std::string> levels;  ///< that training has, in the column's order
    bool dropFirst = false;
    bool missingColumn = false;
    bool countMissing = false;  ///< missing cells without a column of their own are worth a warning

    std::size_t outputs() const { return levels.size() - (dropFirst && !levels.empty()) + missingColumn; }
};

constexpr std::size_t kNoOutput = static_cast<std::size_t>(-1);

/// Where the level codes of one table lead: an output, none (the level left out), or nowhere (never seen).
struct CodeMap {
    std::vector<std::size_t> output;  ///< by code; kNoOutput for none
    std::vector<char> unseen;         ///< by code
};

CodeMap codeMapOf(const Column& column, const Encoding& encoding) {
    std::unordered_map<std::string_view, std::size_t> known;
    for (std::size_t i = 0; i < encoding.levels.size(); ++i) known.emplace(encoding.levels[i], i);
    CodeMap map;
    for (const std::string& level : column.levels()) {
        const auto found = known.find(level);
        map.unseen.push_back(found == known.end());
        const bool none = found == known.end() || (encoding.dropFirst && found->second == 0);
        map.output.push_back(none ? kNoOutput : found->second - encoding.dropFirst);
    }
    return map;
}

struct Encoded {
    std::vector<ColumnPtr> columns;
    Warnings warnings;
};

Warning unseenWarning(const Encoding& encoding, std::size_t rows, const std::vector<std::string>& levels) {
    std::string message = formatCount(static_cast<std::int64_t>(rows)) + (rows == 1 ? " row has" : " rows have") +
                          " a category that no training row has (" + listedNames(levels, 3) + "): ";
    message += encoding.dropFirst && !encoding.levels.empty() ? "it counts as " + encoding.levels.front() + "."
                                                              : "all indicator columns are 0 there.";
    return {std::move(message), {.column = encoding.column}};
}

Encoded encode(const Column& column, const Encoding& encoding) {
    const CodeMap map = codeMapOf(column, encoding);
    const std::size_t rows = column.rows();
    std::vector<std::vector<double>> outputs(encoding.outputs());
    for (auto& output : outputs) output.assign(rows, 0.0);
    std::vector<std::size_t> unseenCounts(map.output.size());
    const std::span<const std::uint32_t> codes = column.codes();
    const bool anyMissing = column.missing().any();
    for (std::size_t row = 0; row < rows; ++row) {
        if (anyMissing && column.isMissing(row)) {
            if (encoding.missingColumn) outputs.back()[row] = 1;
            continue;
        }
        const std::uint32_t code = codes[row];
        if (map.output[code] != kNoOutput)
            outputs[map.output[code]][row] = 1;
        else
            unseenCounts[code] += static_cast<std::size_t>(map.unseen[code]);
    }
    Encoded result;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const bool isMissingColumn = encoding.missingColumn && i + 1 == outputs.size();
        const std::string& level = isMissingColumn ? "(missing)" : encoding.levels[i + encoding.dropFirst];
        result.columns.push_back(Column::numbers(encoding.column + "=" + level, std::move(outputs[i])));
    }
    std::size_t unseenRows = 0;
    std::vector<std::string> unseenLevels;
    for (std::size_t code = 0; code < unseenCounts.size(); ++code) {
        unseenRows += unseenCounts[code];
        if (unseenCounts[code] > 0) unseenLevels.push_back(column.levels()[code]);
    }
    if (unseenRows > 0) result.warnings.push_back(unseenWarning(encoding, unseenRows, unseenLevels));
    if (anyMissing && !encoding.missingColumn && encoding.countMissing)
        result.warnings.push_back(
            {formatCount(static_cast<std::int64_t>(column.missing().count())) +
                 " cells are missing, and no training row had a missing one: all indicator columns are 0 "
                 "there. An impute step before one-hot would fill them.",
             {.column = encoding.column}});
    return result;
}

class FittedOneHot final : public FittedStep {
public:
    explicit FittedOneHot(std::vector<Encoding> encodings) : m_encodings(std::move(encodings)) {}

    Table apply(const Table& table, StepNotes& notes) const override {
        std::vector<std::size_t> places;
        for (const Encoding& encoding : m_encodings)
            places.push_back(requireFitted(table, encoding.column, ColumnType::Category, kId));
        std::vector<Encoded> encoded(places.size());
        forEachColumn(places.size(), table.rows(),
                      [&](std::size_t i) { encoded[i] = encode(table.column(places[i]), m_encodings[i]); });
        std::vector<const Encoded*> at(table.columnCount(), nullptr);
        for (std::size_t i = 0; i < places.size(); ++i) at[places[i]] = &encoded[i];
        std::vector<ColumnPtr> columns;
        for (std::size_t i = 0; i < table.columnCount(); ++i) {
            if (!at[i]) {
                columns.push_back(table.columnPtr(i));
                continue;
            }
            columns.insert(columns.end(), at[i]->columns.begin(), at[i]->columns.end());
            for (const Warning& warning : at[i]->warnings) addOnce(notes.warnings, warning);
        }
        return {std::move(columns), table.rows()};
    }

    std::vector<std::string> learnt() const override {
        std::vector<std::string> sentences;
        for (const Encoding& encoding : m_encodings) {
            std::string sentence = encoding.column + ": " + std::to_string(encoding.levels.size()) +
                                   (encoding.levels.size() == 1 ? " category" : " categories");
            if (!encoding.levels.empty()) sentence += " (" + listedNames(encoding.levels) + ")";
            if (encoding.dropFirst && !encoding.levels.empty())
                sentence += ", " + encoding.levels.front() + " left out";
            if (encoding.missingColumn) sentence += ", and missing cells";
            sentences.push_back(std::move(sentence));
        }
        return sentences;
    }

    nlohmann::json save() const override {
        nlohmann::json encodings = nlohmann::json::array();
        for (const Encoding& encoding : m_encodings)
            encodings.push_back({{"column", encoding.column},
                                 {"levels", encoding.levels},
                                 {"drop_first", encoding.dropFirst},
                                 {"missing_column", encoding.missingColumn},
                                 {"count_missing", encoding.countMissing}});
        return {{"encodings", std::move(encodings)}};
    }

private:
    std::vector<Encoding> m_encodings;
};

class OneHot final : public Step {
public:
    explicit OneHot(const Params& params)
        : m_columns(params.text("columns")),
          m_dropFirst(params.flag("drop_first")),
          m_ownColumn(params.text("missing") == "own-column") {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes, JobContext&) const override {
        const Table& table = training.table;
        std::vector<Encoding> encodings;
        std::size_t made = 0;
        for (const std::size_t i : chosenColumnsOf(table, m_columns, kId, {ColumnType::Category})) {
            encodings.push_back(learn(table.column(i)));
            made += encodings.back().outputs();
            warnOf(table.column(i), encodings.back(), notes);
        }
        refuseTooMuch(encodings, made, table.rows());
        return std::make_shared<FittedOneHot>(std::move(encodings));
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        std::vector<Encoding> encodings;
        for (const nlohmann::json& object : state.at("encodings"))
            encodings.push_back({object.at("column"), object.at("levels"), object.at("drop_first"),
                                 object.at("missing_column"), object.at("count_missing")});
        return std::make_shared<FittedOneHot>(std::move(encodings));
    }

private:
    /// Only levels that a training row has: the column's list may hold those of held-out rows too.
    Encoding learn(const Column& column) const {
        Encoding encoding{.column = column.name(),
                          .dropFirst = m_dropFirst,
                          .missingColumn = m_ownColumn && column.missing().any(),
                          .countMissing = m_ownColumn};
        const std::vector<std::uint64_t> counts = levelCounts(column);
        for (std::size_t code = 0; code < counts.size(); ++code)
            if (counts[code] > 0) encoding.levels.push_back(column.levels()[code]);
        return encoding;
    }

    static void warnOf(const Column& column, const Encoding& encoding, StepNotes& notes) {
        const std::size_t levels = encoding.levels.size();
        if (levels == 0 && column.rows() > 0)
            addOnce(notes.warnings, {"Every training row is missing here: the column tells a model nothing.",
                                     {.column = column.name()}});
        if (levels > 50 && levels > column.rows() / 2)
            addOnce(notes.warnings,
                    {formatCount(static_cast<std::int64_t>(levels)) + " categories in " +
                         formatCount(static_cast<std::int64_t>(column.rows())) +
                         " training rows: nearly every row has one of its own. Ignore the column on the Data "
                         "page if it is a name or number of the row.",
                     {.column = column.name()}});
    }

    static void refuseTooMuch(const std::vector<Encoding>& encodings, std::size_t made, std::size_t rows) {
        constexpr double most = 8e9;  // bytes of indicator columns; beyond, a usual machine swaps
        if (static_cast<double>(made) * static_cast<double>(rows) * sizeof(double) <= most) return;
        const auto widest =
            std::max_element(encodings.begin(), encodings.end(),
                             [](const Encoding& a, const Encoding& b) { return a.outputs() < b.outputs(); });
        throw Error("one-hot would make " + formatCount(static_cast<std::int64_t>(made)) + " columns of " +
                        formatCount(static_cast<std::int64_t>(rows)) +
                        " rows, too much for memory; this column alone has " +
                        formatCount(static_cast<std::int64_t>(widest->levels.size())) + " categories.",
                    {.column = widest->column}, "Ignore the column on the Data page, or merge its rare categories.");
    }

    std::string m_columns;
    bool m_dropFirst;
    bool m_ownColumn;
};

}  // namespace

StepInfo oneHotStep() {
    return {
        .id = kId,
        .label = "One-hot encode",
        .sentence =
            "Turns each category column into one 0/1 column a category, named as in sex=male. Categories that no "
            "training row has give all zeros, and are counted in a warning. Put standardize before this step to "
            "keep the new columns 0 and 1.",
        .params = kSpecs,
        .make = [](const Params& params) -> std::unique_ptr<const Step> { return std::make_unique<OneHot>(params); }};
}

}  // namespace holdout
