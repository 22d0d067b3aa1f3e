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
    {.id = "rare_below",
     .label = "Pool categories rarer than",
     .help = "Categories that fewer than this share of the training rows have get one column together, named (rare); "
             "categories that no training row has count as rare then. 0: every category gets its own.",
     .fallback = 0.0,
     .rule = RealRange{.low = 0, .high = 1},
     .usual = {{0, 0.1}}},
};

constexpr std::size_t kNoOutput = static_cast<std::size_t>(-1);

/// One category column and the indicator columns that it becomes: one for each of `levels`, one for all of `rare`, one
/// for missing cells; the first of them left out with `dropFirst`.
struct Encoding {
    std::string column;
    std::vector<std::string> levels;  ///< that training has, in the column's order
    std::vector<std::string> rare;    ///< that training has, pooled
    bool dropFirst = false;
    bool missingColumn = false;
    bool countMissing = false;  ///< missing cells without a column of their own are worth a warning

    std::size_t seen() const { return levels.size() + !rare.empty(); }
    bool dropsOne() const { return dropFirst && seen() > 0; }
    std::size_t outputs() const { return seen() - dropsOne() + missingColumn; }
    /// Of the levels and the pool, in order, and of missing cells at the end.
    std::vector<std::string> labels() const;
    /// Where a level (by its position in `levels`, or levels.size() for the pool) leads.
    std::size_t outputOf(std::size_t position) const {
        return dropsOne() ? (position == 0 ? kNoOutput : position - 1) : position;
    }
};

/// "(rare)", with as many more brackets as it takes to be no level itself.
std::string labelApart(std::string label, const std::vector<std::string>& levels) {
    while (std::find(levels.begin(), levels.end(), label) != levels.end()) label = "(" + label + ")";
    return label;
}

std::vector<std::string> Encoding::labels() const {
    std::vector<std::string> all = levels;
    if (!rare.empty()) all.push_back(labelApart("(rare)", levels));
    if (missingColumn) all.push_back(labelApart("(missing)", levels));
    return all;
}

/// Where the level codes of one table lead: an output, or none (the level left out, or never seen).
struct CodeMap {
    std::vector<std::size_t> output;  ///< by code; kNoOutput for none
    std::vector<char> unseen;         ///< by code
};

CodeMap codeMapOf(const Column& column, const Encoding& encoding) {
    std::unordered_map<std::string_view, std::size_t> known;
    for (std::size_t i = 0; i < encoding.levels.size(); ++i) known.emplace(encoding.levels[i], encoding.outputOf(i));
    const std::size_t pool = encoding.rare.empty() ? kNoOutput : encoding.outputOf(encoding.levels.size());
    for (const std::string& level : encoding.rare) known.emplace(level, pool);
    CodeMap map;
    for (const std::string& level : column.levels()) {
        const auto found = known.find(level);
        map.unseen.push_back(found == known.end());
        map.output.push_back(found == known.end() ? pool : found->second);
    }
    return map;
}

std::string unseenBecomes(const Encoding& encoding) {
    const std::vector<std::string> labels = encoding.labels();
    if (!encoding.rare.empty()) return "it counts as " + labels[encoding.levels.size()];
    return encoding.dropsOne() ? "it counts as " + labels.front() : "all indicator columns are 0 there";
}

ColumnOutput encode(const Column& column, const Encoding& encoding) {
    const CodeMap map = codeMapOf(column, encoding);
    const std::size_t rows = column.rows();
    std::vector<std::vector<double>> outputs(encoding.outputs());
    for (auto& output : outputs) output.assign(rows, 0.0);
    std::vector<std::size_t> unseen(map.output.size());
    const std::span<const std::uint32_t> codes = column.codes();
    const bool anyMissing = column.missing().any();
    for (std::size_t row = 0; row < rows; ++row) {
        if (anyMissing && column.isMissing(row)) {
            if (encoding.missingColumn) outputs.back()[row] = 1;
            continue;
        }
        const std::uint32_t code = codes[row];
        if (map.output[code] != kNoOutput) outputs[map.output[code]][row] = 1;
        unseen[code] += static_cast<std::size_t>(map.unseen[code]);
    }
    ColumnOutput result;
    const std::vector<std::string> labels = encoding.labels();
    for (std::size_t i = 0; i < outputs.size(); ++i)
        result.columns.push_back(
            Column::numbers(encoding.column + "=" + labels[i + encoding.dropsOne()], std::move(outputs[i])));
    warnOfUnseen(column, unseen, unseenBecomes(encoding), result.warnings);
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
        return withOutputs(
            table, places, [&](std::size_t i, const ColumnPtr& column) { return encode(*column, m_encodings[i]); },
            notes);
    }

    bool keepsUnits() const override { return true; }
    std::vector<std::string> learnt() const override {
        std::vector<std::string> sentences;
        for (const Encoding& encoding : m_encodings) {
            std::string sentence = encoding.column + ": " + std::to_string(encoding.levels.size()) +
                                   (encoding.levels.size() == 1 ? " category" : " categories");
            if (!encoding.levels.empty()) sentence += " (" + listedNames(encoding.levels) + ")";
            if (!encoding.rare.empty())
                sentence +=
                    ", " + std::to_string(encoding.rare.size()) + " rare in one (" + listedNames(encoding.rare) + ")";
            if (encoding.dropsOne()) sentence += ", " + encoding.labels().front() + " left out";
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
                                 {"rare", encoding.rare},
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
          m_ownColumn(params.text("missing") == "own-column"),
          m_rareBelow(params.real("rare_below")) {}

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
            // Models saved before categories could be pooled have no "rare".
            encodings.push_back({object.at("column"), object.at("levels"),
                                 object.value("rare", std::vector<std::string>{}), object.at("drop_first"),
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
        const double least = m_rareBelow * static_cast<double>(column.rows());
        for (std::size_t code = 0; code < counts.size(); ++code)
            if (counts[code] > 0)
                (static_cast<double>(counts[code]) < least ? encoding.rare : encoding.levels)
                    .push_back(column.levels()[code]);
        return encoding;
    }

    static void warnOf(const Column& column, const Encoding& encoding, StepNotes& notes) {
        const std::size_t levels = encoding.levels.size();
        if (encoding.seen() == 0 && column.rows() > 0)
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
                    {.column = widest->column},
                    "Ignore the column on the Data page, or pool its rare categories with rare_below.");
    }

    std::string m_columns;
    bool m_dropFirst;
    bool m_ownColumn;
    double m_rareBelow;
};

}  // namespace

StepInfo oneHotStep() {
    return {
        .id = kId,
        .label = "One-hot encode",
        .group = StepGroup::Categories,
        .sentence =
            "Turns each category column into one 0/1 column a category, named as in sex=male. Categories that no "
            "training row has give all zeros, and are counted in a warning. Put standardize before this step to "
            "keep the new columns 0 and 1.",
        .params = kSpecs,
        .make = [](const Params& params) -> std::unique_ptr<const Step> { return std::make_unique<OneHot>(params); }};
}

}  // namespace holdout
