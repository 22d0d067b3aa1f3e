// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/parallel.h"
#include "model/neighbors/neighbors.h"

namespace holdout {
namespace {

using Eigen::Index;

/// Queries and rows of one product: their distances stay in the second-level cache.
constexpr Index queryBlock = 64, rowBlock = 1024;
/// Distances of which only the least is looked at first.
constexpr Index glance = 32;

/// All distances, by Manhattan's sums or where float32 cannot be trusted.
class PlainIndex final : public NeighborIndex {
public:
    PlainIndex(const Eigen::MatrixXd& points, Distance distance) : m_points(points), m_distance(distance) {}

    NeighborTable nearest(const Eigen::MatrixXd& queries, std::size_t k) const override {
        const auto count = static_cast<std::size_t>(queries.cols());
        NeighborTable table{k, std::vector<Neighbor>(count * k)};
        parallelFor(count, [&](std::size_t query) {
            NearestSoFar found(&table.entries[query * k], k);
            const double* place = queries.col(static_cast<Index>(query)).data();
            for (Index row = 0; row < m_points.cols(); ++row)
                found.offer({rankedDistance(m_distance, place, m_points.col(row).data(), m_points.rows()),
                             static_cast<std::uint32_t>(row)});
            found.sort();
        });
        return table;
    }

private:
    const Eigen::MatrixXd& m_points;
    Distance m_distance;
};

/// Euclidean and cosine distances of all pairs by a product in float32, which leaves those rows in question whose
/// distance could, after all rounding, be among the k least; float64 decides between them. What is found is exact.
///
/// Euclidean: |x - q|² = |x|² - 2 x'q + |q|² of the rows less their mean, of which |q|² is left out. Cosine: -2 x'q of
/// the rows scaled to length 1, which is twice the distance less 2.
class ProductIndex final : public NeighborIndex {
public:
    ProductIndex(const Eigen::MatrixXd& points, Distance distance)
        : m_points(points), m_distance(distance), m_centre(Eigen::VectorXd::Zero(points.rows())) {
        if (distance == Distance::Euclidean) m_centre = points.rowwise().mean();
        m_moved.resize(points.rows(), points.cols());
        m_squares.resize(points.cols());
        const std::vector<Range> blocks = chunks(static_cast<std::size_t>(points.cols()), rowBlock);
        m_longest.resize(static_cast<Index>(blocks.size()));
        parallelFor(blocks.size(), [&](std::size_t b) {
            double longest = 0;
            for (auto i = static_cast<Index>(blocks[b].begin); i < static_cast<Index>(blocks[b].end); ++i) {
                m_moved.col(i) = moved(points.col(i)).cast<float>();
                const double square = m_moved.col(i).cast<double>().squaredNorm();
                m_squares[i] = distance == Distance::Euclidean ? static_cast<float>(square) : 0;
                longest = std::max(longest, std::sqrt(square));
            }
            m_longest[static_cast<Index>(b)] = longest;
        });
    }

    /// Whether float32 holds all numbers that come up with these points.
    bool isInRange() const { return m_longest.size() == 0 || (m_longest.array() < 1e15).all(); }

    NeighborTable nearest(const Eigen::MatrixXd& queries, std::size_t k) const override {
        NeighborTable table{k, std::vector<Neighbor>(static_cast<std::size_t>(queries.cols()) * k)};
        const std::vector<Range> blocks = chunks(static_cast<std::size_t>(queries.cols()), queryBlock);
        parallelFor(blocks.size(), [&](std::size_t b) { answer(queries, blocks[b], table); });
        return table;
    }

private:
    /// A row that may be among the nearest, and the least that its shifted squared distance may be.
    struct Candidate {
        float least = 0;
        std::uint32_t row = 0;
    };
    /// What is known of one query: the candidates so far, and the k least of what their distances are at most.
    struct Question {
        std::vector<float> most;  ///< a heap with the largest on top
        std::vector<Candidate> candidates;
        float limit = std::numeric_limits<float>::infinity();
    };

    Eigen::VectorXd moved(const Eigen::Ref<const Eigen::VectorXd>& point) const {
        if (m_distance == Distance::Euclidean) return point - m_centre;
        const double length = point.norm();
        return length > 0 ? Eigen::VectorXd(point / length) : Eigen::VectorXd(point);
    }

