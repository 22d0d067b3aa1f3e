// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/tree_model.h"

#include <cassert>

#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "model/class_scores.h"
#include "model/model_json.h"
#include "model/tree/tree_shap.h"
#include "model/tree/tree_view.h"

namespace holdout {

namespace {

using Eigen::Index;

/// So many rows go through one tree after another: the tree's nodes are met in the cache by all of them.
constexpr std::size_t rowsPerTask = 512;

}  // namespace

TreeModel::TreeModel(Task task, TreeAnswer answer, Eigen::VectorXd start, std::vector<DecisionTree> trees,
                     TreeRecord record)
    : m_task(task),
      m_answer(answer),
      m_start(std::move(start)),
      m_trees(std::move(trees)),
      m_record(std::move(record)) {
}

Eigen::MatrixXd TreeModel::scores(const Eigen::MatrixXd& features) const {
    assert(features.cols() == static_cast<Index>(m_record.features.size()));
    const Index outputs = m_start.size();
    Eigen::MatrixXd result(features.rows(), outputs);
    const std::vector<Range> tasks = chunks(static_cast<std::size_t>(features.rows()), rowsPerTask);
    parallelFor(tasks.size(), [&](std::size_t task) {
        const auto begin = static_cast<Index>(tasks[task].begin);
        const auto count = static_cast<Index>(tasks[task].size());
        Eigen::MatrixXd sums = m_start.replicate(1, count);  // a row's scores side by side
        Index output = 0;
        for (const DecisionTree& tree : m_trees) {
            for (Index i = 0; i < count; ++i) {
                const double* answer = tree.answer(features, begin + i);
                double* sum = &sums(output, i);
                for (std::int32_t k = 0; k < tree.outputs; ++k) sum[k] += answer[k];
            }
            output = (output + tree.outputs) % outputs;
        }
        result.middleRows(begin, count) = sums.transpose();
    });
    if (m_answer == TreeAnswer::Mean) result /= static_cast<double>(m_trees.size());
    return result;
}

Predictions TreeModel::predict(const Features& features) const {
    Eigen::MatrixXd result = scores(features.values);
    if (m_task == Task::Regression) {
        Predictions predictions;
        predictions.values = result.col(0);
        return predictions;
    }
    if (m_answer == TreeAnswer::Mean) return fromProbabilities(std::move(result));
    return fromProbabilities(result.cols() == 1 ? fromLogOdds(result) : softmax(std::move(result)));
}

std::optional<Importances> TreeModel::importances() const {
    const double sum = m_record.gains.sum();
    return Importances{m_record.features, sum > 0 ? Eigen::VectorXd(m_record.gains / sum) : m_record.gains};
}

std::string_view TreeModel::unit() const {
    if (m_task == Task::Regression) return "value";
    if (m_answer == TreeAnswer::Mean) return "probability";
    return m_start.size() == 1 ? "log odds" : "score";
}

TreeView TreeModel::tree(std::size_t index) const {
    TreeView view = treeView(m_trees.at(index));
    view.features = m_record.features;
    view.unit = unit();
    for (std::size_t i = 0; m_record.levels && i < view.nodes.size(); ++i) {
        const TreeNode& node = m_trees[index].nodes[i];
        if (node.isLeaf() || !node.asksForCategories()) continue;
        const std::vector<std::string>& labels = (*m_record.levels)[static_cast<std::size_t>(node.feature)];
        const std::vector<bool> goLeft = m_trees[index].setOf(node);
        for (std::size_t place = 0; place < std::min(labels.size(), goLeft.size()); ++place)
            if (goLeft[place]) view.nodes[i].levels.push_back(labels[place]);
    }
    return view;
}

std::optional<Contributions> TreeModel::contributions(const Features& features, const JobContext& context) const {
    if (m_trees.empty() || m_trees.front().counts.empty()) return std::nullopt;
    const Index outputs = m_start.size(), columns = features.columns();
    const double scale = m_answer == TreeAnswer::Mean ? 1.0 / static_cast<double>(m_trees.size()) : 1.0;
    Contributions result{.unit = unit(),
                         .base = m_start,
                         .values = std::vector<Eigen::MatrixXd>(static_cast<std::size_t>(outputs),
                                                                Eigen::MatrixXd::Zero(columns, features.rows()))};
    // Trees of one score answer for the outputs in turn, others for all of them.
    const auto eachAnswer = [&](const auto& visit) {
        Index output = 0;
        for (const DecisionTree& tree : m_trees) {
            for (std::int32_t k = 0; k < tree.outputs; ++k) visit(tree, k, output + k);
            output = (output + tree.outputs) % outputs;
        }
    };
    eachAnswer([&](const DecisionTree& tree, std::int32_t k, Index output) {
        result.base[output] += scale * expectedAnswer(tree, k);
    });
    parallelFor(static_cast<std::size_t>(features.rows()), [&](std::size_t row) {
        context.throwIfStopped();
        const auto at = static_cast<Index>(row);
        eachAnswer([&](const DecisionTree& tree, std::int32_t k, Index output) {
            addShapley(tree, features.values, at, k, scale, result.values[static_cast<std::size_t>(output)].col(at));
        });
    });
    for (Eigen::MatrixXd& values : result.values) values.transposeInPlace();
    return result;
}

const TreeModel& updatable(const Model& model, const TrainingSet& rows, TreeAnswer answer) {
    const auto* before = dynamic_cast<const TreeModel*>(&model);
    if (!before || before->answer() != answer)
        throw Error("The model to go on with is of another kind.", {.parameter = "model"},
                    "Choose the model that it was fitted with.");
    const Target& target = rows.target;
    const Index outputs = target.task == Task::Regression                              ? 1
                          : answer == TreeAnswer::Sum && target.classCount() <= 2 ? 1
                                                                                       : target.classCount();
    const auto levelsOf = [](const std::shared_ptr<const FeatureLevels>& levels) {
        return levels ? *levels : FeatureLevels{};
    };
    if (before->record().features != rows.features.names || before->start().size() != outputs ||
        levelsOf(before->record().levels) != levelsOf(rows.features.levels))
        throw Error("The new rows have other features or classes than those that the model was fitted on.", {},
                    "Prepare them with the model's own recipe.");
    return *before;
}

nlohmann::json TreeModel::save() const {
    nlohmann::json trees = nlohmann::json::array();
    for (const DecisionTree& tree : m_trees) trees.push_back(toJson(tree));
    nlohmann::json state = {{"task", taskName(m_task)},        {"answer", m_answer == TreeAnswer::Mean ? "mean" : "sum"},
            {"start", toJson(m_start)},        {"features", m_record.features},
            {"gains", toJson(m_record.gains)}, {"summary", m_record.summary},
            {"trace", toJson(m_record.trace)}, {"warnings", toJson(m_record.warnings)},
            {"trees", std::move(trees)}};
    if (m_record.levels) state["levels"] = *m_record.levels;
    return state;
}

std::shared_ptr<const Model> TreeModel::load(const nlohmann::json& state) {
    const Task task = state.at("task") == taskName(Task::Regression) ? Task::Regression : Task::Classification;
    const TreeAnswer answer = state.at("answer") == "mean" ? TreeAnswer::Mean : TreeAnswer::Sum;
    Eigen::VectorXd start = vectorFromJson(state.at("start"));
    TreeRecord record{state.at("features").get<std::vector<std::string>>(), vectorFromJson(state.at("gains")),
                      state.at("summary").get<std::string>(), traceFromJson(state.at("trace")),
                      warningsFromJson(state.at("warnings")), {}};
    if (state.contains("levels"))
        record.levels = std::make_shared<const FeatureLevels>(state["levels"].get<FeatureLevels>());
    if (record.levels && record.levels->size() != record.features.size())
        throw Error("A saved model of trees has labels of other features.", {}, "Train the model again.");
    const auto outputs = answer == TreeAnswer::Mean ? static_cast<std::int32_t>(start.size()) : 1;
    std::vector<DecisionTree> trees;
    for (const nlohmann::json& tree : state.at("trees"))
        trees.push_back(treeFromJson(tree, outputs, static_cast<Index>(record.features.size())));
    if (start.size() == 0 || (answer == TreeAnswer::Mean && trees.empty()))
        throw Error("A saved model of trees has no tree.", {}, "Train the model again.");
    return std::make_shared<TreeModel>(task, answer, std::move(start), std::move(trees), std::move(record));
}

}  // namespace holdout
