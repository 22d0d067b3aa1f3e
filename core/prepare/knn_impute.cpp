// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "base/parallel.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/columnwise.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "knn-impute";

const ParamSpec kSpecs[] = {
    columnsSpec("Which number columns to fill, and to compare rows by.", "numbers"),
    {.id = "neighbors",
     .label = "Neighbours",
     .help = "From how many of the most similar training rows a missing cell is filled.",
     .fallback = std::int64_t{5},
     .rule = IntegerRange{.low = 1, .high = 1000},
     .usual = {{1, 20}}},
    {.id = "weights",
     .label = "Weights",
     .help = "uniform: the mean of the neighbours. distance: nearer ones count more.",
     .fallback = std::string("uniform"),
     .rule = OneOf{{{"uniform", "All alike"}, {"distance", "By 1 / distance"}}}},
    {.id = "standardize",
     .label = "Standardize distances",
     .help = "Compares columns in standard deviations. Without it, columns with large numbers decide.",
     .fallback = true,
     .rule = AnyBool{}},
};

/// Cells of several number columns: numbers, and which of them are there.
struct Cells {
    std::vector<std::vector<double>> values;  ///< by column
    std::vector<std::vector<char>> there;

    std::size_t rows() const { return values.empty() ? 0 : values.front().size(); }
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Cells, values, there)

void addColumn(Cells& cells, const Column& column) {
    cells.values.emplace_back(column.numbers().begin(), column.numbers().end());
    std::vector<char>& there = cells.there.emplace_back(column.rows(), 1);
    for (std::size_t row = 0; row < there.size(); ++row) there[row] = !column.isMissing(row);
}

/// What is kept: the training rows themselves, as every nearest-neighbour method must.
struct Neighbours {
    std::vector<std::string> columns;
    std::vector<double> means;    ///< for cells that no training row can be compared by
    std::vector<double> factors;  ///< of differences
    std::size_t count = 5;
    bool byDistance = false;
    Cells training;
    std::vector<std::string> learnt;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Neighbours, columns, means, factors, count, byDistance, training, learnt)

struct Neighbour {
    double distance;
    std::size_t row;
    bool operator<(const Neighbour& other) const {
        return distance != other.distance ? distance < other.distance : row < other.row;
    }
};

/// Mean of the nearest training rows that have the cell, by the Euclidean distance over the columns that both rows
/// have, scaled up for those that either lacks (Troyanskaya et al. 2001, Bioinformatics 17; Dixon 1979, IEEE SMC 9).
class FittedKnnImpute final : public FittedStep {
public:
    explicit FittedKnnImpute(Neighbours neighbours) : m_neighbours(std::move(neighbours)) {}

    Table apply(const Table& table, StepNotes&) const override {
        Cells cells;
        std::vector<std::size_t> places;
        for (const std::string& name : m_neighbours.columns) {
            places.push_back(requireFitted(table, name, ColumnType::Number, kId));
            addColumn(cells, table.column(places.back()));
        }
        std::vector<std::size_t> gappy;
        for (std::size_t row = 0; row < table.rows(); ++row)
            if (std::any_of(cells.there.begin(), cells.there.end(), [&](const auto& there) { return !there[row]; }))
                gappy.push_back(row);
        auto filled = cells.values;
        const std::vector<Range> parts = chunks(gappy.size(), 16);
        parallelFor(parts.size(), [&](std::size_t part) {
            for (std::size_t i = parts[part].begin; i < parts[part].end; ++i) fillRow(cells, gappy[i], filled);
        });
        std::vector<ColumnPtr> columns = table.columns();
        for (std::size_t j = 0; j < places.size(); ++j)
            if (columns[places[j]]->missing().any())
                columns[places[j]] = Column::numbers(m_neighbours.columns[j], std::move(filled[j]));
        return {std::move(columns), table.rows()};
    }

