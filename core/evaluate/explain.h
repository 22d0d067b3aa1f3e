// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "evaluate/refits.h"

namespace holdout {

/// How much worse held-out rows are scored when one column is shuffled among them, so that it tells nothing of its row.
struct ColumnImportance {
    std::string column;
    std::vector<double> folds;   ///< the loss in each fold: mean over shuffles, positive when the column is of use

    double mean() const;
    /// Standard deviation over folds; 0 for one.
    double sd() const;
};

/// Permutation importance of every column that the recipe takes, most important first (Breiman 2001; Fisher, Rudin,
/// Dominici 2019). The pipeline is fitted in each fold; columns are shuffled among the fold's held-out rows, `shuffles`
/// times each. Columns that say the same share what they are worth, and may each seem of little use.
/// Folds in parallel; the bits do not depend on the number of threads. Throws Error and Cancelled.
std::vector<ColumnImportance> permutationImportance(const Dataset& data, const PipelineSpec& pipeline, const MetricInfo& metric,
                                                    const std::vector<Fold>& folds, int shuffles, const Catalog& catalog,
                                                    JobContext& context);

/// What a model answers when one column is set to each of several values, in the mean and for single rows.
struct PartialDependence {
    std::string column;
    std::string output;                ///< "probability of yes", or the target's name
    std::vector<double> values;        ///< of a number column, ascending; else positions 0, 1, … of `levels`
    std::vector<std::string> levels;   ///< of a category column
    Eigen::VectorXd mean;              ///< one a value (Friedman 2001, section 8.2)
    Eigen::MatrixXd rows;              ///< rows × values: individual conditional expectation (Goldstein et al. 2015)
};

/// `features` are rows as they were read. Numbers take up to `points` of the column's own values, evenly spread over its
/// quantiles; categories all their levels, up to `points`. At most `mostRows` rows are used, evenly spread. `classIndex`:
/// the class whose probability is asked for. Throws Error when the column is no number or category or is all missing.
PartialDependence partialDependence(const FittedPipeline& pipeline, const Table& features, const std::string& column,
                                    int classIndex, std::size_t points, std::size_t mostRows, const JobContext& context);

/// Shapley values of a pipeline's features for `rows`, or none when the model has no quick way to them. Models that are
/// linear take the mean features of `background` for what is not known. Throws Cancelled.
std::optional<Contributions> contributions(const FittedPipeline& pipeline, const Table& rows, const Table& background,
                                           const JobContext& context);

}  // namespace holdout
