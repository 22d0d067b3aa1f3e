// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neighbors/shadows.h"

#include <cmath>

#include <Eigen/QR>

#include "base/seed.h"

namespace holdout {
namespace {

using Eigen::Index;
using Eigen::MatrixXf;

constexpr Index leastPoints = 4096, leastCoordinates = 2 * Shadows::directions;
constexpr Index sampled = 1024;
constexpr int iterations = 2;
/// Of the sampled points' squared lengths, what their shadows must hold.
constexpr double leastShare = 0.5;

MatrixXf orthonormal(const MatrixXf& columns) {
    const Eigen::HouseholderQR<MatrixXf> qr(columns);
    return qr.householderQ() * MatrixXf::Identity(columns.rows(), columns.cols());
}

MatrixXf sampleOf(const MatrixXf& points) {
    MatrixXf sample(points.rows(), sampled);
    for (Index i = 0; i < sampled; ++i) sample.col(i) = points.col(i * points.cols() / sampled);
    return sample;
}

}  // namespace

std::optional<Shadows> Shadows::of(const MatrixXf& points) {
    if (points.cols() < leastPoints || points.rows() < leastCoordinates) return std::nullopt;
    const MatrixXf sample = sampleOf(points);
    RandomStream random(Seed{1});
    const MatrixXf start = MatrixXf::NullaryExpr(sampled, directions, [&] { return static_cast<float>(random.normal()); });
    MatrixXf basis = orthonormal(sample * start);
    for (int i = 0; i < iterations; ++i) {
        const MatrixXf along = sample.transpose() * basis;
        basis = orthonormal(sample * along);
    }
    const double whole = static_cast<double>(sample.squaredNorm());
    const double held = static_cast<double>((sample.transpose() * basis).squaredNorm());
    if (!basis.allFinite() || !(held >= leastShare * whole)) return std::nullopt;
    return Shadows(std::move(basis));
}

/// With Q the basis, Q'Q = I + E, |E| <= eta, and coordinates computed as p + e, |e| <= epsilon |x| (Higham 2002,
/// section 3.1): the squared length of the rest, |x|² - p'(Q'Q)^-1 p, is off by (2 epsilon + epsilon² + 2 eta) |x|² at
/// most, and so is the product of two points in the basis, by the same factor of |x| |q|.
Shadows::Shadows(MatrixXf basis) : m_basis(std::move(basis)) {
    constexpr double unit = 6e-8;
    const Eigen::MatrixXd wide = m_basis.cast<double>();
    const double eta = (wide.transpose() * wide - Eigen::MatrixXd::Identity(directions, directions)).norm();
    const double epsilon = (static_cast<double>(m_basis.rows()) + 8) * unit * std::sqrt(directions) * (1 + eta);
    m_restSlack = 2 * epsilon + epsilon * epsilon + 2 * eta + 4 * unit;
    const double summed = (static_cast<double>(size) + 8) * unit * 1.1;
    m_slack = 1.05 * (m_restSlack + summed);
}

MatrixXf Shadows::cast(const Eigen::Ref<const MatrixXf>& points, const Eigen::VectorXd& lengths) const {
    MatrixXf shadows(points.cols(), size);
    shadows.leftCols(directions).noalias() = points.transpose() * m_basis;
    for (Index i = 0; i < points.cols(); ++i) {
        const double square = lengths[i] * lengths[i];
        const double held = shadows.row(i).head(directions).cast<double>().squaredNorm();
        // Rounded up: the rest is never taken for shorter than it is.
        shadows(i, directions) =
            static_cast<float>(std::sqrt(std::max(0.0, square - held) + m_restSlack * square) * (1 + 2e-7));
    }
    return shadows;
}

}  // namespace holdout
