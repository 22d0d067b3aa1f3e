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
    double threshold = 0;       ///< rows with feature <= threshold go left
    std::int32_t feature = -1;  ///< negative in a leaf
    std::int32_t left = 0;      ///< node to the left; in a leaf, where its values begin in DecisionTree::values
    std::int32_t right = 0;     ///< node to the right
    std::int32_t reserved = 0;  ///< 0, so that saved nodes have no stray bits

    bool isLeaf() const { return feature < 0; }
};

/// Binary questions from the root (node 0) down to leaves of `outputs` values each. Children come after their parent.
/// Leaves with the same values may share them.
struct DecisionTree {
    std::int32_t outputs = 1;
    std::vector<TreeNode> nodes;
    std::vector<double> values;
    std::vector<float> counts;  ///< how many training rows came to each node; empty in trees saved before it was kept

    /// The values of the leaf that the row falls into.
    const double* answer(const Eigen::MatrixXd& features, Eigen::Index row) const {
        const TreeNode* node = nodes.data();
        while (!node->isLeaf())
            node = &nodes[static_cast<std::size_t>(features(row, node->feature) <= node->threshold ? node->left
                                                                                                   : node->right)];
        return &values[static_cast<std::size_t>(node->left)];
    }

    std::int64_t leaves() const;
    /// Questions on the longest way down.
    std::int64_t depth() const;
};

nlohmann::json toJson(const DecisionTree& tree);
/// Throws Error when the state is not that of a tree on `features` features with `outputs` values a leaf.
DecisionTree treeFromJson(const nlohmann::json& state, std::int32_t outputs, Eigen::Index features);

}  // namespace holdout
