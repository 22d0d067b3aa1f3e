// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/least_squares.h"

#include <Eigen/Dense>

namespace holdout {
namespace {

template <typename Real>
using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;
template <typename Real>
using Vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;

/// Rows [range) of (Z | y - mean), each times the root of its share, computed in Real from the raw numbers.
template <typename Real>
Matrix<Real> augmentedRows(const DesignMatrix& design, const Vector<Real>& means, const Eigen::VectorXd& target,
                           Real targetMean, Range range) {
    const auto begin = static_cast<Eigen::Index>(range.begin), count = static_cast<Eigen::Index>(range.size());
    const Eigen::Index columns = design.columns();
    Matrix<Real> rows(count, columns + 1);
    const Vector<Real> roots = design.shares().segment(begin, count).template cast<Real>().cwiseSqrt();
    for (Eigen::Index j = 0; j < columns; ++j)
        rows.col(j) = (design.raw(j).segment(begin, count).template cast<Real>().array() - means[j]) *
                      (roots.array() / static_cast<Real>(design.scale(j)));
    rows.col(columns) = (target.segment(begin, count).template cast<Real>().array() - targetMean) * roots.array();
    return rows;
}

/// The triangular factor of `rows`, square, with rows of zeros where `rows` is short.
template <typename Real>
Matrix<Real> triangle(const Matrix<Real>& rows) {
    const Eigen::HouseholderQR<Matrix<Real>> qr(rows);
    Matrix<Real> factor = Matrix<Real>::Zero(rows.cols(), rows.cols());
    const Eigen::Index height = std::min(rows.rows(), rows.cols());
    factor.topRows(height) = qr.matrixQR().topRows(height).template triangularView<Eigen::Upper>();
    return factor;
}

/// The triangular factor of all rows: of blocks of rows, then of those factors one under the other.
template <typename Real>
Matrix<Real> reducedRows(const DesignMatrix& design, const Vector<Real>& means, const Eigen::VectorXd& target,
                         Real targetMean, JobContext& context) {
    const Eigen::Index width = design.columns() + 1;
    const auto grain = std::max<std::size_t>(4096, static_cast<std::size_t>(4 * width));
    const std::vector<Range> parts = chunks(static_cast<std::size_t>(design.rows()), grain);
    std::vector<Matrix<Real>> factors(parts.size());
    parallelFor(parts.size(), [&](std::size_t i) {
        context.throwIfStopped();
        factors[i] = triangle(augmentedRows(design, means, target, targetMean, parts[i]));
    });
    if (factors.size() == 1) return std::move(factors[0]);
    Matrix<Real> stacked(width * static_cast<Eigen::Index>(factors.size()), width);
    for (std::size_t i = 0; i < factors.size(); ++i)
        stacked.middleRows(static_cast<Eigen::Index>(i) * width, width) = factors[i];
    return triangle(stacked);
}

template <typename Real, typename Column>
Real meanOf(const Column& column, const Eigen::VectorXd& shares) {
    Real total = 0, sum = 0;
    for (Eigen::Index i = 0; i < column.size(); ++i) {
        total += static_cast<Real>(shares[i]);
        sum += static_cast<Real>(shares[i]) * static_cast<Real>(column[i]);
    }
    return sum / total;
}

Warning dependenceWarning(const DesignMatrix& design, const std::vector<Eigen::Index>& dependent) {
    std::vector<std::string> names;
    for (const Eigen::Index column : dependent) names.push_back(design.name(column));
    std::sort(names.begin(), names.end());
    const bool one = names.size() == 1;
    return {listedNames(names) + (one ? " is a combination" : " are combinations") +
                " of the other features: many sets of weights fit equally well, and the smallest was taken. "
                "Leave " +
                (one ? "it" : "them") + " out, or use ridge.",
            {.column = one ? names[0] : ""}};
}

template <typename Real>
LeastSquaresFit byQr(const DesignMatrix& design, const Eigen::VectorXd& target, JobContext& context) {
    const Eigen::Index columns = design.columns();
    Vector<Real> means(columns);
    for (Eigen::Index j = 0; j < columns; ++j) means[j] = meanOf<Real>(design.raw(j), design.shares());
    const Real targetMean = meanOf<Real>(target, design.shares());
    const Matrix<Real> factor = reducedRows(design, means, target, targetMean, context);

    Eigen::CompleteOrthogonalDecomposition<Matrix<Real>> orthogonal(columns, columns);
    // Dependence is judged by the precision of the numbers as they came, not of the arithmetic here.
    orthogonal.setThreshold(static_cast<Real>(0x1.0p-52) * static_cast<Real>(std::max(design.rows(), columns)));
    orthogonal.compute(factor.topLeftCorner(columns, columns));
    const Vector<Real> weights = orthogonal.solve(factor.col(columns).head(columns));

    LeastSquaresFit fit;
    if (const Eigen::Index rank = orthogonal.rank(); rank < columns) {
        const auto& order = orthogonal.colsPermutation().indices();
        fit.warnings.push_back(dependenceWarning(design, {order.data() + rank, order.data() + columns}));
    }
    // The scaling is undone in Real too; the intercept is a difference that cancels.
    fit.coefficients = design.toRaw(weights.template cast<double>(), Eigen::VectorXd::Zero(1));
    Real intercept = targetMean;
    for (Eigen::Index j = 0; j < columns; ++j) intercept -= weights[j] / static_cast<Real>(design.scale(j)) * means[j];
    fit.coefficients.intercepts[0] = static_cast<double>(intercept);
    return fit;
}

/// The solution of gram * w = cross with one refinement by the residuals themselves.
Eigen::VectorXd refined(const Eigen::LLT<Eigen::MatrixXd>& factor, const DesignMatrix& design, const Moments& moments,
                        const Eigen::VectorXd& target, const Eigen::VectorXd& penalties, JobContext& context) {
    Eigen::VectorXd weights = factor.solve(moments.cross);
    const Eigen::VectorXd left =
        residualCross(design, target, moments.mean, weights, context) - penalties.cwiseProduct(weights);
    return weights + factor.solve(left);
}

constexpr double kSmallProblem = 2e5;      // rows * columns^2 that extended precision does in a millisecond
constexpr double kSafeReciprocal = 1e-8;   // of the condition of the normal equations, for one refinement to suffice
constexpr double kExactReciprocal = 1e-3;  // above it refinement changes nothing that matters

/// Least squares with more features than rows: the fit of least norm goes through every row.
LeastSquaresFit wideLeastSquares(const DesignMatrix& design, const Eigen::VectorXd& target, JobContext& context) {
    const Eigen::MatrixXd transposed = design.weighted().transpose();
    const double mean = weightedMean(target, design.shares());
    const Eigen::VectorXd answers = (target.array() - mean) * design.shares().array().sqrt();
    // Centring took one rank, or more where rows repeat: the least-norm solution leaves those directions out.
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> spectrum(tiledGram(transposed, context));
    const double floor = spectrum.eigenvalues().maxCoeff() * 1e-13 * static_cast<double>(design.rows());
    const Eigen::VectorXd inverse =
        (spectrum.eigenvalues().array() > floor).select(spectrum.eigenvalues().array().inverse(), 0);
    const Eigen::VectorXd dual =
        spectrum.eigenvectors() * inverse.cwiseProduct(spectrum.eigenvectors().transpose() * answers);
    LeastSquaresFit fit;
    fit.coefficients = design.toRaw(transposed * dual, Eigen::VectorXd::Constant(1, mean));
    fit.warnings.push_back(
        {"There are as many features as rows, or more: many sets of weights fit every row, and the smallest "
         "was taken. Expect it to predict badly; use ridge or lasso.",
         {}});
    return fit;
}

LeastSquaresFit ridgeFit(const DesignMatrix& design, const Moments& moments, const Eigen::VectorXd& target,
                         double lambda, JobContext& context) {
    const Eigen::VectorXd penalties = design.penalties(lambda, 2);
    Eigen::MatrixXd penalised = moments.gram;
    penalised.diagonal() += penalties;
    const Eigen::LLT<Eigen::MatrixXd> factor(penalised);
    const double reciprocal = factor.info() == Eigen::Success ? factor.rcond() : 0;
    if (!(reciprocal > kSafeReciprocal)) {
        if (lambda == 0) return byQr<double>(design, target, context);
        // So small a penalty on dependent features: the eigenvectors stay exact where a triangular factor does not.
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> spectrum(penalised);
        const double floor = spectrum.eigenvalues().maxCoeff() * 1e-15;
        const Eigen::VectorXd weights =
            spectrum.eigenvectors() *
            (spectrum.eigenvectors().transpose() * moments.cross).cwiseQuotient(spectrum.eigenvalues().cwiseMax(floor));
        return {design.toRaw(weights, Eigen::VectorXd::Constant(1, moments.mean)), {}};
    }
    const Eigen::VectorXd weights = reciprocal > kExactReciprocal
                                        ? Eigen::VectorXd(factor.solve(moments.cross))
                                        : refined(factor, design, moments, target, penalties, context);
    return {design.toRaw(weights, Eigen::VectorXd::Constant(1, moments.mean)), {}};
}

/// Ridge through the rows' Gram matrix: w = X'a with (XX' + lambda I) a = y (Saunders, Gammerman, Vovk 1998).
std::vector<LeastSquaresFit> dualRidge(const DesignMatrix& design, const Eigen::VectorXd& target,
                                       const std::vector<double>& lambdas, JobContext& context) {
    const double mean = weightedMean(target, design.shares());
    const Eigen::VectorXd answers = (target.array() - mean) * design.shares().array().sqrt();
    Eigen::MatrixXd transposed = design.weighted().transpose();
    const Eigen::VectorXd scales = design.penalties(1, -1);
    transposed.array().colwise() *= scales.array();
    const Eigen::MatrixXd gram = tiledGram(transposed, context);
    std::vector<LeastSquaresFit> fits;
    for (const double lambda : lambdas) {
        context.throwIfStopped();
        if (lambda == 0) {
            fits.push_back(wideLeastSquares(design, target, context));
            continue;
        }
        Eigen::MatrixXd penalised = gram;
        penalised.diagonal().array() += lambda;
        const Eigen::LLT<Eigen::MatrixXd> factor(penalised);
        Eigen::VectorXd dual = factor.solve(answers);
        dual += factor.solve(answers - gram * dual - lambda * dual);
        fits.push_back({design.toRaw(scales.cwiseProduct(transposed * dual), Eigen::VectorXd::Constant(1, mean)), {}});
    }
    return fits;
}

/// Ridge by conjugate gradients on the normal equations, preconditioned by their diagonal: products with the sparse
/// rows are all that it needs (Hestenes, Stiefel 1952).
LeastSquaresFit sparseRidge(const DesignMatrix& design, const Eigen::VectorXd& target, double lambda,
                            Eigen::VectorXd& weights, JobContext& context) {
    constexpr double kTolerance = 1e-13;
    const double mean = weightedMean(target, design.shares());
    const Eigen::VectorXd penalties = design.penalties(lambda, 2), diagonal = penalties.array() + 1;
    const auto normal = [&](const Eigen::VectorXd& v) -> Eigen::VectorXd {
        return design.cross(design.shares().cwiseProduct(design.times(v, context)), context) +
               penalties.cwiseProduct(v);
    };
    const Eigen::VectorXd goal = design.cross(design.shares().cwiseProduct((target.array() - mean).matrix()), context);
    Eigen::VectorXd left = goal - normal(weights), ready = left.cwiseQuotient(diagonal), direction = ready;
    double length = left.dot(ready);
    const double enough = kTolerance * kTolerance * goal.dot(goal.cwiseQuotient(diagonal));
    bool converged = length <= enough;
    for (Eigen::Index iteration = 0; !converged && iteration < 10 * design.columns() + 100; ++iteration) {
        const Eigen::VectorXd image = normal(direction);
        const double step = length / direction.dot(image);
        weights += step * direction;
        left -= step * image;
        ready = left.cwiseQuotient(diagonal);
        const double next = left.dot(ready);
        converged = next <= enough;
        direction = ready + next / length * direction;
        length = next;
    }
    LeastSquaresFit fit{design.toRaw(weights, Eigen::VectorXd::Constant(1, mean)), {}};
    if (!converged)
        fit.warnings.push_back({"The fit did not settle: features depend on one another nearly exactly. Raise lambda.",
                                {.parameter = "lambda"}});
    return fit;
}

/// No feature varies: the mean is the best there is.
LeastSquaresFit meanAlone(const DesignMatrix& design, const Eigen::VectorXd& target) {
    const double mean = weightedMean(target, design.shares());
    return {design.toRaw(Eigen::MatrixXd(0, 1), Eigen::VectorXd::Constant(1, mean)), {}};
}

}  // namespace

LeastSquaresFit leastSquares(const DesignMatrix& design, const Eigen::VectorXd& target, JobContext& context,
                             const Moments* known) {
    if (design.columns() == 0) return meanAlone(design, target);
    const auto rows = static_cast<double>(design.rows()), columns = static_cast<double>(design.columns());
    if (rows * columns * columns <= kSmallProblem) return byQr<long double>(design, target, context);
    if (design.columns() >= design.rows()) return wideLeastSquares(design, target, context);
    return ridgeFit(design, known ? *known : moments(design, target, context), target, 0, context);
}

std::vector<LeastSquaresFit> ridge(const DesignMatrix& design, const Eigen::VectorXd& target,
                                   const std::vector<double>& lambdas, JobContext& context, const Moments* known) {
    if (design.columns() == 0) return std::vector<LeastSquaresFit>(lambdas.size(), meanAlone(design, target));
    if (design.isSparse()) {
        std::vector<LeastSquaresFit> sparse;
        Eigen::VectorXd weights = Eigen::VectorXd::Zero(design.columns());  // each solution starts the next
        for (const double lambda : lambdas) sparse.push_back(sparseRidge(design, target, lambda, weights, context));
        return sparse;
    }
    if (design.columns() > design.rows()) return dualRidge(design, target, lambdas, context);
    const Moments sums = known ? *known : moments(design, target, context);
    std::vector<LeastSquaresFit> fits;
    for (const double lambda : lambdas) {
        context.throwIfStopped();
        fits.push_back(lambda == 0 ? leastSquares(design, target, context, &sums)
                                   : ridgeFit(design, sums, target, lambda, context));
    }
    return fits;
}

std::optional<RawCoefficients> ridgeOfMoments(const Standardisation& scale, const Moments& moments, double lambda) {
    Eigen::MatrixXd penalised = moments.gram;
    penalised.diagonal() += scale.penalties(lambda, 2);
    const Eigen::LLT<Eigen::MatrixXd> factor(penalised);
    if (factor.info() != Eigen::Success || !(factor.rcond() > kExactReciprocal)) return std::nullopt;
    return scale.toRaw(factor.solve(moments.cross), Eigen::VectorXd::Constant(1, moments.mean));
}

}  // namespace holdout
