// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/tree_shap.h"

#include <cassert>
#include <vector>

namespace holdout {
namespace {

/// A feature that was asked about on the way down.
struct PathStep {
    std::int32_t feature;
    double zero;    ///< the part of the rows that go this way when the feature is not known
    double one;     ///< 1 when the row goes this way, else 0
    double weight;  ///< of the subsets with as many known features as the step's position
};

using Path = std::vector<PathStep>;

/// The path with one step more: the weights of subsets that do and do not know its feature are mixed.
void extend(Path& path, double zero, double one, std::int32_t feature) {
    const auto depth = static_cast<double>(path.size());
    path.push_back({feature, zero, one, path.empty() ? 1.0 : 0.0});
    for (std::size_t i = path.size() - 1; i-- > 0;) {
        const auto at = static_cast<double>(i);
        path[i + 1].weight += one * path[i].weight * (at + 1) / (depth + 1);
        path[i].weight = zero * path[i].weight * (depth - at) / (depth + 1);
    }
}

/// Takes step `index` back out: the inverse of `extend`.
void unwind(Path& path, std::size_t index) {
    const auto depth = static_cast<double>(path.size() - 1);
    const double one = path[index].one, zero = path[index].zero;
    double next = path.back().weight;
    for (std::size_t i = path.size() - 1; i-- > 0;) {
        const auto at = static_cast<double>(i);
        if (one != 0) {
            const double before = path[i].weight;
            path[i].weight = next * (depth + 1) / ((at + 1) * one);
            next = before - path[i].weight * zero * (depth - at) / (depth + 1);
        } else {
            path[i].weight = path[i].weight * (depth + 1) / (zero * (depth - at));
        }
    }
    for (std::size_t i = index; i + 1 < path.size(); ++i) {
        path[i].feature = path[i + 1].feature;
        path[i].zero = path[i + 1].zero;
        path[i].one = path[i + 1].one;
    }
    path.pop_back();
}

/// The sum of the weights without step `index`.
double unwoundSum(const Path& path, std::size_t index) {
    Path without = path;
    unwind(without, index);
    double sum = 0;
    for (const PathStep& step : without) sum += step.weight;
    return sum;
}

class Walk {
public:
    Walk(const DecisionTree& tree, const Eigen::MatrixXd& features, Eigen::Index row, std::int32_t output, double scale,
         Eigen::Ref<Eigen::VectorXd> values)
        : m_tree(tree), m_features(features), m_row(row), m_output(output), m_scale(scale), m_values(values) {}

    void down(std::size_t index, Path path, double zero, double one, std::int32_t feature) {
        extend(path, zero, one, feature);
        const TreeNode& node = m_tree.nodes[index];
        if (node.isLeaf()) {
            const double answer = m_scale * m_tree.values[static_cast<std::size_t>(node.left + m_output)];
            for (std::size_t i = 1; i < path.size(); ++i)
                m_values[path[i].feature] += unwoundSum(path, i) * (path[i].one - path[i].zero) * answer;
            return;
        }
        // A feature that is asked about again: both questions are one step.
        double zeroBefore = 1, oneBefore = 1;
        for (std::size_t i = 1; i < path.size(); ++i)
            if (path[i].feature == node.feature) {
                zeroBefore = path[i].zero;
                oneBefore = path[i].one;
                unwind(path, i);
                break;
            }
        const bool goesLeft = m_tree.goesLeft(node, m_features(m_row, node.feature));
        for (const bool left : {true, false}) {
            const auto child = static_cast<std::size_t>(left ? node.left : node.right);
            const double share = static_cast<double>(m_tree.counts[child]) / static_cast<double>(m_tree.counts[index]);
            down(child, path, zeroBefore * share, left == goesLeft ? oneBefore : 0, node.feature);
        }
    }

private:
    const DecisionTree& m_tree;
    const Eigen::MatrixXd& m_features;
    Eigen::Index m_row;
    std::int32_t m_output;
    double m_scale;
    Eigen::Ref<Eigen::VectorXd> m_values;
};

}  // namespace

void addShapley(const DecisionTree& tree, const Eigen::MatrixXd& features, Eigen::Index row, std::int32_t output, double scale,
                Eigen::Ref<Eigen::VectorXd> values) {
    assert(tree.counts.size() == tree.nodes.size());
    if (tree.nodes.front().isLeaf()) return;
    Walk(tree, features, row, output, scale, values).down(0, {}, 1, 1, -1);
}

double expectedAnswer(const DecisionTree& tree, std::int32_t output) {
    assert(tree.counts.size() == tree.nodes.size());
    double sum = 0;
    for (std::size_t i = 0; i < tree.nodes.size(); ++i)
        if (tree.nodes[i].isLeaf())
            sum += static_cast<double>(tree.counts[i]) * tree.values[static_cast<std::size_t>(tree.nodes[i].left + output)];
    return sum / static_cast<double>(tree.counts.front());
}

}  // namespace holdout
