// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <optional>

#include "base/seed.h"
#include "train/gaussian_process.h"

namespace holdout {
namespace {

using Eigen::Index;

/// The slope of the function that is made least (minus the likelihood), where the bounds let it be followed.
Eigen::VectorXd projected(const Eigen::VectorXd& point, const Eigen::VectorXd& slope,
                          const GaussianProcessSearch& search) {
    Eigen::VectorXd result = slope;
    for (Index i = 0; i < point.size(); ++i)
        if ((point[i] <= search.low[i] && slope[i] > 0) || (point[i] >= search.high[i] && slope[i] < 0)) result[i] = 0;
    return result;
}

/// Empty where the covariance is not positive definite in float64.
std::optional<GaussianProcess> attempt(const GaussianProcessData& data, const GaussianProcessParams& params,
                                       const JobContext& context) {
    try {
        GaussianProcess process(data, params, context);
        if (std::isfinite(process.logLikelihood())) return process;
    } catch (const Error&) {
        // Such parameters are merely not the likeliest.
    }
    return std::nullopt;
}

/// A step from `from` that gains enough (Armijo), halved until it does; empty when none does.
std::optional<GaussianProcess> stepFrom(const GaussianProcess& from, const Eigen::VectorXd& slope,
                                        const Eigen::VectorXd& down, const GaussianProcessSearch& search,
                                        const JobContext& context) {
    const Eigen::VectorXd point = from.params().toVector();
    // No parameter changes by more than a factor of e² at once: beyond, the likelihood is flat, and all is lost.
    double length = std::min(1.0, 2 / std::max(1e-300, down.cwiseAbs().maxCoeff()));
    for (int halving = 0; halving < 30; ++halving, length *= 0.5) {
        const Eigen::VectorXd trial = (point + length * down).cwiseMax(search.low).cwiseMin(search.high);
        auto next = attempt(from.data(), from.params().with(trial), context);
        const double promised = slope.dot(trial - point);
        if (next && -next->logLikelihood() <= -from.logLikelihood() + 1e-4 * promised && promised < 0) return next;
    }
    return std::nullopt;
}

/// BFGS with what is stuck at its bound left out of the step. The inverse Hessian starts anew when that changes.
std::optional<GaussianProcess> climb(const GaussianProcessData& data, const GaussianProcessParams& start,
                                     const GaussianProcessSearch& search, JobContext& context) {
    auto here = attempt(data, start, context);
    if (!here) return here;
    const Index size = start.toVector().size();
    const auto rows = static_cast<double>(data.values.size());
    Eigen::VectorXd slope = -here->likelihoodGradient(context);
    Eigen::MatrixXd inverse = Eigen::MatrixXd::Identity(size, size) / rows;
    Eigen::VectorXd freeBefore;
    for (int iteration = 0; iteration < search.iterations && !context.shouldFinish(); ++iteration) {
        const Eigen::VectorXd point = here->params().toVector(), open = projected(point, slope, search);
        if (open.cwiseAbs().maxCoeff() <= search.tolerance * rows) break;
        const Eigen::VectorXd isFree = (open.array() != 0).cast<double>();
        if (freeBefore.size() == 0 || isFree != freeBefore) inverse = Eigen::MatrixXd::Identity(size, size) / rows;
        freeBefore = isFree;
        Eigen::VectorXd down = -isFree.cwiseProduct(inverse * open);
        if (down.dot(open) >= 0) down = -open / rows;
        auto next = stepFrom(*here, slope, down, search, context);
        if (!next) {
            // What was learnt of the curvature far away may point nowhere here: once more down the slope itself.
            inverse = Eigen::MatrixXd::Identity(size, size) / rows;
            next = stepFrom(*here, slope, -open / rows, search, context);
        }
        if (!next) break;
        const Eigen::VectorXd newSlope = -next->likelihoodGradient(context);
        const Eigen::VectorXd moved = next->params().toVector() - point, change = newSlope - slope;
        if (const double curvature = moved.dot(change); curvature > 1e-12 * moved.squaredNorm()) {
            const Eigen::MatrixXd left = Eigen::MatrixXd::Identity(size, size) - moved * change.transpose() / curvature;
            inverse = left * inverse * left.transpose() + moved * moved.transpose() / curvature;
        }
        here = std::move(next);
        slope = newSlope;
    }
    return here;
}

}  // namespace

GaussianProcess likeliestGaussianProcess(const GaussianProcessData& data, const GaussianProcessParams& start,
                                         const GaussianProcessSearch& search, JobContext& context) {
    std::optional<GaussianProcess> best;
    const Eigen::VectorXd first = start.toVector().cwiseMax(search.low).cwiseMin(search.high);
    for (int round = 0; round <= search.restarts && (round == 0 || !context.shouldFinish()); ++round) {
        context.throwIfStopped();
        context.progress.report(round / (search.restarts + 1.0), "Looking for the likeliest lengths and noise");
        Eigen::VectorXd from = first;
        if (round > 0) {
            RandomStream random(context.seed.derive("restart", static_cast<std::uint64_t>(round)));
            for (Index i = 0; i < from.size(); ++i) from[i] = random.uniform(search.low[i], search.high[i]);
        }
        auto found = climb(data, start.with(from), search, context);
        if (found && (!best || found->logLikelihood() > best->logLikelihood())) best = std::move(found);
    }
    if (!best)
        throw Error("A Gaussian process finds no likely lengths and noise for these rows.", {.parameter = "noise"},
                    "Scale the features alike, or allow more noise.");
    return *std::move(best);
}

}  // namespace holdout
