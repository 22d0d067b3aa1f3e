// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include "base/seed.h"
#include "metric/metric.h"

namespace holdout {

// 95 % intervals of a score of one set of held-out rows. Pure functions; any thread may call.

struct Bounds {
    double low = 0, high = 0;
};

/// P(Z <= z) of the standard normal distribution.
double normalCdf(double z);

/// Of a proportion of `successes` among `trials` > 0, which may be fractions (Wilson 1927, JASA 22; without continuity
/// correction).
Bounds wilsonInterval(double successes, double trials);

/// The area under the ROC curve of two groups of scores and its variance (DeLong, DeLong, Clarke-Pearson 1988,
/// Biometrics 44; by midranks as Sun and Xu 2014).
struct AucEstimate {
    double area = 0;
    double variance = 0;

    /// Normal on the scale of the area, cut off at 0 and 1: as pROC's ci.auc.
    Bounds interval() const;
};
/// NaN where one of the groups is empty; the variance is NaN where one has a single member.
AucEstimate deLong(const std::vector<double>& positives, const std::vector<double>& negatives);

/// The value that a share `alpha` of bootstrap replicates stays below, interpolated on the scale of normal quantiles
/// (Davison, Hinkley 1997, equation 5.8: as R's boot.ci). Requires at least one replicate, ascending.
double bootstrapQuantile(const std::vector<double>& ascending, double alpha);

/// Efron and Tibshirani (1993), chapter 13: from replicates in any order.
Bounds percentileInterval(std::vector<double> replicates);

/// Bias-corrected and accelerated (Efron 1987; Efron, Tibshirani 1993, section 14.3). `influence` are empirical
/// influence values of the rows, or of groups of rows, on any scale: jackknife values will do. Falls back to the
/// percentile interval where all replicates lie on one side of `estimate`.
Bounds bcaInterval(std::vector<double> replicates, double estimate, const std::vector<double>& influence);

/// A score as a function of how often each row counts.
using WeightedScore = std::function<double(const Eigen::VectorXd& weights)>;

/// Replicates of a score on rows drawn with replacement; those that are not defined are left out. In parallel, the same
/// bits on any number of threads. `weights`: of the rows, empty when all are 1.
std::vector<double> bootstrapReplicates(std::size_t rows, const Eigen::VectorXd& weights, const WeightedScore& score,
                                        std::size_t count, Seed seed);

/// Jackknife influence values: mean of the scores without a group of rows less each of them. Each row is a group while
/// rows are few; more rows are dealt into `groups` groups, which says the same of the skewness.
std::vector<double> jackknifeInfluence(std::size_t rows, const Eigen::VectorXd& weights, const WeightedScore& score,
                                       std::size_t groups = 400);

}  // namespace holdout
