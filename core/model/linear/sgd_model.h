// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/linear_model.h"
#include "train/linear_sgd.h"

namespace holdout {

/// All that a model fitted by stochastic gradient descent holds: enough to go on from.
struct SgdRecord {
    Task task = Task::Classification;
    std::vector<std::string> features;
    std::vector<std::string> outputs;
    std::vector<std::string> labels;      ///< of classes
    Eigen::VectorXd means, factors;       ///< one a feature: (x - mean) * factor is what steps see; factor 0: constant
    bool common = false;                  ///< means are 0, and factors all the same
    double offset = 0, scale = 1;         ///< of a number to predict: (y - offset) / scale
    Eigen::VectorXd classFactors;         ///< by which rows of a class count; empty when all count the same
    LinearSgd::State state;               ///< for standardised features
    double sharpness = 1;                 ///< what margins are multiplied by to be log odds
    std::vector<TracePoint> trace;
    Warnings warnings;
};

/// A linear model that can go on learning.
class SgdModel final : public Model {
public:
    explicit SgdModel(SgdRecord record);

    Predictions predict(const Features& features) const override { return m_linear.predict(features); }
    std::optional<Coefficients> coefficients() const override { return m_linear.coefficients(); }
    std::vector<TracePoint> trace() const override { return m_record.trace; }
    Warnings warnings() const override { return m_record.warnings; }
    /// "8 of 9 coefficients are not zero, 120,000 steps"
    std::string summary() const override;
    nlohmann::json save() const override;
    static std::shared_ptr<const Model> load(const nlohmann::json& state);

    const SgdRecord& record() const { return m_record; }

private:
    SgdRecord m_record;
    LinearModel m_linear;
};

}  // namespace holdout
