// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "tune/study.h"

namespace holdout {

/// The value at `position` 0 … 1 of the dimension, on its scale; integers are rounded.
ParamValue valueAt(const Dimension& dimension, double position);
/// Where a numeric value lies on its dimension, 0 … 1. A choice lies at the middle of its share.
double positionOf(const Dimension& dimension, const ParamValue& value);
/// The grid's values of one dimension: `points` evenly on its scale, both ends among them; its own `steps` when
/// set; every choice. Integers that coincide are taken once.
std::vector<ParamValue> gridValues(const Dimension& dimension, int points);
/// Without the values of dimensions whose condition does not hold.
Point withoutInactive(const SearchSpace& space, Point point);

/// The parameters that every search has besides its own: pruning, a budget in seconds, a second goal. `own` comes
/// first.
std::vector<ParamSpec> withStudyParams(std::vector<ParamSpec> own);
/// "trials", for searches that have one.
ParamSpec trialsParam();
/// "initial", of searches that learn from trials: how many evenly spread ones come first, `least` or more. `help` says what
/// they come before.
ParamSpec initialTrialsParam(std::string_view help, std::int64_t fallback, std::int64_t least);
/// "batch", of the same.
ParamSpec batchParam();

/// How many of the trials the search proposed itself.
std::size_t ownTrials(const std::vector<Trial>& finished);
/// A trial's score for samplers: lower is better, NaN when it failed.
double costOf(const Trial& trial, Direction direction);

SearchInfo gridSearchInfo();
SearchInfo randomSearchInfo();
SearchInfo bayesSearchInfo();
SearchInfo tpeSearchInfo();
SearchInfo halvingSearchInfo();
SearchInfo hyperbandSearchInfo();
SearchInfo bohbSearchInfo();

}  // namespace holdout
