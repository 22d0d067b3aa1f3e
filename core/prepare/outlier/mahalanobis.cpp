// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/outlier/mahalanobis.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/chi_square.h"
#include "base/parallel.h"

namespace holdout {
namespace {

using Eigen::Index;
using Positions = std::vector<std::uint32_t>;

constexpr std::size_t kStarts = 500, kFinalists = 10, kSample = 1500;

struct Gaussian {
    Eigen::VectorXd mean;
    Eigen::MatrixXd covariance;
};

Gaussian gaussianOf(const RowMatrix& rows, const Positions& chosen) {
    const auto count = static_cast<double>(chosen.size());
    Gaussian found{Eigen::VectorXd::Zero(rows.cols()), Eigen::MatrixXd::Zero(rows.cols(), rows.cols())};
    for (const std::uint32_t row : chosen) found.mean += rows.row(row).transpose();
    found.mean /= count;
    Eigen::MatrixXd block(rows.cols(), 256);
    for (std::size_t i = 0; i < chosen.size();) {
        Index filled = 0;
        for (; filled < block.cols() && i < chosen.size(); ++filled, ++i)
            block.col(filled) = rows.row(chosen[i]).transpose() - found.mean;
        found.covariance.selfadjointView<Eigen::Lower>().rankUpdate(block.leftCols(filled));
    }
    found.covariance = Eigen::MatrixXd(found.covariance.selfadjointView<Eigen::Lower>()) / count;
    return found;
}

/// The factor of a covariance that has an inverse, with the logarithm of its determinant.
struct Factor {
    Eigen::LLT<Eigen::MatrixXd> cholesky;
    double logDeterminant = 0;
};

std::optional<Factor> factorOf(const Eigen::MatrixXd& covariance) {
    Factor factor{Eigen::LLT<Eigen::MatrixXd>(covariance)};
    if (factor.cholesky.info() != Eigen::Success) return std::nullopt;
    const Eigen::VectorXd diagonal = factor.cholesky.matrixLLT().diagonal();
    // Rows are standardised: a direction with a millionth of a standard deviation is none.
    if (!(diagonal.minCoeff() > 1e-6)) return std::nullopt;
    factor.logDeterminant = 2 * diagonal.array().log().sum();
    return factor;
}

Eigen::VectorXd squaredDistances(const RowMatrix& rows, const Gaussian& gaussian, const Factor& factor) {
    Eigen::MatrixXd centred = rows.transpose();
    centred.colwise() -= gaussian.mean;
    factor.cholesky.matrixL().solveInPlace(centred);
    return centred.colwise().squaredNorm();
}

/// The `count` rows with the smallest distances, ascending.
Positions nearest(const Eigen::VectorXd& distances, std::size_t count) {
    Positions order(static_cast<std::size_t>(distances.size()));
    std::iota(order.begin(), order.end(), 0U);
    const auto closer = [&](std::uint32_t a, std::uint32_t b) {
        return distances[a] != distances[b] ? distances[a] < distances[b] : a < b;
    };
    std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count - 1), order.end(), closer);
    order.resize(count);
    std::sort(order.begin(), order.end());
    return order;
}

struct Candidate {
    Gaussian gaussian;
    double logDeterminant = std::numeric_limits<double>::infinity();  ///< infinite: no candidate at all
};

/// At most `steps` concentration steps: the rows nearest to the ellipsoid's centre make the next one.
Candidate concentrate(const RowMatrix& rows, Gaussian gaussian, std::size_t half, int steps) {
    Candidate best;
    for (int step = 0; step <= steps; ++step) {
        const std::optional<Factor> factor = factorOf(gaussian.covariance);
        if (!factor) return {};
        // A step never raises the determinant; where it no longer lowers it the rows stay the same.
        const bool settled = best.logDeterminant - factor->logDeterminant < 1e-12 && step > 1;
        best = {gaussian, factor->logDeterminant};
        if (settled || step == steps) break;
        gaussian = gaussianOf(rows, nearest(squaredDistances(rows, gaussian, *factor), half));
    }
    return best;
}

Candidate fromRandomStart(const RowMatrix& rows, std::size_t half, Seed seed) {
    RandomStream random(seed);
    Positions order(static_cast<std::size_t>(rows.rows()));
    std::iota(order.begin(), order.end(), 0U);
    random.shuffle(order);
    // More rows until they span all directions.
    for (std::size_t count = static_cast<std::size_t>(rows.cols()) + 1; count <= half; count += 1 + count / 2) {
        const Gaussian start = gaussianOf(rows, Positions(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count)));
        if (factorOf(start.covariance)) return concentrate(rows, start, half, 2);
    }
    return {};
}

std::size_t halfOf(Index rows, Index columns) {
    return std::min(static_cast<std::size_t>(rows), static_cast<std::size_t>(rows + columns + 2) / 2);
}

RowMatrix sampleOf(const RowMatrix& rows, Seed seed) {
    Positions order(static_cast<std::size_t>(rows.rows()));
    std::iota(order.begin(), order.end(), 0U);
    RandomStream random(seed);
    for (std::size_t i = 0; i < kSample; ++i) std::swap(order[i], order[i + random.below(order.size() - i)]);
    order.resize(kSample);
    return rows(order, Eigen::all);
}

