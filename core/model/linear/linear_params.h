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

/// "penalty": none, l2, l1 or elastic-net.
ParamSpec penaltyParam();
// The strength and its share of L1 where `penalty` chooses them: shown only while they matter.
ParamSpec lambdaOfPenaltyParam(std::string_view help, double fallback);
ParamSpec l1RatioOfPenaltyParam();
/// "class_weights": as they come, or balanced.
ParamSpec classWeightsParam();

/// lambda * (l1Ratio * |w|_1 + (1 - l1Ratio)/2 * |w|^2), or none.
struct Penalty {
    bool none = false;
    double lambda = 0;
    double l1Ratio = 0;
};
/// Of a model with the parameters penalty, lambda and l1_ratio.
Penalty penaltyOf(const Params& params);
bool isBalanced(const Params& params);

/// When an iterative solver stops.
struct StopRule {
    double tolerance = 1e-9;
    std::int64_t maxIterations = 1000;
};
StopRule stopRule(const Params& params);

/// The Warning of a solver that used up its iterations.
Warning notConverged(const StopRule& rule);

}  // namespace holdout
