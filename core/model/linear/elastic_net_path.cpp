// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/elastic_net_path.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "base/coordinate_descent.h"
#include "model/linear/column_products.h"
#include "model/linear/working_set.h"

namespace holdout {
namespace {

/// Sparse features of more columns are worked on by a working set, in which they are dense.
constexpr Eigen::Index kGramOfSparse = 128;
/// Bytes that paths side by side may keep.
constexpr double kMostKept = 2e9;

LeastSquaresFit fitOf(const Standardisation& scale, const Eigen::VectorXd& weights, double mean, bool converged,
                      const StopRule& rule) {
    LeastSquaresFit fit{scale.toRaw(weights, Eigen::VectorXd::Constant(1, mean)), {}};
    if (!converged) fit.warnings.push_back(notConverged(rule));
    return fit;
}

/// Tolerances are lengths of standardised weights for a target of standard deviation 1.
double toleranceFor(const StopRule& rule, double variance) {
    return rule.tolerance * std::sqrt(variance);
}

/// The standardised columns of all rows in single precision, to see which columns are worth a closer look.
class Screen {
public:
    explicit Screen(const DesignMatrix& design) : m_scale(design.standardisation()) {
        if (design.isSparse()) return;
        m_values.resize(design.rows(), design.columns());
        parallelFor(static_cast<std::size_t>(design.columns()), [&](std::size_t column) {
            const auto j = static_cast<Eigen::Index>(column);
            m_values.col(j) = ((design.raw(j).array() - design.mean(j)) / design.scale(j)).template cast<float>();
        });
    }

    const Eigen::MatrixXf& values() const { return m_values; }
    const Standardisation& scale() const { return m_scale; }

private:
    Eigen::MatrixXf m_values;
    Standardisation m_scale;
};

/// The problem with more columns than rows: the Gram matrix of the working set alone is known. Works in phases, so that
/// many may go side by side and read the columns together: see Paths.
class WidePath {
public:
    WidePath(const DesignMatrix& design, const Screen& screen, const Eigen::VectorXd& target, double l1Ratio,
             const StopRule& rule)
        : m_design(design),
          m_screen(screen),
          m_rule(rule),
          m_l1Ratio(l1Ratio),
          m_roots(design.shares().cwiseSqrt()),
          m_set(design.columns()) {
        m_mean = weightedMean(target, design.shares());
        m_answers = (target.array() - m_mean) * m_roots.array();
        m_tolerance = toleranceFor(rule, m_answers.squaredNorm());
        m_residuals = m_answers;
        m_columns.resize(design.rows(), 0);
        m_products = Eigen::VectorXd::Zero(design.columns());
        m_seen = Eigen::VectorXd::Zero(design.columns());
        m_wanted = design.allColumns();
        placeColumns();
        // Rounding of numbers and sums in single precision, by far.
        m_blur.resize(design.columns());
        for (Eigen::Index j = 0; j < m_blur.size(); ++j) {
            const double shift = (screen.scale().means[m_places[static_cast<std::size_t>(j)]] - design.mean(j)) / design.scale(j);
            m_blur[j] = 1e-5 * m_answers.norm() * std::sqrt(1 + shift * shift);
        }
    }

    /// Columns whose products with the residuals are to be taken, among the screen's.
    const std::vector<Eigen::Index>& wanted() const { return m_places; }
    /// The residuals, each times the root of its row's share.
    Eigen::VectorXd rooted() const { return m_roots.cwiseProduct(m_residuals); }

    /// The products of the screen's columns at `wanted` with rooted().
    template <typename Products>
    void see(const Products& products) {
        const double sum = m_roots.dot(m_residuals);
        for (std::size_t k = 0; k < m_wanted.size(); ++k) {
            const Eigen::Index j = m_wanted[k], place = m_places[k];
            const Standardisation& whole = m_screen.scale();
            m_products[j] = (whole.scales[place] * static_cast<double>(products(k)) +
                             (whole.means[place] - m_design.mean(j)) * sum) /
                            m_design.scale(j);
            m_seen[j] = m_moved;
        }
    }
    /// The same of sparse features, which are quick to multiply.
    void seeSparse(JobContext& context) {
        m_products = m_design.cross(rooted(), context);
        m_seen.setConstant(m_moved);
    }

    /// Once all columns were seen.
    void start() { m_previous = (m_products.cwiseAbs().cwiseQuotient(m_design.penalties(1, 1))).maxCoeff() / m_l1Ratio; }

