// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/svm/svm_model.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/parallel.h"
#include "model/class_scores.h"
#include "model/model_json.h"

namespace holdout {
namespace {

using Eigen::Index;

constexpr std::size_t rowsPerTask = 16;

KernelRows allRows(const Eigen::MatrixXd& values, Kernel kernel) {
    std::vector<std::uint32_t> rows(static_cast<std::size_t>(values.rows()));
    std::iota(rows.begin(), rows.end(), 0U);
    return {values, rows, kernel};
}

/// Classes by the pairs that they win, as libsvm decides; the margins order those that win as many.
Eigen::VectorXd votes(std::int64_t classes, const Eigen::VectorXd& decisions) {
    Eigen::VectorXd won = Eigen::VectorXd::Zero(classes), margins = won;
    Index machine = 0;
    for (Index i = 0; i < classes; ++i)
        for (Index j = i + 1; j < classes; ++j, ++machine) {
            const double decision = decisions[machine];
            won[decision > 0 ? i : j] += 1;
            margins[i] += decision;
            margins[j] -= decision;
        }
    // Squeezed into less than half a vote.
    return won.array() + margins.array() / (3 * (margins.array().abs() + 1));
}

}  // namespace

SvmModel::SvmModel(Kernel kernel, std::int64_t classes, SvmMachines machines, std::string summary, Warnings warnings)
    : m_kernel(kernel),
      m_classes(classes),
      m_machines(std::move(machines)),
      m_rows(allRows(m_machines.vectors, kernel)),
      m_summary(std::move(summary)),
      m_warnings(std::move(warnings)) {
}

Eigen::MatrixXd SvmModel::decisions(const Eigen::MatrixXd& rows) const {
    Eigen::MatrixXd result(rows.rows(), m_machines.biases.size());
    const std::vector<Range> tasks = chunks(static_cast<std::size_t>(rows.rows()), rowsPerTask);
    parallelFor(tasks.size(), [&](std::size_t task) {
        Eigen::VectorXd kernels(m_rows.padded());
        for (auto i = static_cast<Index>(tasks[task].begin); i < static_cast<Index>(tasks[task].end); ++i) {
            m_rows.with(rows.row(i), kernels);
            for (Index m = 0; m < result.cols(); ++m)
                result(i, m) = m_machines.biases[m] + m_machines.coefficients.col(m).dot(kernels.head(m_rows.size()));
        }
    });
    return result;
}

Eigen::VectorXd SvmModel::probabilities(const Eigen::VectorXd& decisions) const {
    if (m_classes == 2) {
        // Without Platt's fit the margin stands for the log odds: in the right order, but not calibrated.
        const Sigmoid sigmoid = m_machines.sigmoids.empty() ? Sigmoid{} : m_machines.sigmoids[0];
        const double first = sigmoid.probability(decisions[0]);
        return Eigen::Vector2d(first, 1 - first);
    }
    if (m_machines.sigmoids.empty()) return softmax(votes(m_classes, decisions).transpose()).transpose();
    Eigen::MatrixXd pairwise = Eigen::MatrixXd::Zero(m_classes, m_classes);
    std::size_t machine = 0;
    for (Index i = 0; i < m_classes; ++i)
        for (Index j = i + 1; j < m_classes; ++j, ++machine) {
            constexpr double least = 1e-7;  // as libsvm, so that no pair decides alone
            const double said = m_machines.sigmoids[machine].probability(decisions[static_cast<Index>(machine)]);
            pairwise(i, j) = std::clamp(said, least, 1 - least);
            pairwise(j, i) = 1 - pairwise(i, j);
        }
    return couplePairs(pairwise);
}

Predictions SvmModel::predict(const Features& features) const {
    const Eigen::MatrixXd said = decisions(features.values);
    if (m_classes == 0) {
        Predictions predictions;
        predictions.values = said.col(0);
        return predictions;
    }
    Eigen::MatrixXd shares(said.rows(), m_classes);
    for (Index i = 0; i < said.rows(); ++i) shares.row(i) = probabilities(said.row(i).transpose()).transpose();
    return fromProbabilities(std::move(shares));
}

nlohmann::json SvmModel::save() const {
    nlohmann::json sigmoids = nlohmann::json::array();
    for (const Sigmoid& sigmoid : m_machines.sigmoids) sigmoids.push_back({sigmoid.slope, sigmoid.offset});
    return {{"kernel", static_cast<int>(m_kernel.kind)},
            {"gamma", m_kernel.gamma},
            {"coef0", m_kernel.coef0},
            {"degree", m_kernel.degree},
            {"classes", m_classes},
            {"vectors", toPackedJson(m_machines.vectors)},
            {"coefficients", toPackedJson(m_machines.coefficients)},
            {"biases", toJson(m_machines.biases)},
            {"sigmoids", std::move(sigmoids)},
            {"summary", m_summary},
            {"warnings", toJson(m_warnings)}};
}

std::shared_ptr<const Model> SvmModel::load(const nlohmann::json& state) {
    const Kernel kernel{static_cast<KernelKind>(state.at("kernel").get<int>()), state.at("gamma").get<double>(),
                        state.at("coef0").get<double>(), state.at("degree").get<int>()};
    const auto classes = state.at("classes").get<std::int64_t>();
    SvmMachines machines{matrixFromPackedJson(state.at("vectors")),
                         matrixFromPackedJson(state.at("coefficients")),
                         vectorFromJson(state.at("biases")),
                         {}};
    for (const nlohmann::json& sigmoid : state.at("sigmoids"))
        machines.sigmoids.push_back({sigmoid.at(0).get<double>(), sigmoid.at(1).get<double>()});
    const std::int64_t count = classes == 0 ? 1 : classes * (classes - 1) / 2;
    const bool sound = classes >= 0 && classes != 1 && machines.biases.size() == count &&
                       machines.coefficients.cols() == count &&
                       machines.coefficients.rows() == machines.vectors.rows() &&
                       (machines.sigmoids.empty() || static_cast<std::int64_t>(machines.sigmoids.size()) == count) &&
                       kernel.kind >= KernelKind::Linear && kernel.kind <= KernelKind::Sigmoid;
    if (!sound)
        throw Error("The support vectors of a saved machine do not fit together.", {}, "Train the model again.");
    return std::make_shared<SvmModel>(kernel, classes, std::move(machines), state.at("summary").get<std::string>(),
                                      warningsFromJson(state.at("warnings")));
}

}  // namespace holdout
