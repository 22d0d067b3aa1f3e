// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <limits>

#include "model/model.h"

namespace holdout {

/// What the rows of each class amount to. All classes × columns, but `weights`.
struct ClassMoments {
    Eigen::VectorXd weights;  ///< total weight of each class
    Eigen::MatrixXd sums;
    Eigen::MatrixXd squares;  ///< of the distances from the class's mean
};

/// How cells are read.
struct CellRule {
    bool indicator = false;  ///< 1 where the value is greater than `threshold`, else 0; otherwise the value itself
    double threshold = 0;
};

/// One pass over the rows, a column at a time on each thread; sparse cells that are not kept cost nothing. Each piece
/// of a column is summed twice while it is in cache, first for its mean, and pieces are joined as Chan, Golub and
/// LeVeque (1983) do: nothing cancels, however far from 0 the values lie. Requires a classification target. The same
/// bits on any number of threads.
ClassMoments classMoments(const TrainingSet& training, CellRule rule, const JobContext& context);

/// The moments of the rows of both, as Chan, Golub and LeVeque join pieces. Requires the same classes and columns;
/// `squares` may be empty in both.
ClassMoments joined(const ClassMoments& first, const ClassMoments& second);

/// What the features' values look like, to choose a distribution by.
struct ValueKinds {
    bool counts = true;          ///< whole and not negative
    bool indicators = true;      ///< 0 or 1
    Eigen::Index negative = -1;  ///< a column with a negative value, if any
};
ValueKinds valueKinds(const Features& features, const JobContext& context);

}  // namespace holdout
