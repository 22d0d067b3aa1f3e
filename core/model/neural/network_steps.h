// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <memory>

#include "model/neural/network_training.h"
#include "train/lbfgs.h"
#include "train/optimizer.h"

namespace holdout {

/// What `NetworkSteps` knows besides the network, to be kept and given back.
struct StepsState {
    OptimizerState<float> optimizer;
    std::deque<Lbfgs::Pair> pairs;
};

/// Moves a network along its gradient: a step for each batch. Holds the moments and the work memory of one fit.
class NetworkSteps {
public:
    /// Keeps references to all three.
    NetworkSteps(Network<float>& network, const NetworkRows<float>& rows, const NetworkTraining& settings);

    /// Once `stop` is triggered, steps throw Cancelled soon.
    void watch(std::stop_token stop) {
        m_stop = std::move(stop);
        m_backpropagation->watch(m_stop);
    }
    /// To be called when there are more rows than before.
    void makeRoom();

    struct Outcome {
        double loss = 0;          ///< mean data loss of the batch, before the step
        double gradientNorm = 0;  ///< before clipping
        double stepSize = 0;      ///< the learning rate, or the length of the step along L-BFGS's direction
        bool isOptimum = false;   ///< no step lowers the loss any more
    };
    /// A step on the rows at `positions`. `rate` is the learning rate; `noise` is the batch's own seed.
    Outcome step(std::span<const std::uint32_t> positions, double rate, Seed noise);
    /// Of the rows that the next step is on; see Backpropagation.
    void expect(std::span<const std::uint32_t> positions) { m_backpropagation->expect(positions); }
    /// An iteration of L-BFGS on the rows at `positions`.
    Outcome iterate(std::span<const std::uint32_t> positions, Seed noise);

    StepsState state() const;
    void restore(StepsState state);
    /// What the penalties add to the loss.
    double penalty() const;

private:
    StepRule ruleOf(std::size_t layer, bool penalised) const;
    void moveClipped();
    void shortenWeights();
    double lossAt(const Eigen::VectorXd& point, Eigen::VectorXd& gradient, std::span<const std::uint32_t> positions,
                  Seed noise, double& dataLoss);

    Network<float>& m_network;
    const NetworkRows<float>& m_rows;
    const NetworkTraining& m_settings;
    std::stop_token m_stop;
    std::size_t m_room = 0;  ///< rows of a batch that there is memory for
    std::unique_ptr<Backpropagation<float>> m_backpropagation;
    std::unique_ptr<Optimizer<float>> m_optimizer;
    Lbfgs m_lbfgs;
};

}  // namespace holdout
