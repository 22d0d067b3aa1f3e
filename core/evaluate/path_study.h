// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "evaluate/evaluation.h"

namespace holdout {

/// A model at every strength of its regularisation: its coefficients on all rows, and its scores in the folds.
struct PathStudy {
    std::string parameter;  ///< "lambda"
    std::string metric;
    Direction direction = Direction::LowerIsBetter;
    std::vector<double> values;               ///< falling
    std::vector<Coefficients> models;         ///< one a value
    std::vector<std::vector<double>> scores;  ///< [value][fold]
};

/// Which strengths a cross-validation speaks for.
struct PathChoice {
    std::size_t best = 0;  ///< with the best mean score
    std::size_t simplest =
        0;  ///< the strongest whose mean is within one standard error of the best (Breiman et al. 1984)
    double standardError = 0;  ///< of the best mean, over folds
};
/// Requires a study with a value and two folds or more.
PathChoice choosePathValue(const PathStudy& study);

/// `count` values of the path's parameter, evenly on its scale, over the range that its form shows.
std::vector<double> pathValues(const ModelInfo& model, std::size_t count = 60);

/// Fits and scores `spec` at each of `values`, in one pass a fold. Throws Error when the model has no path or no
/// coefficients, or cannot be fitted; Cancelled.
PathStudy studyPath(const Dataset& data, const PipelineSpec& spec, const std::vector<double>& values,
                    const std::vector<Fold>& folds, const std::string& metric, const Catalog& catalog,
                    JobContext& context);

}  // namespace holdout
