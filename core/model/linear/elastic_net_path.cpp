// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/elastic_net_path.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "base/coordinate_descent.h"
#include "base/huge_pages.h"
#include "model/linear/column_products.h"
#include "model/linear/shared_columns.h"
#include "model/linear/working_set.h"

namespace holdout {
namespace {

/// Sparse features of more columns are worked on by a working set, in which they are dense.
constexpr Eigen::Index kGramOfSparse = 128;
/// Bytes that paths side by side may keep.
constexpr double kMostKept = 2e9;
/// A fold in which a column's deviation is a smaller part of that in all rows is left to its own rows.
constexpr double kLeastScale = 1e-2;

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
Eigen::MatrixXf inSinglePrecision(const DesignMatrix& design) {
    if (design.isSparse()) return {};
    Eigen::MatrixXf values(design.rows(), design.columns());
    preferHugePages(values.data(), static_cast<std::size_t>(values.size()) * sizeof(float));
    // What a row without weight holds must not spoil sums.
    const Eigen::ArrayXd counted = (design.shares().array() > 0).cast<double>();
    const bool allCount = counted.minCoeff() > 0;
    parallelFor(static_cast<std::size_t>(design.columns()), [&](std::size_t column) {
        const auto j = static_cast<Eigen::Index>(column);
        const double factor = 1 / design.scale(j);
        values.col(j) = ((design.raw(j).array() - design.mean(j)) * factor).cast<float>();
        if (!allCount) values.col(j) = (counted > 0).select(values.col(j).array(), 0.0F);
    });
    return values;
}

/// The problem with more columns than rows: the Gram matrix of the working set alone is known. Works in phases, so that
/// many may go side by side and read the columns together: see Paths.
class WidePath {
public:
    /// `counts` of the rows of `all`; null when `design` is `all`.
    WidePath(const DesignMatrix& all, const SharedColumns& shared, const DesignMatrix& design, const RowCounts* counts,
             const Eigen::VectorXd& target, double l1Ratio, const StopRule& rule)
        : m_design(design),
          m_columns(all, shared, design, counts),
          m_rule(rule),
          m_l1Ratio(l1Ratio),
          m_roots(design.shares().cwiseSqrt()),
          m_set(design.columns()) {
        m_mean = weightedMean(target, design.shares());
        m_answers = (target.array() - m_mean) * m_roots.array();
        m_tolerance = toleranceFor(rule, m_answers.squaredNorm());
        m_residuals = m_answers;
        m_products = Eigen::VectorXd::Zero(design.columns());
        m_seen = Eigen::VectorXd::Zero(design.columns());
        m_wanted = design.allColumns();
        m_blur = Eigen::VectorXd::Zero(design.columns());
        if (!design.isSparse())
            m_blur = (1 + (m_columns.shifts().cwiseProduct(m_columns.stretches())).array().square()).sqrt();
        m_uncertainty = kBlur * m_answers.norm();
    }

    /// Columns whose products with the residuals are to be taken.
    const std::vector<Eigen::Index>& wanted() const { return m_wanted; }
    /// Where they are among the columns of all rows.
    Eigen::Index among(Eigen::Index column) const { return m_columns.among(column); }
    /// The residuals, each times the root of its row's share.
    Eigen::VectorXd rooted() const { return m_roots.cwiseProduct(m_residuals); }

