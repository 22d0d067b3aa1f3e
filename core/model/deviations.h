// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "model/pipeline.h"

namespace holdout {

/// Optional ability of a model of numbers: to say how far a new observation may lie from what it predicts.
class PredictsDeviations {
public:
    virtual ~PredictsDeviations() = default;
    /// Of a new observation at each row, its noise included, in units of the target. Requires what Model::predict does.
    virtual Eigen::VectorXd standardDeviations(const Features& features) const = 0;
};

/// Those of a pipeline's predictions for `rows`, one a row; none when its model has no such ability.
std::optional<Eigen::VectorXd> standardDeviations(const FittedPipeline& pipeline, const Table& rows);

}  // namespace holdout
