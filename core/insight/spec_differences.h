// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "experiment/run.h"

namespace holdout {

/// A setting that runs do not share.
struct SpecDifference {
    std::string key;                  ///< as in the specification: "model.lambda", "prepare.2.with"
    std::string label;                ///< as the window names it: "Penalty strength (λ)", "Step 2 · Fill with"
    std::vector<std::string> values;  ///< of each run; what was not set is its default, what a run has not is "–"
};

/// What differs between the questions of `runs` (their names do not count): first of the model, then of the steps, the
/// validation, the tuning and the data. A tuned run has the parameters that tuning chose.
std::vector<SpecDifference> specDifferences(const std::vector<const Run*>& runs, const Catalog& catalog);

}  // namespace holdout
