// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "model/neural/network_steps.h"
#include "train/early_stopping.h"

namespace holdout {

/// All that training has changed by the end of an epoch: enough to go on to the same bits.
struct TrainingCheckpoint {
    std::string fit;  ///< says which fit it is of
    std::int64_t epoch = 0;
    Eigen::VectorXf parameters, statistics;
    Eigen::VectorXf bestParameters, bestStatistics;
    StepsState steps;
    EarlyStopping::State stopping;
    Schedule::State schedule;
    std::vector<TracePoint> trace;

    std::string text() const;
    /// Nothing when `text` is not a checkpoint of `fit` with as many numbers: the fit then begins at its beginning.
    static std::optional<TrainingCheckpoint> read(const std::string& text, const std::string& fit,
                                                  const NetworkShape& shape);
};

}  // namespace holdout
