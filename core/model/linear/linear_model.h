// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/design_matrix.h"

namespace holdout {

/// Weighted sums of the features, one an output: the prediction itself for regression, log odds for two classes, scores
/// that softmax turns into probabilities for more.
class LinearModel final : public Model {
public:
    LinearModel(Task task, Coefficients coefficients, Warnings warnings);

    Predictions predict(const Features& features) const override;
    std::optional<Coefficients> coefficients() const override { return m_coefficients; }
    Warnings warnings() const override { return m_warnings; }
    /// "6 of 9 coefficients are not zero"
    std::string summary() const override;
    nlohmann::json save() const override;
    static std::shared_ptr<const Model> load(const nlohmann::json& state);

private:
    Task m_task;
    Coefficients m_coefficients;
    Warnings m_warnings;
};

/// The model of these coefficients with the names that the training set gives; warns of constant features too.
std::shared_ptr<const Model> makeLinearModel(const TrainingSet& training, const DesignMatrix& design,
                                             RawCoefficients coefficients, const Warnings& warnings);

}  // namespace holdout
