// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/format.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/columnwise.h"
#include "prepare/target_encoding.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "target-encode";

const ParamSpec kSpecs[] = {
    columnsSpec("Which category columns to encode.", "categories"),
    {.id = "smoothing",
     .label = "Smoothing",
     .help =
         "How far the mean of a category with few rows is drawn to the mean of all rows. auto: as far as the data ask "
         "for (empirical Bayes). fixed: as though a number of rows with the mean of all were added.",
     .fallback = std::string("auto"),
     .rule = OneOf{{{"auto", "By the data"}, {"fixed", "By a number of rows"}}}},
    {.id = "smoothing_rows",
     .label = "Rows added",
     .help = "How many rows with the mean of all are added to each category.",
     .fallback = 10.0,
     .rule = RealRange{.low = 0},
     .when = EnabledWhen{"smoothing", {"fixed"}},
     .usual = {{0, 100}}},
    {.id = "folds",
     .label = "Folds",
     .help =
         "Each training row is encoded by the means of the folds that it is not in, so that its own target does not "
         "reach its features.",
     .fallback = std::int64_t{5},
     .rule = IntegerRange{.low = 2, .high = 100},
     .usual = {{2, 10}}},
};

/// One category column and the number columns that it becomes: `values[k][level]`, with missing cells as one more level
/// at the end.
struct Encoded {
    std::string column;
    std::vector<std::string> levels;
    std::vector<std::string> names;
    std::vector<std::vector<double>> values;
    std::vector<double> overall;
    std::string learnt;

    ColumnType type() const { return ColumnType::Category; }
    ColumnOutput apply(const ColumnPtr& from) const;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Encoded, column, levels, names, values, overall, learnt)

constexpr std::uint32_t kUnseen = static_cast<std::uint32_t>(-1);

/// The position in `levels` of each cell; levels.size() for missing cells.
std::vector<std::uint32_t> positionsOf(const Column& column, const std::vector<std::string>& levels) {
    std::unordered_map<std::string_view, std::uint32_t> known;
    for (const std::string& level : levels) known.emplace(level, static_cast<std::uint32_t>(known.size()));
    std::vector<std::uint32_t> byCode, positions(column.rows());
    for (const std::string& level : column.levels()) {
        const auto found = known.find(level);
        byCode.push_back(found == known.end() ? kUnseen : found->second);
    }
    for (std::size_t row = 0; row < positions.size(); ++row)
        positions[row] =
            column.isMissing(row) ? static_cast<std::uint32_t>(levels.size()) : byCode[column.codes()[row]];
    return positions;
}

ColumnOutput Encoded::apply(const ColumnPtr& from) const {
    const std::vector<std::uint32_t> positions = positionsOf(*from, levels);
    ColumnOutput output;
    for (std::size_t k = 0; k < values.size(); ++k) {
        std::vector<double> cells;
        cells.reserve(positions.size());
        for (const std::uint32_t position : positions)
            cells.push_back(position == kUnseen ? overall[k] : values[k][position]);
        output.columns.push_back(Column::numbers(names[k], std::move(cells)));
    }
    std::vector<std::size_t> unseen(from->levels().size());
    for (std::size_t row = 0; row < positions.size(); ++row)
        if (positions[row] == kUnseen) ++unseen[from->codes()[row]];
    warnOfUnseen(*from, unseen, "it counts as the mean of all training rows", output.warnings);
    return output;
}

/// The encoding by all training rows, and, until it is saved, those by all rows but a fold's.
class FittedTargetEncode final : public ColumnwiseStep<Encoded> {
public:
    /// `byFold[f][i]`: of columns[i], learnt without the rows of fold f.
    FittedTargetEncode(std::vector<Encoded> columns, std::vector<std::uint32_t> foldOfRow,
                       std::vector<std::vector<Encoded>> byFold)
        : ColumnwiseStep(std::move(columns), kId), m_foldOfRow(std::move(foldOfRow)), m_byFold(std::move(byFold)) {}

    TrainingFrame applyToTraining(TrainingFrame frame, StepNotes& notes) const override {
        if (m_foldOfRow.size() != frame.table.rows()) return FittedStep::applyToTraining(std::move(frame), notes);
        frame.table = withOutputs(
            frame.table, places(frame.table),
            [&](std::size_t i, const ColumnPtr& column) { return outOfFold(i, *column); }, notes);
        return frame;
    }

private:
    ColumnOutput outOfFold(std::size_t i, const Column& column) const {
        const Encoded& whole = columns()[i];
        const std::vector<std::uint32_t> positions = positionsOf(column, whole.levels);
        ColumnOutput output;
        for (std::size_t k = 0; k < whole.values.size(); ++k) {
            std::vector<double> cells;
            cells.reserve(positions.size());
            for (std::size_t row = 0; row < positions.size(); ++row)
                cells.push_back(m_byFold[m_foldOfRow[row]][i].values[k][positions[row]]);
            output.columns.push_back(Column::numbers(whole.names[k], std::move(cells)));
        }
        return output;
    }

