// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/pack_product.h"
#include "base/parallel.h"
#include "model/neighbors/neighbors.h"
#include "model/neighbors/shadows.h"

namespace holdout {
namespace {

using Eigen::Index;

/// Queries and rows of one product: their distances stay in the second-level cache.
constexpr Index queryBlock = 64, rowBlock = 1024;
/// Distances of which only the least is looked at first.
constexpr Index glance = 32;
/// Where shadows leave more of the pairs in question, a product of all is quicker than one of each.
constexpr double mostPairs = 0.1;

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
///
/// Where shadows of the rows tell most distances to be too large, only the others are worked out.
class ProductIndex final : public NeighborIndex {
public:
    ProductIndex(const Eigen::MatrixXd& points, Distance distance)
        : m_points(points), m_distance(distance), m_centre(Eigen::VectorXd::Zero(points.rows())) {
        if (distance == Distance::Euclidean) m_centre = points.rowwise().mean();
        m_moved.resize(points.rows(), points.cols());
        m_squares.resize(points.cols());
        const std::vector<Range> blocks = chunks(static_cast<std::size_t>(points.cols()), rowBlock);
        m_longest.resize(static_cast<Index>(blocks.size()));
        Eigen::VectorXd lengths(points.cols());
        parallelFor(blocks.size(), [&](std::size_t b) {
            double longest = 0;
            for (auto i = static_cast<Index>(blocks[b].begin); i < static_cast<Index>(blocks[b].end); ++i) {
                m_moved.col(i) = moved(points.col(i)).cast<float>();
                const double square = m_moved.col(i).cast<double>().squaredNorm();
                m_squares[i] = distance == Distance::Euclidean ? static_cast<float>(square) : 0;
                lengths[i] = std::sqrt(square);
                longest = std::max(longest, lengths[i]);
            }
            m_longest[static_cast<Index>(b)] = longest;
        });
        if (isInRange()) m_caster = Shadows::of(m_moved);
        if (!m_caster) return;
        m_shadows.resize(blocks.size());
        parallelFor(blocks.size(), [&](std::size_t b) {
            const auto begin = static_cast<Index>(blocks[b].begin), rows = static_cast<Index>(blocks[b].size());
            m_shadows[b].setZero(rowBlock, Shadows::size);
            m_shadows[b].topRows(rows) = m_caster->cast(m_moved.middleCols(begin, rows), lengths.segment(begin, rows));
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

    /// The queries of a block on their way.
    struct Block {
        Eigen::MatrixXf asked;    ///< columns × queries, times -2
        Eigen::MatrixXf shadows;  ///< Shadows::size × queries, times -2
        Eigen::VectorXd lengths;
        std::vector<Question> questions;
        Eigen::MatrixXf distances;  ///< of a block of rows

        Index count() const { return lengths.size(); }
    };

    Index rowsOf(Index block) const { return std::min(rowBlock, m_moved.cols() - block * rowBlock); }

    void answer(const Eigen::MatrixXd& queries, Range range, NeighborTable& table) const {
        const Index columns = m_moved.rows(), count = static_cast<Index>(range.size());
        Block block{Eigen::MatrixXf::Zero(columns, queryBlock), {}, Eigen::VectorXd(count),
                    std::vector<Question>(range.size()), Eigen::MatrixXf(rowBlock, queryBlock)};
        for (Index i = 0; i < count; ++i) {
            block.asked.col(i) = moved(queries.col(static_cast<Index>(range.begin) + i)).cast<float>();
            block.lengths[i] = block.asked.col(i).cast<double>().norm();
        }
        if (m_caster) {
            block.shadows = -2 * m_caster->cast(block.asked.leftCols(count), block.lengths).transpose();
            block.asked *= -2;
            findLimits(block, table.k);
        } else {
            block.asked *= -2;
        }
        for (Index rows = 0; rows < m_longest.size(); ++rows)
            if (!m_caster || !lookAtSome(block, rows, table.k)) lookAtAll(block, rows, table.k);
        for (Index i = 0; i < count; ++i) {
            const std::size_t query = range.begin + static_cast<std::size_t>(i);
            decide(queries.col(static_cast<Index>(query)).data(), block.questions[static_cast<std::size_t>(i)],
                   &table.entries[query * table.k], table.k);
        }
    }

    void lookAtAll(Block& block, Index rowsAt, std::size_t k) const {
        const Index begin = rowsAt * rowBlock, rows = rowsOf(rowsAt);
        auto part = block.distances.topRows(rows);
        part.noalias() = m_moved.middleCols(begin, rows).transpose() * block.asked;
        for (Index i = 0; i < block.count(); ++i) {
            auto column = part.col(i);
            column += m_squares.segment(begin, rows);
            sift(column, begin, errorBound(m_longest[rowsAt], block.lengths[i]), k,
                 block.questions[static_cast<std::size_t>(i)]);
        }
    }

    /// What the shifted squared distances of a block of rows are at least, but for `boundError`.
    void boundDistances(Block& block, Index rowsAt) const {
        const Eigen::MatrixXf& shadows = m_shadows[static_cast<std::size_t>(rowsAt)];
        multiplyPacks<true>(PackProduct<float>{.left = shadows.data(),
                                               .leftStep = shadows.rows(),
                                               .right = block.shadows.data(),
                                               .rightStep = block.shadows.rows(),
                                               .start = m_squares.data() + rowsAt * rowBlock,
                                               .out = block.distances.data(),
                                               .outStep = block.distances.rows(),
                                               .rows = rowsOf(rowsAt),
                                               .columns = block.count(),
                                               .terms = Shadows::size},
                            Shadows::size);
    }

    float boundError(double longestRow, double queryLength) const {
        return errorBound(longestRow, queryLength) + static_cast<float>(2 * m_caster->slack(longestRow, queryLength));
    }

    float distanceOf(const Block& block, Index query, Index row) const {
        return m_squares[row] + m_moved.col(row).dot(block.asked.col(query));
    }

    /// Limits to begin with: the distances of the k rows whose shadows are nearest, which are near as a rule.
    void findLimits(Block& block, std::size_t k) const {
        std::vector<std::vector<std::pair<float, Index>>> nearest(block.questions.size());
        for (Index rowsAt = 0; rowsAt < m_longest.size(); ++rowsAt) {
            boundDistances(block, rowsAt);
            for (Index i = 0; i < block.count(); ++i) {
                auto& heap = nearest[static_cast<std::size_t>(i)];
                eachBelow(block.distances.col(i).head(rowsOf(rowsAt)),
                          [&] { return heap.size() < k ? std::numeric_limits<float>::infinity() : heap.front().first; },
                          [&](Index at, float distance) {
                              if (heap.size() == k) {
                                  if (distance >= heap.front().first) return;
                                  std::pop_heap(heap.begin(), heap.end());
                                  heap.pop_back();
                              }
                              heap.emplace_back(distance, rowsAt * rowBlock + at);
                              std::push_heap(heap.begin(), heap.end());
                          });
            }
        }
        for (Index i = 0; i < block.count(); ++i) {
            float limit = -std::numeric_limits<float>::infinity();
            for (const auto& [bound, row] : nearest[static_cast<std::size_t>(i)])
                limit = std::max(limit, distanceOf(block, i, row) +
                                            errorBound(m_longest[row / rowBlock], block.lengths[i]));
            block.questions[static_cast<std::size_t>(i)].limit = limit;
        }
    }

    /// Looks at the rows of a block whose shadows are near enough; false where they are so many that none was looked at.
    bool lookAtSome(Block& block, Index rowsAt, std::size_t k) const {
        const Index begin = rowsAt * rowBlock, rows = rowsOf(rowsAt);
        boundDistances(block, rowsAt);
        std::vector<std::pair<Index, Index>> pairs;
        const auto most = static_cast<std::size_t>(mostPairs * static_cast<double>(rows * block.count()));
        for (Index i = 0; i < block.count() && pairs.size() <= most; ++i) {
            const float limit = block.questions[static_cast<std::size_t>(i)].limit +
                                boundError(m_longest[rowsAt], block.lengths[i]);
            eachBelow(block.distances.col(i).head(rows), [&] { return limit; },
                      [&](Index at, float) { pairs.emplace_back(i, begin + at); });
        }
        if (pairs.size() > most) return false;
        for (const auto& [query, row] : pairs)
            consider(distanceOf(block, query, row), row, errorBound(m_longest[rowsAt], block.lengths[query]), k,
                     block.questions[static_cast<std::size_t>(query)]);
        return true;
    }

    /// body(position, value) for the values that are not above limit(), in their order.
    template <typename Limit, typename Body>
    static void eachBelow(const Eigen::Ref<const Eigen::VectorXf>& values, const Limit& limit, const Body& body) {
        for (Index from = 0; from < values.size(); from += glance) {
            const auto some = values.segment(from, std::min(glance, values.size() - from));
            if (!(some.minCoeff() <= limit())) continue;
            for (Index i = 0; i < some.size(); ++i)
                if (some[i] <= limit()) body(from + i, some[i]);
        }
    }

    static void sift(const Eigen::Ref<const Eigen::VectorXf>& distances, Index begin, float error, std::size_t k,
                     Question& question) {
        eachBelow(distances, [&] { return question.limit + error; },
                  [&](Index at, float distance) { consider(distance, begin + at, error, k, question); });
    }

    static void consider(float distance, Index row, float error, std::size_t k, Question& question) {
        if (distance - error > question.limit) return;
        question.candidates.push_back({distance - error, static_cast<std::uint32_t>(row)});
        const float most = distance + error;
        std::vector<float>& heap = question.most;
        if (heap.size() == k) {
            if (most >= heap.front()) return;
            std::pop_heap(heap.begin(), heap.end());
            heap.pop_back();
        }
        heap.push_back(most);
        std::push_heap(heap.begin(), heap.end());
        if (heap.size() == k) question.limit = std::min(question.limit, heap.front());
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
    std::optional<Shadows> m_caster;
    std::vector<Eigen::MatrixXf> m_shadows;  ///< of each block of rows
};

}  // namespace

std::unique_ptr<const NeighborIndex> makeExhaustiveIndex(const Eigen::MatrixXd& points, Distance distance) {
    if (distance == Distance::Manhattan) return std::make_unique<PlainIndex>(points, distance);
    auto index = std::make_unique<ProductIndex>(points, distance);
    if (!index->isInRange()) return std::make_unique<PlainIndex>(points, distance);
    return index;
}

}  // namespace holdout
