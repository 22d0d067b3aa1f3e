// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/logistic_resamples.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace holdout {
namespace {

using Eigen::Index;

// A lane belongs to a resample: a number of a row is read once for all of them, and what a lane computes does not depend on
// its neighbours.
constexpr Index kLanes = 8;
using Lanes = double __attribute__((vector_size(64), aligned(8), may_alias));
using LaneMatrix = Eigen::Matrix<double, kLanes, Eigen::Dynamic>;

/// Columns whose sums stay in registers.
constexpr Index kTile = 4;
/// Rows between one tile and the next: they and their scores stay in the first cache.
constexpr Index kRowsAtOnce = 64;
/// Rows whose curvatures are multiplied out at once.
constexpr Index kRowsOfHessian = 256;

constexpr Index kMostColumns = 64, kMostNumbers = Index{1} << 22;
constexpr int kMostSteps = 40;
/// Steps no longer than this that do not get shorter are rounding.
constexpr double kRounding = 1e-8;

const Lanes* lanes(const double* values) {
    return reinterpret_cast<const Lanes*>(values);
}
Lanes* lanes(double* values) {
    return reinterpret_cast<Lanes*>(values);
}

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A lane's way to its optimum.
class Descent {
public:
    Descent(Eigen::VectorXd start, const Eigen::MatrixXd& hessian)
        : m_point(std::move(start)), m_factor(hessian), m_isOpen(m_factor.info() == Eigen::Success) {}

    const Eigen::VectorXd& point() const { return m_point; }
    bool isOpen() const { return m_isOpen; }
    bool hasConverged() const { return m_hasConverged; }

    void step(const Eigen::VectorXd& gradient, double tolerance) {
        if (m_gradient.size() > 0) remember(gradient - m_gradient);
        m_gradient = gradient;
        m_step = direction(gradient);
        const double length = m_step.cwiseAbs().maxCoeff();
        m_point += m_step;
        const double scale = std::max(1.0, m_point.cwiseAbs().maxCoeff());
        const bool shrinks = length <= 0.5 * m_length;
        m_hasConverged = length <= std::max(tolerance, shrinks ? 0 : kRounding) * scale;
        m_isOpen = shrinks && !m_hasConverged;
        m_length = length;
    }

private:
    struct Pair {
        Eigen::VectorXd step, change;
        double inverse;
    };

    void remember(Eigen::VectorXd change) {
        const double curvature = m_step.dot(change);
        if (curvature > 0) m_pairs.push_back({m_step, std::move(change), 1 / curvature});
    }

    Eigen::VectorXd direction(Eigen::VectorXd gradient) const {
        std::array<double, kMostSteps> factors;
        for (std::size_t i = m_pairs.size(); i-- > 0;) {
            factors[i] = m_pairs[i].inverse * m_pairs[i].step.dot(gradient);
            gradient -= factors[i] * m_pairs[i].change;
        }
        m_factor.solveInPlace(gradient);
        for (std::size_t i = 0; i < m_pairs.size(); ++i)
            gradient += (factors[i] - m_pairs[i].inverse * m_pairs[i].change.dot(gradient)) * m_pairs[i].step;
        return -gradient;
    }

    Eigen::VectorXd m_point, m_gradient, m_step;
    Eigen::LLT<Eigen::MatrixXd> m_factor;
    std::vector<Pair> m_pairs;
    double m_length = std::numeric_limits<double>::infinity();
    bool m_isOpen, m_hasConverged = false;
};

class LogisticResamples final : public ResampleSolver {
public:
    LogisticResamples(const DesignMatrix& design, const TrainingSet& training, double lambda,
                      const RawCoefficients& start, const StopRule& rule)
        : m_design(design),
          m_training(training),
          m_rule(rule),
          m_start(design.standardisation().fromRaw(start).col(0)),
          m_width((design.columns() + kTile - 1) / kTile * kTile) {
        m_penalties = Eigen::VectorXd::Zero(m_start.size());
        m_penalties.tail(design.columns()) = design.penalties(lambda, 2);
        Eigen::MatrixXd columns(design.rows(), design.columns());
        design.standardise(design.allColumns(), columns);
        m_rows = RowMajor::Zero(design.rows(), m_width);
        m_rows.leftCols(design.columns()) = columns;
        m_truth.resize(design.rows());
        for (Index i = 0; i < m_truth.size(); ++i) m_truth[i] = training.target.classes[static_cast<std::size_t>(i)];
        const Eigen::ArrayXd odds = (-((columns * m_start.tail(design.columns())).array() + m_start[0]).abs()).exp();
        m_curvatures = odds / (1 + odds).square();
    }