/// The smallest ellipsoid that covers half of the rows.
Candidate smallestHalf(const RowMatrix& rows, JobContext& context) {
    const bool large = static_cast<std::size_t>(rows.rows()) > kSample;
    const RowMatrix some = large ? sampleOf(rows, context.seed.derive("sample")) : rows;
    std::vector<Candidate> candidates(kStarts);
    parallelFor(kStarts, [&](std::size_t i) {
        context.throwIfStopped();
        candidates[i] = fromRandomStart(some, halfOf(some.rows(), some.cols()), context.seed.derive("start", i));
    });
    std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return a.logDeterminant < b.logDeterminant;
    });
    candidates.resize(kFinalists);
    parallelFor(candidates.size(), [&](std::size_t i) {
        context.throwIfStopped();
        if (std::isfinite(candidates[i].logDeterminant))
            candidates[i] = concentrate(rows, candidates[i].gaussian, halfOf(rows.rows(), rows.cols()), 100);
    });
    return *std::min_element(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return a.logDeterminant < b.logDeterminant;
    });
}

/// Columns brought to mean 0 and standard deviation 1, those without spread left out.
struct Standardised {
    std::vector<Index> kept;
    Eigen::VectorXd means, scales;  ///< of the kept
    RowMatrix rows;
};

Standardised standardise(const RowMatrix& rows) {
    Standardised made;
    std::vector<double> means, scales;
    for (Index j = 0; j < rows.cols() && rows.rows() > 0; ++j) {
        const double mean = rows.col(j).mean();
        const double scale = std::sqrt((rows.col(j).array() - mean).square().mean());
        if (!(scale > 1e-12 * std::abs(mean)) || !std::isfinite(1 / scale) || !std::isfinite(scale)) continue;
        made.kept.push_back(j);
        means.push_back(mean);
        scales.push_back(scale);
    }
    const auto width = static_cast<Index>(means.size());
    made.means = Eigen::Map<const Eigen::VectorXd>(means.data(), width);
    made.scales = Eigen::Map<const Eigen::VectorXd>(scales.data(), width);
    made.rows.resize(rows.rows(), width);
    for (Index k = 0; k < width; ++k)
        made.rows.col(k) = (rows.col(made.kept[static_cast<std::size_t>(k)]).array() - made.means[k]) / made.scales[k];
    return made;
}

/// Back to the columns' own scale.
RowShape shapeOf(const Gaussian& gaussian, const Standardised& from, const RowMatrix& rows) {
    RowShape shape;
    for (Index j = 0; j < rows.cols(); ++j) shape.center.push_back(rows.rows() > 0 ? rows.col(j).mean() : 0.0);
    if (from.kept.empty()) return shape;
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> axes(gaussian.covariance);
    const Eigen::VectorXd& values = axes.eigenvalues();
    const double least = 1e-12 * std::max(values.maxCoeff(), 1e-300);
    for (std::size_t k = 0; k < from.kept.size(); ++k) {
        const auto i = static_cast<Index>(k);
        shape.center[static_cast<std::size_t>(from.kept[k])] = from.means[i] + gaussian.mean[i] * from.scales[i];
    }
    for (Index axis = 0; axis < values.size(); ++axis) {
        if (!(values[axis] > least)) continue;
        std::vector<double> line(shape.center.size());
        for (std::size_t k = 0; k < from.kept.size(); ++k) {
            const auto i = static_cast<Index>(k);
            line[static_cast<std::size_t>(from.kept[k])] =
                axes.eigenvectors()(i, axis) / (std::sqrt(values[axis]) * from.scales[i]);
        }
        shape.whitening.insert(shape.whitening.end(), line.begin(), line.end());
    }
    return shape;
}

Positions allOf(const RowMatrix& rows) {
    Positions all(static_cast<std::size_t>(rows.rows()));
    std::iota(all.begin(), all.end(), 0U);
    return all;
}

}  // namespace

double RowShape::squaredDistance(const double* row) const {
    double sum = 0;
    for (std::size_t axis = 0; axis < rank(); ++axis) {
        double along = 0;
        for (std::size_t j = 0; j < center.size(); ++j)
            along += whitening[axis * center.size() + j] * (row[j] - center[j]);
        sum += along * along;
    }
    return sum;
}

RowShape classicalShape(const RowMatrix& rows) {
    const Standardised from = standardise(rows);
    if (from.kept.empty()) return shapeOf({}, from, rows);
    return shapeOf(gaussianOf(from.rows, allOf(rows)), from, rows);
}

std::optional<RowShape> robustShape(const RowMatrix& rows, JobContext& context) {
    const Standardised from = standardise(rows);
    const Index width = from.rows.cols();
    if (width == 0 || rows.rows() <= width + 1) return std::nullopt;
    const Candidate half = smallestHalf(from.rows, context);
    if (!std::isfinite(half.logDeterminant)) return std::nullopt;
    const auto degrees = static_cast<double>(width);
    Eigen::VectorXd distances = squaredDistances(from.rows, half.gaussian, *factorOf(half.gaussian.covariance));
    std::vector<double> sorted(distances.begin(), distances.end());
    std::sort(sorted.begin(), sorted.end());
    const std::size_t n = sorted.size();
    const double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    distances *= chiSquareQuantile(0.5, degrees) / median;
    const double most = chiSquareQuantile(0.975, degrees);
    Positions within;
    for (std::uint32_t row = 0; row < n; ++row)
        if (distances[row] < most) within.push_back(row);
    return shapeOf(gaussianOf(from.rows, within), from, rows);
}

}  // namespace holdout
