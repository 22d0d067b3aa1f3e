// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "base/job_context.h"
#include "data/dataset.h"

namespace holdout {

/// How strong an L1 penalty is.
struct L1Strength {
    /// Of the least strength that makes every weight 0; in (0, 1].
    double share = 0.1;
    /// Above 0: the strength falls from share 1 in twentieths until so many weights are not 0, and `share` does not count.
    std::size_t columns = 0;
};

/// The absolute weights that number columns have in a linear model of the target with an L1 penalty (Tibshirani 1996, JRSS
/// B 58), columns standardised over `table`'s rows and missing cells at their mean: the lasso for numbers, the logistic
/// lasso for classes (one against the others when there are more than two: the largest of a column's weights). 0 where the
/// penalty dropped a column. The mean loss, squared error counted half, plus lambda times the sum of absolute weights is
/// least, the intercept unpenalised. Throws Error, Cancelled.
std::vector<double> l1Weights(const Table& table, const std::vector<std::size_t>& columns, const Target& target,
                              const L1Strength& strength, const JobContext& context);

}  // namespace holdout
