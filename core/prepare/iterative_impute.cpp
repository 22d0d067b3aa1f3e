// SPDX-License-Identifier: GPL-3.0-or-later
#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/format.h"
#include "base/parallel.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/columnwise.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "iterative-impute";
constexpr std::size_t kMostColumns = 500;

const ParamSpec kSpecs[] = {
    columnsSpec("Which number columns to fill, each from the others.", "numbers"),
    {.id = "lambda",
     .label = "Regularisation",
     .help = "Ridge penalty of each regression, for standardized columns: the mean squared error counted half plus "
             "lambda / 2 times the sum of squared weights is made least.",
     .fallback = 0.001,
     .rule = RealRange{.low = 1e-9},
     .scale = Scale::Log,
     .usual = {{1e-6, 1}}},
    {.id = "rounds",
     .label = "Rounds at most",
     .help = "How often each column is filled anew from the others as they are filled by then.",
     .fallback = std::int64_t{20},
     .rule = IntegerRange{.low = 1, .high = 1000},
     .usual = {{1, 50}}},
    {.id = "tolerance",
     .label = "Tolerance",
     .help = "Rounds end when no filled cell moved by more than this, in standard deviations of its column.",
     .fallback = 0.001,
     .rule = RealRange{.low = 0},
     .scale = Scale::Log,
     .usual = {{1e-6, 0.1}}},
    {.id = "within_range",
     .label = "Stay in range",
     .help = "Fills in no value below the least or above the greatest of the column's training cells.",
     .fallback = true,
     .rule = AnyBool{}},
};

/// How the cells of a column are standardised, by those of the training rows that are there.
struct Standard {
    std::string column;
    double mean = 0;
    double sd = 0;  ///< 0: no spread, so the column tells nothing and is filled with its mean
    double unit = 1;
    double low = 0, high = 0;  ///< between which filled cells stay, standardised

    double of(double value) const { return sd > 0 ? (value * unit - mean * unit) / (sd * unit) : 0.0; }
    double back(double z) const {
        constexpr double most = std::numeric_limits<double>::max();
        return std::clamp(mean + z * sd, -most, most);
    }
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Standard, column, mean, sd, unit, low, high)

/// Of one column on all others, standardised; its own weight is 0.
struct Regression {
    std::size_t column = 0;
    double intercept = 0;
    std::vector<double> weights;

    double predict(const double* row) const {
        double sum = intercept;
        for (std::size_t j = 0; j < weights.size(); ++j) sum += weights[j] * row[j];
        return sum;
    }
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Regression, column, intercept, weights)

struct Regressions {
    std::vector<Standard> columns;
    std::vector<Regression> sequence;  ///< round after round, as they follow each other
    std::vector<std::string> learnt;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Regressions, columns, sequence, learnt)

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Standardised rows, 0 where a cell is missing: that is its column's mean.
Rows standardised(const std::vector<Standard>& standards, const std::vector<const Column*>& columns,
                  std::span<const std::uint32_t> rows) {
    Rows z(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(columns.size()));
    for (std::size_t j = 0; j < columns.size(); ++j)
        for (std::size_t i = 0; i < rows.size(); ++i)
            z(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
                columns[j]->isMissing(rows[i]) ? 0.0 : standards[j].of(columns[j]->numbers()[rows[i]]);
    return z;
}

double filledCell(const Regression& regression, const Standard& standard, const double* row) {
    return std::clamp(regression.predict(row), standard.low, standard.high);
}

class FittedIterativeImpute final : public FittedStep {
public:
    explicit FittedIterativeImpute(Regressions regressions) : m_regressions(std::move(regressions)) {}

    /// Rows are filled one by one, by the regressions of all rounds in their order: what training rows got in `fit`,
    /// they get here.
    Table apply(const Table& table, StepNotes&) const override {
        std::vector<std::size_t> places;
        std::vector<const Column*> from;
        for (const Standard& standard : m_regressions.columns) {
            places.push_back(requireFitted(table, standard.column, ColumnType::Number, kId));
            from.push_back(&table.column(places.back()));
        }
        std::vector<std::uint32_t> gappy;
        for (std::uint32_t row = 0; row < table.rows(); ++row)
            if (std::any_of(from.begin(), from.end(), [&](const Column* column) { return column->isMissing(row); }))
                gappy.push_back(row);
        std::vector<std::vector<double>> filled(from.size());
        for (std::size_t j = 0; j < from.size(); ++j)
            if (from[j]->missing().any()) filled[j].assign(from[j]->numbers().begin(), from[j]->numbers().end());
        const std::vector<Range> parts = chunks(gappy.size(), 256);
        parallelFor(parts.size(), [&](std::size_t part) {
            const auto rows = std::span<const std::uint32_t>(gappy).subspan(parts[part].begin, parts[part].size());
            fillRows(from, rows, filled);
        });
        std::vector<ColumnPtr> columns = table.columns();
        for (std::size_t j = 0; j < places.size(); ++j)
            if (!filled[j].empty()) columns[places[j]] = Column::numbers(from[j]->name(), std::move(filled[j]));
        return {std::move(columns), table.rows()};
    }

    bool keepsUnits() const override { return true; }
    std::vector<std::string> learnt() const override { return m_regressions.learnt; }
    nlohmann::json save() const override { return m_regressions; }

private:
    void fillRows(const std::vector<const Column*>& from, std::span<const std::uint32_t> rows,
                  std::vector<std::vector<double>>& filled) const {
        const std::vector<Standard>& standards = m_regressions.columns;
        Rows z = standardised(standards, from, rows);
        for (const Regression& regression : m_regressions.sequence) {
            const std::size_t j = regression.column;
            for (std::size_t i = 0; i < rows.size(); ++i)
                if (from[j]->isMissing(rows[i])) {
                    double* row = z.row(static_cast<Eigen::Index>(i)).data();
                    row[j] = filledCell(regression, standards[j], row);
                }
        }
        for (std::size_t j = 0; j < from.size(); ++j)
            for (std::size_t i = 0; i < rows.size(); ++i)
                if (from[j]->isMissing(rows[i]))
                    filled[j][rows[i]] =
                        standards[j].back(z(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)));
    }

    Regressions m_regressions;
};

