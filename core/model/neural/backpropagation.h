// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "base/parallel.h"
#include "base/seed.h"
#include "model/neural/loss.h"
#include "model/neural/network.h"

namespace holdout {

/// What is added to the mean loss: l1 * |w|_1 + l2 / 2 * |w|_2^2 over all weights, not biases.
struct NetworkPenalty {
    double l1 = 0;
    double l2 = 0;
};

/// Loss and gradient of a mini-batch by backpropagation (Rumelhart, Hinton, Williams 1986), with inverted dropout of
/// hidden units (Srivastava et al. 2014). Holds the work memory; one object serves one fit.
///
/// A batch runs in two phases that parallel loops cut by shape alone, so any number of threads gives the same bits:
/// samples go forward and back in chunks of rows, then each block of weights gets its gradient over all rows at once
/// and is handed on while it is still in cache. Small networks run on the calling thread.
template <typename Scalar>
class Backpropagation {
public:
    using Matrix = typename Network<Scalar>::Matrix;
    using Vector = typename Network<Scalar>::Vector;

    Backpropagation(const NetworkShape& shape, std::size_t batchSize, double dropout, NetworkPenalty penalty);

    /// Called for each finished range of the gradient; ranges do not overlap, calls may be concurrent.
    using RangeSink = std::function<void(Range range)>;

    /// Takes the batch of `rows` at `positions` through `network`; `dropoutSeed` is the batch's own. Returns the mean
    /// data loss, as weighted, without penalties. `finished` may change network's parameters of the range it is given.
    double run(const Network<Scalar>& network, const NetworkRows<Scalar>& rows,
               std::span<const std::uint32_t> positions, Seed dropoutSeed, const RangeSink& finished);

    /// Of the last batch: derivative of mean loss plus penalties, laid out as the network's parameters.
    const Vector& gradient() const { return m_gradient; }
    double gradientNorm() const;

private:
    struct Block {
        std::size_t layer;
        Eigen::Index column;   ///< first input
        Eigen::Index columns;  ///< inputs
        bool biases;           ///< also computes the layer's biases
    };
    struct Batch {
        const Network<Scalar>& network;
        const NetworkRows<Scalar>& rows;
        std::span<const std::uint32_t> positions;
        Seed dropoutSeed;
    };

    double samplesForwardAndBack(const Batch& batch, Range samples, std::size_t chunk);
    void drop(Eigen::Index from, Eigen::Index count, Seed seed, std::size_t layer);
    double outputLoss(const Batch& batch, Eigen::Index from, Eigen::Index count);
    void hiddenDeltas(const Network<Scalar>& network, std::size_t layer, Eigen::Index from, Eigen::Index count);
    void blockGradient(const Network<Scalar>& network, std::size_t index, Eigen::Index samples,
                       const RangeSink& finished);
    void forEach(std::size_t count, bool large, const std::function<void(std::size_t)>& body) const;

    NetworkShape m_shape;
    double m_dropout;
    NetworkPenalty m_penalty;
    std::vector<Matrix> m_activations;  ///< of inputs and hidden layers: units × batch
    std::vector<Matrix> m_masks;        ///< of hidden layers, when there is dropout: 0 or 1 / (1 - rate)
    std::vector<Matrix> m_deltas;       ///< derivative by each layer's sums: units × batch
    std::vector<Block> m_blocks;
    Eigen::VectorXd m_squares;  ///< of each block's gradient
    Vector m_gradient;
    bool m_parallel;
};

/// Mean weighted data loss of all rows, without dropout; cut by shape alone.
template <typename Scalar>
double meanLoss(const Network<Scalar>& network, const NetworkRows<Scalar>& rows);

extern template class Backpropagation<float>;
extern template class Backpropagation<double>;

}  // namespace holdout
