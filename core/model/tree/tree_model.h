// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/model.h"
#include "model/tree/decision_tree.h"

namespace holdout {

/// What the answers of several trees amount to.
enum class TreeAnswer {
    Mean,  ///< each tree gives the value, or the shares of all classes
    Sum    ///< trees in turn add to one score each: the value, log odds of the second class, or scores for softmax
};

/// How the fit went, for a person.
struct TreeRecord {
    std::vector<std::string> features;
    Eigen::VectorXd gains;  ///< importances, not yet scaled
    std::string summary;
    std::vector<TracePoint> trace;
    Warnings warnings;
    std::shared_ptr<const FeatureLevels> levels = {};  ///< of the features; null when all are numbers
};

/// One tree or many. Sums over trees are in their order, whatever the threads.
class TreeModel final : public Model {
public:
    /// `start` has the scores that trees add to, one for each value or class; with Mean, it is 0.
    TreeModel(Task task, TreeAnswer answer, Eigen::VectorXd start, std::vector<DecisionTree> trees, TreeRecord record);

    Predictions predict(const Features& features) const override;
    std::optional<Importances> importances() const override;
    std::optional<Contributions> contributions(const Features& features, const JobContext& context) const override;
    std::vector<TracePoint> trace() const override { return m_record.trace; }
    Warnings warnings() const override { return m_record.warnings; }
    std::string summary() const override { return m_record.summary; }
    std::size_t treeCount() const override { return m_trees.size(); }
    TreeView tree(std::size_t index) const override;
    nlohmann::json save() const override;
    /// Throws Error when `state` is not what `save` wrote.
    static std::shared_ptr<const Model> load(const nlohmann::json& state);

    const std::vector<DecisionTree>& trees() const { return m_trees; }
    TreeAnswer answer() const { return m_answer; }
    const Eigen::VectorXd& start() const { return m_start; }
    const TreeRecord& record() const { return m_record; }
    /// What the trees come to for each row of `features`: one column an output.
    Eigen::MatrixXd scores(const Eigen::MatrixXd& features) const;

private:
    std::string_view unit() const;

    Task m_task;
    TreeAnswer m_answer;
    Eigen::VectorXd m_start;
    std::vector<DecisionTree> m_trees;
    TreeRecord m_record;
};

/// `model` as one that trees can be added to for `rows`. Throws Error when it is no such model, or was fitted on other
/// features or classes.
const TreeModel& updatable(const Model& model, const TrainingSet& rows, TreeAnswer answer);

}  // namespace holdout
