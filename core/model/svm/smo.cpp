// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/svm/smo.h"

#include <algorithm>
#include <limits>

#include "model/svm/kernel_cache.h"

namespace holdout {
namespace {

using Eigen::Index;

// Eight variables at a time. Maxima are the same in any order, so that nothing here depends on how registers are
// filled.
constexpr Index lanes = 8;
using Doubles = double __attribute__((vector_size(64), aligned(8), may_alias));
using Floats = float __attribute__((vector_size(32), aligned(4), may_alias));

/// Variables whose largest is remembered, so that finding where it stands means looking through these only.
constexpr Index tile = 512;
constexpr double infinity = std::numeric_limits<double>::infinity();
/// Curvature in place of none (Fan, Chen, Lin 2005).
constexpr double leastCurvature = 1e-12;

template <typename Vector>
auto largest(const Vector& vector) {
    auto result = vector[0];
    for (Index i = 1; i < lanes; ++i) result = std::max(result, vector[i]);
    return result;
}

/// Variables [begin, end), none of which belongs to another block; `shift` less than a variable's place is its row.
struct Tile {
    Index begin = 0, end = 0, shift = 0;
    double top = 0;  ///< the largest slope that may grow
    float gain = 0;  ///< the most that a partner in this tile brings
};

const Doubles& doublesAt(const double* values, Index i) {
    return *reinterpret_cast<const Doubles*>(values + i);
}

const Floats& floatsAt(const float* values, Index i) {
    return *reinterpret_cast<const Floats*>(values + i);
}

class Smo {
public:
    Smo(const SmoProblem& problem, const SmoSettings& settings)
        : m_problem(problem),
          m_settings(settings),
          m_rows(problem.rows.size()),
          m_stride(problem.rows.padded()),
          m_blocks(problem.signs.size() / problem.rows.size()),
          m_cache(problem.rows, settings.cacheBytes) {
        const Index room = m_blocks * m_stride;
        m_slopes = Eigen::VectorXd::Zero(room);
        m_up = Eigen::VectorXd::Constant(room, -infinity);
        m_low = Eigen::VectorXd::Constant(room, infinity);
        m_signs = Eigen::VectorXd::Ones(room);
        m_limits = Eigen::VectorXd::Zero(room);
        m_alphas = Eigen::VectorXd::Zero(room);
        m_diagonal.resize(m_stride);
        m_diagonal.setConstant(1);
        m_diagonal.head(m_rows) = problem.rows.diagonal().cast<float>();
        for (Index block = 0; block < m_blocks; ++block) {
            m_slopes.segment(block * m_stride, m_rows) = problem.start.segment(block * m_rows, m_rows);
            m_signs.segment(block * m_stride, m_rows) = problem.signs.segment(block * m_rows, m_rows);
            m_limits.segment(block * m_stride, m_rows) = problem.limits.segment(block * m_rows, m_rows);
            for (Index i = 0; i < m_rows; ++i) setDirections(block * m_stride + i);
        }
        for (Index block = 0; block < m_blocks; ++block)
            for (Index begin = 0; begin < m_stride; begin += tile)
                m_tiles.push_back(
                    {block * m_stride + begin, block * m_stride + std::min(begin + tile, m_stride), block * m_stride});
        // A step of 0 looks around only; any kernel will do.
        const Eigen::VectorXf nothing = Eigen::VectorXf::Zero(m_stride);
        follow(0, nothing.data(), nothing.data());
    }

    SmoSolution solve(const JobContext& context) {
        SmoSolution solution;
        for (; solution.iterations < m_settings.maxIterations; ++solution.iterations) {
            if (solution.iterations % 32 == 0) {
                context.throwIfStopped();
                if (context.shouldFinish()) break;
            }
            if (!(m_top - m_bottom >= m_settings.tolerance)) {
                solution.converged = true;
                break;
            }
            const Index first = firstAtTop();
            const float* firstKernel = m_cache.row(first % m_stride);
            const Index second = partnerOf(first, firstKernel);
            const float* secondKernel = m_cache.row(second % m_stride);
            const double step = move(first, second, firstKernel);
            follow(step, firstKernel, secondKernel);
        }
        finish(solution);
        return solution;
    }

private:
    // In terms of s_t = y_t a_t: m_slopes holds -y_t times the gradient. m_up is 0 where s_t may grow, m_low where it
    // may shrink; there they change nothing in a sum, elsewhere infinity rules the variable out.

    void setDirections(Index t) {
        const bool more = m_alphas[t]<m_limits[t], less = m_alphas[t]> 0;
        m_up[t] = (m_signs[t] > 0 ? more : less) ? 0 : -infinity;
        m_low[t] = (m_signs[t] > 0 ? less : more) ? 0 : infinity;
    }

    Index firstAtTop() const {
        Index t = bestTile([](const Tile& each) { return each.top; }).begin;
        while (m_slopes[t] + m_up[t] != m_top) ++t;
        return t;
    }

    /// The first tile of those for which `value` is largest.
    template <typename Value>
    const Tile& bestTile(const Value& value) const {
        return *std::max_element(m_tiles.begin(), m_tiles.end(),
                                 [&](const Tile& a, const Tile& b) { return value(a) < value(b); });
    }