    std::vector<std::optional<RawCoefficients>> solve(std::span<const RowCounts* const> resamples,
                                                      JobContext& context) const override {
        std::vector<std::optional<RawCoefficients>> found(resamples.size());
        std::vector<double> factors;
        for (const RowCounts* counts : resamples) factors.push_back(1 / total(*counts));
        const Eigen::MatrixXf hessians = hessiansOf(resamples, factors, context);
        const std::vector<Range> groups = chunks(resamples.size(), kLanes);
        parallelFor(groups.size(), [&](std::size_t g) {
            const Range& group = groups[g];
            std::vector<Descent> descents;
            for (std::size_t r = group.begin; r < group.end; ++r)
                descents.emplace_back(m_start, hessian(hessians.col(static_cast<Index>(r))));
            descend(descents, weightsOf(resamples.subspan(group.begin, group.size()), factors.data() + group.begin), context);
            for (std::size_t r = group.begin; r < group.end; ++r) {
                const Descent& descent = descents[r - group.begin];
                if (descent.hasConverged() && varies(*resamples[r]))
                    found[r] = m_design.toRaw(descent.point().tail(m_design.columns()), descent.point().head(1));
            }
        });
        return found;
    }

private:
    double weight(Index row) const { return m_training.weights.size() == 0 ? 1 : m_training.weights[row]; }

    double total(const RowCounts& counts) const {
        double sum = 0;
        for (std::size_t i = 0; i < counts.size(); ++i) sum += counts[i] * weight(static_cast<Index>(i));
        return sum;
    }

    /// Whether every column varies in the resample: one that does not is left out of it, which its user is told.
    bool varies(const RowCounts& counts) const {
        const auto counted = [&](std::size_t i) { return counts[i] > 0 && weight(static_cast<Index>(i)) > 0; };
        std::size_t first = 0;
        while (first < counts.size() && !counted(first)) ++first;
        for (Index j = 0; j < m_design.columns(); ++j) {
            const auto column = m_design.raw(j);
            std::size_t i = first;
            const auto differs = [&] { return column[static_cast<Index>(i)] != column[static_cast<Index>(first)]; };
            while (i < counts.size() && !(counted(i) && differs())) ++i;
            if (i == counts.size()) return false;
        }
        return true;
    }

    /// The lower triangles of the resamples' Hessians at the start, one a column. Single precision: they only say where
    /// to go, not where to stop.
    Eigen::MatrixXf hessiansOf(std::span<const RowCounts* const> resamples, const std::vector<double>& factors,
                               JobContext& context) const {
        const Index size = m_start.size(), count = static_cast<Index>(resamples.size());
        // Always as many columns: a product's bits depend on how many there are.
        Eigen::MatrixXf sums = Eigen::MatrixXf::Zero(size * (size + 1) / 2, kTogether);
        Eigen::MatrixXf products(kRowsOfHessian, sums.rows()), columns(kRowsOfHessian, size);
        Eigen::MatrixXf shares = Eigen::MatrixXf::Zero(kRowsOfHessian, kTogether);
        for (Index begin = 0; begin < m_design.rows(); begin += kRowsOfHessian) {
            context.throwIfStopped();
            const Index rows = std::min(kRowsOfHessian, m_design.rows() - begin);
            columns.col(0).setOnes();
            columns.topRightCorner(rows, size - 1) = m_rows.block(begin, 0, rows, size - 1).cast<float>();
            const Eigen::ArrayXf curvatures = m_curvatures.segment(begin, rows).cast<float>();
            for (Index j = 0, next = 0; j < size; ++j) {
                const Eigen::ArrayXf left = columns.col(j).head(rows).array() * curvatures;
                for (Index k = j; k < size; ++k, ++next)
                    products.col(next).head(rows) = left * columns.col(k).head(rows).array();
            }
            for (Index r = 0; r < count; ++r) {
                const RowCounts& counts = *resamples[static_cast<std::size_t>(r)];
                const double factor = factors[static_cast<std::size_t>(r)];
                for (Index i = 0; i < rows; ++i)
                    shares(i, r) = static_cast<float>(counts[static_cast<std::size_t>(begin + i)] * weight(begin + i) * factor);
            }
            sums.noalias() += products.topRows(rows).transpose() * shares.topRows(rows);
        }
        return sums;
    }

    Eigen::MatrixXd hessian(const Eigen::VectorXf& triangle) const {
        Eigen::MatrixXd hessian(m_start.size(), m_start.size());
        for (Index j = 0, next = 0; j < hessian.cols(); ++j)
            for (Index k = j; k < hessian.cols(); ++k, ++next)
                hessian(k, j) = hessian(j, k) = static_cast<double>(triangle[next]);
        hessian.diagonal() += m_penalties;
        return hessian;
    }

