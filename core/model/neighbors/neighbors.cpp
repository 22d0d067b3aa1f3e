// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neighbors/neighbors.h"

#include <algorithm>
#include <cmath>

namespace holdout {
namespace {

/// In more dimensions a search looks into most leaves of a tree.
constexpr Eigen::Index mostTreeColumns = 12;

/// The sum of term(j) over the columns: in their order as the tree sums, where there may be a tree; else in eight sums
/// side by side, which the processor adds at once.
template <typename Term>
double sumOf(Eigen::Index columns, const Term& term) {
    double sum = 0;
    Eigen::Index j = 0;
    if (columns > mostTreeColumns) {
        double lanes[8] = {};
        for (; j + 8 <= columns; j += 8)
            for (int lane = 0; lane < 8; ++lane) lanes[lane] += term(j + lane);
        for (const double lane : lanes) sum += lane;
    }
    for (; j < columns; ++j) sum += term(j);
    return sum;
}

double cosineDistance(const double* a, const double* b, Eigen::Index columns) {
    const double product = sumOf(columns, [&](Eigen::Index j) { return a[j] * b[j]; });
    const double squareA = sumOf(columns, [&](Eigen::Index j) { return a[j] * a[j]; });
    const double squareB = sumOf(columns, [&](Eigen::Index j) { return b[j] * b[j]; });
    if (squareA == 0 || squareB == 0) return 1;
    return std::max(0.0, 1 - product / (std::sqrt(squareA) * std::sqrt(squareB)));
}

}  // namespace

void NearestSoFar::offer(Neighbor neighbor) {
    if (m_count < m_k) {
        m_entries[m_count++] = neighbor;
        std::push_heap(m_entries, m_entries + m_count);
        return;
    }
    if (!(neighbor < m_entries[0])) return;
    std::pop_heap(m_entries, m_entries + m_k);
    m_entries[m_k - 1] = neighbor;
    std::push_heap(m_entries, m_entries + m_k);
}

void NearestSoFar::sort() {
    std::sort_heap(m_entries, m_entries + m_count);
}

double rankedDistance(Distance kind, const double* a, const double* b, Eigen::Index columns) {
    switch (kind) {
        case Distance::Euclidean:
            return sumOf(columns, [&](Eigen::Index j) { return (a[j] - b[j]) * (a[j] - b[j]); });
        case Distance::Manhattan:
            return sumOf(columns, [&](Eigen::Index j) { return std::abs(a[j] - b[j]); });
        case Distance::Cosine:
            return cosineDistance(a, b, columns);
    }
    return 0;
}

std::unique_ptr<const NeighborIndex> makeNeighborIndex(const Eigen::MatrixXd& points, Distance distance) {
    constexpr Eigen::Index leastRows = 256;  // fewer are looked through as quickly
    if (distance != Distance::Cosine && points.rows() > 0 && points.rows() <= mostTreeColumns &&
        points.cols() >= leastRows)
        return makeKdTree(points, distance);
    return makeExhaustiveIndex(points, distance);
}

}  // namespace holdout
