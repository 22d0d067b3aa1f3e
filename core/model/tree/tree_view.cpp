// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/tree_view.h"

#include <limits>

namespace holdout {

TreeView treeView(const DecisionTree& tree) {
    TreeView view;
    view.nodes.resize(tree.nodes.size());
    const auto outputs = static_cast<std::size_t>(tree.outputs);
    // From the last, so that what lies below a question is known before it.
    for (std::size_t i = tree.nodes.size(); i-- > 0;) {
        const TreeNode& node = tree.nodes[i];
        TreeView::Node& shown = view.nodes[i];
        shown.rows = tree.counts.empty() ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(tree.counts[i]);
        if (node.isLeaf()) {
            const auto first = tree.values.begin() + node.left;
            shown.values.assign(first, first + tree.outputs);
            continue;
        }
        shown.feature = node.feature;
        shown.threshold = node.threshold;
        shown.left = node.left;
        shown.right = node.right;
        const TreeView::Node& left = view.nodes[static_cast<std::size_t>(node.left)];
        const TreeView::Node& right = view.nodes[static_cast<std::size_t>(node.right)];
        const double rows = left.rows + right.rows;
        // Counts that were not kept, or that a repeated leaf has none of: both sides count alike.
        const double share = rows > 0 ? left.rows / rows : 0.5;
        for (std::size_t k = 0; k < outputs; ++k)
            shown.values.push_back(share * left.values[k] + (1 - share) * right.values[k]);
    }
    return view;
}

}  // namespace holdout
