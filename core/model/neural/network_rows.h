// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "model/model.h"
#include "model/neural/loss.h"

namespace holdout {

/// What a network's value means in the target's own units: scale * value + offset.
struct TargetScale {
    double offset = 0;
    double scale = 1;
};

enum class ClassWeights { Equal, Balanced };

/// Positions of the rows whose weight is not 0, ascending.
std::vector<std::uint32_t> rowsWithWeight(const TrainingSet& training);

/// Mean and deviation of the target over `rows`, as weighted; the identity for classes.
TargetScale targetScale(const TrainingSet& training, const std::vector<std::uint32_t>& rows);

/// `rows` as a network takes them. Balanced class weights give every class the same sum. Throws Error when a value is
/// beyond float32.
NetworkRows<float> networkRows(const TrainingSet& training, const std::vector<std::uint32_t>& rows,
                               const TargetScale& scale, ClassWeights classWeights, JobContext& context);

/// What augmentation adds to `rows` of the training set in `epoch`, as networkRows has them: weights are such that a row
/// of `rows` and an added one of the same weight count alike. May be empty. Requires `training.features.fresh`.
NetworkRows<float> addedNetworkRows(const TrainingSet& training, const std::vector<std::uint32_t>& rows,
                                    std::int64_t epoch, const TargetScale& scale, ClassWeights classWeights,
                                    JobContext& context);

}  // namespace holdout
