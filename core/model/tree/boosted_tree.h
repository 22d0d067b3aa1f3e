// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/tree/gradient_histogram.h"

namespace holdout {

/// How a tree of gradient boosting grows.
struct BoostedTreeRules {
    GradientRules split;
    std::size_t maxLeaves = 31;
    std::int64_t maxDepth = 0;  ///< 0: no limit
    double learningRate = 0.1;
};

/// Room that one tree after another is grown in.
struct TreeRoom {
    LargeVector<std::uint32_t> rows;    ///< in the order of the leaves
    LargeVector<std::uint32_t> buffer;
    LargeVector<std::uint32_t> leafOf;  ///< by row of the data
    PackedGradients packed;
};

/// A tree that follows the gradient of a loss, grown leaf by leaf, always where the loss falls most (Friedman 2001;
/// Shi 2007; Ke et al. 2017). A leaf answers learningRate times the Newton step -G / (H + lambda).
class BoostedTree {
public:
    /// Grown on `room.rows`, any rows of the data. Where `room.packed` is not empty splits are found by it; leaves always
    /// answer by `gradients`. Throws Cancelled.
    BoostedTree(const BinnedFeatures& features, std::span<const std::uint32_t> columns, TreeRoom& room,
                const LargeVector<GradientCell>& gradients, const BoostedTreeRules& rules, const JobContext& context);

    /// What the leaf answers that row `row` of the data fell into. The row must be one of those that the tree was grown
    /// on.
    double answer(std::uint32_t row) const { return m_grown.tree.values[m_room.leafOf[row]]; }
    /// The tree with the gain of each split.
    const GrownTree& grown() const { return m_grown; }

private:
    struct Leaf {
        std::int32_t node;
        std::int64_t depth;
        Range rows;
        GradientHistogram histogram;
        StepBounds bounds;
        GradientSplit split;
    };

    void grow();
    /// Whether the leaf may be split yet.
    bool maySplit(const Leaf& leaf) const;
    /// Finds the best splits of leaves that may be split: of `counted`, whose rows are counted, and, unless null, of
    /// `rest`, which holds the histogram of both.
    void prepare(Leaf& counted, Leaf* rest) const;
    void splitLeaf(Leaf leaf);
    std::size_t part(Range node, const GradientSplit& split);
    template <typename GoesLeft>
    std::size_t partBy(Range node, const std::uint8_t* codes, const GoesLeft& goesLeft);
    /// The question of a split, as a node of the tree.
    TreeNode nodeOf(const GradientSplit& split, std::int32_t left);
    /// The bounds of both sides of a split: a constrained feature parts its node's range at the middle of their steps.
    std::pair<StepBounds, StepBounds> boundsOf(const Leaf& leaf) const;
    void close();
    std::vector<GradientSum> leafSums();

    const BinnedFeatures& m_features;
    HistogramLayout m_layout;
    TreeRoom& m_room;
    const LargeVector<GradientCell>& m_gradients;
    const BoostedTreeRules& m_rules;
    const JobContext& m_context;
    std::vector<Leaf> m_leaves;
    GrownTree m_grown;
};

}  // namespace holdout
