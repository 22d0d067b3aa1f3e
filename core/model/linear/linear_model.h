// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/design_matrix.h"

namespace holdout {

/// What a regression's weighted sum is of the prediction: itself, or its logarithm.
enum class Link { Identity, Log };

/// Names that models of one problem share: those of a path over thousands of features would hold little else.
using SharedNames = std::shared_ptr<const std::vector<std::string>>;

/// Weighted sums of the features, one an output: the prediction itself for regression, log odds for two classes, scores
/// that softmax turns into probabilities for more.
class LinearModel final : public Model {
public:
    /// `sharpness`: what a classifier's sums are multiplied by to be log odds; 1 where they are. `names`: the features',
    /// in place of those in `coefficients`.
    LinearModel(Task task, Coefficients coefficients, Warnings warnings, Link link = Link::Identity,
                double sharpness = 1, SharedNames names = nullptr);

    Predictions predict(const Features& features) const override;
    std::optional<Coefficients> coefficients() const override;
    Warnings warnings() const override { return m_warnings; }
    /// "6 of 9 coefficients are not zero"
    std::string summary() const override;
    nlohmann::json save() const override;
    static std::shared_ptr<const Model> load(const nlohmann::json& state);

private:
    Task m_task;
    Coefficients m_coefficients;  ///< without the features' names
    SharedNames m_names;
    Warnings m_warnings;
    Link m_link;
    double m_sharpness;
};

/// Features * weights + intercepts, rows × outputs. Each row has the bits it would have alone.
Eigen::MatrixXd linearScores(const Features& features, const Eigen::MatrixXd& weights,
                             const Eigen::VectorXd& intercepts);

/// The model of these coefficients with the names that the training set gives; warns of constant features too.
std::shared_ptr<const Model> makeLinearModel(const TrainingSet& training, const DesignMatrix& design,
                                             RawCoefficients coefficients, const Warnings& warnings,
                                             Link link = Link::Identity, double sharpness = 1,
                                             SharedNames names = nullptr);

}  // namespace holdout