    std::vector<std::uint32_t> m_foldOfRow;
    std::vector<std::vector<Encoded>> m_byFold;
};

class TargetEncode final : public Step {
public:
    explicit TargetEncode(const Params& params)
        : m_columns(params.text("columns")),
          m_smoothing{.automatic = params.text("smoothing") == "auto", .rows = params.real("smoothing_rows")},
          m_folds(static_cast<std::size_t>(params.integer("folds"))) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        const Table& table = training.table;
        const auto chosen = chosenColumnsOf(table, m_columns, kId, {ColumnType::Category});
        const auto values = encodedTargets(training.target);
        const auto learnWhere = [&](const std::vector<char>& use) {
            return learnColumns(table, chosen, context,
                                [&](const Column& column) { return learn(column, training.target, values, use); });
        };
        std::vector<Encoded> columns = learnWhere(std::vector<char>(table.rows(), 1));
        for (const Encoded& column : columns)
            if (column.levels.size() < 2 && table.rows() > 0)
                addOnce(notes.warnings,
                        {"The training rows have one category at most here: it says little about the target.",
                         {.column = column.column}});
        std::vector<std::uint32_t> foldOfRow = encodingFolds(training.target, training.rows, m_folds, context.seed);
        std::vector<std::vector<Encoded>> byFold;
        const std::uint32_t folds = foldOfRow.empty() ? 0 : *std::max_element(foldOfRow.begin(), foldOfRow.end()) + 1;
        for (std::uint32_t fold = 0; fold < folds; ++fold) {
            std::vector<char> use(table.rows());
            for (std::size_t row = 0; row < use.size(); ++row) use[row] = foldOfRow[row] != fold;
            byFold.push_back(learnWhere(use));
        }
        return std::make_shared<FittedTargetEncode>(std::move(columns), std::move(foldOfRow), std::move(byFold));
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return ColumnwiseStep<Encoded>::load(state, kId);
    }

private:
    /// Levels are those of all training rows, so that the encodings of all folds have the same; the means are of the
    /// rows with `use`.
    Encoded learn(const Column& column, const Target& target, const std::vector<std::vector<double>>& values,
                  const std::vector<char>& use) const {
        Encoded encoded{.column = column.name()};
        const std::vector<std::uint64_t> counts = levelCounts(column);
        for (std::size_t code = 0; code < counts.size(); ++code)
            if (counts[code] > 0) encoded.levels.push_back(column.levels()[code]);
        const std::vector<std::uint32_t> positions = positionsOf(column, encoded.levels);
        for (std::size_t k = 0; k < values.size(); ++k) {
            CategoryMeans means = categoryMeans(positions, encoded.levels.size() + 1, values[k], use, m_smoothing);
            encoded.names.push_back(values.size() == 1 ? column.name() : column.name() + ":" + target.labels[k]);
            encoded.values.push_back(std::move(means.smoothed));
            encoded.overall.push_back(means.overall);
        }
        encoded.learnt = column.name() + ": " + sentence(encoded);
        return encoded;
    }

    static std::string sentence(const Encoded& encoded) {
        const std::string count = formatCount(static_cast<std::int64_t>(encoded.levels.size())) +
                                  (encoded.levels.size() == 1 ? " category" : " categories");
        if (encoded.values.size() != 1)
            return count + ", each as its share of " + std::to_string(encoded.values.size()) + " classes";
        std::string text = count + ", mean of all " + formatNumber(encoded.overall[0]);
        const auto& means = encoded.values[0];
        const auto end = means.end() - 1;  // without missing cells
        if (encoded.levels.empty()) return text;
        const auto [low, high] = std::minmax_element(means.begin(), end);
        const auto level = [&](auto place) { return encoded.levels[static_cast<std::size_t>(place - means.begin())]; };
        return text + ", from " + level(low) + " " + formatNumber(*low) + " to " + level(high) + " " +
               formatNumber(*high);
    }

    std::string m_columns;
    Smoothing m_smoothing;
    std::size_t m_folds;
};

}  // namespace

StepInfo targetEncodeStep() {
    return {.id = kId,
            .label = "Target encode",
            .group = StepGroup::Categories,
            .sentence =
                "Turns each category column into the mean of the target over the training rows of that category (for "
                "classes, their shares), drawn to the overall mean where rows are few. For columns with many "
                "categories. Training rows are encoded by other training rows only.",
            .params = kSpecs,
            .make = makeStep<TargetEncode>};
}

}  // namespace holdout