    /// The resamples' shares of the rows, one a lane; lanes without one have none.
    LaneMatrix weightsOf(std::span<const RowCounts* const> resamples, const double* factors) const {
        LaneMatrix weights = LaneMatrix::Zero(kLanes, m_design.rows());
        for (std::size_t r = 0; r < resamples.size(); ++r)
            for (Index i = 0; i < weights.cols(); ++i)
                weights(static_cast<Index>(r), i) = (*resamples[r])[static_cast<std::size_t>(i)] * weight(i) * factors[r];
        return weights;
    }

    void descend(std::vector<Descent>& descents, const LaneMatrix& weights, JobContext& context) const {
        const auto anyOpen = [&] {
            return std::any_of(descents.begin(), descents.end(), [](const Descent& descent) { return descent.isOpen(); });
        };
        LaneMatrix points = LaneMatrix::Zero(kLanes, 1 + m_width), gradients(kLanes, 1 + m_width);
        for (int steps = 0; steps < kMostSteps && anyOpen(); ++steps) {
            context.throwIfStopped();
            for (std::size_t r = 0; r < descents.size(); ++r)
                points.row(static_cast<Index>(r)).head(m_start.size()) = descents[r].point();
            gradients.setZero();
            for (Index begin = 0; begin < m_design.rows(); begin += kRowsAtOnce)
                addGradients(begin, std::min(kRowsAtOnce, m_design.rows() - begin), points, weights, gradients);
            for (std::size_t r = 0; r < descents.size(); ++r) {
                if (!descents[r].isOpen()) continue;
                const Eigen::VectorXd slope = gradients.row(static_cast<Index>(r)).head(m_start.size()).transpose();
                descents[r].step(slope + m_penalties.cwiseProduct(descents[r].point()), m_rule.tolerance);
            }
        }
    }

    void addGradients(Index begin, Index count, const LaneMatrix& points, const LaneMatrix& weights,
                      LaneMatrix& gradients) const {
        alignas(64) double room[kRowsAtOnce * kLanes];
        Lanes* values = lanes(room);
        const Lanes* point = lanes(points.data());
        const double* rows = m_rows.data() + begin * m_width;
        for (Index i = 0; i < count; ++i) values[i] = -point[0];
        for (Index j = 0; j < m_width; j += kTile) subtractScores(rows + j, count, point + 1 + j, values);
        Eigen::Map<Eigen::ArrayXd, Eigen::Aligned64> odds(room, count * kLanes);
        odds = odds.exp();
        const Lanes* shares = lanes(weights.data() + begin * kLanes);
        Lanes* gradient = lanes(gradients.data());
        Lanes sum = gradient[0];
        for (Index i = 0; i < count; ++i) {
            values[i] = shares[i] * (1.0 / (1.0 + values[i]) - m_truth[begin + i]);
            sum += values[i];
        }
        gradient[0] = sum;
        for (Index j = 0; j < m_width; j += kTile) addProducts(rows + j, count, values, gradient + 1 + j);
    }

    void subtractScores(const double* rows, Index count, const Lanes* weights, Lanes* scores) const {
        const Lanes a = weights[0], b = weights[1], c = weights[2], d = weights[3];
        for (Index i = 0; i < count; ++i, rows += m_width)
            scores[i] = scores[i] - rows[0] * a - rows[1] * b - rows[2] * c - rows[3] * d;
    }

    void addProducts(const double* rows, Index count, const Lanes* residuals, Lanes* sums) const {
        Lanes a = sums[0], b = sums[1], c = sums[2], d = sums[3];
        for (Index i = 0; i < count; ++i, rows += m_width) {
            const Lanes residual = residuals[i];
            a += rows[0] * residual;
            b += rows[1] * residual;
            c += rows[2] * residual;
            d += rows[3] * residual;
        }
        sums[0] = a;
        sums[1] = b;
        sums[2] = c;
        sums[3] = d;
    }

    const DesignMatrix& m_design;
    const TrainingSet& m_training;
    StopRule m_rule;
    Eigen::VectorXd m_start;  ///< the intercept, then the weights
    Index m_width;            ///< columns, with columns of zeros for whole tiles
    Eigen::VectorXd m_penalties, m_truth, m_curvatures;
    RowMajor m_rows;  ///< standardised
};

}  // namespace

std::unique_ptr<const ResampleSolver> makeLogisticResamples(const DesignMatrix& design, const TrainingSet& training,
                                                            double lambda, const RawCoefficients& start,
                                                            const StopRule& rule) {
    if (design.isSparse() || training.target.classCount() != 2 || design.columns() == 0 || design.columns() > kMostColumns ||
        design.rows() * design.columns() > kMostNumbers)
        return nullptr;
    return std::make_unique<LogisticResamples>(design, training, lambda, start, rule);
}

}  // namespace holdout
