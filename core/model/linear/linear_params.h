// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "param/param_set.h"

namespace holdout {

// Parameters that several linear models share, described once.

/// `help` says what lambda is in scikit-learn's terms for the model at hand.
ParamSpec lambdaParam(std::string_view help, double fallback);
ParamSpec l1RatioParam();
ParamSpec toleranceParam();
ParamSpec maxIterationsParam();

/// When an iterative solver stops.
struct StopRule {
    double tolerance = 1e-9;
    std::int64_t maxIterations = 1000;
};
StopRule stopRule(const Params& params);

/// The Warning of a solver that used up its iterations.
Warning notConverged(const StopRule& rule);

}  // namespace holdout
