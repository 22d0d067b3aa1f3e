// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/baseline/baseline.h"

#include <nlohmann/json.hpp>

#include "base/format.h"
#include "model/model_json.h"
#include "model/training_checks.h"

namespace holdout {
namespace {

class BaselineModel final : public Model {
public:
    /// `answer`: the mean alone, or the share of each class.
    BaselineModel(Task task, Eigen::VectorXd answer) : m_task(task), m_answer(std::move(answer)) {}

    Predictions predict(const Features& features) const override {
        if (m_task == Task::Classification)
            return fromProbabilities(m_answer.transpose().replicate(features.rows(), 1));
        Predictions predictions;
        predictions.values = Eigen::VectorXd::Constant(features.rows(), m_answer[0]);
        return predictions;
    }

    std::string summary() const override {
        if (m_task == Task::Regression) return "always " + formatNumber(m_answer[0]) + ", the mean";
        return "always the most frequent class, with a share of " + formatNumber(100 * m_answer.maxCoeff(), 3) + " %";
    }

    nlohmann::json save() const override { return {{"task", taskName(m_task)}, {"answer", toJson(m_answer)}}; }

    static std::shared_ptr<const Model> load(const nlohmann::json& state) {
        const Task task = state.at("task") == taskName(Task::Regression) ? Task::Regression : Task::Classification;
        return std::make_shared<BaselineModel>(task, vectorFromJson(state.at("answer")));
    }

private:
    Task m_task;
    Eigen::VectorXd m_answer;
};

class BaselineEstimator final : public Estimator {
public:
    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 1);
        const Target& target = training.target;
        const Eigen::VectorXd shares = rowShares(training);
        if (target.task == Task::Regression)
            return std::make_shared<BaselineModel>(target.task,
                                                   Eigen::VectorXd::Constant(1, shares.dot(target.values)));
        Eigen::VectorXd classes = Eigen::VectorXd::Zero(target.classCount());
        for (std::size_t i = 0; i < target.classes.size(); ++i)
            classes[target.classes[i]] += shares[static_cast<Eigen::Index>(i)];
        return std::make_shared<BaselineModel>(target.task, classes / classes.sum());
    }
};

}  // namespace

ModelInfo baselineInfo() {
    return {.id = "baseline",
            .label = "Baseline",
            .sentence =
                "Predicts the same for every row: the most frequent class, or the mean. "
                "A model that does not beat it has learnt nothing.",
            .can = {.classification = true, .regression = true, .weights = true, .sparse = true},
            .params = {},
            .make = [](const Params&, Task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<BaselineEstimator>();
            },
            .load = &BaselineModel::load};
}

}  // namespace holdout
