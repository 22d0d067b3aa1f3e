// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "evaluate/explain.h"
#include "evaluate/path_study.h"
#include "evaluate/refits.h"
#include "evaluate/robustness.h"
#include "experiment/runner.h"

namespace holdout {

// Questions about one experiment that need more fits than its evaluation: each is a job of its own. Folds and seeds are
// those of runExperiment, so that the largest subset, and the parameter as it is, give the scores of the run to the
// last bit; but of more than 20 folds the first 20 do, and in place of folds of single rows ten folds. Call inside the
// arena. All throw Error and Cancelled.

/// The metric asked for, else the experiment's first.
std::string curveMetric(const ExperimentSpec& spec, Task task, const std::string& asked, const Catalog& catalog);

struct LearningCurveResult {
    std::string metric;
    std::vector<ScoredPoint> points;
    std::optional<Extrapolation> extrapolation;
};
/// `more`: for how many more rows the curve is drawn on; 0 takes a quarter of the rows, to one significant digit.
LearningCurveResult runLearningCurve(const ExperimentSpec& spec, const ReadResult& read, const std::string& metric,
                                     double more, const Catalog& catalog, JobContext& context, const PointSink& sink);

struct ValidationCurveResult {
    std::string metric, param, label;
    Scale scale = Scale::Linear;
    std::vector<ScoredPoint> points;
};
/// `param`: of the model ("lambda") or of a step ("prepare.0.with"). The values are those of its usual range, or its
/// choices.
ValidationCurveResult runValidationCurve(const ExperimentSpec& spec, const ReadResult& read, const std::string& param,
                                         const std::string& metric, std::size_t count, const Catalog& catalog,
                                         JobContext& context, const PointSink& sink);
/// Label and scale of a parameter's axis, before anything is fitted. Throws Error for an unknown name.
ValidationCurveResult emptyValidationCurve(const ExperimentSpec& spec, const std::string& param,
                                           const std::string& metric, const Catalog& catalog);

/// Each column shuffled five times in each fold.
std::vector<ColumnImportance> runPermutationImportance(const ExperimentSpec& spec, const ReadResult& read,
                                                       const std::string& metric, const Catalog& catalog, JobContext& context);

/// The model of `spec` at `count` strengths of its regularisation, over the range that its form shows. Throws Error when it
/// has no path.
PathStudy runPathStudy(const ExperimentSpec& spec, const ReadResult& read, const std::string& metric, std::size_t count,
                       const Catalog& catalog, JobContext& context);

RobustnessReport runRobustness(const ExperimentSpec& spec, const ReadResult& read, const std::string& metric,
                               const Catalog& catalog, JobContext& context);

}  // namespace holdout