    void begin(double lambda) {
        m_l1 = m_design.penalties(lambda * m_l1Ratio, 1);
        m_l2 = m_design.penalties(lambda * (1 - m_l1Ratio), 2);
        // The strong rule: correlations change no faster than lambda does.
        const double strong = std::max(0.0, 2 * lambda - m_previous) / std::max(lambda, 1e-300);
        grow(m_set.violators(m_products.cwiseAbs() - strong * m_l1, 0));
        m_previous = lambda;
        m_round = 0;
        m_converged = false;
    }

    /// Moves to the optimum of the working set; then columns are wanted.
    void solve(JobContext& context) {
        context.throwIfStopped();
        const Eigen::Index size = members();
        const SparseQuadratic problem{m_gram.topLeftCorner(size, size), m_cross, m_l1(m_set.members()),
                                      m_l2(m_set.members())};
        m_converged = minimiseSparseQuadratic(problem, m_rule.tolerance, m_rule.maxIterations, m_weights, m_left, context);
        moveTo(m_answers - combination(m_columns.leftCols(size), m_weights));
        m_wanted = whatMayExceed();
        placeColumns();
    }

    /// Whether the optimum of the working set is that of all columns, now that those were seen; takes what is missing into
    /// the set when not.
    bool settle(const JobContext& context) {
        if (!m_design.isSparse()) lookCloser();
        const std::vector<Eigen::Index> wrong = m_set.violators(m_products.cwiseAbs() - m_l1, 10 * m_tolerance);
        m_converged = m_converged && wrong.empty();
        if (wrong.empty() || context.shouldFinish() || ++m_round >= m_rule.maxIterations) return true;
        grow(wrong);
        return false;
    }

    LeastSquaresFit fit() const {
        return fitOf(m_design.standardisation(), m_set.scattered(m_weights), m_mean, m_converged, m_rule);
    }

private:
    Eigen::Index members() const { return static_cast<Eigen::Index>(m_set.members().size()); }

    void moveTo(Eigen::VectorXd residuals) {
        m_moved += (residuals - m_residuals).norm();
        m_residuals = std::move(residuals);
    }

    /// Columns outside the working set whose product with the residuals may have come to exceed its penalty:
    /// standardised columns have length 1, so that no product changes by more than the residuals have moved since it
    /// was taken.
    std::vector<Eigen::Index> whatMayExceed() const {
        std::vector<Eigen::Index> columns;
        for (Eigen::Index j = 0; j < m_l1.size(); ++j)
            if (!m_set.has(j) && std::abs(m_products[j]) + m_blur[j] + m_moved - m_seen[j] > m_l1[j]) columns.push_back(j);
        return columns;
    }

    /// Where the wanted columns are among the screen's, which may have more.
    void placeColumns() {
        m_places.clear();
        const std::vector<Eigen::Index>& own = m_design.standardisation().kept;
        const std::vector<Eigen::Index>& all = m_screen.scale().kept;
        auto place = all.begin();
        for (const Eigen::Index j : m_wanted) {
            place = std::lower_bound(place, all.end(), own[static_cast<std::size_t>(j)]);
            m_places.push_back(place - all.begin());
        }
    }

    /// In double precision at products that single precision cannot tell from their penalties, and at those that exceed.
    void lookCloser() {
        const Eigen::VectorXd residuals = rooted();
        for (const Eigen::Index j : m_wanted)
            if (std::abs(m_products[j]) + m_blur[j] > m_l1[j])
                m_products[j] = (m_design.raw(j).array() - m_design.mean(j)).matrix().dot(residuals) / m_design.scale(j);
    }

    /// Takes columns into the working set, with their products with all members.
    void grow(const std::vector<Eigen::Index>& added) {
        const Eigen::Index old = members(), more = static_cast<Eigen::Index>(added.size());
        if (more == 0) return;
        m_set.add(added);
        reserve(old + more);
        auto fresh = m_columns.middleCols(old, more);
        fresh = m_design.weighted(added);
        const std::vector<Range> parts = chunks(static_cast<std::size_t>(old + more), 128);
        parallelFor(parts.size(), [&](std::size_t part) {
            const auto begin = static_cast<Eigen::Index>(parts[part].begin),
                       count = static_cast<Eigen::Index>(parts[part].size());
            std::vector<Eigen::Index> own(parts[part].size());
            std::iota(own.begin(), own.end(), begin);
            columnProducts(m_columns, own, fresh, m_gram.block(begin, old, count, more));
        });
        m_gram.block(old, 0, more, old) = m_gram.block(0, old, old, more).transpose();
        m_weights.conservativeResize(old + more);
        m_weights.tail(more).setZero();
        m_cross.conservativeResize(old + more);
        m_cross.tail(more).noalias() = fresh.transpose() * m_answers;
        m_left.conservativeResize(old + more);
        m_left.tail(more).noalias() = fresh.transpose() * m_residuals;
    }

