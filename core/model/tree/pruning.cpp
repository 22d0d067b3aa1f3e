// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/pruning.h"

namespace holdout {

namespace {

/// Whether each node becomes a leaf. Children come after their parent, so that they are settled before it.
std::vector<char> cutNodes(const GrownTree& grown, double alpha) {
    const std::vector<TreeNode>& nodes = grown.tree.nodes;
    const double total = grown.records[0].count;
    std::vector<double> cost(nodes.size());
    std::vector<char> cut(nodes.size(), 0);
    for (std::size_t i = nodes.size(); i-- > 0;) {
        const double asLeaf = grown.records[i].impurity / total + alpha;
        cost[i] = asLeaf;
        if (nodes[i].isLeaf()) continue;
        const double asTree =
            cost[static_cast<std::size_t>(nodes[i].left)] + cost[static_cast<std::size_t>(nodes[i].right)];
        // Equal costs: the smaller tree. The tolerance is for the rounding of the sums.
        cut[i] = asLeaf <= asTree * (1 + 1e-12);
        cost[i] = std::min(asLeaf, asTree);
    }
    return cut;
}

}  // namespace

GrownTree pruned(const GrownTree& grown, double alpha) {
    const std::vector<char> cut = cutNodes(grown, alpha);
    GrownTree result;
    result.tree.outputs = grown.tree.outputs;
    result.tree.values = grown.tree.values;
    result.tree.sets = grown.tree.sets;
    struct Pending {
        std::int32_t node;
        std::int32_t parent;
    };
    std::vector<Pending> pending{{0, -1}};
    while (!pending.empty()) {
        const Pending next = pending.back();
        pending.pop_back();
        const auto from = static_cast<std::size_t>(next.node);
        const auto index = static_cast<std::int32_t>(result.tree.nodes.size());
        if (next.parent >= 0 && index != next.parent + 1)
            result.tree.nodes[static_cast<std::size_t>(next.parent)].right = index;
        TreeNode node = grown.tree.nodes[from];
        NodeRecord record = grown.records[from];
        if (!node.isLeaf() && !cut[from]) {
            pending.push_back({node.right, index});
            pending.push_back({node.left, index});
            node.left = index + 1;
        } else {
            node = {.left = record.valuesAt};
            record.gain = 0;
        }
        result.tree.nodes.push_back(node);
        result.records.push_back(record);
    }
    keepCounts(result);
    return result;
}

Eigen::VectorXd featureGains(const GrownTree& grown, Eigen::Index features) {
    Eigen::VectorXd gains = Eigen::VectorXd::Zero(features);
    for (std::size_t i = 0; i < grown.records.size(); ++i)
        if (!grown.tree.nodes[i].isLeaf()) gains[grown.tree.nodes[i].feature] += grown.records[i].gain;
    return gains / grown.records[0].count;
}

}  // namespace holdout
