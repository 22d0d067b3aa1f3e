// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tune/study.h"

namespace holdout {

using Point = std::map<std::string, ParamValue>;

/// The value at `position` 0 … 1 of the dimension, on its scale; integers are rounded.
ParamValue valueAt(const Dimension& dimension, double position);
/// Where a numeric value lies on its dimension, 0 … 1. A choice lies at the middle of its share.
double positionOf(const Dimension& dimension, const ParamValue& value);
/// The grid's values of one dimension: `points` evenly on its scale, both ends among them; its own `steps` when
/// set; every choice. Integers that coincide are taken once.
std::vector<ParamValue> gridValues(const Dimension& dimension, int points);

SearchInfo gridSearchInfo();
SearchInfo randomSearchInfo();

}  // namespace holdout
