// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/boosted_tree.h"

#include <array>
#include <numeric>

namespace holdout {

namespace {
constexpr std::size_t rowsPerTask = 16384;
constexpr std::size_t rowsPerSum = 65536;
}  // namespace

BoostedTree::BoostedTree(const BinnedFeatures& features, std::span<const std::uint32_t> columns, TreeRoom& room,
                         const LargeVector<GradientCell>& gradients, const BoostedTreeRules& rules,
                         const JobContext& context)
    : m_features(features),
      m_layout(features, columns),
      m_room(room),
      m_gradients(gradients),
      m_rules(rules),
      m_context(context) {
    m_room.buffer.resize(m_room.rows.size());
    grow();
    close();
}

void BoostedTree::grow() {
    m_grown.tree.nodes.emplace_back();
    m_grown.records.emplace_back();
    m_leaves.push_back({0, 0, {0, m_room.rows.size()}, {}, {}, {}});
    prepare(m_leaves.back(), nullptr);
    while (m_leaves.size() < m_rules.maxLeaves) {
        const auto best = std::max_element(m_leaves.begin(), m_leaves.end(),
                                           [](const Leaf& a, const Leaf& b) { return a.split.gain < b.split.gain; });
        if (best->split.feature < 0) break;
        Leaf leaf = std::move(*best);
        m_leaves.erase(best);
        splitLeaf(std::move(leaf));
    }
}

bool BoostedTree::maySplit(const Leaf& leaf) const {
    if (m_leaves.size() >= m_rules.maxLeaves || leaf.rows.size() < 2) return false;
    if (m_rules.maxDepth > 0 && leaf.depth >= m_rules.maxDepth) return false;
    // What is packed counts once.
    return m_room.packed.isEmpty() || static_cast<double>(leaf.rows.size()) >= 2 * m_rules.split.minSamplesLeaf;
}

void BoostedTree::prepare(Leaf& counted, Leaf* rest) const {
    const bool mayCounted = maySplit(counted), mayRest = rest && maySplit(*rest);
    if (!mayCounted && !mayRest) {
        if (rest) rest->histogram = {};
        return;
    }
    const NodeRows rows(m_layout, std::span(m_room.rows).subspan(counted.rows.begin, counted.rows.size()), m_gradients,
                        m_room.packed, m_context);
    counted.histogram = GradientHistogram(m_layout);
    const std::vector<Range>& tiles = m_layout.tiles();
    std::vector<GradientSplit> splits(tiles.size()), restSplits(tiles.size());
    parallelFor(tiles.size(), [&](std::size_t t) {
        m_context.throwIfStopped();
        counted.histogram.add(m_layout, rows, tiles[t]);
        if (mayCounted) splits[t] = counted.histogram.best(m_layout, tiles[t], m_rules.split, counted.bounds);
        if (!mayRest) return;
        rest->histogram.subtract(m_layout, counted.histogram, tiles[t]);
        restSplits[t] = rest->histogram.best(m_layout, tiles[t], m_rules.split, rest->bounds);
    });
    const auto choose = [](const std::vector<GradientSplit>& found, Leaf& leaf) {
        for (const GradientSplit& split : found)
            if (split.feature >= 0 && split.gain > leaf.split.gain) leaf.split = split;
        // A leaf that is not split any more needs no histogram.
        if (leaf.split.feature < 0) leaf.histogram = {};
    };
    choose(splits, counted);
    if (rest) choose(restSplits, *rest);
}

void BoostedTree::splitLeaf(Leaf leaf) {
    m_context.throwIfStopped();
    const std::size_t middle = part(leaf.rows, leaf.split);
    const auto left = static_cast<std::int32_t>(m_grown.tree.nodes.size());
    m_grown.tree.nodes[static_cast<std::size_t>(leaf.node)] = nodeOf(leaf.split, left);
    m_grown.records[static_cast<std::size_t>(leaf.node)].gain = leaf.split.gain;
    m_grown.tree.nodes.resize(m_grown.tree.nodes.size() + 2);
    m_grown.records.resize(m_grown.tree.nodes.size());

    const Range leftRows{leaf.rows.begin, middle};
    const Range rightRows{middle, leaf.rows.end};
    const auto [leftBounds, rightBounds] = boundsOf(leaf);
    m_leaves.push_back({left, leaf.depth + 1, leftRows, {}, leftBounds, {}});
    m_leaves.push_back({left + 1, leaf.depth + 1, rightRows, {}, rightBounds, {}});
    // Only the smaller side is counted: the other has what is left of their parent.
    const bool leftIsSmall = leftRows.size() <= rightRows.size();
    Leaf& smaller = *(m_leaves.end() - (leftIsSmall ? 2 : 1));
    Leaf& larger = *(m_leaves.end() - (leftIsSmall ? 1 : 2));
    larger.histogram = std::move(leaf.histogram);
    prepare(smaller, &larger);
}

TreeNode BoostedTree::nodeOf(const GradientSplit& split, std::int32_t left) {
    TreeNode node{.threshold = split.threshold, .feature = split.feature, .left = left, .right = left + 1};
    if (!split.isCategory) {
        node.rule = split.missingGoesLeft ? 1 : 0;
        return node;
    }
    const FeatureBins& bins = m_features.bins(static_cast<std::size_t>(split.feature));
    std::vector<bool> places(bins.codes.size());
    for (std::size_t place = 0; place < places.size(); ++place) places[place] = split.leftBins[bins.codes[place]];
    node.rule = m_grown.tree.addSet(places, split.missingGoesLeft);
    return node;
}

std::pair<StepBounds, StepBounds> BoostedTree::boundsOf(const Leaf& leaf) const {
    StepBounds left = leaf.bounds, right = leaf.bounds;
    const std::vector<Monotone>& monotone = m_rules.split.monotone;
    const Monotone direction =
        monotone.empty() ? Monotone::Free : monotone[static_cast<std::size_t>(leaf.split.feature)];
    const double middle = (leaf.split.leftStep + leaf.split.rightStep) / 2;
    if (direction == Monotone::Increasing) left.high = right.low = middle;
    if (direction == Monotone::Decreasing) left.low = right.high = middle;
    return {left, right};
}

/// Brings the left side to the front, both sides in their order. Pieces are parted side by side: each first parts its
/// own rows, the right ones backwards from its end; then all go where the counts of the pieces before them say.
template <typename GoesLeft>
std::size_t BoostedTree::partBy(Range node, const std::uint8_t* codes, const GoesLeft& goesLeft) {
    const std::vector<Range> pieces = chunks(node.size(), rowsPerTask);
    std::uint32_t* rows = m_room.rows.data() + node.begin;
    std::uint32_t* buffer = m_room.buffer.data();
    std::vector<std::size_t> lefts(pieces.size());
    parallelFor(pieces.size(), [&](std::size_t p) {
        std::size_t left = pieces[p].begin;
        std::size_t right = pieces[p].end;
        for (std::size_t i = pieces[p].begin; i < pieces[p].end; ++i) {
            const std::uint32_t row = rows[i];
            const bool isLeft = goesLeft(codes[row]);
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

std::size_t BoostedTree::part(Range node, const GradientSplit& split) {
    const auto feature = static_cast<std::size_t>(split.feature);
    const FeatureBins& bins = m_features.bins(feature);
    const std::uint8_t* codes = m_features.column(feature);
    if (!split.isCategory && !bins.hasMissing)
        return partBy(node, codes, [last = split.code](std::uint8_t code) { return code <= last; });
    std::array<bool, BinnedFeatures::maxBins> left;
    for (std::size_t bin = 0; bin < left.size(); ++bin) left[bin] = split.goesLeft(bin, bins.missing());
    return partBy(node, codes, [&left](std::uint8_t code) { return left[code]; });
}

void BoostedTree::close() {
    const std::vector<GradientSum> sums = leafSums();
    m_grown.tree.values.resize(m_leaves.size());
    for (std::size_t i = 0; i < m_leaves.size(); ++i) {
        const auto node = static_cast<std::size_t>(m_leaves[i].node);
        m_grown.tree.nodes[node].left = static_cast<std::int32_t>(i);
        m_grown.tree.values[i] = m_rules.learningRate * m_leaves[i].bounds.step(sums[i], m_rules.split.lambda);
        m_grown.records[node].count = sums[i].count;
    }
    for (std::size_t i = m_grown.records.size(); i-- > 0;) {
        const TreeNode& node = m_grown.tree.nodes[i];
        if (!node.isLeaf())
            m_grown.records[i].count = m_grown.records[static_cast<std::size_t>(node.left)].count +
                                       m_grown.records[static_cast<std::size_t>(node.right)].count;
    }
    keepCounts(m_grown);
}

/// Notes each row's leaf, and adds the leaves' gradients up in the order of the data: memory is read from end to end,
/// which is several times as quick as leaf by leaf.
std::vector<GradientSum> BoostedTree::leafSums() {
    const auto none = static_cast<std::uint32_t>(m_leaves.size());
    LargeVector<std::uint32_t>& leafOf = m_room.leafOf;
    leafOf.resize(m_gradients.size());
    if (m_room.rows.size() < leafOf.size()) std::fill(leafOf.begin(), leafOf.end(), none);
    parallelFor(m_leaves.size(), [&](std::size_t leaf) {
        for (std::size_t r = m_leaves[leaf].rows.begin; r < m_leaves[leaf].rows.end; ++r)
            leafOf[m_room.rows[r]] = static_cast<std::uint32_t>(leaf);
    });
    using Sums = double __attribute__((vector_size(32)));  // as of GradientCell, one instruction an addition
    const std::vector<Range> parts = chunks(leafOf.size(), rowsPerSum);
    std::vector<std::vector<Sums>> partial(parts.size(), std::vector<Sums>(m_leaves.size() + 1));
    parallelFor(parts.size(), [&](std::size_t p) {
        for (std::size_t row = parts[p].begin; row < parts[p].end; ++row)
            partial[p][leafOf[row]] += __builtin_convertvector(m_gradients[row].values, Sums);
    });
    std::vector<GradientSum> sums(m_leaves.size());
    for (const std::vector<Sums>& part : partial)
        for (std::size_t leaf = 0; leaf < sums.size(); ++leaf)
            sums[leaf] += GradientSum{part[leaf][0], part[leaf][1], part[leaf][2]};
    return sums;
}

}  // namespace holdout
