// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/pinball.h"

#include "base/format.h"

namespace holdout {
namespace {

using Vector = Eigen::ArrayXd;

constexpr Eigen::Index kMostColumns = 4000;
constexpr double kAlmost = 0.995;  // of the way to the nearest bound

/// How far `values` can move along `step` before one reaches 0, at most 1.
double longestStep(const Vector& values, const Vector& step) {
    double length = 1;
    for (Eigen::Index i = 0; i < values.size(); ++i)
        if (step[i] < 0) length = std::min(length, kAlmost * values[i] / -step[i]);
    return length;
}

/// The problem times the number of rows, with |w_j| as further rows of the same kind. Splits each r into u - v, both
/// positive, with the slopes left of them, above - a and below + a, positive too; a is the dual.
class InteriorPoint {
public:
    InteriorPoint(const PinballProblem& problem, JobContext& context)
        : m_problem(problem), m_context(context), m_design(problem.design), m_rows(m_design.rows()) {
        const Eigen::Index columns = m_design.columns();
        const auto scale = static_cast<double>(m_rows);
        for (Eigen::Index j = 0; j < columns; ++j)
            if (problem.l1[j] > 0) m_absolute.push_back(j);
        const Eigen::Index all = m_rows + static_cast<Eigen::Index>(m_absolute.size());
        m_goals = Vector::Zero(all);
        m_goals.head(m_rows) = problem.goals;
        Vector above(all), below(all);
        above << scale * problem.above * m_design.shares().array(), scale * problem.l1(m_absolute).array();
        below << scale * problem.below * m_design.shares().array(), scale * problem.l1(m_absolute).array();
        m_counts = (above + below > 0).cast<double>();
        m_quadratic = Eigen::VectorXd::Zero(1 + columns);
        m_quadratic.tail(columns) = scale * problem.l2;
        m_point = Eigen::VectorXd::Zero(1 + columns);
        m_dual = 0.5 * (above - below);
        // Rows without weight stand aside: their positive parts are 1 and never move.
        m_upSlope = (m_counts > 0).select(above - m_dual, 1);
        m_downSlope = (m_counts > 0).select(below + m_dual, 1);
        const double margin = (m_goals * m_counts).abs().sum() / std::max(1.0, m_counts.sum()) + 1e-3;
        m_up = (m_counts > 0).select(m_goals.max(0) + margin, 1);
        m_down = (m_counts > 0).select((-m_goals).max(0) + margin, 1);
    }

    /// The sum of the products that are 0 at the solution, as a part of the objective.
    double gap() const {
        const double products = (m_counts * (m_up * m_upSlope + m_down * m_downSlope)).sum();
        const double objective = (m_counts * (m_up * (m_upSlope + m_dual) + m_down * (m_downSlope - m_dual))).sum() +
                                 0.5 * m_quadratic.dot(m_point.cwiseAbs2());
        return products / std::max(objective, 1e-10 * static_cast<double>(m_rows));
    }

    /// One predictor and corrector step; false when rounding ends the progress.
    bool step() {
        const double count = 2 * m_counts.sum();
        const double mu = (m_counts * (m_up * m_upSlope + m_down * m_downSlope)).sum() / count;
        if (!factorise()) return false;
        Direction move = direction(-m_up * m_upSlope, -m_down * m_downSlope);
        const double far = lengthOf(move);
        const Vector upThen = (m_up + far * move.up) * (m_upSlope + far * move.upSlope());
        const Vector downThen = (m_down + far * move.down) * (m_downSlope + far * move.dual);
        const double muThen = (m_counts * (upThen + downThen)).sum() / count;
        const double centre = mu * std::pow(muThen / mu, 3);
        move = direction(centre - m_up * m_upSlope - move.up * move.upSlope(),
                         centre - m_down * m_downSlope - move.down * move.dual);
        const double length = lengthOf(move);
        if (!(length > 1e-10) || !move.point.allFinite()) return false;
        m_point += length * move.point;
        m_up += length * move.up;
        m_down += length * move.down;
        m_dual += length * move.dual;
        m_upSlope += length * move.upSlope();
        m_downSlope += length * move.dual;
        return true;
    }

    /// Where it is, with what the L1 penalty holds at zero exactly there.
    Eigen::VectorXd point() const {
        Eigen::VectorXd clean = m_point;
        if (m_absolute.empty()) return clean;
        const double least = 1e-7 * std::max(1e-3, m_point.tail(m_point.size() - 1).cwiseAbs().maxCoeff());
        for (const Eigen::Index j : m_absolute)
            if (std::abs(clean[1 + j]) < least) clean[1 + j] = 0;
        return clean;
    }

private:
    struct Direction {
        Eigen::VectorXd point;
        Vector up, down, dual;
        Vector upSlope() const { return -dual; }
    };