/// Sums over rows of (1, z)(1, z)', lower triangle.
Eigen::MatrixXd productsOf(const Rows& z, const Column* thereIn, const JobContext& context) {
    const auto rows = static_cast<std::size_t>(z.rows());
    const Eigen::Index width = z.cols() + 1;
    const std::size_t grain = std::max<std::size_t>(4096, (rows + 63) / 64);
    const Eigen::MatrixXd zero = Eigen::MatrixXd::Zero(width, width);
    return parallelSum(rows, grain, zero, [&](Range part) {
        Eigen::MatrixXd sums = zero, block(width, 512);
        Eigen::Index count = 0;
        const auto flush = [&] {
            context.throwIfStopped();
            sums.selfadjointView<Eigen::Lower>().rankUpdate(block.leftCols(count));
            count = 0;
        };
        for (std::size_t row = part.begin; row < part.end; ++row) {
            if (thereIn && thereIn->isMissing(row)) continue;
            block(0, count) = 1;
            block.col(count++).tail(width - 1) = z.row(static_cast<Eigen::Index>(row)).transpose();
            if (count == block.cols()) flush();
        }
        flush();
        return sums;
    });
}

/// The ridge regression of column `j` on the others by these sums of products.
Regression regressionOf(std::size_t j, const Eigen::MatrixXd& products, const std::vector<Standard>& standards,
                        double lambda) {
    Regression regression{j, 0, std::vector<double>(standards.size())};
    const double count = products(0, 0);
    std::vector<Eigen::Index> others;  // counted from the column of ones
    for (std::size_t k = 0; k < standards.size(); ++k)
        if (k != j && standards[k].sd > 0) others.push_back(static_cast<Eigen::Index>(k + 1));
    if (!(standards[j].sd > 0) || count == 0) return regression;
    const Eigen::MatrixXd whole = products.selfadjointView<Eigen::Lower>();
    const Eigen::VectorXd means = whole.col(0) / count;
    const auto own = static_cast<Eigen::Index>(j + 1);
    Eigen::MatrixXd covariance = whole(others, others) / count - means(others) * means(others).transpose();
    covariance.diagonal().array() += lambda;
    const Eigen::VectorXd with = whole(others, own) / count - means(others) * means[own];
    const Eigen::VectorXd weights = covariance.llt().solve(with);
    regression.intercept = means[own];
    for (std::size_t k = 0; k < others.size(); ++k) {
        const auto i = static_cast<Eigen::Index>(k);
        regression.weights[static_cast<std::size_t>(others[k] - 1)] = weights[i];
        regression.intercept -= weights[i] * means[others[k]];
    }
    return regression;
}

/// Chained regressions, deterministic: fitted values are filled in, not draws (van Buuren, Groothuis-Oudshoorn 2011,
/// Journal of Statistical Software 45(3), section 2, with `norm.predict`; the rounds are those of scikit-learn's
/// IterativeImputer). Columns begin at their means and follow from the fewest missing cells to the most.
class IterativeImpute final : public Step {
public:
    explicit IterativeImpute(const Params& params)
        : m_columns(params.text("columns")),
          m_lambda(params.real("lambda")),
          m_rounds(params.integer("rounds")),
          m_tolerance(params.real("tolerance")),
          m_withinRange(params.flag("within_range")) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        const Table& table = training.table;
        const std::vector<std::size_t> chosen = chosenColumnsOf(table, m_columns, kId, {ColumnType::Number});
        if (chosen.size() > kMostColumns)
            throw Error(std::string(kId) + " fits a regression for each of " + std::to_string(chosen.size()) +
                            " columns on all others: that takes too long.",
                        {.parameter = "columns"},
                        "Name at most " + std::to_string(kMostColumns) + " columns, or use impute.");
        Regressions learnt;
        std::vector<const Column*> columns;
        for (const std::size_t i : chosen) {
            columns.push_back(&table.column(i));
            learnt.columns.push_back(standardOf(*columns.back(), notes));
        }
        runRounds(columns, learnt, notes, context);
        return std::make_shared<FittedIterativeImpute>(std::move(learnt));
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return std::make_shared<FittedIterativeImpute>(state.get<Regressions>());
    }

