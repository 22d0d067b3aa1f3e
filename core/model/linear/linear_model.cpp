// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/linear_model.h"

#include <cassert>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "model/class_scores.h"
#include "model/model_json.h"

namespace holdout {
namespace {

/// Adds features times weights of a range of rows. Plain loops: each row is computed by the same operations
/// in the same order, wherever it stands among the others and whether its zeros are kept or not, which a matrix product
/// does not promise.
void addScores(const Eigen::MatrixXd& features, const Eigen::MatrixXd& weights, Range rows, Eigen::MatrixXd& sums) {
    const auto begin = static_cast<Eigen::Index>(rows.begin), count = static_cast<Eigen::Index>(rows.size());
    for (Eigen::Index k = 0; k < sums.cols(); ++k) {
        double* sum = &sums(begin, k);
        for (Eigen::Index j = 0; j < features.cols(); ++j) {
            const double weight = weights(j, k);
            if (weight == 0) continue;
            const double* feature = &features(begin, j);
            for (Eigen::Index i = 0; i < count; ++i) sum[i] += weight * feature[i];
        }
    }
}

void addScores(const SparseRows& features, const Eigen::MatrixXd& weights, Range rows, Eigen::MatrixXd& sums) {
    for (std::size_t i = rows.begin; i < rows.end; ++i) {
        const auto row = static_cast<Eigen::Index>(i);
        const auto columns = features.columnsOf(i);
        const auto values = features.valuesOf(i);
        for (Eigen::Index k = 0; k < sums.cols(); ++k) {
            double sum = sums(row, k);
            for (std::size_t c = 0; c < columns.size(); ++c) sum += weights(columns[c], k) * values[c];
            sums(row, k) = sum;
        }
    }
}

}  // namespace

Eigen::MatrixXd linearScores(const Features& features, const Eigen::MatrixXd& weights,
                             const Eigen::VectorXd& intercepts) {
    constexpr std::size_t kGrain = 2048;
    Eigen::MatrixXd sums = intercepts.transpose().replicate(features.rows(), 1);
    const auto add = [&](Range rows) {
        if (features.sparse)
            addScores(*features.sparse, weights, rows, sums);
        else
            addScores(features.values, weights, rows, sums);
    };
    // A few rows are answered at once: waking threads for them would take longer.
    const auto count = static_cast<std::size_t>(features.rows());
    if (count <= kGrain) {
        if (count > 0) add({0, count});
        return sums;
    }
    const std::vector<Range> parts = chunks(count, kGrain);
    parallelFor(parts.size(), [&](std::size_t part) { add(parts[part]); });
    return sums;
}

LinearModel::LinearModel(Task task, Coefficients coefficients, Warnings warnings, Link link, double sharpness,
                         SharedNames names)
    : m_task(task),
      m_coefficients(std::move(coefficients)),
      m_names(std::move(names)),
      m_warnings(std::move(warnings)),
      m_link(link),
      m_sharpness(sharpness) {
    if (!m_names) m_names = std::make_shared<const std::vector<std::string>>(std::move(m_coefficients.features));
    m_coefficients.features.clear();
}

std::optional<Coefficients> LinearModel::coefficients() const {
    Coefficients all = m_coefficients;
    all.features = *m_names;
    return all;
}

Predictions LinearModel::predict(const Features& features) const {
    assert(features.columns() == m_coefficients.weights.rows());
    Eigen::MatrixXd sums = linearScores(features, m_coefficients.weights, m_coefficients.intercepts);
    if (m_sharpness != 1) sums *= m_sharpness;
    if (m_task == Task::Classification)
        return fromProbabilities(sums.cols() == 1 ? fromLogOdds(sums) : softmax(std::move(sums)));
    Predictions predictions;
    predictions.values = sums.col(0);
    if (m_link == Link::Log)
        for (double& value : predictions.values) value = std::exp(value);
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
    nlohmann::json state = {{"task", taskName(m_task)},
                            {"features", *m_names},
                            {"outputs", m_coefficients.outputs},
                            {"weights", toJson(m_coefficients.weights)},
                            {"intercepts", toJson(m_coefficients.intercepts)},
                            {"warnings", toJson(m_warnings)}};
    if (m_link == Link::Log) state["link"] = "log";
    if (m_sharpness != 1) state["sharpness"] = m_sharpness;
    return state;
}

std::shared_ptr<const Model> LinearModel::load(const nlohmann::json& state) {
    const Task task = state.at("task") == taskName(Task::Regression) ? Task::Regression : Task::Classification;
    Coefficients coefficients{state.at("features").get<std::vector<std::string>>(),
                              state.at("outputs").get<std::vector<std::string>>(), matrixFromJson(state.at("weights")),
                              vectorFromJson(state.at("intercepts"))};
    return std::make_shared<LinearModel>(task, std::move(coefficients), warningsFromJson(state.at("warnings")),
                                         state.value("link", "") == "log" ? Link::Log : Link::Identity,
                                         state.value("sharpness", 1.0));
}

std::shared_ptr<const Model> makeLinearModel(const TrainingSet& training, const DesignMatrix& design,
                                             RawCoefficients coefficients, const Warnings& warnings, Link link,
                                             double sharpness, SharedNames names) {
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
        Coefficients{names ? std::vector<std::string>() : training.features.names, std::move(outputs), std::move(coefficients.weights),
                     std::move(coefficients.intercepts)},
        std::move(all), link, sharpness, std::move(names));
}

}  // namespace holdout