    /// Every row's product with a point: signed scores, then the weights that have an L1 penalty.
    Vector times(const Eigen::VectorXd& point) const {
        Vector product(m_goals.size());
        const Eigen::VectorXd weights = point.tail(m_design.columns());
        product.head(m_rows) = m_problem.signs.array() * (m_design.times(weights, m_context).array() + point[0]);
        product.tail(m_goals.size() - m_rows) = weights(m_absolute).array();
        return product;
    }

    Eigen::VectorXd cross(const Vector& rows) const {
        const Eigen::VectorXd signedRows = m_problem.signs.array() * rows.head(m_rows);
        Eigen::VectorXd product(1 + m_design.columns());
        product[0] = signedRows.sum();
        product.tail(m_design.columns()) = m_design.cross(signedRows, m_context);
        for (std::size_t k = 0; k < m_absolute.size(); ++k)
            product[1 + m_absolute[k]] += rows[m_rows + static_cast<Eigen::Index>(k)];
        return product;
    }

    bool factorise() {
        m_inverse = m_counts / (m_up / m_upSlope + m_down / m_downSlope);
        const Eigen::Index width = m_point.size();
        const auto rows = static_cast<std::size_t>(m_rows);
        const Eigen::MatrixXd zero = Eigen::MatrixXd::Zero(width, width);
        Eigen::MatrixXd system = parallelSum(rows, rowGrain(rows), zero, [&](Range part) {
            m_context.throwIfStopped();
            Eigen::MatrixXd sums = zero;
            Block block(kBlockRows, width), weighted(kBlockRows, width);
            block.col(0).setOnes();
            BlockVector weights = BlockVector::Zero();
            for (std::size_t begin = part.begin; begin < part.end; begin += kBlockRows) {
                const auto from = static_cast<Eigen::Index>(begin);
                const Eigen::Index count = std::min(kBlockRows, m_rows - from);
                m_design.load(begin, m_design.allColumns(), block, 1);
                weights.head(count) = m_inverse.segment(from, count);
                weights.tail(kBlockRows - count).setZero();
                weighted = block.array().colwise() * weights.array();
                addGram(block, weighted, sums);
            }
            return sums;
        });
        system.diagonal() += m_quadratic;
        for (std::size_t k = 0; k < m_absolute.size(); ++k)
            system(1 + m_absolute[k], 1 + m_absolute[k]) += m_inverse[m_rows + static_cast<Eigen::Index>(k)];
        system.diagonal() *= 1 + 1e-13;
        m_factor.compute(system);
        return m_factor.info() == Eigen::Success;
    }

    /// Newton's step to products u * slope that differ from the present by `upChange` and `downChange`.
    Direction direction(const Vector& upChange, const Vector& downChange) const {
        Direction move;
        const Vector apart = times(m_point) + m_up - m_down - m_goals;
        const Vector wanted = m_counts * (-apart - upChange / m_upSlope + downChange / m_downSlope);
        const Eigen::VectorXd slope = m_quadratic.cwiseProduct(m_point) - cross(m_counts * m_dual);
        move.point = m_factor.solve(cross(m_inverse * wanted) - slope);
        move.dual = m_inverse * (wanted - times(move.point));
        move.up = m_counts * (upChange + m_up * move.dual) / m_upSlope;
        move.down = m_counts * (downChange - m_down * move.dual) / m_downSlope;
        return move;
    }

    double lengthOf(const Direction& move) const {
        return std::min({longestStep(m_up, move.up), longestStep(m_down, move.down),
                         longestStep(m_upSlope, move.upSlope()), longestStep(m_downSlope, move.dual)});
    }

    const PinballProblem& m_problem;
    JobContext& m_context;
    const DesignMatrix& m_design;
    Eigen::Index m_rows;
    std::vector<Eigen::Index> m_absolute;  ///< columns with an L1 penalty
    Vector m_goals, m_counts;              ///< counts: 0 for rows without weight, else 1
    Eigen::VectorXd m_quadratic, m_point;
    Vector m_dual, m_up, m_down, m_upSlope, m_downSlope, m_inverse;
    Eigen::LLT<Eigen::MatrixXd> m_factor;
};

}  // namespace

LossFit minimisePinball(const PinballProblem& problem, const StopRule& rule, JobContext& context) {
    constexpr double kGap = 1e-12;
    if (problem.design.columns() > kMostColumns)
        throw Error("This loss cannot be fitted to more than " + formatCount(kMostColumns) + " features.",
                    {.parameter = "loss"}, "Choose a smooth loss, or fewer features.");
    InteriorPoint state(problem, context);
    LossFit fit;
    for (std::int64_t iteration = 0; iteration < std::min<std::int64_t>(rule.maxIterations, 200); ++iteration) {
        if (context.shouldFinish() || !state.step()) break;
        fit.converged = state.gap() <= kGap;
        if (fit.converged) break;
    }
    // Rounding may end the steps a little before the goal; what is left is then below what a person would see.
    fit.converged = fit.converged || state.gap() <= 1e-8;
    fit.point = state.point();
    return fit;
}

}  // namespace holdout
