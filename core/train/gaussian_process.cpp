// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/gaussian_process.h"

#include <cassert>
#include <cmath>
#include <numbers>

#include "base/cholesky.h"
#include "base/parallel.h"

namespace holdout {
namespace {

using Eigen::Index;

/// Rows that are predicted together; their variances share one triangular solve.
constexpr std::size_t rowsPerPiece = 64;

/// 1 / length of each column.
Eigen::VectorXd inverseLengths(const GaussianProcessParams& params, Index columns) {
    if (params.logLengths.size() == 1) return Eigen::VectorXd::Constant(columns, std::exp(-params.logLengths[0]));
    assert(params.logLengths.size() == columns);
    return (-params.logLengths.array()).exp();
}

/// Squared scaled distances of all `rows` (already scaled) from one. Differences are taken before they are squared:
/// nothing cancels for rows that are close.
void squaredDistances(const Eigen::MatrixXd& rows, const Eigen::RowVectorXd& from, Eigen::Ref<Eigen::VectorXd> result) {
    result.setZero();
    for (Index j = 0; j < rows.cols(); ++j) result.array() += (rows.col(j).array() - from[j]).square();
}

Eigen::MatrixXd scaledRows(const GaussianProcessParams& params, const Eigen::MatrixXd& rows) {
    return rows * inverseLengths(params, rows.cols()).asDiagonal();
}

/// `change` of the squared distances of all pairs, column by column.
template <typename Change>
Eigen::MatrixXd pairs(const GaussianProcessParams& params, const Eigen::MatrixXd& rows, const Eigen::MatrixXd& others,
                      const Change& change) {
    const Eigen::MatrixXd left = scaledRows(params, rows), right = scaledRows(params, others);
    Eigen::MatrixXd result(left.rows(), right.rows());
    const std::vector<Range> pieces = chunks(static_cast<std::size_t>(right.rows()), rowsPerPiece);
    parallelFor(pieces.size(), [&](std::size_t piece) {
        for (auto i = static_cast<Index>(pieces[piece].begin); i < static_cast<Index>(pieces[piece].end); ++i) {
            squaredDistances(left, right.row(i), result.col(i));
            change(result.col(i));
        }
    });
    return result;
}

/// The variance of the mean of `copies` observations.
Eigen::VectorXd noises(const GaussianProcessData& data, double noise) {
    if (data.copies.size() == 0) return Eigen::VectorXd::Constant(data.values.size(), noise);
    return noise / data.copies.array();
}

/// What copies add to the log likelihood over that of their means, without the values' own spread, which is 0.
double logOfCopies(const GaussianProcessData& data, double logNoise) {
    if (data.copies.size() == 0) return 0;
    return -0.5 *
           ((data.copies.array() - 1) * (std::log(2 * std::numbers::pi) + logNoise) + data.copies.array().log()).sum();
}

/// Distances as both Matérn kernels and their slopes have them.
Eigen::ArrayXd maternDistances(Covariance kind, const Eigen::Ref<const Eigen::VectorXd>& squares) {
    return std::sqrt(kind == Covariance::Matern32 ? 3.0 : 5.0) * squares.array().sqrt();
}

}  // namespace

void toCovariances(Covariance kind, Eigen::Ref<Eigen::VectorXd> squares) {
    auto values = squares.array();
    if (kind == Covariance::Rbf) {
        values = (-0.5 * values).exp();
        return;
    }
    const Eigen::ArrayXd scaled = maternDistances(kind, squares);
    if (kind == Covariance::Matern32)
        values = (1 + scaled) * (-scaled).exp();
    else
        values = (1 + scaled + scaled.square() / 3) * (-scaled).exp();
}

void toSlopes(Covariance kind, Eigen::Ref<Eigen::VectorXd> squares) {
    auto values = squares.array();
    if (kind == Covariance::Rbf) {
        values = (-0.5 * values).exp();
        return;
    }
    const Eigen::ArrayXd scaled = maternDistances(kind, squares);
    if (kind == Covariance::Matern32)
        values = 3 * (-scaled).exp();
    else
        values = 5.0 / 3 * (1 + scaled) * (-scaled).exp();
}

Eigen::VectorXd GaussianProcessParams::toVector() const {
    Eigen::VectorXd vector(logLengths.size() + 2);
    vector << logLengths, logSignal, logNoise;
    return vector;
}

GaussianProcessParams GaussianProcessParams::with(const Eigen::VectorXd& vector) const {
    const Index lengths = vector.size() - 2;
    return {kind, vector.head(lengths), vector[lengths], vector[lengths + 1]};
}

Eigen::MatrixXd covariance(const GaussianProcessParams& params, const Eigen::MatrixXd& rows,
                           const Eigen::MatrixXd& others) {
    const double signal = std::exp(params.logSignal);
    return pairs(params, rows, others, [&](Eigen::Ref<Eigen::VectorXd> column) {
        toCovariances(params.kind, column);
        column *= signal;
    });
}

GaussianProcess::GaussianProcess(GaussianProcessData data, GaussianProcessParams params, const JobContext& context)
    : m_data(std::move(data)), m_params(std::move(params)) {
    assert(m_data.rows.rows() == m_data.values.size());
    m_factor = covariance(m_params, m_data.rows, m_data.rows);
    m_factor.diagonal() += noises(m_data, std::exp(m_params.logNoise));
    if (!factorise(m_factor, context) || !m_factor.diagonal().allFinite())
        throw Error("Some rows are so alike that a Gaussian process with so little noise cannot tell them apart.",
                    {.parameter = "noise"}, "Allow more noise, or drop rows that are there twice.");
    Eigen::VectorXd half = m_data.values;
    m_factor.triangularView<Eigen::Lower>().solveInPlace(half);
    m_answers = half;
    m_factor.transpose().triangularView<Eigen::Upper>().solveInPlace(m_answers);
    m_logLikelihood = -0.5 * half.squaredNorm() - m_factor.diagonal().array().log().sum() -
                      0.5 * static_cast<double>(half.size()) * std::log(2 * std::numbers::pi) +
                      logOfCopies(m_data, m_params.logNoise);
}

Eigen::VectorXd GaussianProcess::mean(const Eigen::MatrixXd& rows) const {
    Eigen::VectorXd means(rows.rows());
    const Eigen::MatrixXd seen = scaledRows(m_params, m_data.rows), asked = scaledRows(m_params, rows);
    const double signal = std::exp(m_params.logSignal);
    const std::vector<Range> pieces = chunks(static_cast<std::size_t>(rows.rows()), rowsPerPiece);
    parallelFor(pieces.size(), [&](std::size_t piece) {
        Eigen::VectorXd column(seen.rows());
        for (auto i = static_cast<Index>(pieces[piece].begin); i < static_cast<Index>(pieces[piece].end); ++i) {
            squaredDistances(seen, asked.row(i), column);
            toCovariances(m_params.kind, column);
            means[i] = signal * column.dot(m_answers);
        }
    });
    return means;
}

Eigen::VectorXd GaussianProcess::variance(const Eigen::MatrixXd& rows) const {
    return at(rows).variance;
}

GaussianProcess::Belief GaussianProcess::at(const Eigen::MatrixXd& rows) const {
    Belief belief{mean(rows), Eigen::VectorXd(rows.rows())};
    const double signal = std::exp(m_params.logSignal);
    const std::vector<Range> pieces = chunks(static_cast<std::size_t>(rows.rows()), rowsPerPiece);
    parallelFor(pieces.size(), [&](std::size_t piece) {
        const auto begin = static_cast<Index>(pieces[piece].begin), count = static_cast<Index>(pieces[piece].size());
        // Always as many columns: a row's sums must not depend on which rows it is asked with.
        Eigen::MatrixXd asked = Eigen::MatrixXd::Zero(rowsPerPiece, rows.cols());
        asked.topRows(count) = rows.middleRows(begin, count);
        Eigen::MatrixXd shared = covariance(m_params, m_data.rows, asked);
        m_factor.triangularView<Eigen::Lower>().solveInPlace(shared);
        for (Index i = 0; i < count; ++i)
            belief.variance[begin + i] = std::max(0.0, signal - shared.col(i).squaredNorm());
    });
    return belief;
}

Eigen::VectorXd GaussianProcess::likelihoodGradient(const JobContext& context) const {
    const Index lengths = m_params.logLengths.size();
    const double signal = std::exp(m_params.logSignal), noise = std::exp(m_params.logNoise);
    // dL = tr((a a' - K^-1) dK) / 2 (Rasmussen, Williams 2006, equation 5.9).
    Eigen::MatrixXd pull = -inverseOf(m_factor, context);
    pull.noalias() += m_answers * m_answers.transpose();
    Eigen::VectorXd gradient(lengths + 2);
    const Eigen::VectorXd perRow = noises(m_data, noise);
    gradient[lengths + 1] = 0.5 * pull.diagonal().dot(perRow);
    if (m_data.copies.size() > 0) gradient[lengths + 1] -= 0.5 * (m_data.copies.array() - 1).sum();
    // K covers signal and noise, so that tr(pull (K - noise)) is known without the covariances:
    // tr(pull K) = values' answers - n.
    gradient[lengths] =
        0.5 * (m_data.values.dot(m_answers) - static_cast<double>(m_data.values.size()) - pull.diagonal().dot(perRow));

    context.throwIfStopped();
    const Eigen::MatrixXd slopes = pairs(m_params, m_data.rows, m_data.rows,
                                         [&](Eigen::Ref<Eigen::VectorXd> column) { toSlopes(m_params.kind, column); });
    pull.array() *= signal * slopes.array();
    // sum_ij M_ij (x_i - x_j)² = 2 sum_i (M 1)_i x_i² - 2 x' M x, of centred and scaled x.
    Eigen::MatrixXd rows = scaledRows(m_params, m_data.rows);
    rows.rowwise() -= rows.colwise().mean().eval();
    const Eigen::VectorXd sums = pull.rowwise().sum();
    Eigen::VectorXd perColumn(rows.cols());
    const Eigen::MatrixXd product = pull * rows;
    for (Index j = 0; j < rows.cols(); ++j)
        perColumn[j] = sums.dot(rows.col(j).cwiseAbs2()) - rows.col(j).dot(product.col(j));
    if (lengths == 1)
        gradient[0] = perColumn.sum();
    else
        gradient.head(lengths) = perColumn;
    return gradient;
}

}  // namespace holdout