    /// Room for so many members, twice as much as asked for when it has to be made.
    void reserve(Eigen::Index size) {
        if (size <= m_columns.cols()) return;
        const Eigen::Index room = std::min(2 * size, m_design.columns());
        m_columns.conservativeResize(m_design.rows(), room);
        m_gram.conservativeResize(room, room);
    }

    const DesignMatrix& m_design;
    const Screen& m_screen;
    StopRule m_rule;
    double m_l1Ratio, m_mean = 0, m_tolerance = 0, m_previous = 0;
    Eigen::VectorXd m_roots;  ///< of the rows' shares
    WorkingSet m_set;
    Eigen::VectorXd m_answers, m_residuals;  ///< centred, each times the root of its row's share
    Eigen::VectorXd m_products;              ///< every column's with the residuals when it was seen last
    Eigen::VectorXd m_blur;                  ///< how far it may be off
    Eigen::VectorXd m_seen;                  ///< what m_moved was then
    double m_moved = 0;                      ///< how far the residuals have moved in all
    std::vector<Eigen::Index> m_wanted, m_places;
    Eigen::MatrixXd m_columns, m_gram;               ///< of the working set, with room for more
    Eigen::VectorXd m_weights, m_cross, m_left;      ///< of the working set; m_left: m_cross less m_gram * m_weights
    Eigen::VectorXd m_l1, m_l2;                      ///< by column
    std::int64_t m_round = 0;
    bool m_converged = false;
};

/// Paths side by side, which read the screen's columns together: once for all of them, where each alone would wait for
/// memory.
class Paths {
public:
    Paths(std::vector<std::unique_ptr<WidePath>> paths, const Screen& screen, bool sparse)
        : m_paths(std::move(paths)),
          m_screen(screen),
          m_isSparse(sparse),
          m_residuals(screen.values().rows(), static_cast<Eigen::Index>(m_paths.size())),
          m_products(screen.values().cols(), static_cast<Eigen::Index>(m_paths.size())) {}

    /// The fits of each path.
    std::vector<std::vector<LeastSquaresFit>> fit(const std::vector<double>& lambdas, JobContext& context) {
        std::vector<WidePath*> all;
        for (const auto& path : m_paths) all.push_back(path.get());
        look(all, context);
        for (WidePath* path : all) path->start();
        std::vector<std::vector<LeastSquaresFit>> fits(all.size());
        for (const double lambda : lambdas) {
            forEach(all, [&](std::size_t p) { all[p]->begin(lambda); });
            for (std::vector<WidePath*> open = all; !open.empty();) {
                forEach(open, [&](std::size_t p) { open[p]->solve(context); });
                look(open, context);
                std::vector<char> settled(open.size(), 0);
                forEach(open, [&](std::size_t p) { settled[p] = open[p]->settle(context); });
                std::vector<WidePath*> left;
                for (std::size_t p = 0; p < open.size(); ++p)
                    if (!settled[p]) left.push_back(open[p]);
                open = std::move(left);
            }
            forEach(all, [&](std::size_t p) { fits[p].push_back(all[p]->fit()); });
        }
        return fits;
    }

private:
    template <typename Body>
    static void forEach(const std::vector<WidePath*>& paths, const Body& body) {
        parallelFor(paths.size(), [&](std::size_t p) { body(p); });
    }