private:
    Standard standardOf(const Column& column, StepNotes& notes) const {
        const Moments moments = momentsOf(column);
        if (moments.count == 0 && column.rows() > 0)
            addOnce(notes.warnings,
                    {"Every training row is missing here: cells are filled with 0.", {.column = column.name()}});
        Standard standard{.column = column.name(), .mean = moments.mean};
        standard.unit = differenceUnit(moments);
        if (!moments.constant && std::isfinite(1 / moments.sd)) standard.sd = moments.sd;
        // Without the range, far enough for no real cell, and near enough for sums to stay finite.
        standard.low = m_withinRange ? standard.of(moments.min) : -1e100;
        standard.high = m_withinRange ? standard.of(moments.max) : 1e100;
        return standard;
    }

    void runRounds(const std::vector<const Column*>& columns, Regressions& learnt, StepNotes& notes,
                   JobContext& context) const {
        const std::size_t rows = columns.empty() ? 0 : columns.front()->rows();
        std::vector<std::uint32_t> all(rows);
        std::iota(all.begin(), all.end(), 0U);
        Rows z = standardised(learnt.columns, columns, all);
        std::vector<std::size_t> order(columns.size());
        std::iota(order.begin(), order.end(), 0U);
        const auto missing = [&](std::size_t j) { return columns[j]->missing().count(); };
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return missing(a) < missing(b); });
        double change = 0;
        std::int64_t round = 0;
        do {
            ++round;
            change = 0;
            std::optional<Eigen::MatrixXd> shared;  // complete columns come first, and none of them moves a cell
            for (const std::size_t j : order) {
                context.throwIfStopped();
                if (missing(j) > 0)
                    learnt.sequence.push_back(
                        regressionOf(j, productsOf(z, columns[j], context), learnt.columns, m_lambda));
                else {
                    if (!shared) shared = productsOf(z, nullptr, context);
                    learnt.sequence.push_back(regressionOf(j, *shared, learnt.columns, m_lambda));
                }
                change = std::max(change, fill(learnt.sequence.back(), learnt.columns[j], *columns[j], z));
            }
            context.progress.report(static_cast<double>(round) / static_cast<double>(m_rounds), kId);
        } while (change > m_tolerance && round < m_rounds);
        describe(columns, learnt, round, change);
        if (change > m_tolerance)
            addOnce(notes.warnings, {"After " + std::to_string(round) + " rounds filled cells still moved by up to " +
                                         formatNumber(change) + " standard deviations: raise rounds or lambda.",
                                     {.parameter = "rounds"}});
    }

    /// Fills the missing cells of a column anew; the farthest that one moved.
    static double fill(const Regression& regression, const Standard& standard, const Column& column, Rows& z) {
        double farthest = 0;
        if (!column.missing().any()) return farthest;
        for (Eigen::Index i = 0; i < z.rows(); ++i) {
            if (!column.isMissing(static_cast<std::size_t>(i))) continue;
            double* row = z.row(i).data();
            const double before = row[regression.column];
            row[regression.column] = filledCell(regression, standard, row);
            farthest = std::max(farthest, std::abs(row[regression.column] - before));
        }
        return farthest;
    }

    static void describe(const std::vector<const Column*>& columns, Regressions& learnt, std::int64_t rounds,
                         double change) {
        learnt.learnt = {"Missing cells are filled by regressions of " + std::to_string(columns.size()) +
                         " columns on one another: " + std::to_string(rounds) +
                         (rounds == 1 ? " round" : " rounds") + ", in the last of which none moved by more than " +
                         formatNumber(change) + " standard deviations"};
        for (const Column* column : columns)
            if (const std::size_t count = column->missing().count(); count > 0)
                learnt.learnt.push_back(column->name() + ": " + formatCount(static_cast<std::int64_t>(count)) +
                                        (count == 1 ? " training cell filled" : " training cells filled"));
    }

    std::string m_columns;
    double m_lambda;
    std::int64_t m_rounds;
    double m_tolerance;
    bool m_withinRange;
};

}  // namespace

StepInfo iterativeImputeStep() {
    return {.id = kId,
            .label = "Fill by regression",
            .group = StepGroup::Missing,
            .sentence =
                "Fills each missing number with what a regression on the other columns predicts, round after round "
                "until the filled cells settle. Keeps the relations between columns, which one value a column blurs.",
            .params = kSpecs,
            .make = makeStep<IterativeImpute>};
}

}  // namespace holdout
