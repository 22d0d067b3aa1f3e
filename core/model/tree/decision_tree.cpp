// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/decision_tree.h"

#include <algorithm>
#include <span>

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/error.h"

namespace holdout {

namespace {

template <typename T>
std::string packed(const std::vector<T>& items) {
    return toBase64(std::as_bytes(std::span(items)));
}

[[noreturn]] void refuse() {
    throw Error("The nodes of a saved tree do not fit together.", {}, "Train the model again.");
}

template <typename T>
std::vector<T> unpacked(const nlohmann::json& state) {
    const auto& text = state.get_ref<const std::string&>();
    const std::size_t bytes = base64Size(text);
    std::vector<T> items(bytes / sizeof(T));
    if (bytes % sizeof(T) != 0 || !fromBase64(text, std::as_writable_bytes(std::span(items)))) refuse();
    return items;
}

/// The whole set that a node asks for is there.
bool hasSet(const DecisionTree& tree, const TreeNode& node) {
    if (node.rule < 0) return false;
    if (!node.asksForCategories()) return true;
    const auto at = static_cast<std::size_t>(node.rule / 2 - 1);
    return at < tree.sets.size() && tree.sets[at] <= 64 * (tree.sets.size() - at - 1);
}

/// A way down always ends: children lie behind their parent and inside the tree.
bool isSound(const DecisionTree& tree, Eigen::Index features) {
    const auto count = static_cast<std::int64_t>(tree.nodes.size());
    const auto lastValues = static_cast<std::int64_t>(tree.values.size()) - tree.outputs;
    for (std::int64_t i = 0; i < count; ++i) {
        const TreeNode& node = tree.nodes[static_cast<std::size_t>(i)];
        const bool sound = node.isLeaf() ? node.left >= 0 && node.left <= lastValues
                                         : hasSet(tree, node) && node.feature < features && std::min(node.left, node.right) > i &&
                                               std::max(node.left, node.right) < count;
        if (!sound) return false;
    }
    return count > 0 && (tree.counts.empty() || tree.counts.size() == tree.nodes.size());
}

}  // namespace

std::int64_t DecisionTree::leaves() const {
    return std::count_if(nodes.begin(), nodes.end(), [](const TreeNode& node) { return node.isLeaf(); });
}

std::int64_t DecisionTree::depth() const {
    std::vector<std::int64_t> depths(nodes.size(), 0);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].isLeaf()) continue;
        depths[static_cast<std::size_t>(nodes[i].left)] = depths[i] + 1;
        depths[static_cast<std::size_t>(nodes[i].right)] = depths[i] + 1;
    }
    return depths.empty() ? 0 : *std::max_element(depths.begin(), depths.end());
}

std::int32_t DecisionTree::addSet(const std::vector<bool>& places, bool missingGoesLeft) {
    const auto at = static_cast<std::int32_t>(sets.size());
    sets.push_back(places.size());
    sets.resize(sets.size() + (places.size() + 63) / 64, 0);
    std::uint64_t* words = &sets[static_cast<std::size_t>(at)] + 1;
    for (std::size_t place = 0; place < places.size(); ++place)
        if (places[place]) words[place / 64] |= std::uint64_t{1} << (place % 64);
    return 2 * (at + 1) + (missingGoesLeft ? 1 : 0);
}

std::vector<bool> DecisionTree::setOf(const TreeNode& node) const {
    const std::uint64_t* set = &sets[static_cast<std::size_t>(node.rule / 2 - 1)];
    std::vector<bool> places(*set);
    for (std::size_t place = 0; place < places.size(); ++place)
        places[place] = (set[1 + place / 64] >> (place % 64) & 1) != 0;
    return places;
}

bool DecisionTree::categoryGoesLeft(const TreeNode& node, double value) const {
    const std::uint64_t* set = &sets[static_cast<std::size_t>(node.rule / 2 - 1)];
    if (!(value >= 0 && value < static_cast<double>(*set))) return node.missingGoesLeft();
    const auto place = static_cast<std::size_t>(value);
    return (set[1 + place / 64] >> (place % 64) & 1) != 0;
}

nlohmann::json toJson(const DecisionTree& tree) {
    nlohmann::json state = {
        {"nodes", packed(tree.nodes)}, {"values", packed(tree.values)}, {"counts", packed(tree.counts)}};
    if (!tree.sets.empty()) state["sets"] = packed(tree.sets);
    return state;
}

DecisionTree treeFromJson(const nlohmann::json& state, std::int32_t outputs, Eigen::Index features) {
    DecisionTree tree{outputs, unpacked<TreeNode>(state.at("nodes")), unpacked<double>(state.at("values")), {}, {}};
    if (state.contains("counts")) tree.counts = unpacked<float>(state.at("counts"));
    if (state.contains("sets")) tree.sets = unpacked<std::uint64_t>(state.at("sets"));
    if (!isSound(tree, features)) refuse();
    return tree;
}

}  // namespace holdout
