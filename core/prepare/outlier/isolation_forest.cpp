// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/outlier/isolation_forest.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/parallel.h"

namespace holdout {
namespace {

using Positions = std::vector<std::uint32_t>;

class TreeGrower {
public:
    TreeGrower(const RowMatrix& rows, Positions sample, Seed seed)
        : m_rows(rows),
          m_sample(std::move(sample)),
          m_random(seed),
          m_deepest(static_cast<int>(std::ceil(std::log2(std::max<std::size_t>(m_sample.size(), 2))))) {}

    IsolationTree grow() {
        addNode();
        split(0, {0, m_sample.size()}, 0);
        return std::move(m_tree);
    }

private:
    std::int32_t addNode() {
        m_tree.column.push_back(-1);
        m_tree.cut.push_back(0);
        m_tree.left.push_back(0);
        return static_cast<std::int32_t>(m_tree.column.size() - 1);
    }

    void split(std::size_t node, Range range, int depth) {
        m_tree.cut[node] = static_cast<double>(range.size());
        if (depth >= m_deepest || range.size() < 2) return;
        std::vector<Eigen::Index> varying;
        std::vector<std::pair<double, double>> ends;
        for (Eigen::Index j = 0; j < m_rows.cols(); ++j) {
            const auto [low, high] = endsOf(j, range);
            if (!(low < high)) continue;
            varying.push_back(j);
            ends.emplace_back(low, high);
        }
        if (varying.empty()) return;
        const std::size_t chosen = m_random.below(varying.size());
        const Eigen::Index column = varying[chosen];
        const auto [low, high] = ends[chosen];
        // Halves, so that the width of a column of huge numbers is finite. A cut at `low` would leave the left side empty.
        const double cut = std::max(2 * m_random.uniform(low / 2, high / 2), std::nextafter(low, high));
        const auto begin = m_sample.begin() + static_cast<std::ptrdiff_t>(range.begin);
        const auto end = m_sample.begin() + static_cast<std::ptrdiff_t>(range.end);
        const auto middle = std::partition(begin, end, [&](std::uint32_t row) { return m_rows(row, column) < cut; });
        const std::size_t parted = range.begin + static_cast<std::size_t>(middle - begin);
        const std::int32_t left = addNode();
        addNode();
        m_tree.column[node] = static_cast<std::int32_t>(column);
        m_tree.cut[node] = cut;
        m_tree.left[node] = left;
        split(static_cast<std::size_t>(left), {range.begin, parted}, depth + 1);
        split(static_cast<std::size_t>(left) + 1, {parted, range.end}, depth + 1);
    }

    std::pair<double, double> endsOf(Eigen::Index column, Range range) const {
        double low = m_rows(m_sample[range.begin], column), high = low;
        for (std::size_t i = range.begin; i < range.end; ++i) {
            low = std::min(low, m_rows(m_sample[i], column));
            high = std::max(high, m_rows(m_sample[i], column));
        }
        return {low, high};
    }

    const RowMatrix& m_rows;
    Positions m_sample;
    RandomStream m_random;
    int m_deepest;
    IsolationTree m_tree;
};

}  // namespace

double averagePathLength(double rows) {
    if (rows <= 1) return 0;
    if (rows <= 2) return 1;
    return 2 * (std::log(rows - 1) + std::numbers::egamma) - 2 * (rows - 1) / rows;
}

double IsolationTree::pathLength(const double* row) const {
    std::size_t node = 0;
    double depth = 0;
    for (; column[node] >= 0; ++depth)
        node = static_cast<std::size_t>(left[node] + (row[column[node]] < cut[node] ? 0 : 1));
    return depth + averagePathLength(cut[node]);
}

double IsolationForest::score(const double* row) const {
    const double usual = averagePathLength(sample);
    if (trees.empty() || usual == 0) return 0.5;
    double sum = 0;
    for (const IsolationTree& tree : trees) sum += tree.pathLength(row);
    return std::exp2(-sum / (static_cast<double>(trees.size()) * usual));
}

IsolationForest growIsolationForest(const RowMatrix& rows, std::size_t trees, std::size_t sample, JobContext& context) {
    const auto count = static_cast<std::size_t>(rows.rows());
    sample = std::min(sample, count);
    IsolationForest forest{std::vector<IsolationTree>(trees), static_cast<double>(sample)};
    parallelFor(trees, [&](std::size_t i) {
        context.throwIfStopped();
        const Seed seed = context.seed.derive("tree", i);
        RandomStream random(seed.derive("rows"));
        Positions order(count);
        std::iota(order.begin(), order.end(), 0U);
        for (std::size_t k = 0; k < sample; ++k) std::swap(order[k], order[k + random.below(count - k)]);
        order.resize(sample);
        forest.trees[i] = TreeGrower(rows, std::move(order), seed.derive("cuts")).grow();
    });
    return forest;
}

}  // namespace holdout
