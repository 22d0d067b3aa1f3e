// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "evaluate/evaluation.h"

namespace holdout {

/// Which estimate the scores of bootstrap samples are made into.
enum class BootstrapEstimate { OutOfBag, Weighted632, Weighted632Plus };

/// As the split's "estimate" says; OutOfBag for any other split.
BootstrapEstimate bootstrapEstimate(const SplitSpec& split, const SplitRegistry& splits);

/// What an estimate is made from. Any score will do, whichever direction is better.
struct BootstrapParts {
    double outOfBag = 0;       ///< mean over samples of the score of the rows that are not in them
    double apparent = 0;       ///< score of the model of all rows on those rows
    double noInformation = 0;  ///< score when predictions and truth have nothing to do with one another
};
/// .368 apparent + .632 out of bag (Efron 1983, JASA 78); or weighted by the relative overfitting rate (Efron,
/// Tibshirani 1997, JASA 92, equations 29 to 32).
double weightedEstimate(BootstrapEstimate estimate, const BootstrapParts& parts);

/// The score expected of predictions dealt to the wrong rows: the mean over shifts of the predictions by a number of
/// rows. Over all shifts, which are taken for up to `most` rows, that is the mean over all pairs of rows for scores
/// that are means over rows. Evenly spaced ones for more.
double noInformationScore(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights,
                          const MetricInfo& metric, std::size_t most = 500);

/// Replaces each mean by the estimate and moves its interval along. `apparent`: the final model's predictions of all
/// rows.
void applyBootstrapEstimate(BootstrapEstimate estimate, const Dataset& data, const Predictions& apparent,
                            const MetricRegistry& registry, std::map<std::string, ScoreSummary>& scores);

}  // namespace holdout
