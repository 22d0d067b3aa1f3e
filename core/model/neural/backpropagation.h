// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <stop_token>
#include <vector>

#include <Eigen/Core>

#include "base/parallel.h"
#include "base/seed.h"
#include "model/neural/layer_work.h"
#include "model/neural/loss.h"
#include "model/neural/network.h"

namespace holdout {

/// What is minimised besides the fit to the data.
struct NetworkLoss {
    double l2 = 0;         ///< adds l2 / 2 * |w|_2^2 over the weights of dense layers and convolutions, not biases
    double smoothing = 0;  ///< of class labels
};

/// Loss and gradient of a mini-batch by backpropagation (Rumelhart, Hinton, Williams 1986). Holds the work memory; one
/// object serves one fit.
///
/// Parallel loops are cut by shape alone, so any number of threads gives the same bits: samples go forward and back in
/// chunks, then each block of a dense layer's weights gets its gradient over all samples at once and is handed on while
/// it is still in cache. Batch normalisation, which looks at the whole batch, ends one loop over chunks and begins the
/// next. Small networks run on the calling thread.
template <typename Scalar>
class Backpropagation {
public:
    using Matrix = typename Network<Scalar>::Matrix;
    using Vector = typename Network<Scalar>::Vector;

    /// `frozen`: for each layer, whether its parameters stay as they are; empty: none. A frozen batch normalisation
    /// uses its running statistics.
    Backpropagation(const NetworkShape& shape, std::size_t batchSize, NetworkLoss loss, std::vector<char> frozen = {});

    /// Once `stop` is triggered, `run` throws Cancelled soon.
    void watch(std::stop_token stop) { m_stop = std::move(stop); }

    /// The rows that the next `run` will take, of the same `rows`: they are brought near while this one computes. Empty when
    /// they are not known. Must stay as they are until then.
    void expect(std::span<const std::uint32_t> positions) { m_upcoming = positions; }

    /// A finished stretch of the gradient of one layer: of weights or of biases.
    struct Stretch {
        std::size_t layer;
        Range range;
        bool penalised = false;  ///< weights that penalties act on
    };
    /// Called for each finished stretch; they do not overlap, calls may be concurrent.
    using StretchSink = std::function<void(const Stretch& stretch)>;

    /// Takes the batch of `rows` at `positions` through `network`; `noise` is the batch's own seed. Returns the mean
    /// data loss, as weighted, without penalties. `finished` may change network's parameters of the stretch it is
    /// given.
    double run(const Network<Scalar>& network, const NetworkRows<Scalar>& rows,
               std::span<const std::uint32_t> positions, Seed noise, const StretchSink& finished);

    /// Of the last batch: derivative of mean loss plus penalties, laid out as the network's parameters; 0 where frozen.
    const Vector& gradient() const { return m_gradient; }
    double gradientNorm() const;
    /// Moves running statistics towards those of the last batch.
    void follow(Vector& statistics) const;

private:
    using Block = typename LayerWork<Scalar>::Block;
    struct DenseBlock {
        std::size_t layer;
        Eigen::Index column;   ///< first input
        Eigen::Index columns;  ///< inputs
        bool biases;           ///< also computes the layer's biases
    };
    struct Batch {
        const Network<Scalar>& network;
        const NetworkRows<Scalar>& rows;
        std::span<const std::uint32_t> positions;
    };
    /// What a chunk needs only while it is worked on.
    struct Scratch {
        std::vector<Matrix> values, deltas;
    };
    class ScratchLoan;

    void plan(std::size_t batchSize);
    std::vector<SampleChunk> chunksOf(std::size_t samples) const;
    Block block(std::vector<Matrix>& whole, std::vector<Matrix>& scratch, std::size_t boundary,
                const SampleChunk& chunk) const;
    void gather(const Batch& batch, const SampleChunk& chunk, Scratch& scratch);
    void forward(std::size_t begin, std::size_t end, const SampleChunk& chunk, Scratch& scratch);
    void backward(std::size_t begin, std::size_t end, const SampleChunk& chunk, Scratch& scratch);
    double outputLoss(const Batch& batch, const SampleChunk& chunk, Scratch& scratch);
    double lastStage(const Batch& batch, const std::vector<SampleChunk>& parts);
    void stagesForward(const Batch& batch, const std::vector<SampleChunk>& parts);
    void stagesBackward(const std::vector<SampleChunk>& parts);
    void denseGradient(const Batch& batch, std::size_t index, const StretchSink& finished);
    void gatheredGradient(const Network<Scalar>& network, std::size_t layer, std::size_t chunks,
                          const StretchSink& finished);
    void forEach(std::size_t count, const std::function<void(std::size_t)>& body) const;

    NetworkShape m_shape;
    NetworkLoss m_loss;
    std::vector<char> m_frozen;
    std::size_t m_lowest = 0;  ///< the first layer that learns: derivatives go back no further
    std::vector<std::unique_ptr<LayerWork<Scalar>>> m_works;
    std::vector<BatchNormWork<Scalar>*> m_norms;  ///< by layer; null for others
    std::vector<std::size_t> m_stages;            ///< first layers: 0, then each batch normalisation
    std::vector<std::size_t> m_buffers;           ///< of each boundary between layers; layers in place share one
    std::vector<char> m_isWhole;                  ///< of each buffer: kept for the whole batch
    std::vector<Matrix> m_values, m_deltas;       ///< by buffer: values × batch, or empty
    std::vector<DenseBlock> m_blocks;
    std::vector<std::size_t> m_gathering;  ///< layers whose gradient the chunks gather
    Eigen::VectorXd m_squares;             ///< of each block's and each gathered gradient
    Vector m_gradient;
    std::span<const std::uint32_t> m_upcoming;
    std::size_t m_rowsPerChunk = 64;
    bool m_parallel = false;
    std::stop_token m_stop;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Scratch>> m_idle;
};

/// Mean weighted data loss and share of right answers of all rows, outside training; cut by shape alone.
struct NetworkScore {
    double loss = 0;
    double score = 0;  ///< accuracy for classes, R² for values
};
template <typename Scalar>
NetworkScore scoreOf(const Network<Scalar>& network, const NetworkRows<Scalar>& rows);

extern template class Backpropagation<float>;
extern template class Backpropagation<double>;

}  // namespace holdout
