// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/pipeline.h"

namespace holdout {

/// What a pipeline answers over two number columns, all others held still: numbers at their median, categories at their most
/// frequent level, other columns as in the first row that has them.
struct DecisionBoundary {
    std::string x, y;
    std::vector<double> xEdges, yEdges;  ///< of equal cells, a little beyond the rows
    std::vector<std::string> labels;     ///< of the classes; empty for numbers
    Eigen::MatrixXi winner;              ///< (row along y, column): the most probable class
    Eigen::MatrixXd share;               ///< its probability (1 where the model gives none)
    Eigen::MatrixXd value;               ///< for numbers, in place of both
};

/// `features` are rows as they were read: the training rows. `cells`: to each side. Cells in parallel. Throws Error when a
/// column is no number or all missing; Cancelled.
DecisionBoundary decisionBoundary(const FittedPipeline& pipeline, const Table& features, const std::string& x,
                                  const std::string& y, std::size_t cells, const JobContext& context);

/// The number columns that the pipeline takes, those first on which the answers depend most when they are varied from their
/// lower to their upper quartile.
std::vector<std::string> boundaryColumns(const FittedPipeline& pipeline, const Table& features);

}  // namespace holdout
