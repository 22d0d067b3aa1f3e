// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/l1_weights.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/coordinate_descent.h"
#include "base/parallel.h"
#include "prepare/column_statistics.h"

namespace holdout {
namespace {

using Eigen::Index;

constexpr std::size_t kMostColumns = 5000;
constexpr double kTolerance = 1e-11;
constexpr std::int64_t kSweeps = 100'000;

/// The columns as features, standardised block by block and never stored.
class Standardised {
public:
    Standardised(const Table& table, const std::vector<std::size_t>& columns) : m_rows(table.rows()) {
        for (const std::size_t i : columns) {
            const Moments moments = momentsOf(table.column(i));
            const double unit = differenceUnit(moments), factor = 1 / (moments.sd * unit);
            m_columns.push_back({&table.column(i), moments.mean * unit, unit,
                                 moments.constant || !std::isfinite(factor) ? 0.0 : factor});
        }
    }
    std::size_t rows() const { return m_rows; }
    Index width() const { return static_cast<Index>(m_columns.size()) + 1; }

    /// Rows as columns of `block`, a one before each.
    void load(Range rows, Eigen::MatrixXd& block) const {
        block.setOnes(width(), static_cast<Index>(rows.size()));
        for (Index j = 1; j < width(); ++j) {
            const Part& part = m_columns[static_cast<std::size_t>(j - 1)];
            const std::span<const double> values = part.column->numbers();
            for (std::size_t row = rows.begin; row < rows.end; ++row)
                block(j, static_cast<Index>(row - rows.begin)) =
                    part.column->isMissing(row) ? 0.0 : (values[row] * part.unit - part.mean) * part.factor;
        }
    }

private:
    struct Part {
        const Column* column;
        double mean, unit, factor;
    };
    std::size_t m_rows;
    std::vector<Part> m_columns;
};

/// The mean loss with its derivatives at a point.
struct Sums {
    double loss = 0;
    Eigen::VectorXd gradient;
    Eigen::MatrixXd hessian;  ///< lower triangle

    Sums& operator+=(const Sums& other) {
        loss += other.loss;
        gradient += other.gradient;
        hessian += other.hessian;
        return *this;
    }
};

/// A linear model of one output with an L1 penalty, for one strength after another.
class L1Problem {
public:
    /// `truth`: the target, or 0 and 1.
    L1Problem(const Standardised& features, Eigen::VectorXd truth, bool logistic, const JobContext& context)
        : m_features(features), m_truth(std::move(truth)), m_logistic(logistic), m_context(context) {
        const double mean = m_truth.mean();
        m_point.setZero(features.width());
        m_point[0] = m_logistic ? std::log(mean / (1 - mean)) : mean;
        m_sums = sumsAt(m_point);
    }

    /// From this strength on every weight is 0.
    double strongest() const { return width() > 1 ? m_sums.gradient.tail(width() - 1).cwiseAbs().maxCoeff() : 0.0; }

    /// Proximal Newton steps: the loss is a quadratic for numbers, and done at once. Strengths are to fall.
    Eigen::VectorXd weightsAt(double lambda) {
        constexpr int mostSteps = 200;
        Eigen::VectorXd l1 = Eigen::VectorXd::Constant(width(), lambda);
        l1[0] = 0;
        const Eigen::VectorXd l2 = Eigen::VectorXd::Zero(width());
        for (int step = 0; step < mostSteps; ++step) {
            const Eigen::MatrixXd hessian = m_sums.hessian.selfadjointView<Eigen::Lower>();
            Eigen::VectorXd next = m_point;
            minimiseSparseQuadratic({hessian, hessian * m_point - m_sums.gradient, l1, l2}, kTolerance, kSweeps, next,
                                    m_context);
            const double moved = (next - m_point).cwiseAbs().maxCoeff();
            if (!m_logistic) {
                m_sums.gradient += hessian * (next - m_point);
                m_point = next;
                break;
            }
            if (moved < 1e-10) break;
            advance(next, l1);
        }
        return m_point.tail(width() - 1).cwiseAbs();
    }

private:
    Index width() const { return m_features.width(); }

    /// Towards `next`, by half as far as long as that raises what is to be made least.
    void advance(Eigen::VectorXd next, const Eigen::VectorXd& l1) {
        const auto cost = [&](const Sums& sums, const Eigen::VectorXd& at) { return sums.loss + l1.dot(at.cwiseAbs()); };
        const double before = cost(m_sums, m_point);
        Sums sums = sumsAt(next);
        for (int half = 0; half < 30 && !(cost(sums, next) <= before + 1e-14 * std::abs(before)); ++half) {
            next = (next + m_point) / 2;
            sums = sumsAt(next);
        }
        m_point = std::move(next);
        m_sums = std::move(sums);
    }