    /// The products of all rows' columns at `wanted` with rooted().
    template <typename Products>
    void see(const Products& products) {
        const double sum = m_roots.dot(m_residuals);
        for (const Eigen::Index j : m_wanted) {
            m_products[j] = m_columns.stretches()[j] *
                            (static_cast<double>(products(among(j))) - m_columns.shifts()[j] * sum);
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

    /// Then the missing columns are to be taken in.
    void begin(double lambda) {
        m_l1 = m_design.penalties(lambda * m_l1Ratio, 1);
        m_l2 = m_design.penalties(lambda * (1 - m_l1Ratio), 2);
        // The strong rule: correlations change no faster than lambda does.
        const double strong = std::max(0.0, 2 * lambda - m_previous) / std::max(lambda, 1e-300);
        m_missing = m_set.violators(m_products.cwiseAbs() - strong * m_l1, 0);
        m_previous = lambda;
        m_round = 0;
        m_converged = false;
    }

    /// Columns that are to join the working set.
    const std::vector<Eigen::Index>& missing() const { return m_missing; }
    /// Takes them into it, once the shared columns hold them.
    void grow() {
        const Eigen::Index old = m_columns.size(), more = static_cast<Eigen::Index>(m_missing.size());
        if (more == 0) return;
        m_set.add(m_missing);
        m_columns.add(m_missing);
        m_missing.clear();
        m_cross.conservativeResize(old + more);
        m_cross.tail(more) = m_columns.cross(old, m_answers);
        m_left.conservativeResize(old + more);
        m_left.tail(more) = m_cross.tail(more);
        if (old > 0) m_left.tail(more).noalias() -= m_columns.gram().block(0, old, old, more).transpose() * m_weights;
        m_weights.conservativeResize(old + more);
        m_weights.tail(more).setZero();
    }

    /// Moves to the optimum of the working set; then residuals are wanted.
    void solve(JobContext& context) {
        context.throwIfStopped();
        const SparseQuadratic problem{m_columns.gram(), m_cross, m_l1(m_set.members()), m_l2(m_set.members())};
        m_converged = minimiseSparseQuadratic(problem, m_rule.tolerance, m_rule.maxIterations, m_weights, m_left, context);
    }

    /// Calls use(column of all rows, its weight) for the weights that are not 0.
    template <typename Use>
    void forEachWeight(const Use& use) const {
        for (Eigen::Index k = 0; k < m_weights.size(); ++k) {
            const Eigen::Index j = m_set.members()[static_cast<std::size_t>(k)];
            if (m_weights[k] != 0) use(among(j), m_weights[k] * m_columns.stretches()[j]);
        }
    }
    /// From the sums of all rows' columns times the weights of forEachWeight(); then columns are wanted.
    template <typename Sums>
    void moveBy(const Sums& sums) {
        double shift = 0, length = 0;
        for (Eigen::Index k = 0; k < m_weights.size(); ++k) {
            const Eigen::Index j = m_set.members()[static_cast<std::size_t>(k)];
            const double weight = m_weights[k] * m_columns.stretches()[j];
            shift += weight * m_columns.shifts()[j];
            length += std::abs(weight);
        }
        m_uncertainty = std::max(m_uncertainty, kBlur * (m_answers.norm() + kBlurOfSums * length));
        m_moved += kRounding * (m_answers.norm() + length);
        moveTo(m_answers - m_roots.cwiseProduct((sums.template cast<double>().array() - shift).matrix()));
    }
    /// The same of sparse features.
    void moveSparse() { moveTo(m_answers - m_columns.combined(m_weights)); }

    /// Whether the optimum of the working set is that of all columns, now that those were seen; says what is missing
    /// when not.
    bool settle(const JobContext& context) {
        const double slack = 10 * m_tolerance;
        if (slack < 2 * m_uncertainty && !m_design.isSparse()) lookCloser(slack);
        m_missing = m_set.violators(m_products.cwiseAbs() + (slack < 2 * m_uncertainty ? 0 : m_uncertainty) * m_blur - m_l1, slack);
        m_converged = m_converged && m_missing.empty();
        if (!m_missing.empty() && !context.shouldFinish() && ++m_round < m_rule.maxIterations) return false;
        m_missing.clear();
        return true;
    }

    LeastSquaresFit fit() const {
        return fitOf(m_design.standardisation(), m_set.scattered(m_weights), m_mean, m_converged, m_rule);
    }

private:
    /// Rounding of numbers and of sums in single precision, by far: of a product, as a part of the target's length, and of
    /// the residuals, as a part of the lengths that are summed in them.
    static constexpr double kBlur = 1e-5, kBlurOfSums = 0.1, kRounding = 1e-6;

    void moveTo(Eigen::VectorXd residuals) {
        m_moved += (residuals - m_residuals).norm();
        m_residuals = std::move(residuals);
        m_wanted = whatMayExceed();
    }

    /// Columns outside the working set whose product with the residuals may have come to exceed its penalty:
    /// standardised columns have length 1, so that no product changes by more than the residuals have moved since it
    /// was taken.
    std::vector<Eigen::Index> whatMayExceed() const {
        std::vector<Eigen::Index> columns;
        for (Eigen::Index j = 0; j < m_l1.size(); ++j)
            if (std::abs(m_products[j]) + m_uncertainty * m_blur[j] + m_moved - m_seen[j] > m_l1[j] && !m_set.has(j))
                columns.push_back(j);
        return columns;
    }

    /// In double precision at products of which single precision cannot tell whether they exceed their penalties.
    void lookCloser(double slack) {
        std::vector<Eigen::Index> doubtful;
        for (const Eigen::Index j : m_wanted)
            if (std::abs(std::abs(m_products[j]) - m_l1[j] - slack) <= m_uncertainty * m_blur[j] + slack) doubtful.push_back(j);
        if (doubtful.empty()) return;
        const Eigen::VectorXd residuals = m_roots.cwiseProduct(m_answers - m_columns.combined(m_weights));
        for (const Eigen::Index j : doubtful)
            m_products[j] = (m_design.raw(j).array() - m_design.mean(j)).matrix().dot(residuals) / m_design.scale(j);
    }

    const DesignMatrix& m_design;
    FoldColumns m_columns;  ///< of the working set
    StopRule m_rule;
    double m_l1Ratio, m_mean = 0, m_tolerance = 0, m_previous = 0;
    Eigen::VectorXd m_roots;  ///< of the rows' shares
    WorkingSet m_set;
    Eigen::VectorXd m_answers, m_residuals;  ///< centred, each times the root of its row's share
    Eigen::VectorXd m_products;              ///< every column's with the residuals when it was seen last
    Eigen::VectorXd m_blur;                  ///< how far it may be off, in parts of m_uncertainty
    double m_uncertainty = 0;
    Eigen::VectorXd m_seen;                  ///< what m_moved was then
    double m_moved = 0;                      ///< how far the residuals have moved in all
    std::vector<Eigen::Index> m_wanted, m_missing;
    Eigen::VectorXd m_weights, m_cross, m_left;  ///< of the working set; m_left: m_cross less Gram matrix * m_weights
    Eigen::VectorXd m_l1, m_l2;                  ///< by column
    std::int64_t m_round = 0;
    bool m_converged = false;
};

/// Paths side by side, which read the columns together: once for all of them, where each alone would wait for memory.
class Paths {
public:
    Paths(std::vector<std::unique_ptr<WidePath>> paths, SharedColumns& shared, const Eigen::MatrixXf& screen, bool sparse)
        : m_paths(std::move(paths)),
          m_shared(shared),
          m_screen(screen),
          m_isSparse(sparse),
          m_rowValues(screen.rows(), static_cast<Eigen::Index>(m_paths.size())),
          m_products(screen.cols(), static_cast<Eigen::Index>(m_paths.size())) {}

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
                grow(open);
                forEach(open, [&](std::size_t p) { open[p]->solve(context); });
                move(open, context);
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

    /// Columns of all rows that a call of `mark` with a path and a sink names for any path, in order.
    template <typename Mark>
    std::vector<Eigen::Index> together(const std::vector<WidePath*>& paths, const Mark& mark) const {
        std::vector<bool> named;
        std::vector<Eigen::Index> columns;
        for (WidePath* path : paths)
            mark(*path, [&](Eigen::Index column) {
                const auto place = static_cast<std::size_t>(column);
                if (place >= named.size()) named.resize(place + 1, false);
                if (named[place]) return;
                named[place] = true;
                columns.push_back(column);
            });
        std::sort(columns.begin(), columns.end());
        return columns;
    }

    void grow(const std::vector<WidePath*>& paths) {
        m_shared.add(together(paths, [](const WidePath& path, const auto& name) {
            for (const Eigen::Index j : path.missing()) name(path.among(j));
        }));
        forEach(paths, [&](std::size_t p) { paths[p]->grow(); });
    }

    void move(const std::vector<WidePath*>& paths, JobContext& context) {
        context.throwIfStopped();
        if (m_isSparse) return forEach(paths, [&](std::size_t p) { paths[p]->moveSparse(); });
        const std::vector<Eigen::Index> columns = together(paths, [](const WidePath& path, const auto& name) {
            path.forEachWeight([&](Eigen::Index column, double) { name(column); });
        });
        const auto count = static_cast<Eigen::Index>(paths.size());
        Eigen::MatrixXf weights = Eigen::MatrixXf::Zero(count, static_cast<Eigen::Index>(columns.size()));
        for (Eigen::Index p = 0; p < count; ++p)
            paths[static_cast<std::size_t>(p)]->forEachWeight([&](Eigen::Index column, double weight) {
                const auto at = std::lower_bound(columns.begin(), columns.end(), column) - columns.begin();
                weights(p, at) = static_cast<float>(weight);
            });
        combinations(m_screen, columns, weights, m_rowValues.leftCols(count));
        forEach(paths, [&](std::size_t p) { paths[p]->moveBy(m_rowValues.col(static_cast<Eigen::Index>(p))); });
    }

    void look(const std::vector<WidePath*>& paths, JobContext& context) {
        context.throwIfStopped();
        if (m_isSparse) return forEach(paths, [&](std::size_t p) { paths[p]->seeSparse(context); });
        const auto count = static_cast<Eigen::Index>(paths.size());
        auto residuals = m_rowValues.leftCols(count);
        for (std::size_t p = 0; p < paths.size(); ++p)
            residuals.col(static_cast<Eigen::Index>(p)) = paths[p]->rooted().cast<float>();
        const std::vector<Eigen::Index> columns = together(paths, [](const WidePath& path, const auto& name) {
            for (const Eigen::Index j : path.wanted()) name(path.among(j));
        });
        const std::vector<Range> parts = chunks(columns.size(), 64);
        parallelFor(parts.size(), [&](std::size_t part) {
            context.throwIfStopped();
            const std::span<const Eigen::Index> own(columns.data() + parts[part].begin, parts[part].size());
            Eigen::MatrixXf some(static_cast<Eigen::Index>(own.size()), count);
            columnProducts(m_screen, own, residuals, some);
            for (std::size_t k = 0; k < own.size(); ++k) m_products.row(own[k]).head(count) = some.row(static_cast<Eigen::Index>(k));
        });
        forEach(paths, [&](std::size_t p) {
            paths[p]->see([&](Eigen::Index column) { return m_products(column, static_cast<Eigen::Index>(p)); });
        });
    }

    std::vector<std::unique_ptr<WidePath>> m_paths;
    SharedColumns& m_shared;
    const Eigen::MatrixXf& m_screen;
    bool m_isSparse;
    // Room for look() and move(): large enough to cost more to ask for than to fill.
    Eigen::MatrixXf m_rowValues, m_products;  ///< a column a path
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
    const Eigen::MatrixXf screen = inSinglePrecision(design);
    SharedColumns shared(design);
    std::vector<std::unique_ptr<WidePath>> path;
    path.push_back(std::make_unique<WidePath>(design, shared, design, nullptr, target, l1Ratio, rule));
    return Paths(std::move(path), shared, screen, design.isSparse()).fit(lambdas, context)[0];
}

bool sharesColumns(const DesignMatrix& all, const DesignMatrix& fold) {
    if (fold.isSparse() || !isWide(fold)) return false;
    const std::vector<Eigen::Index>& kept = all.standardisation().kept;
    auto next = kept.begin();
    for (Eigen::Index j = 0; j < fold.columns(); ++j) {
        next = std::lower_bound(next, kept.end(), fold.standardisation().kept[static_cast<std::size_t>(j)]);
        if (next == kept.end() || fold.scale(j) < kLeastScale * all.scale(next - kept.begin())) return false;
    }
    return true;
}

std::vector<std::vector<LeastSquaresFit>> elasticNetOfFolds(const DesignMatrix& all, const std::vector<FoldOfRows>& folds,
                                                            const Eigen::VectorXd& target, double l1Ratio,
                                                            const std::vector<double>& lambdas, const StopRule& rule,
                                                            JobContext& context) {
    const Eigen::MatrixXf screen = inSinglePrecision(all);
    SharedColumns shared(all);
    // A path's working set is hardly larger than the rows, and keeps its Gram matrix.
    const auto rows = static_cast<double>(all.rows());
    const double kept = sizeof(double) * (2 * rows * rows + static_cast<double>(all.columns()) * static_cast<double>(lambdas.size()));
    const auto atOnce = static_cast<std::size_t>(std::clamp(kMostKept / kept, 2.0, 64.0));
    std::vector<std::vector<LeastSquaresFit>> fits;
    for (const Range& part : chunks(folds.size(), atOnce)) {
        std::vector<std::unique_ptr<WidePath>> paths;
        for (std::size_t f = part.begin; f < part.end; ++f)
            paths.push_back(
                std::make_unique<WidePath>(all, shared, *folds[f].design, folds[f].counts, target, l1Ratio, rule));
        for (std::vector<LeastSquaresFit>& own : Paths(std::move(paths), shared, screen, false).fit(lambdas, context))
            fits.push_back(std::move(own));
    }
    return fits;
}

}  // namespace holdout
