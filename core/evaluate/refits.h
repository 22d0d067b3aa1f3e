// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluate/evaluation.h"

namespace holdout {

/// The dataset's rows at `positions` (sorted; a position may repeat), in that order.
Dataset subsetOf(const Dataset& data, std::span<const std::uint32_t> positions);

/// The score of one fit on the rows it learnt from and on those it did not.
struct FitScore {
    double training = 0, validation = 0;
    double seconds = 0;
};

/// One place on a curve, with a score a fold.
struct ScoredPoint {
    double x = 0;
    std::string label;  ///< of x, when it is no number
    std::vector<FitScore> folds;
    std::string error;  ///< why this point could not be fitted; its folds are empty then

    double meanTraining() const;
    double meanValidation() const;
    /// Standard deviation over folds; 0 for one.
    double sdTraining() const;
    double sdValidation() const;
};

/// Told of each point when all its folds are done, from any thread, one call at a time.
using PointSink = std::function<void(const ScoredPoint&)>;

/// What a score curve is made with.
struct ScoreCurveSpec {
    PipelineSpec pipeline;
    std::string metric;
};

/// Score by training rows: in each fold, the training rows are put in one random order (each class in proportion) and
/// the first n of them are learnt from, for each n of `sizes` (ascending, at most the least fold has), so that a larger
/// subset holds every smaller one. The largest fits get the seed of the fold, and so the bits of the evaluation itself.
/// `ordered`: rows are in order of time, and the latest n are taken.
/// Points and folds run in parallel; the numbers do not depend on threads. Throws Error when even the largest
/// subset cannot be learnt from, and Cancelled.
std::vector<ScoredPoint> learningCurve(const Dataset& data, const ScoreCurveSpec& spec, const std::vector<Fold>& folds,
                                       const std::vector<std::size_t>& sizes, bool ordered, const Catalog& catalog,
                                       JobContext& context, const PointSink& sink);

/// Some ten sizes from a twentieth of the least fold's training rows up, even on a log scale.
std::vector<std::size_t> learningSizes(const std::vector<Fold>& folds, std::size_t count = 10);

/// Scores of pipelines that differ in one parameter: `points` give x, label and error in, and the folds come back.
std::vector<ScoredPoint> candidateCurve(const Dataset& data, const std::vector<PipelineSpec>& candidates,
                                        std::vector<ScoredPoint> points, const std::string& metric,
                                        const std::vector<Fold>& folds, const Catalog& catalog, JobContext& context,
                                        const PointSink& sink);

/// The inverse power law a + b * n^-c through a learning curve (Cortes et al. 1994), with c > 0.
struct PowerLaw {
    double a = 0, b = 0, c = 0;
    double at(double rows) const;
};
/// What more rows would bring.
struct Extrapolation {
    PowerLaw law;
    double rows = 0, more = 0;  ///< rows now, and how many more
    double gain = 0;            ///< change of the score, from the law
    double low = 0, high = 0;   ///< 95 % interval of the gain, from laws through folds drawn with replacement
};
/// None for fewer than four points. `more` rows beyond the last point.
std::optional<Extrapolation> extrapolate(const std::vector<ScoredPoint>& points, double more, Seed seed);

}  // namespace holdout