    /// How wrong a shifted squared distance may be: rounding of both points to float32, of a product of `columns` terms
    /// in any order, and of the sum with |x|² (Higham 2002, sections 3.1 and 3.5), doubled; and that of taking off the
    /// mean.
    float errorBound(double longestRow, double queryLength) const {
        constexpr double unit = 6e-8;
        const auto terms = static_cast<double>(m_moved.rows()) + 8;
        const double sizes = longestRow * longestRow + 2 * longestRow * queryLength;
        const double shift = 4e-16 * m_centre.norm() * (longestRow + queryLength);
        return static_cast<float>(2 * terms * unit * sizes + shift) + std::numeric_limits<float>::min();
    }

    void answer(const Eigen::MatrixXd& queries, Range range, NeighborTable& table) const {
        const Index columns = m_moved.rows(), count = static_cast<Index>(range.size());
        Eigen::MatrixXf asked = Eigen::MatrixXf::Zero(columns, queryBlock);
        Eigen::VectorXd lengths(count);
        for (Index i = 0; i < count; ++i) {
            asked.col(i) = moved(queries.col(static_cast<Index>(range.begin) + i)).cast<float>();
            lengths[i] = asked.col(i).cast<double>().norm();
        }
        asked *= -2;
        std::vector<Question> questions(range.size());
        Eigen::MatrixXf distances(rowBlock, queryBlock);
        for (Index block = 0; block < m_longest.size(); ++block) {
            const Index begin = block * rowBlock, rows = std::min(rowBlock, m_moved.cols() - begin);
            auto part = distances.topRows(rows);
            part.noalias() = m_moved.middleCols(begin, rows).transpose() * asked;
            for (Index i = 0; i < count; ++i) {
                auto column = part.col(i);
                column += m_squares.segment(begin, rows);
                sift(column, begin, errorBound(m_longest[block], lengths[i]), table.k,
                     questions[static_cast<std::size_t>(i)]);
            }
        }
        for (Index i = 0; i < count; ++i) {
            const std::size_t query = range.begin + static_cast<std::size_t>(i);
            decide(queries.col(static_cast<Index>(query)).data(), questions[static_cast<std::size_t>(i)],
                   &table.entries[query * table.k], table.k);
        }
    }

    static void sift(const Eigen::Ref<const Eigen::VectorXf>& distances, Index begin, float error, std::size_t k,
                     Question& question) {
        for (Index from = 0; from < distances.size(); from += glance) {
            const auto some = distances.segment(from, std::min(glance, distances.size() - from));
            if (!(some.minCoeff() - error <= question.limit)) continue;
            for (Index i = 0; i < some.size(); ++i) {
                if (some[i] - error > question.limit) continue;
                question.candidates.push_back({some[i] - error, static_cast<std::uint32_t>(begin + from + i)});
                const float most = some[i] + error;
                std::vector<float>& heap = question.most;
                if (heap.size() == k) {
                    if (most >= heap.front()) continue;
                    std::pop_heap(heap.begin(), heap.end());
                    heap.pop_back();
                }
                heap.push_back(most);
                std::push_heap(heap.begin(), heap.end());
                if (heap.size() == k) question.limit = heap.front();
            }
        }
    }

    void decide(const double* place, const Question& question, Neighbor* entries, std::size_t k) const {
        NearestSoFar found(entries, k);
        for (const Candidate& candidate : question.candidates)
            if (candidate.least <= question.limit)
                found.offer({rankedDistance(m_distance, place, m_points.col(candidate.row).data(), m_points.rows()),
                             candidate.row});
        found.sort();
    }

    const Eigen::MatrixXd& m_points;
    Distance m_distance;
    Eigen::VectorXd m_centre;
    Eigen::MatrixXf m_moved;    ///< columns × rows
    Eigen::VectorXf m_squares;  ///< of each row's length
    Eigen::VectorXd m_longest;  ///< of each block of rows
};

}  // namespace

std::unique_ptr<const NeighborIndex> makeExhaustiveIndex(const Eigen::MatrixXd& points, Distance distance) {
    if (distance == Distance::Manhattan) return std::make_unique<PlainIndex>(points, distance);
    auto index = std::make_unique<ProductIndex>(points, distance);
    if (!index->isInRange()) return std::make_unique<PlainIndex>(points, distance);
    return index;
}

}  // namespace holdout
