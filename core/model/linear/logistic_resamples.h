// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "model/linear/linear_params.h"
#include "model/linear/resample_solver.h"

namespace holdout {

/// For the mean log loss of two classes + lambda/2 * |w|^2, from the solution for all rows, `start`: each resample's own
/// Hessian there, corrected along the way (L-BFGS: Nocedal, Wright 2006, algorithm 7.4) until a step is as short as
/// `rule` asks. None where rows or columns are so many that resamples are better solved one by one, and for sparse
/// features. Keeps references: design and training set must outlive it.
std::unique_ptr<const ResampleSolver> makeLogisticResamples(const DesignMatrix& design, const TrainingSet& training,
                                                            double lambda, const RawCoefficients& start,
                                                            const StopRule& rule);

}  // namespace holdout
