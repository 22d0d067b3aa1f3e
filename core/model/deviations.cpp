// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/deviations.h"

namespace holdout {

std::optional<Eigen::VectorXd> standardDeviations(const FittedPipeline& pipeline, const Table& rows) {
    const auto* model = dynamic_cast<const PredictsDeviations*>(&pipeline.model());
    if (!model) return std::nullopt;
    StepNotes notes;  // predict has given the same
    return model->standardDeviations(pipeline.features(rows, notes));
}

}  // namespace holdout
