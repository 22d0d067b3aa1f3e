// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/tree/growth.h"
#include "param/param_set.h"

namespace holdout {

// Parameters that models of trees have in common.

ParamSpec criterionParam();
ParamSpec maxDepthParam(std::int64_t fallback);
ParamSpec minSamplesSplitParam();
ParamSpec minSamplesLeafParam(std::int64_t fallback);
ParamSpec maxFeaturesParam(std::string_view fallback);
ParamSpec featureShareParam();
ParamSpec treesParam(std::string_view help);

/// The rules that criterion, max_depth, min_samples_split, min_samples_leaf, max_features and feature_share amount to.
GrowthRules growthRules(const Params& params, Task task);
/// How many of `features` are drawn for each split; 0 when all are looked at.
std::size_t featuresPerSplit(const Params& params, Task task, std::size_t features);

}  // namespace holdout
