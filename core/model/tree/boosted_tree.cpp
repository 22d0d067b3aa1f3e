// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/boosted_tree.h"

#include <numeric>

namespace holdout {

namespace {
constexpr std::size_t rowsPerTask = 16384;
}

BoostedTree::BoostedTree(const BinnedFeatures& features, std::span<const std::uint32_t> columns,
                         std::vector<std::uint32_t>& rows, const std::vector<GradientCell>& gradients,
                         const BoostedTreeRules& rules, const JobContext& context)
    : m_features(features),
      m_columns(columns),
      m_rows(rows),
      m_gradients(gradients),
      m_rules(rules),
      m_context(context),
      m_buffer(rows.size()) {
    grow();
    close();
}

void BoostedTree::grow() {
    m_grown.tree.nodes.emplace_back();
    m_grown.records.emplace_back();
    m_leaves.push_back({0, 0, {0, m_rows.size()}, {m_features, m_columns, m_rows, m_gradients, m_context}, {}});
    prepare(m_leaves.back());
    while (m_leaves.size() < m_rules.maxLeaves) {
        const auto best = std::max_element(m_leaves.begin(), m_leaves.end(),
                                           [](const Leaf& a, const Leaf& b) { return a.split.gain < b.split.gain; });
        if (best->split.feature < 0) break;
        Leaf leaf = std::move(*best);
        m_leaves.erase(best);
        splitLeaf(std::move(leaf));
    }
}

void BoostedTree::prepare(Leaf& leaf) const {
    if (m_rules.maxDepth == 0 || leaf.depth < m_rules.maxDepth)
        leaf.split = leaf.histogram.best(m_features, m_columns, m_rules.split);
    // A leaf that is not split any more needs no histogram.
    if (leaf.split.feature < 0) leaf.histogram = {};
}

void BoostedTree::splitLeaf(Leaf leaf) {
    m_context.throwIfStopped();
    const std::size_t middle = part(leaf.rows, leaf.split);
    const auto left = static_cast<std::int32_t>(m_grown.tree.nodes.size());
    m_grown.tree.nodes[static_cast<std::size_t>(leaf.node)] = {
        .threshold = leaf.split.threshold, .feature = leaf.split.feature, .left = left, .right = left + 1};
    m_grown.records[static_cast<std::size_t>(leaf.node)].gain = leaf.split.gain;
    m_grown.tree.nodes.resize(m_grown.tree.nodes.size() + 2);
    m_grown.records.resize(m_grown.tree.nodes.size());

    // Only the smaller side is counted: the other has what is left of their parent.
    const Range leftRows{leaf.rows.begin, middle};
    const Range rightRows{middle, leaf.rows.end};
    const bool leftIsSmall = leftRows.size() <= rightRows.size();
    const Range small = leftIsSmall ? leftRows : rightRows;
    GradientHistogram smaller(m_features, m_columns, std::span(m_rows).subspan(small.begin, small.size()), m_gradients,
                              m_context);
    leaf.histogram.subtract(smaller);
    GradientHistogram larger = std::move(leaf.histogram);
    m_leaves.push_back({left, leaf.depth + 1, leftRows, std::move(leftIsSmall ? smaller : larger), {}});
    m_leaves.push_back({left + 1, leaf.depth + 1, rightRows, std::move(leftIsSmall ? larger : smaller), {}});
    parallelFor(2, [&](std::size_t side) { prepare(m_leaves[m_leaves.size() - 2 + side]); });
}

/// Brings the left side to the front, both sides in their order. Pieces are parted side by side: each first parts its own
/// rows, the right ones backwards from its end; then all go where the counts of the pieces before them say.
std::size_t BoostedTree::part(Range node, const Split& split) {
    const std::vector<Range> pieces = chunks(node.size(), rowsPerTask);
    const std::uint8_t* codes = m_features.column(static_cast<std::size_t>(split.feature));
    std::uint32_t* rows = m_rows.data() + node.begin;
    std::uint32_t* buffer = m_buffer.data();
    std::vector<std::size_t> lefts(pieces.size());
    parallelFor(pieces.size(), [&](std::size_t p) {
        std::size_t left = pieces[p].begin;
        std::size_t right = pieces[p].end;
        for (std::size_t i = pieces[p].begin; i < pieces[p].end; ++i) {
            const std::uint32_t row = rows[i];
            const bool isLeft = codes[row] <= split.code;
            buffer[left] = row;
            buffer[right - 1] = row;  // the one place that is free, when the row before took the other
            left += isLeft;
            right -= !isLeft;
        }
        lefts[p] = left - pieces[p].begin;
    });
    const std::size_t allLeft = std::accumulate(lefts.begin(), lefts.end(), std::size_t{0});
    std::vector<std::size_t> before(pieces.size());
    std::exclusive_scan(lefts.begin(), lefts.end(), before.begin(), std::size_t{0});
    parallelFor(pieces.size(), [&](std::size_t p) {
        const std::uint32_t* piece = buffer + pieces[p].begin;
        std::copy_n(piece, lefts[p], rows + before[p]);
        std::reverse_copy(piece + lefts[p], piece + pieces[p].size(), rows + allLeft + pieces[p].begin - before[p]);
    });
    return node.begin + allLeft;
}

void BoostedTree::close() {
    m_leafRows.resize(m_leaves.size());
    m_grown.tree.values.resize(m_leaves.size());
    parallelFor(m_leaves.size(), [&](std::size_t i) {
        const Leaf& leaf = m_leaves[i];
        GradientSum sum;
        for (std::size_t r = leaf.rows.begin; r < leaf.rows.end; ++r) sum += m_gradients[m_rows[r]];
        const double divisor = sum.curvature + m_rules.split.lambda;
        const double step = divisor > 0 ? -m_rules.learningRate * sum.gradient / divisor : 0;
        const auto node = static_cast<std::size_t>(leaf.node);
        m_grown.tree.nodes[node].left = static_cast<std::int32_t>(i);
        m_grown.tree.values[i] = step;
        m_grown.records[node].count = sum.count;
        m_leafRows[i] = {leaf.rows, step};
    });
    for (std::size_t i = m_grown.records.size(); i-- > 0;) {
        const TreeNode& node = m_grown.tree.nodes[i];
        if (!node.isLeaf())
            m_grown.records[i].count = m_grown.records[static_cast<std::size_t>(node.left)].count +
                                       m_grown.records[static_cast<std::size_t>(node.right)].count;
    }
    keepCounts(m_grown);
}

}  // namespace holdout
