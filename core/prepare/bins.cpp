// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "prepare/bin_edges.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/columnwise.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "bins";

const ParamSpec kSpecs[] = {
    columnsSpec("Which number columns to cut into intervals.", "numbers"),
    {.id = "bins",
     .label = "Intervals",
     .help = "How many intervals each column is cut into; fewer where too few values differ.",
     .fallback = std::int64_t{5},
     .rule = IntegerRange{.low = 2, .high = 1000},
     .usual = {{2, 20}}},
    {.id = "strategy",
     .label = "Cut by",
     .help =
         "width: all intervals are equally wide. frequency: each holds about as many training rows. k-means: where the "
         "values leave gaps.",
     .fallback = std::string("frequency"),
     .rule = OneOf{{{"width", "Equal width"}, {"frequency", "Equal frequency"}, {"k-means", "Clusters (k-means)"}}}},
    {.id = "output",
     .label = "Output",
     .help =
         "category: the interval, as a category that one-hot encodes. number: its number, from 0 for the lowest on.",
     .fallback = std::string("category"),
     .rule = OneOf{{{"category", "A category"}, {"number", "A number"}}}},
};

/// Names of the intervals between `edges`, with as many digits as it takes to tell them apart.
std::vector<std::string> intervalNames(const std::vector<double>& edges) {
    if (edges.empty()) return {"any"};
    std::vector<std::string> texts;
    for (int digits = 4; digits <= 17; ++digits) {
        texts.clear();
        for (const double edge : edges) texts.push_back(formatNumber(edge, digits));
        if (std::adjacent_find(texts.begin(), texts.end()) == texts.end()) break;
    }
    std::vector<std::string> names{"below " + texts.front()};
    for (std::size_t i = 1; i < texts.size(); ++i) names.push_back(texts[i - 1] + " to below " + texts[i]);
    names.push_back(texts.back() + " or more");
    return names;
}

struct Binned {
    std::string column;
    std::vector<double> edges;  ///< inner ones
    bool category = true;
    std::string learnt;

    ColumnType type() const { return ColumnType::Number; }
    std::size_t binOf(double x) const {
        return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), x) - edges.begin());
    }
    ColumnOutput apply(const ColumnPtr& from) const {
        if (!category) return {{mappedNumbers(*from, [this](double x) { return static_cast<double>(binOf(x)); })}, {}};
        std::vector<std::uint32_t> codes(from->rows());
        for (std::size_t row = 0; row < codes.size(); ++row)
            if (!from->isMissing(row)) codes[row] = static_cast<std::uint32_t>(binOf(from->numbers()[row]));
        return {{Column::categories(column, std::move(codes), intervalNames(edges), from->missing())}, {}};
    }
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Binned, column, edges, category, learnt)

class Bins final : public Step {
public:
    explicit Bins(const Params& params)
        : m_columns(params.text("columns")),
          m_bins(static_cast<std::size_t>(params.integer("bins"))),
          m_strategy(params.text("strategy")),
          m_category(params.text("output") == "category") {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        const Table& table = training.table;
        const auto chosen = chosenColumnsOf(table, m_columns, kId, {ColumnType::Number});
        auto columns = learnColumns(table, chosen, context, [&](const Column& column) { return learn(column); });
        for (const Binned& column : columns)
            if (table.rows() > 0 && column.edges.empty())
                addOnce(notes.warnings, {"The training rows do not differ enough here for more than one interval: the "
                                         "column tells a model nothing.",
                                         {.column = column.column}});
        return std::make_shared<ColumnwiseStep<Binned>>(std::move(columns), kId);
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return ColumnwiseStep<Binned>::load(state, kId);
    }

private:
    Binned learn(const Column& column) const {
        Binned binned{.column = column.name(), .category = m_category};
        std::vector<double> sorted = presentNumbers(column);
        std::sort(sorted.begin(), sorted.end());
        if (!sorted.empty())
            binned.edges = m_strategy == "width"       ? equalWidthEdges(sorted, m_bins)
                           : m_strategy == "frequency" ? equalFrequencyEdges(sorted, m_bins)
                                                       : kMeansEdges(sorted, m_bins);
        binned.learnt = column.name() + ": " + std::to_string(binned.edges.size() + 1) + " intervals (" +
                        listedNames(intervalNames(binned.edges), 3) + ")";
        return binned;
    }

    std::string m_columns;
    std::size_t m_bins;
    std::string m_strategy;
    bool m_category;
};

}  // namespace

StepInfo binsStep() {
    return {.id = kId,
            .label = "Cut into intervals",
            .group = StepGroup::Numbers,
            .sentence =
                "Turns each number column into a few intervals, so that a linear model can follow a curve in steps. "
                "What differs within an interval is lost.",
            .params = kSpecs,
            .make = makeStep<Bins>};
}

}  // namespace holdout
