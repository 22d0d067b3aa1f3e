// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

namespace holdout {

/// A node of a decision tree: a question, or a leaf.
struct TreeNode {
    double threshold = 0;       ///< rows with feature <= threshold go left, unless the node asks for categories
    std::int32_t feature = -1;  ///< negative in a leaf
    std::int32_t left = 0;      ///< node to the left; in a leaf, where its values begin in DecisionTree::values
    std::int32_t right = 0;     ///< node to the right
    /// Bit 0: rows whose value is missing go left. The bits above: 0, or one more than where the set of categories that
    /// go left begins in DecisionTree::sets.
    std::int32_t rule = 0;

    bool isLeaf() const { return feature < 0; }
    bool missingGoesLeft() const { return (rule & 1) != 0; }
    bool asksForCategories() const { return rule > 1; }
};

/// Binary questions from the root (node 0) down to leaves of `outputs` values each. Children come after their parent.
/// Leaves with the same values may share them.
struct DecisionTree {
    std::int32_t outputs = 1;
    std::vector<TreeNode> nodes;
    std::vector<double> values;
    std::vector<float> counts;  ///< how many training rows came to each node; empty in trees saved before it was kept
    /// Sets of categories, by their places in Features::levels: how many places there are, then a bit for each, 64 to a
    /// word, lowest first.
    std::vector<std::uint64_t> sets = {};

    /// Whether a row with this value of the node's feature goes left.
    bool goesLeft(const TreeNode& node, double value) const {
        if (node.asksForCategories()) return categoryGoesLeft(node, value);
        return value <= node.threshold || (node.missingGoesLeft() && value != value);
    }

    /// The values of the leaf that the row falls into.
    const double* answer(const Eigen::MatrixXd& features, Eigen::Index row) const {
        const TreeNode* node = nodes.data();
        while (!node->isLeaf())
            node = &nodes[static_cast<std::size_t>(goesLeft(*node, features(row, node->feature)) ? node->left
                                                                                                : node->right)];
        return &values[static_cast<std::size_t>(node->left)];
    }

    std::int64_t leaves() const;
    /// Questions on the longest way down.
    std::int64_t depth() const;
    /// Adds the set of `places` that are marked, and gives the rule of a node that asks for it.
    std::int32_t addSet(const std::vector<bool>& places, bool missingGoesLeft);
    /// The places that a node which asks for categories sends left.
    std::vector<bool> setOf(const TreeNode& node) const;
    bool categoryGoesLeft(const TreeNode& node, double value) const;
};

nlohmann::json toJson(const DecisionTree& tree);
/// Throws Error when the state is not that of a tree on `features` features with `outputs` values a leaf.
DecisionTree treeFromJson(const nlohmann::json& state, std::int32_t outputs, Eigen::Index features);

}  // namespace holdout
