// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <Eigen/Core>

namespace holdout {

/// How far apart two rows are. Cosine: 1 less the cosine of the angle between them; 1 when either is all zeros.
enum class Distance { Euclidean, Manhattan, Cosine };

/// A row of the index and how far it is: squared for Euclidean. Nearer first; of equal ones the row that stands first.
struct Neighbor {
    double distance = 0;
    std::uint32_t row = 0;

    bool operator<(const Neighbor& other) const {
        return distance != other.distance ? distance < other.distance : row < other.row;
    }
};

/// The k nearest rows of each row asked: k entries a row, in order.
struct NeighborTable {
    std::size_t k = 0;
    std::vector<Neighbor> entries;
};

/// Finds nearest rows, exactly: which rows, and in which order, does not depend on how they are found, on the threads,
/// or on what is asked together. Immutable; threads may share it.
class NeighborIndex {
public:
    virtual ~NeighborIndex() = default;
    /// `queries`: columns × rows asked, that is a row in each column. Requires k of 1 … the number of rows.
    virtual NeighborTable nearest(const Eigen::MatrixXd& queries, std::size_t k) const = 0;
};

/// An index of the rows in the columns of `points`: a tree where it pays (up to 12 columns and unless Cosine), else all
/// distances by products of matrices. Keeps a reference to `points`.
std::unique_ptr<const NeighborIndex> makeNeighborIndex(const Eigen::MatrixXd& points, Distance distance);

/// The index by name, for tests. The tree takes no Cosine.
std::unique_ptr<const NeighborIndex> makeKdTree(const Eigen::MatrixXd& points, Distance distance);
std::unique_ptr<const NeighborIndex> makeExhaustiveIndex(const Eigen::MatrixXd& points, Distance distance);

/// The distance of two rows as every index ranks by it: summed in the order of the columns.
double rankedDistance(Distance kind, const double* a, const double* b, Eigen::Index columns);

/// The k best of the neighbours that it is shown, in any order.
class NearestSoFar {
public:
    /// Keeps them in entries[0 … k).
    NearestSoFar(Neighbor* entries, std::size_t k) : m_entries(entries), m_k(k) {}
    bool isFull() const { return m_count == m_k; }
    /// Requires isFull.
    const Neighbor& worst() const { return m_entries[0]; }
    void offer(Neighbor neighbor);
    /// Puts them in order.
    void sort();

private:
    Neighbor* m_entries;  ///< a heap with the worst on top
    std::size_t m_k;
    std::size_t m_count = 0;
};

}  // namespace holdout
