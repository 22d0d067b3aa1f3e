// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/bootstrap_estimates.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "evaluate/statistics.h"

namespace holdout {
namespace {

Predictions shifted(const Predictions& predicted, std::size_t by) {
    const std::size_t rows = predicted.size();
    const auto head = static_cast<Eigen::Index>(by), tail = static_cast<Eigen::Index>(rows - by);
    Predictions result = predicted;
    if (predicted.values.size() > 0) result.values << predicted.values.tail(tail), predicted.values.head(head);
    if (predicted.probabilities.size() > 0) {
        result.probabilities.topRows(tail) = predicted.probabilities.bottomRows(tail);
        result.probabilities.bottomRows(head) = predicted.probabilities.topRows(head);
    }
    std::rotate(result.classes.begin(),
                result.classes.begin() + static_cast<std::ptrdiff_t>(result.classes.empty() ? 0 : by),
                result.classes.end());
    return result;
}

}  // namespace

BootstrapEstimate bootstrapEstimate(const SplitSpec& split, const SplitRegistry& splits) {
    const SplitInfo* info = splits.find(split.id);
    if (!info || !findSpec(info->params, "estimate")) return BootstrapEstimate::OutOfBag;
    const std::string word = std::get<std::string>(valueOrFallback(info->params, split.params, "estimate"));
    if (word == ".632") return BootstrapEstimate::Weighted632;
    return word == ".632+" ? BootstrapEstimate::Weighted632Plus : BootstrapEstimate::OutOfBag;
}

double weightedEstimate(BootstrapEstimate estimate, const BootstrapParts& parts) {
    if (estimate == BootstrapEstimate::OutOfBag) return parts.outOfBag;
    constexpr double kShare = 0.632;
    if (estimate == BootstrapEstimate::Weighted632) return (1 - kShare) * parts.apparent + kShare * parts.outOfBag;
    // Whatever the direction, the out-of-bag score lies between the apparent one and that of no information; where it
    // is worse than no information, or better than apparent, it is cut off there (section 3 of the paper).
    const double span = parts.noInformation - parts.apparent;
    double overfitting = span == 0 ? 0 : (parts.outOfBag - parts.apparent) / span;
    double outOfBag = parts.outOfBag;
    if (overfitting > 1) outOfBag = parts.noInformation;
    overfitting = std::clamp(overfitting, 0.0, 1.0);
    const double weight = kShare / (1 - (1 - kShare) * overfitting);
    return (1 - weight) * parts.apparent + weight * outOfBag;
}

double noInformationScore(const Target& truth, const Predictions& predicted, const Eigen::VectorXd& weights,
                          const MetricInfo& metric, std::size_t most) {
    const std::size_t rows = truth.size(), count = std::min(rows, most);
    std::vector<double> scores(count);
    parallelFor(count,
                [&](std::size_t i) { scores[i] = metric.score(truth, shifted(predicted, i * rows / count), weights); });
    std::erase_if(scores, [](double score) { return std::isnan(score); });
    return scores.empty() ? std::nan("") : mean(scores);
}

void applyBootstrapEstimate(BootstrapEstimate estimate, const Dataset& data, const Predictions& apparent,
                            const MetricRegistry& registry, std::map<std::string, ScoreSummary>& scores) {
    if (estimate == BootstrapEstimate::OutOfBag) return;
    for (auto& [id, score] : scores) {
        const MetricInfo& metric = registry.require(id);
        const BootstrapParts parts{score.mean, metric.score(data.target, apparent, data.weights),
                                   noInformationScore(data.target, apparent, data.weights, metric)};
        const double moved = weightedEstimate(estimate, parts);
        if (!std::isfinite(moved)) continue;
        const double by = moved - score.mean;
        score.mean = moved;
        score.low = std::max(metric.range.low, score.low + by);
        score.high = std::min(metric.range.high, score.high + by);
        score.interval = std::string("bootstrap ") + (estimate == BootstrapEstimate::Weighted632 ? ".632" : ".632+") +
                         "; interval of the out-of-bag scores, moved to it: approximate";
    }
}

}  // namespace holdout
