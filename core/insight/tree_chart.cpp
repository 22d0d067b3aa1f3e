// SPDX-License-Identifier: GPL-3.0-or-later
#include "insight/tree_chart.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/format.h"
#include "prepare/affine_scale.h"

namespace holdout {
namespace {

std::string levelWords(const std::vector<std::string>& levels) {
    constexpr std::size_t most = 4;
    std::string words;
    for (std::size_t i = 0; i < std::min(most, levels.size()); ++i) words += (i ? ", " : "") + levels[i];
    if (levels.size() > most) words += " or " + std::to_string(levels.size() - most) + " more";
    return words;
}

/// Whether it is asked if a column that one-hot encoding made is 0 or 1.
bool asksForCategory(const TreeView& tree, const TreeView::Node& node) {
    if (node.feature < 0 || !node.levels.empty()) return false;
    const bool isIndicator = tree.features[static_cast<std::size_t>(node.feature)].find('=') != std::string::npos;
    // Half way between; but for the rounding of scaling and back.
    return isIndicator && std::abs(node.threshold - 0.5) < 1e-9;
}

std::string questionOf(const TreeView& tree, const TreeView::Node& node) {
    const std::string& feature = tree.features[static_cast<std::size_t>(node.feature)];
    if (!node.levels.empty()) return feature + (node.levels.size() == 1 ? " = " : ": ") + levelWords(node.levels);
    if (asksForCategory(tree, node)) {
        const std::size_t equals = feature.find('=');
        return feature.substr(0, equals) + " = " + feature.substr(equals + 1);
    }
    return feature + " ≤ " + formatNumber(node.threshold, 4);
}

/// How many questions there are at each node and below it.
std::vector<int> questionCounts(const TreeView& tree) {
    std::vector<int> counts(tree.nodes.size(), 0);
    for (std::size_t i = tree.nodes.size(); i-- > 0;)
        if (const TreeView::Node& node = tree.nodes[i]; node.feature >= 0)
            counts[i] = 1 + counts[static_cast<std::size_t>(node.left)] + counts[static_cast<std::size_t>(node.right)];
    return counts;
}

std::vector<int> depths(const TreeView& tree) {
    std::vector<int> result(tree.nodes.size(), 0);
    for (std::size_t i = 0; i < tree.nodes.size(); ++i)
        if (const TreeView::Node& node = tree.nodes[i]; node.feature >= 0)
            for (const std::int32_t child : {node.left, node.right}) result[static_cast<std::size_t>(child)] = result[i] + 1;
    return result;
}

std::string sentenceOf(const TreeChart& chart, int leaves, int depth, int shown) {
    const TreeChart::Node& root = chart.nodes.front();
    if (leaves == 1) return "One leaf: nothing is asked, every row gets the same answer.";
    return formatCount(leaves) + " leaves, at most " + formatCount(depth) + (depth == 1 ? " question" : " questions") + " deep" +
           (shown < depth ? "; " + formatCount(shown) + " are drawn. " : ". ") + "First it is asked whether " + root.question +
           ": yes leads left.";
}

}  // namespace

int depthOf(const TreeView& tree) {
    const std::vector<int> all = depths(tree);
    return all.empty() ? 0 : *std::max_element(all.begin(), all.end());
}

TreeChart treeChart(const TreeView& tree, const std::vector<std::string>& classes, const std::string& target, int mostDepth) {
    TreeChart chart{.title = "Decision tree"};
    if (tree.nodes.empty()) return chart;
    const bool isShares = tree.unit == "probability" && tree.nodes.front().values.size() == classes.size();
    if (isShares) chart.classes = classes;
    chart.valueLabel = tree.unit == "value" ? target : std::string(tree.unit);
    const std::vector<int> depth = depths(tree), questions = questionCounts(tree);
    std::vector<int> place(tree.nodes.size(), -1);
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        if (depth[i] > mostDepth) continue;
        place[i] = static_cast<int>(chart.nodes.size());
        const TreeView::Node& node = tree.nodes[i];
        TreeChart::Node shown{.depth = depth[i], .rows = node.rows};
        if (isShares)
            shown.shares = node.values;
        else
            shown.value = node.values.front();
        if (node.feature >= 0) {
            shown.question = questionOf(tree, node);
            if (depth[i] == mostDepth) shown.hidden = questions[i];
        }
        chart.nodes.push_back(std::move(shown));
    }
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        const TreeView::Node& node = tree.nodes[i];
        if (place[i] < 0 || node.feature < 0 || depth[i] == mostDepth) continue;
        TreeChart::Node& shown = chart.nodes[static_cast<std::size_t>(place[i])];
        shown.left = place[static_cast<std::size_t>(node.left)];
        shown.right = place[static_cast<std::size_t>(node.right)];
        // 1 lies above the threshold, so that yes is the right side.
        if (asksForCategory(tree, node)) std::swap(shown.left, shown.right);
    }
    const int deepest = depthOf(tree);
    chart.sentence = sentenceOf(chart, questions.front() + 1, deepest, std::min(deepest, mostDepth));
    return chart;
}

bool undoScaling(TreeView& tree, const FittedRecipe& recipe) {
    bool any = false;
    for (std::size_t p = recipe.parts().size(); p-- > 0;) {
        const FittedRecipe::Part& part = recipe.parts()[p];
        const auto* scale = dynamic_cast<const AffineScale*>(part.fitted.get());
        if (!scale && !part.fitted->keepsUnits()) break;
        if (!scale) continue;
        for (const AffineColumn& column : scale->columns()) {
            if (!(column.factor > 0)) continue;  // a constant, of which nothing is asked
            for (TreeView::Node& node : tree.nodes) {
                if (node.feature < 0 || tree.features[static_cast<std::size_t>(node.feature)] != column.name) continue;
                if (!node.levels.empty() || !std::isfinite(node.threshold)) continue;
                node.threshold = column.center + (node.threshold - column.offset) / column.factor / column.unit;
                any = true;
            }
        }
    }
    return any;
}

TreeChart treeChart(const FittedPipeline& pipeline, std::size_t index, int mostDepth) {
    TreeView tree = pipeline.model().tree(index);
    const bool wasScaled = undoScaling(tree, pipeline.recipe());
    TreeChart chart = treeChart(tree, pipeline.labels(), pipeline.targetName(), mostDepth);
    if (wasScaled) chart.sentence += " Amounts are in the units from before scaling.";
    const std::size_t count = pipeline.model().treeCount();
    if (count > 1)
        chart.title = "Tree " + formatCount(static_cast<std::int64_t>(index + 1)) + " of " +
                      formatCount(static_cast<std::int64_t>(count));
    return chart;
}

}  // namespace holdout
