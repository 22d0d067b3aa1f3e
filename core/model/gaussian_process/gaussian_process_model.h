// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/deviations.h"
#include "train/gaussian_process.h"

namespace holdout {

/// How features and target are brought to the scale on which the process lives.
struct GaussianProcessScale {
    Eigen::VectorXd deviations;  ///< what each feature is divided by
    double mean = 0;             ///< of the target
    double deviation = 1;        ///< of the target
};

/// A Gaussian process that has seen rows. Immutable; threads may share it.
class GaussianProcessModel final : public Model, public PredictsDeviations {
public:
    /// `process` lives on scaled features and a scaled target.
    GaussianProcessModel(GaussianProcess process, GaussianProcessScale scale, Warnings warnings);

    Predictions predict(const Features& features) const override;
    Eigen::VectorXd standardDeviations(const Features& features) const override;
    const GaussianProcess& process() const { return m_process; }

    Warnings warnings() const override { return m_warnings; }
    std::string summary() const override;
    nlohmann::json save() const override;
    /// Throws Error when `state` is not what `save` wrote.
    static std::shared_ptr<const Model> load(const nlohmann::json& state);

private:
    Eigen::MatrixXd scaled(const Features& features) const;

    GaussianProcess m_process;
    GaussianProcessScale m_scale;
    Warnings m_warnings;
};

/// The name of each covariance, as specifications and saved models write it.
struct CovarianceName {
    Covariance kind;
    std::string_view id, label;
};
inline constexpr CovarianceName covarianceNames[] = {{Covariance::Matern52, "matern-5-2", "Matérn 5/2"},
                                                     {Covariance::Matern32, "matern-3-2", "Matérn 3/2"},
                                                     {Covariance::Rbf, "rbf", "RBF"}};

}  // namespace holdout