    void look(const std::vector<WidePath*>& paths, JobContext& context) {
        context.throwIfStopped();
        if (m_isSparse) return forEach(paths, [&](std::size_t p) { paths[p]->seeSparse(context); });
        const auto count = static_cast<Eigen::Index>(paths.size());
        auto residuals = m_residuals.leftCols(count);
        std::vector<Eigen::Index> columns;
        for (std::size_t p = 0; p < paths.size(); ++p) {
            residuals.col(static_cast<Eigen::Index>(p)) = paths[p]->rooted().cast<float>();
            std::vector<Eigen::Index> together;
            std::set_union(columns.begin(), columns.end(), paths[p]->wanted().begin(), paths[p]->wanted().end(),
                           std::back_inserter(together));
            columns = std::move(together);
        }
        const std::vector<Range> parts = chunks(columns.size(), 64);
        parallelFor(parts.size(), [&](std::size_t part) {
            context.throwIfStopped();
            const std::span<const Eigen::Index> own(columns.data() + parts[part].begin, parts[part].size());
            Eigen::MatrixXf some(static_cast<Eigen::Index>(own.size()), count);
            columnProducts(m_screen.values(), own, residuals, some);
            for (std::size_t k = 0; k < own.size(); ++k) m_products.row(own[k]).head(count) = some.row(static_cast<Eigen::Index>(k));
        });
        forEach(paths, [&](std::size_t p) {
            const std::vector<Eigen::Index>& wanted = paths[p]->wanted();
            paths[p]->see([&](std::size_t k) { return m_products(wanted[k], static_cast<Eigen::Index>(p)); });
        });
    }

    std::vector<std::unique_ptr<WidePath>> m_paths;
    const Screen& m_screen;
    bool m_isSparse;
    // Room for look(): large enough to cost more to ask for than to fill.
    Eigen::MatrixXf m_residuals, m_products;  ///< a column a path
};

/// Whether the whole Gram matrix would cost more than that of a working set.
bool isWide(const DesignMatrix& design) {
    return design.columns() > 0 &&
           (design.columns() > design.rows() || (design.isSparse() && design.columns() > kGramOfSparse));
}

}  // namespace

std::vector<LeastSquaresFit> elasticNetOfMoments(const Standardisation& scale, const Moments& sums, double l1Ratio,
                                                 const std::vector<double>& lambdas, const StopRule& rule,
                                                 JobContext& context) {
    Eigen::VectorXd weights = Eigen::VectorXd::Zero(scale.means.size());
    std::vector<LeastSquaresFit> fits;
    for (const double lambda : lambdas) {
        const SparseQuadratic problem{sums.gram, sums.cross, scale.penalties(lambda * l1Ratio, 1),
                                      scale.penalties(lambda * (1 - l1Ratio), 2)};
        const bool converged = minimiseSparseQuadratic(problem, rule.tolerance, rule.maxIterations, weights, context);
        fits.push_back(fitOf(scale, weights, sums.mean, converged, rule));
    }
    return fits;
}

std::vector<LeastSquaresFit> elasticNet(const DesignMatrix& design, const Eigen::VectorXd& target, double l1Ratio,
                                        const std::vector<double>& lambdas, const StopRule& rule, JobContext& context,
                                        const Moments* known) {
    if (design.columns() == 0) return ridge(design, target, lambdas, context);
    if (!isWide(design))
        return elasticNetOfMoments(design.standardisation(), known ? *known : moments(design, target, context), l1Ratio,
                                   lambdas, rule, context);
    const Screen screen(design);
    std::vector<std::unique_ptr<WidePath>> path;
    path.push_back(std::make_unique<WidePath>(design, screen, target, l1Ratio, rule));
    return Paths(std::move(path), screen, design.isSparse()).fit(lambdas, context)[0];
}

bool sharesColumns(const DesignMatrix& design) {
    return !design.isSparse() && isWide(design);
}

std::vector<std::vector<LeastSquaresFit>> elasticNetOfFolds(const DesignMatrix& all,
                                                            const std::vector<const DesignMatrix*>& folds,
                                                            const Eigen::VectorXd& target, double l1Ratio,
                                                            const std::vector<double>& lambdas, const StopRule& rule,
                                                            JobContext& context) {
    const Screen screen(all);
    // A path's working set is hardly larger than the rows, and keeps its columns and their Gram matrix.
    const auto rows = static_cast<double>(all.rows());
    const double kept = sizeof(double) * (2 * rows * rows + static_cast<double>(all.columns()) * static_cast<double>(lambdas.size()));
    const auto together = static_cast<std::size_t>(std::clamp(kMostKept / kept, 2.0, 64.0));
    std::vector<std::vector<LeastSquaresFit>> fits;
    for (const Range& part : chunks(folds.size(), together)) {
        std::vector<std::unique_ptr<WidePath>> paths;
        for (std::size_t f = part.begin; f < part.end; ++f)
            paths.push_back(std::make_unique<WidePath>(*folds[f], screen, target, l1Ratio, rule));
        for (std::vector<LeastSquaresFit>& own : Paths(std::move(paths), screen, false).fit(lambdas, context))
            fits.push_back(std::move(own));
    }
    return fits;
}

}  // namespace holdout
