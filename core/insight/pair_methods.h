// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "evaluate/paired_tests.h"
#include "insight/run_charts.h"

namespace holdout {

/// How two runs on the same folds are held against each other.
enum class PairMethod { CorrectedT, FiveByTwoF, McNemar, Wilcoxon, BayesianT };

struct PairMethodInfo {
    PairMethod method;
    std::string_view id, label, sentence;
};
/// In the order of the list that a person chooses from.
std::span<const PairMethodInfo> pairMethods();

/// What one method says of two runs.
struct PairAnswer {
    double difference = 0;               ///< of the scores, a - b
    double pValue = 1;                   ///< two-sided; NaN where the method has none or cannot be used
    std::optional<Posterior> posterior;  ///< Bayesian: that a is worse, practically equal, better
    int better = 0;                      ///< 1: a; -1: b; 0: nobody, beyond doubt
    std::string problem;                 ///< why the method cannot be used on these runs; empty when it can
};
/// `rope`: half the width of the region of practical equivalence, in units of the score; for BayesianT.
PairAnswer comparePair(const Run& a, const Run& b, const std::string& metric, const MetricRegistry& metrics,
                       PairMethod method, double rope);

/// What the answers of the leader against each other say, in words. P-values are adjusted by Holm's method; the
/// Bayesian test calls a difference real from a probability of 0.95 on. Names stand for the runs, in order.
std::string pairVerdict(const std::vector<const Run*>& runs, const std::vector<std::string>& names,
                        const std::string& metric, const MetricRegistry& metrics, PairMethod method, double rope);

/// Runs of the same models on several data sets: data sets by fingerprint, models by their recipe and parameters.
struct AcrossDataSets {
    std::vector<std::string> models;
    Eigen::MatrixXd scores;  ///< data sets × models, the higher the better
    std::size_t dataSets() const { return static_cast<std::size_t>(scores.rows()); }
};
/// None unless two or more models have runs on each of two or more data sets. Of several runs of one model on one data
/// set the latest counts.
std::optional<AcrossDataSets> acrossDataSets(const std::vector<const Run*>& runs, const std::string& metric,
                                             const MetricRegistry& metrics, const ModelRegistry& models);

}  // namespace holdout
