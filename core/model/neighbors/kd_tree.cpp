// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/parallel.h"
#include "model/neighbors/neighbors.h"

namespace holdout {
namespace {

using Eigen::Index;

/// Rows of a leaf: side by side, so that a leaf is looked through a register of rows at a time.
constexpr std::size_t leafRows = 16;
/// Parts larger than this are built by threads of their own, and so many queries are answered by one.
constexpr std::size_t rowsPerTask = 8192, queriesPerTask = 256;

/// Nodes are numbered as in a heap: the children of i are 2i + 1 and 2i + 2, and all leaves are on the last level. Rows
/// are halved at each level, so that positions follow from the level alone.
class KdTree final : public NeighborIndex {
public:
    KdTree(const Eigen::MatrixXd& points, Distance distance) : m_distance(distance), m_columns(points.rows()) {
        const auto rows = static_cast<std::size_t>(points.cols());
        while (((rows + (std::size_t{1} << m_levels) - 1) >> m_levels) > leafRows) ++m_levels;
        const std::size_t nodes = (std::size_t{2} << m_levels) - 1;
        m_low.resize(m_columns, static_cast<Index>(nodes));
        m_high.resize(m_columns, static_cast<Index>(nodes));
        m_cuts.resize(nodes);
        std::vector<std::uint32_t> order(rows);
        std::iota(order.begin(), order.end(), 0U);
        const std::size_t leaves = std::size_t{1} << m_levels;
        m_rows.assign(leaves * leafRows, std::numeric_limits<std::uint32_t>::max());
        m_cells = Eigen::MatrixXd::Constant(static_cast<Index>(leafRows), m_columns * static_cast<Index>(leaves),
                                            std::numeric_limits<double>::infinity());
        build(points, order, 0, 0, rows, 0);
    }

    NeighborTable nearest(const Eigen::MatrixXd& queries, std::size_t k) const override {
        const auto count = static_cast<std::size_t>(queries.cols());
        NeighborTable table{k, std::vector<Neighbor>(count * k)};
        // Queries of one leaf come after one another: what they look at is still in the cache.
        std::vector<std::pair<std::uint32_t, std::uint32_t>> order(count);
        const std::vector<Range> pieces = chunks(count, queriesPerTask);
        parallelFor(pieces.size(), [&](std::size_t piece) {
            for (std::size_t i = pieces[piece].begin; i < pieces[piece].end; ++i)
                order[i] = {leafOf(queries.col(static_cast<Index>(i)).data()), static_cast<std::uint32_t>(i)};
        });
        std::sort(order.begin(), order.end());
        parallelFor(pieces.size(), [&](std::size_t piece) {
            for (std::size_t i = pieces[piece].begin; i < pieces[piece].end; ++i) {
                const std::size_t query = order[i].second;
                NearestSoFar found(&table.entries[query * k], k);
                const double* place = queries.col(static_cast<Index>(query)).data();
                if (m_distance == Distance::Euclidean)
                    search<true>(place, 0, 0, boxDistance<true>(place, 0), found);
                else
                    search<false>(place, 0, 0, boxDistance<false>(place, 0), found);
                found.sort();
            }
        });
        return table;
    }

private:
    struct Cut {
        std::uint32_t column = 0;
        double value = 0;
    };

    void build(const Eigen::MatrixXd& points, std::vector<std::uint32_t>& order, std::size_t node, std::size_t begin,
               std::size_t end, std::size_t level) {
        const auto box = static_cast<Index>(node);
        m_low.col(box).setConstant(std::numeric_limits<double>::infinity());
        m_high.col(box).setConstant(-std::numeric_limits<double>::infinity());
        for (std::size_t i = begin; i < end; ++i) {
            const auto point = points.col(order[i]);
            m_low.col(box) = m_low.col(box).cwiseMin(point);
            m_high.col(box) = m_high.col(box).cwiseMax(point);
        }
        if (level == m_levels) return fillLeaf(points, order, node - ((std::size_t{1} << m_levels) - 1), begin, end);
        Index widest = 0;
        (m_high.col(box) - m_low.col(box)).maxCoeff(&widest);
        const std::size_t middle = begin + (end - begin) / 2;
        const auto first = order.begin();
        std::nth_element(first + static_cast<std::ptrdiff_t>(begin), first + static_cast<std::ptrdiff_t>(middle),
                         first + static_cast<std::ptrdiff_t>(end),
                         [&](std::uint32_t a, std::uint32_t b) { return points(widest, a) < points(widest, b); });
        m_cuts[node] = {static_cast<std::uint32_t>(widest), points(widest, order[middle])};
        const auto half = [&](std::size_t side) {
            build(points, order, 2 * node + 1 + side, side == 0 ? begin : middle, side == 0 ? middle : end, level + 1);
        };
        if (end - begin > rowsPerTask) {
            parallelFor(2, half);
        } else {
            half(0);
            half(1);
        }
    }