    Sums sumsAt(const Eigen::VectorXd& point) const {
        const Sums zero{0, Eigen::VectorXd::Zero(width()), Eigen::MatrixXd::Zero(width(), width())};
        const std::size_t rows = m_features.rows();
        Sums sums = parallelSum(rows, std::max<std::size_t>(4096, (rows + 31) / 32), zero, [&](Range part) {
            Sums own = zero;
            Eigen::MatrixXd block;
            for (std::size_t begin = part.begin; begin < part.end; begin += 512) {
                m_context.throwIfStopped();
                m_features.load({begin, std::min(part.end, begin + 512)}, block);
                addBlock(begin, point, block, own);
            }
            return own;
        });
        const auto n = static_cast<double>(rows);
        return {sums.loss / n, sums.gradient / n, sums.hessian / n};
    }

    void addBlock(std::size_t begin, const Eigen::VectorXd& point, Eigen::MatrixXd& block, Sums& sums) const {
        Eigen::VectorXd residuals = block.transpose() * point;
        for (Index i = 0; i < residuals.size(); ++i) {
            const double score = residuals[i], truth = m_truth[static_cast<Index>(begin) + i];
            residuals[i] = m_logistic ? 1 / (1 + std::exp(-score)) - truth : score - truth;
            sums.loss += m_logistic ? std::max(score, 0.0) - truth * score + std::log1p(std::exp(-std::abs(score)))
                                    : residuals[i] * residuals[i] / 2;
        }
        sums.gradient += block * residuals;
        if (m_logistic)
            for (Index i = 0; i < residuals.size(); ++i) {
                const double said = residuals[i] + m_truth[static_cast<Index>(begin) + i];
                block.col(i) *= std::sqrt(std::max(said * (1 - said), 1e-12));
            }
        sums.hessian.selfadjointView<Eigen::Lower>().rankUpdate(block);
    }

    const Standardised& m_features;
    Eigen::VectorXd m_truth;
    bool m_logistic;
    const JobContext& m_context;
    Eigen::VectorXd m_point;
    Sums m_sums;
};

/// 1 where a row is of class `label`; nothing when no row is, or every one.
std::optional<Eigen::VectorXd> indicator(const Target& target, int label) {
    Eigen::VectorXd truth(static_cast<Index>(target.classes.size()));
    for (Index i = 0; i < truth.size(); ++i)
        truth[i] = target.classes[static_cast<std::size_t>(i)] == label ? 1 : 0;
    if (truth.sum() == 0 || truth.sum() == static_cast<double>(truth.size())) return std::nullopt;
    return truth;
}

std::vector<L1Problem> problemsOf(const Standardised& features, const Target& target, const JobContext& context) {
    std::vector<L1Problem> problems;
    if (features.rows() < 2) return problems;
    if (target.task == Task::Regression) {
        problems.emplace_back(features, target.values, false, context);
        return problems;
    }
    for (int label = target.classCount() == 2 ? 1 : 0; label < target.classCount(); ++label)
        if (auto truth = indicator(target, label)) problems.emplace_back(features, std::move(*truth), true, context);
    return problems;
}

}  // namespace

std::vector<double> l1Weights(const Table& table, const std::vector<std::size_t>& columns, const Target& target,
                              const L1Strength& strength, const JobContext& context) {
    if (columns.size() > kMostColumns)
        throw Error("Selecting by L1 weighs all " + std::to_string(columns.size()) + " columns against each other: that takes too long.",
                    {.parameter = "by"}, "Select by f-test first, or name at most " + std::to_string(kMostColumns) + " columns.");
    const Standardised features(table, columns);
    std::vector<L1Problem> problems = problemsOf(features, target, context);
    double strongest = 0;
    for (const L1Problem& problem : problems) strongest = std::max(strongest, problem.strongest());
    const auto weightsAt = [&](double share) {
        std::vector<double> weights(columns.size());
        for (L1Problem& problem : problems) {
            const Eigen::VectorXd own = problem.weightsAt(share * strongest);
            for (std::size_t j = 0; j < weights.size(); ++j) weights[j] = std::max(weights[j], own[static_cast<Index>(j)]);
        }
        return weights;
    };
    if (!(strongest > 0)) return std::vector<double>(columns.size());
    if (strength.columns == 0) return weightsAt(strength.share);
    constexpr double fall = 0.95, least = 1e-4;
    std::vector<double> weights;
    for (double share = fall; share > least; share *= fall) {
        weights = weightsAt(share);
        const auto there = std::count_if(weights.begin(), weights.end(), [](double weight) { return weight > 0; });
        if (static_cast<std::size_t>(there) >= strength.columns) break;
    }
    return weights;
}

}  // namespace holdout
