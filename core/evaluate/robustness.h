// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "evaluate/refits.h"

namespace holdout {

/// How held-out rows are spoilt before the model sees them. The models are trained on rows as they are.
enum class Damage { Noise, MissingCells, ShiftedColumn };

/// The score under one kind and amount of damage.
struct DamagedScore {
    Damage kind = Damage::Noise;
    double amount =
        0;  ///< noise and shift: standard deviations of the column over training rows; missing: share of cells
    std::string column;  ///< of a shift
    std::vector<double> folds;
    std::string problem;  ///< why it could not be scored (no step fills missing cells)

    double mean() const;
};

struct RobustnessReport {
    std::string metric;
    std::vector<double> clean;  ///< the score of rows as they are, a fold each
    std::vector<DamagedScore> scores;
    std::string sentence;  ///< what hurts most, in words
};

/// Trains in each fold as the evaluation does, and scores held-out rows with noise on all number columns, with cells
/// missing at random in all columns, and with each number column in turn shifted by one standard deviation (at most 30
/// columns). Folds in parallel; the numbers do not depend on threads. Throws Error and Cancelled.
RobustnessReport robustness(const Dataset& data, const PipelineSpec& pipeline, const std::string& metric,
                            const std::vector<Fold>& folds, const Catalog& catalog, JobContext& context);

}  // namespace holdout