    void fillLeaf(const Eigen::MatrixXd& points, std::vector<std::uint32_t>& order, std::size_t leaf, std::size_t begin,
                  std::size_t end) {
        // In the order of the rows: of equal ones the first is met first.
        std::sort(order.begin() + static_cast<std::ptrdiff_t>(begin), order.begin() + static_cast<std::ptrdiff_t>(end));
        for (std::size_t i = begin; i < end; ++i) {
            m_rows[leaf * leafRows + i - begin] = order[i];
            for (Index j = 0; j < m_columns; ++j)
                m_cells(static_cast<Index>(i - begin), static_cast<Index>(leaf) * m_columns + j) = points(j, order[i]);
        }
    }

    std::uint32_t leafOf(const double* place) const {
        std::size_t node = 0;
        for (std::size_t level = 0; level < m_levels; ++level)
            node = 2 * node + 1 + (place[m_cuts[node].column] >= m_cuts[node].value ? 1 : 0);
        return static_cast<std::uint32_t>(node - ((std::size_t{1} << m_levels) - 1));
    }

    /// The distance from the box of a node, by the same steps as that of a row: no row in it is nearer, to the last bit
    /// but the rounding of a fused multiplication.
    template <bool Squared>
    double boxDistance(const double* place, std::size_t node) const {
        const double* low = &m_low(0, static_cast<Index>(node));
        const double* high = &m_high(0, static_cast<Index>(node));
        double sum = 0;
        for (Index j = 0; j < m_columns; ++j) {
            const double outside = std::max(std::max(low[j] - place[j], place[j] - high[j]), 0.0);
            sum += Squared ? outside * outside : outside;
        }
        return sum;
    }

    template <bool Squared>
    void search(const double* place, std::size_t node, std::size_t level, double away, NearestSoFar& found) const {
        // Less a rounding: a row at the very distance of the worst may still stand before it.
        constexpr double slack = 1 - 1e-12;
        if (found.isFull() && away * slack > found.worst().distance) return;
        if (level == m_levels) return lookThrough<Squared>(place, node - ((std::size_t{1} << m_levels) - 1), found);
        const std::size_t left = 2 * node + 1;
        const double aways[2] = {boxDistance<Squared>(place, left), boxDistance<Squared>(place, left + 1)};
        const std::size_t nearer = aways[1] < aways[0] ? 1 : 0;
        search<Squared>(place, left + nearer, level + 1, aways[nearer], found);
        search<Squared>(place, left + 1 - nearer, level + 1, aways[1 - nearer], found);
    }

    template <bool Squared>
    void lookThrough(const double* place, std::size_t leaf, NearestSoFar& found) const {
        double sums[leafRows] = {};
        const double* cells = &m_cells(0, static_cast<Index>(leaf) * m_columns);
        for (Index j = 0; j < m_columns; ++j, cells += leafRows)
            for (std::size_t i = 0; i < leafRows; ++i) {
                const double apart = place[j] - cells[i];
                sums[i] += Squared ? apart * apart : std::abs(apart);
            }
        const std::uint32_t* rows = &m_rows[leaf * leafRows];
        for (std::size_t i = 0; i < leafRows; ++i) {
            if (found.isFull() && sums[i] > found.worst().distance) continue;
            if (rows[i] == std::numeric_limits<std::uint32_t>::max()) return;
            found.offer({sums[i], rows[i]});
        }
    }

    Distance m_distance;
    Index m_columns;
    std::size_t m_levels = 0;
    Eigen::MatrixXd m_low, m_high;      ///< columns × nodes: the box around the rows of each
    std::vector<Cut> m_cuts;            ///< of the nodes that are no leaves
    std::vector<std::uint32_t> m_rows;  ///< leafRows a leaf; those that are none are the largest number
    Eigen::MatrixXd m_cells;            ///< leafRows × (columns of each leaf); infinite where there is no row
};

}  // namespace

std::unique_ptr<const NeighborIndex> makeKdTree(const Eigen::MatrixXd& points, Distance distance) {
    return std::make_unique<KdTree>(points, distance);
}

}  // namespace holdout
