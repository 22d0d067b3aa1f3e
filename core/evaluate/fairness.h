// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "base/seed.h"
#include "evaluate/intervals.h"

namespace holdout {

/// Which group each row belongs to.
struct Groups {
    std::string column;
    std::vector<std::string> names;
    std::vector<int> of;  ///< a row's group; -1 where it is not known
};

/// Groups by a column of any type with cells that can be told apart: the levels of a category, quarters of a number or
/// a date; at most 12, the rarer ones together as "other". `rows` are the column's rows in the order wanted.
Groups groupsBy(const Column& column, const std::vector<RowId>& rows);

/// A rate with its Wilson interval; NaN where no row counts for it.
struct Rate {
    double value = 0, low = 0, high = 0, rows = 0;
};

/// What a classifier does to the rows of a group. `positive` is the class that is given or refused.
struct GroupRates {
    std::string name;
    std::size_t rows = 0;
    Rate selection;        ///< share said to be positive
    Rate truePositive;     ///< of the positive rows, those said to be (equal opportunity: Hardt et al. 2016)
    Rate falsePositive;    ///< of the others, those said to be positive
    Rate observed;         ///< share that is positive
    double predicted = 0;  ///< mean probability of being positive: calibrated in the group when as `observed`
};

/// The distance between the highest and the lowest group in one rate, with a 95 % percentile bootstrap interval over
/// rows. The distance is never negative, and so is somewhat too large when there is none: `low` near 0 says nothing is
/// shown.
struct Gap {
    std::string rate;  ///< "selection rate", …
    double value = 0, low = 0, high = 0;
    std::string lowest, highest;
};

struct FairnessReport {
    std::string column;
    std::vector<GroupRates> groups;
    std::vector<Gap> gaps;
    std::string sentence;  ///< the widest gap in words, or that none is shown
};

/// Requires a classification with probabilities; `positive` indexes the target's labels.
FairnessReport fairness(const Target& truth, const Predictions& predicted, const Groups& groups, int positive,
                        Seed seed);

}  // namespace holdout
