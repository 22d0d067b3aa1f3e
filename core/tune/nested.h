// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tune/study.h"

namespace holdout {

/// What one outer fold of nested cross-validation gave.
struct NestedFold {
    std::map<std::string, ParamValue> params;  ///< that the search inside chose
    double inner = 0;                          ///< its best score, on the inner folds
    double outer = 0;                          ///< the score of rows that the search never saw
};

/// The search repeated inside each outer fold, so that the rows which score the winner had no part in choosing it
/// (Varma, Simon 2006, BMC Bioinformatics 7; Cawley, Talbot 2010, JMLR 11).
struct NestedResult {
    std::string metric;
    std::vector<NestedFold> folds;
    double mean = 0, low = 0, high = 0;  ///< of the outer scores, with their 95 % interval
    std::string interval;                ///< its method

    bool operator==(const NestedResult&) const;
};

/// By how much the score of the best trial flatters: best less nested when higher is better, else nested less best.
/// Positive: the best score is too good.
double optimismOf(double best, double nested, Direction direction);
/// The same in words, for the Tune and Evaluate pages and the command line.
std::string optimismSentence(double best, const NestedResult& nested, const MetricInfo& metric);

/// Outer folds: stratified k-fold of `tune.nested` folds; by group where the data name groups; forward in time where
/// the inner split is. In each, `inner` makes the folds of a whole search. Outer folds run in parallel. Seeds: fold f
/// has context.seed.derive("fold", f). Throws Error and Cancelled. Requires `tune.nested`.
NestedResult runNested(const Dataset& data, const PipelineSpec& base, const TuneSpec& tune, const SplitSpec& inner,
                       const std::vector<std::string>& metrics, const Catalog& catalog, const SearchRegistry& searches,
                       JobContext& context);

}  // namespace holdout