    /// What the pair of the variable at the top and each variable of a register gains: (difference of slopes)² /
    /// curvature. float32 will do: it only chooses.
    Floats gainsOf(Index t, Index row, float diagonal, const float* kernel) const {
        const Floats difference =
            __builtin_convertvector(m_top - (doublesAt(m_slopes.data(), t) + doublesAt(m_low.data(), t)), Floats);
        Floats curvature = diagonal + floatsAt(m_diagonal.data(), row) - 2 * floatsAt(kernel, row);
        const Floats least = Floats{} + static_cast<float>(leastCurvature);
        curvature = curvature > least ? curvature : least;
        return difference > 0 ? difference * difference / curvature : Floats{} - 1;
    }

    /// The variable whose pair with `first` gains most; the first of equal ones.
    Index partnerOf(Index first, const float* kernel) {
        const float diagonal = m_diagonal[first % m_stride];
        for (Tile& part : m_tiles) {
            Floats most = Floats{} - 1;
            for (Index t = part.begin; t < part.end; t += lanes) {
                const Floats gains = gainsOf(t, t - part.shift, diagonal, kernel);
                most = gains > most ? gains : most;
            }
            part.gain = largest(most);
        }
        const Tile& part = bestTile([](const Tile& each) { return each.gain; });
        Index best = -1;
        float most = -1;
        for (Index t = part.begin; t < part.end; t += lanes) {
            const Floats gains = gainsOf(t, t - part.shift, diagonal, kernel);
            for (Index lane = 0; lane < lanes; ++lane)
                if (gains[lane] > most) {
                    most = gains[lane];
                    best = t + lane;
                }
        }
        if (best >= 0) return best;
        throw Error("The kernel's values are too large to compute with.", {.parameter = "kernel"},
                    "Standardize the features, lower gamma or the degree.");
    }

    /// Moves s of `first` up and that of `second` down by the best step that stays within the limits, which is
    /// returned.
    double move(Index first, Index second, const float* firstKernel) {
        const double curvature = static_cast<double>(m_diagonal[first % m_stride]) +
                                 static_cast<double>(m_diagonal[second % m_stride]) -
                                 2 * static_cast<double>(firstKernel[second % m_stride]);
        double step = (m_slopes[first] - m_slopes[second]) / std::max(curvature, leastCurvature);
        const double roomUp = m_signs[first] > 0 ? m_limits[first] - m_alphas[first] : m_alphas[first];
        const double roomDown = m_signs[second] > 0 ? m_alphas[second] : m_limits[second] - m_alphas[second];
        step = std::min(step, std::min(roomUp, roomDown));
        // What reaches its limit is set there to the bit, so that it counts as bound.
        if (step >= roomUp)
            m_alphas[first] = m_signs[first] > 0 ? m_limits[first] : 0;
        else
            m_alphas[first] += m_signs[first] * step;
        if (step >= roomDown)
            m_alphas[second] = m_signs[second] > 0 ? 0 : m_limits[second];
        else
            m_alphas[second] -= m_signs[second] * step;
        setDirections(first);
        setDirections(second);
        return step;
    }

    /// Takes the step along in all slopes, and looks for the largest that may grow and the least that may shrink.
    void follow(double step, const float* firstKernel, const float* secondKernel) {
        Doubles bottom = Doubles{} + infinity;
        for (Tile& part : m_tiles) {
            Doubles top = Doubles{} - infinity;
            for (Index t = part.begin; t < part.end; t += lanes) {
                const Doubles up = __builtin_convertvector(floatsAt(firstKernel, t - part.shift), Doubles);
                const Doubles down = __builtin_convertvector(floatsAt(secondKernel, t - part.shift), Doubles);
                const Doubles slopes = doublesAt(m_slopes.data(), t) - step * (up - down);
                *reinterpret_cast<Doubles*>(m_slopes.data() + t) = slopes;
                const Doubles upper = slopes + doublesAt(m_up.data(), t), lower = slopes + doublesAt(m_low.data(), t);
                top = upper > top ? upper : top;
                bottom = lower < bottom ? lower : bottom;
            }
            part.top = largest(top);
        }
        m_bottom = -largest(-bottom);
        m_top = bestTile([](const Tile& each) { return each.top; }).top;
    }

    void finish(SmoSolution& solution) const {
        solution.alphas.resize(m_blocks * m_rows);
        double freeSum = 0;
        Index freeCount = 0;
        for (Index block = 0; block < m_blocks; ++block)
            for (Index i = 0; i < m_rows; ++i) {
                const Index t = block * m_stride + i;
                solution.alphas[block * m_rows + i] = m_alphas[t];
                solution.objective -=
                    0.5 * m_signs[t] * m_alphas[t] * (m_slopes[t] + m_problem.start[block * m_rows + i]);
                if (m_alphas[t] <= 0 || m_alphas[t] >= m_limits[t]) continue;
                freeSum += m_slopes[t];
                ++freeCount;
            }
        solution.bias = freeCount > 0 ? freeSum / static_cast<double>(freeCount) : (m_top + m_bottom) / 2;
    }

    const SmoProblem& m_problem;
    SmoSettings m_settings;
    Index m_rows, m_stride, m_blocks;
    KernelCache m_cache;
    Eigen::VectorXd m_slopes, m_up, m_low, m_signs, m_limits, m_alphas;
    Eigen::VectorXf m_diagonal;
    std::vector<Tile> m_tiles;
    double m_top = 0, m_bottom = 0;
};

}  // namespace

SmoSolution solveSmo(const SmoProblem& problem, const SmoSettings& settings, const JobContext& context) {
    return Smo(problem, settings).solve(context);
}

}  // namespace holdout
