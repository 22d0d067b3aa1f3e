// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "model/model.h"
#include "model/svm/kernel.h"
#include "model/svm/platt.h"

namespace holdout {

/// One decision: the sum of the support vectors' kernels times their coefficients, and a bias. Of the pairs of classes
/// in the order (0, 1), (0, 2) … (1, 2) …, where a positive decision is for the first; of two classes or values there
/// is one.
struct SvmMachines {
    Eigen::MatrixXd vectors;        ///< support vectors × columns, each once
    Eigen::MatrixXd coefficients;   ///< support vectors × machines
    Eigen::VectorXd biases;         ///< one a machine
    std::vector<Sigmoid> sigmoids;  ///< one a machine; empty when probabilities were not asked for
};

class SvmModel final : public Model {
public:
    /// `classes` is 0 for regression.
    SvmModel(Kernel kernel, std::int64_t classes, SvmMachines machines, std::string summary, Warnings warnings);

    Predictions predict(const Features& features) const override;
    Warnings warnings() const override { return m_warnings; }
    std::string summary() const override { return m_summary; }
    nlohmann::json save() const override;
    /// Throws Error when `state` is not what `save` wrote.
    static std::shared_ptr<const Model> load(const nlohmann::json& state);

    const SvmMachines& machines() const { return m_machines; }
    /// Decisions of all machines: rows × machines.
    Eigen::MatrixXd decisions(const Eigen::MatrixXd& rows) const;

private:
    Eigen::VectorXd probabilities(const Eigen::VectorXd& decisions) const;

    Kernel m_kernel;
    std::int64_t m_classes;
    SvmMachines m_machines;
    KernelRows m_rows;
    std::string m_summary;
    Warnings m_warnings;
};

}  // namespace holdout
