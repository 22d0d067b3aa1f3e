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

/// Rows that fell into a leaf, and the step that it answers.
struct LeafRows {
    Range rows;
    double step = 0;
};

/// A tree that follows the gradient of a loss, grown leaf by leaf, always where the loss falls most (Friedman 2001;
/// Shi 2007; Ke et al. 2017). A leaf answers learningRate times the Newton step -G / (H + lambda).
class BoostedTree {
public:
    /// `rows` is put in the order of the leaves. Throws Cancelled.
    BoostedTree(const BinnedFeatures& features, std::span<const std::uint32_t> columns,
                std::vector<std::uint32_t>& rows, const std::vector<GradientCell>& gradients,
                const BoostedTreeRules& rules, const JobContext& context);

    const std::vector<LeafRows>& leaves() const { return m_leafRows; }
    /// The tree with the gain of each split; ends this object's use.
    GrownTree take() { return std::move(m_grown); }

private:
    struct Leaf {
        std::int32_t node;
        std::int64_t depth;
        Range rows;
        GradientHistogram histogram;
        Split split;
    };

    void grow();
    /// Finds the leaf's best split, or none when it must not be split.
    void prepare(Leaf& leaf) const;
    void splitLeaf(Leaf leaf);
    std::size_t part(Range node, const Split& split);
    void close();

    const BinnedFeatures& m_features;
    std::span<const std::uint32_t> m_columns;
    std::vector<std::uint32_t>& m_rows;
    const std::vector<GradientCell>& m_gradients;
    const BoostedTreeRules& m_rules;
    const JobContext& m_context;
    std::vector<std::uint32_t> m_buffer;
    std::vector<Leaf> m_leaves;
    std::vector<LeafRows> m_leafRows;
    GrownTree m_grown;
};

}  // namespace holdout
