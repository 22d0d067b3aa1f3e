// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/job_context.h"
#include "model/neural/backpropagation.h"
#include "model/neural/network.h"
#include "train/schedule.h"

namespace holdout {

/// How many rows stand behind a step, and how it is made.
enum class TrainingMethod { MiniBatch, FullBatch, Lbfgs };
enum class OptimizerKind { Sgd, Momentum, Nesterov, RmsProp, Adam, AdamW };

/// How a network's parameters are found.
struct NetworkTraining {
    TrainingMethod method = TrainingMethod::MiniBatch;
    OptimizerKind optimizer = OptimizerKind::Adam;
    double learningRate = 1e-3;
    double momentum = 0.9;
    ScheduleSettings schedule;
    std::size_t batchSize = 64;
    std::int64_t epochs = 200;
    std::int64_t patience = 20;
    double minImprovement = 1e-4;
    NetworkLoss loss;    ///< with AdamW, its l2 shrinks weights apart from the gradient
    double l1 = 0;       ///< adds l1 * |w|_1, by proximal steps: weights become exactly 0
    double maxNorm = 0;  ///< longest vector of incoming weights of a unit or filter; 0: any length
    double clip = 0;     ///< longest gradient; 0: any length
    /// What a small network amounts to on its way, for looking at; null where nobody can tell.
    std::function<std::shared_ptr<const Model>(const Network<float>&)> glimpse;
    /// The rows to add to the training rows in an epoch, which count from 1; null where nothing is added.
    std::function<NetworkRows<float>(std::int64_t)> fresh;
    std::vector<double> rateScales;  ///< of the learning rate, by layer; 0: frozen; empty: all 1
};

struct TrainedNetwork {
    Network<float> network;         ///< as it was after the best epoch
    std::vector<TracePoint> trace;  ///< a point for each epoch that was run to its end
    std::int64_t bestEpoch = 0;     ///< 0: the loss was never finite, and the network is as it began
    Warnings warnings;
};

/// Trains `start` on `training`, epoch by epoch. With rows in `validation`, the epoch with the lowest loss on them is
/// returned and training ends when `patience` epochs in a row did not lower it by `minImprovement`; without, the epoch
/// with the lowest training loss plus penalties of all `epochs`. The training loss of an epoch is the mean data loss of its
/// mini-batches as they were met (with dropout, before each step); the gradient norm is the mean over mini-batches. With
/// L-BFGS an epoch is an iteration.
/// With `settings.fresh` each epoch has its own rows beside those of `training`; L-BFGS, whose loss must stay the same,
/// those of the first.
/// A loss that is no longer finite ends training with a warning. `context.finish` ends it with the best epoch so far;
/// `context.pace` holds it up between epochs; with `context.checkpoints` it goes on where an interrupted fit of the same
/// network, rows and settings was.
TrainedNetwork trainNetwork(Network<float> start, const NetworkRows<float>& training,
                            const NetworkRows<float>& validation, const NetworkTraining& settings, JobContext& context);

}  // namespace holdout