    bool keepsUnits() const override { return true; }
    std::vector<std::string> learnt() const override { return m_neighbours.learnt; }
    nlohmann::json save() const override { return m_neighbours; }

private:
    void fillRow(const Cells& cells, std::size_t row, std::vector<std::vector<double>>& filled) const {
        const std::vector<double> distances = distancesFrom(cells, row);
        std::vector<Neighbour> donors;
        for (std::size_t j = 0; j < filled.size(); ++j) {
            if (cells.there[j][row]) continue;
            donors.clear();
            for (std::size_t other = 0; other < distances.size(); ++other)
                if (m_neighbours.training.there[j][other] && distances[other] >= 0)
                    donors.push_back({distances[other], other});
            const std::size_t count = std::min(m_neighbours.count, donors.size());
            std::partial_sort(donors.begin(), donors.begin() + static_cast<std::ptrdiff_t>(count), donors.end());
            donors.resize(count);
            filled[j][row] = donors.empty() ? m_neighbours.means[j] : meanOf(donors, m_neighbours.training.values[j]);
        }
    }

    /// To each training row; -1 where the two have no column in common.
    std::vector<double> distancesFrom(const Cells& cells, std::size_t row) const {
        const Cells& training = m_neighbours.training;
        std::vector<double> sums(training.rows());
        std::vector<double> shared(training.rows());
        for (std::size_t j = 0; j < training.values.size(); ++j) {
            if (!cells.there[j][row]) continue;
            const double value = cells.values[j][row], factor = m_neighbours.factors[j];
            for (std::size_t other = 0; other < sums.size(); ++other) {
                if (!training.there[j][other]) continue;
                const double difference = (value - training.values[j][other]) * factor;
                sums[other] += difference * difference;
                ++shared[other];
            }
        }
        const auto all = static_cast<double>(training.values.size());
        for (std::size_t other = 0; other < sums.size(); ++other)
            sums[other] = shared[other] > 0 ? std::sqrt(sums[other] * all / shared[other]) : -1.0;
        return sums;
    }

    double meanOf(const std::vector<Neighbour>& donors, const std::vector<double>& values) const {
        const bool anyEqual = donors.front().distance == 0;  // then only rows that are equal count
        double sum = 0, weights = 0;
        for (const Neighbour& donor : donors) {
            double weight = 1;
            if (m_neighbours.byDistance) weight = anyEqual ? donor.distance == 0 : 1 / donor.distance;
            sum += weight * values[donor.row];
            weights += weight;
        }
        return sum / weights;
    }

    Neighbours m_neighbours;
};

class KnnImpute final : public Step {
public:
    explicit KnnImpute(const Params& params)
        : m_columns(params.text("columns")),
          m_count(static_cast<std::size_t>(params.integer("neighbors"))),
          m_byDistance(params.text("weights") == "distance"),
          m_standardize(params.flag("standardize")) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        const Table& table = training.table;
        Neighbours neighbours{.count = m_count, .byDistance = m_byDistance};
        for (const std::size_t i : chosenColumnsOf(table, m_columns, kId, {ColumnType::Number})) {
            context.throwIfStopped();
            const Column& column = table.column(i);
            const Moments moments = momentsOf(column);
            if (moments.count == 0 && table.rows() > 0)
                addOnce(notes.warnings,
                        {"Every training row is missing here: cells are filled with 0.", {.column = column.name()}});
            neighbours.columns.push_back(column.name());
            neighbours.means.push_back(moments.mean);
            const double factor = 1 / moments.sd;
            neighbours.factors.push_back(!m_standardize                               ? 1.0
                                         : moments.constant || !std::isfinite(factor) ? 0.0
                                                                                      : factor);
            addColumn(neighbours.training, column);
        }
        const std::string rows = formatCount(static_cast<std::int64_t>(table.rows()));
        neighbours.learnt = {"Missing cells are filled from the " + std::to_string(m_count) + " nearest of " + rows +
                             " training rows, by " + std::to_string(neighbours.columns.size()) + " columns"};
        return std::make_shared<FittedKnnImpute>(std::move(neighbours));
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return std::make_shared<FittedKnnImpute>(state.get<Neighbours>());
    }

private:
    std::string m_columns;
    std::size_t m_count;
    bool m_byDistance;
    bool m_standardize;
};

}  // namespace

StepInfo knnImputeStep() {
    return {.id = kId,
            .label = "Fill from similar rows",
            .group = StepGroup::Missing,
            .sentence =
                "Fills each missing number with the mean of the most similar training rows. Closer than one value a "
                "column, but slow on many rows, and the saved model holds the training rows.",
            .params = kSpecs,
            .make = makeStep<KnnImpute>};
}

}  // namespace holdout
