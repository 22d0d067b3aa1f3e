// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/svm/kernel.h"

#include <cmath>

#include "base/parallel.h"

namespace holdout {
namespace {

using Eigen::Index;

/// Numbers of rows are multiples of this: whole registers, of which none begins between two lines of the cache.
constexpr Index lane = 16;
/// Rows whose sums stay in the first-level cache.
constexpr Index tile = 512;
/// Cells below which handing a row to other threads costs more than it gains.
constexpr Index worthSharing = 400000;
constexpr Index rowsPerTask = 16 * tile;

/// The kernel from products (distances for Rbf), in place.
template <typename Array>
void finish(const Kernel& kernel, Array&& sums) {
    using Scalar = typename std::decay_t<Array>::Scalar;
    const auto gamma = static_cast<Scalar>(kernel.gamma), coef0 = static_cast<Scalar>(kernel.coef0);
    switch (kernel.kind) {
        case KernelKind::Linear:
            return;
        case KernelKind::Polynomial: {
            const auto base = (gamma * sums + coef0).eval();
            auto power = base;
            for (int i = 1; i < kernel.degree; ++i) power *= base;
            sums = power;
            return;
        }
        case KernelKind::Rbf:
            sums = (-gamma * sums).exp();
            return;
        case KernelKind::Sigmoid:
            sums = (gamma * sums + coef0).tanh();
            return;
    }
}

}  // namespace

KernelRows::KernelRows(const Eigen::MatrixXd& values, std::span<const std::uint32_t> rows, Kernel kernel)
    : m_kernel(kernel),
      m_size(static_cast<Index>(rows.size())),
      m_values(Eigen::MatrixXd::Zero((m_size + lane - 1) / lane * lane, values.cols())) {
    for (Index j = 0; j < values.cols(); ++j)
        for (Index i = 0; i < m_size; ++i) m_values(i, j) = values(rows[static_cast<std::size_t>(i)], j);
}

void KernelRows::inner(const Eigen::RowVectorXd& query, Index begin, Index count, double* sums) const {
    std::fill_n(sums, count, 0.0);
    const bool distances = m_kernel.kind == KernelKind::Rbf;
    for (Index j = 0; j < m_values.cols(); ++j) {
        const double* cells = &m_values(begin, j);
        const double value = query[j];
        if (distances)
            for (Index i = 0; i < count; ++i) sums[i] += (cells[i] - value) * (cells[i] - value);
        else
            for (Index i = 0; i < count; ++i) sums[i] += cells[i] * value;
    }
}

void KernelRows::rowOf(Index row, Eigen::Ref<Eigen::VectorXf> out) const {
    const Eigen::RowVectorXd query = m_values.row(row);
    const auto part = [&](Index begin, Index end) {
        alignas(64) double sums[tile];
        for (; begin < end; begin += tile) {
            const Index count = std::min(tile, end - begin);
            inner(query, begin, count, sums);
            auto some = out.segment(begin, count).array();
            some = Eigen::Map<const Eigen::ArrayXd>(sums, count).cast<float>();
            finish(m_kernel, some);
        }
    };
    if (m_values.size() < worthSharing) return part(0, padded());
    const std::vector<Range> pieces = chunks(static_cast<std::size_t>(padded()), rowsPerTask);
    parallelFor(pieces.size(),
                [&](std::size_t i) { part(static_cast<Index>(pieces[i].begin), static_cast<Index>(pieces[i].end)); });
}

Eigen::VectorXd KernelRows::diagonal() const {
    Eigen::VectorXd result = Eigen::VectorXd::Zero(m_size);
    if (m_kernel.kind != KernelKind::Rbf) result = m_values.topRows(m_size).rowwise().squaredNorm();
    // Rounded as rowOf rounds, so that the curvature between two copies of a row is 0.
    Eigen::VectorXf rounded = result.cast<float>();
    finish(m_kernel, rounded.array());
    return rounded.cast<double>();
}

void KernelRows::with(const Eigen::RowVectorXd& query, Eigen::Ref<Eigen::VectorXd> out) const {
    for (Index begin = 0; begin < padded(); begin += tile) {
        const Index count = std::min(tile, padded() - begin);
        auto some = out.segment(begin, count).array();
        inner(query, begin, count, &out[begin]);
        finish(m_kernel, some);
    }
}

}  // namespace holdout
