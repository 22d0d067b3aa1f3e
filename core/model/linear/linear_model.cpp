// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/linear_model.h"

#include <cassert>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "model/class_scores.h"
#include "model/model_json.h"

namespace holdout {
namespace {

/// Features times weights plus intercepts. Plain loops: each row is computed by the same operations in the same
/// order, wherever it stands among the others, which a matrix product does not promise.
Eigen::MatrixXd scores(const Eigen::MatrixXd& features, const Coefficients& coefficients) {
    Eigen::MatrixXd sums(features.rows(), coefficients.intercepts.size());
    constexpr std::size_t kGrain = 2048;
    const std::vector<Range> parts = chunks(static_cast<std::size_t>(features.rows()), kGrain);
    parallelFor(parts.size(), [&](std::size_t part) {
        const auto begin = static_cast<Eigen::Index>(parts[part].begin),
                   count = static_cast<Eigen::Index>(parts[part].size());
        for (Eigen::Index k = 0; k < sums.cols(); ++k) {
            double* sum = &sums(begin, k);
            std::fill(sum, sum + count, coefficients.intercepts[k]);
            for (Eigen::Index j = 0; j < features.cols(); ++j) {
                const double weight = coefficients.weights(j, k);
                if (weight == 0) continue;
                const double* feature = &features(begin, j);
                for (Eigen::Index i = 0; i < count; ++i) sum[i] += weight * feature[i];
            }
        }
    });
    return sums;
}

}  // namespace

LinearModel::LinearModel(Task task, Coefficients coefficients, Warnings warnings)
    : m_task(task), m_coefficients(std::move(coefficients)), m_warnings(std::move(warnings)) {
}

Predictions LinearModel::predict(const Features& features) const {
    assert(features.columns() == m_coefficients.weights.rows());
    Eigen::MatrixXd sums = scores(features.values, m_coefficients);
    if (m_task == Task::Classification)
        return fromProbabilities(sums.cols() == 1 ? fromLogOdds(sums) : softmax(std::move(sums)));
    Predictions predictions;
    predictions.values = sums.col(0);
    return predictions;
}

std::string LinearModel::summary() const {
    const Eigen::Index all = m_coefficients.weights.size(), nonzero = (m_coefficients.weights.array() != 0).count();
    if (all == 0) return "no features: the intercept alone";
    const bool one = nonzero == 1;
    return formatCount(nonzero) + " of " + formatCount(all) + (all == 1 ? " coefficient" : " coefficients") +
           (one ? " is" : " are") + " not zero";
}

nlohmann::json LinearModel::save() const {
    return {{"task", taskName(m_task)},
            {"features", m_coefficients.features},
            {"outputs", m_coefficients.outputs},
            {"weights", toJson(m_coefficients.weights)},
            {"intercepts", toJson(m_coefficients.intercepts)},
            {"warnings", toJson(m_warnings)}};
}

std::shared_ptr<const Model> LinearModel::load(const nlohmann::json& state) {
    const Task task = state.at("task") == taskName(Task::Regression) ? Task::Regression : Task::Classification;
    Coefficients coefficients{state.at("features").get<std::vector<std::string>>(),
                              state.at("outputs").get<std::vector<std::string>>(), matrixFromJson(state.at("weights")),
                              vectorFromJson(state.at("intercepts"))};
    return std::make_shared<LinearModel>(task, std::move(coefficients), warningsFromJson(state.at("warnings")));
}

std::shared_ptr<const Model> makeLinearModel(const TrainingSet& training, const DesignMatrix& design,
                                             RawCoefficients coefficients, const Warnings& warnings) {
    const Target& target = training.target;
    std::vector<std::string> outputs;
    if (target.task == Task::Regression)
        outputs = {target.name};
    else if (coefficients.intercepts.size() == 1)
        outputs = {target.labels.back()};
    else
        outputs = target.labels;
    Warnings all = design.constantWarnings();
    for (const Warning& warning : warnings) addOnce(all, warning);
    return std::make_shared<LinearModel>(
        target.task,
        Coefficients{training.features.names, std::move(outputs), std::move(coefficients.weights),
                     std::move(coefficients.intercepts)},
        std::move(all));
}

}  // namespace holdout
