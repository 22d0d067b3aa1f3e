// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "model/neural/network.h"

namespace holdout {

/// Samples that one thread takes through the network together. Cut by shape alone.
struct SampleChunk {
    std::size_t index = 0;
    Eigen::Index from = 0;  ///< first sample in the batch
    Eigen::Index count = 0;
};

/// One layer at work: its computation and the memory that it needs between the way forward and the way back. Chunks
/// may be worked on at the same time; each touches what belongs to it alone.
template <typename Scalar>
class LayerWork {
public:
    using Matrix = typename Network<Scalar>::Matrix;
    using Vector = typename Network<Scalar>::Vector;
    using Block = Eigen::Map<Matrix>;  ///< values × samples of a chunk

    virtual ~LayerWork() = default;
    /// Before each batch: `noise` is the batch's own seed. Keeps a reference to `network`.
    virtual void prepare(const Network<Scalar>& network, Seed noise) { (void)network, (void)noise; }
    /// In training, layers that drop or add noise do so. Where `worksInPlace`, both blocks are the same.
    virtual void forward(const SampleChunk& chunk, const Block& inputs, Block& outputs) = 0;
    /// From the derivative of the loss by the outputs to that by the inputs (left out when null), and to the chunk's
    /// part of the gradient. Where `worksInPlace`, both are the same block.
    virtual void backward(const SampleChunk& chunk, const Block& inputs, const Block& outputs,
                          const Block& outputDeltas, Block* inputDeltas) = 0;
    /// Whether `backward` gathers the gradient chunk by chunk; that of dense layers is made of whole batches.
    virtual bool gathersGradient() const { return false; }
    /// Adds the parts of the first `chunks` chunks in their order into `gradient`, at the layer's place.
    virtual void gatherGradient(std::size_t chunks, Vector& gradient) const { (void)chunks, (void)gradient; }
};

enum class PassKind { Training, Prediction };

/// What the work memory is made for.
struct WorkSize {
    Eigen::Index samples = 0;
    std::size_t chunks = 0;
    PassKind kind = PassKind::Training;
};

/// Batch normalisation looks at a whole batch, which the others do not: between passes over the chunks, what the chunks
/// found is put together, in the order of the chunks.
template <typename Scalar>
class BatchNormWork : public LayerWork<Scalar> {
public:
    using typename LayerWork<Scalar>::Block;
    using typename LayerWork<Scalar>::Vector;

    virtual void lookAt(const SampleChunk& chunk, const Block& inputs) = 0;
    virtual void combine(std::size_t chunks) = 0;
    virtual void lookBack(const SampleChunk& chunk, const Block& inputs, const Block& outputDeltas) = 0;
    virtual void combineBack(std::size_t chunks) = 0;
    /// Moves the running mean and variance towards those of the batch.
    virtual void follow(Vector& statistics) const = 0;
};

// Each layer kind's work, in the file of its name. `i` is the layer's position in `shape`.
template <typename Scalar>
std::unique_ptr<LayerWork<Scalar>> makeDenseWork(const NetworkShape& shape, std::size_t i);
template <typename Scalar>
std::unique_ptr<LayerWork<Scalar>> makeConvolutionWork(const NetworkShape& shape, std::size_t i, WorkSize size);
template <typename Scalar>
std::unique_ptr<LayerWork<Scalar>> makePoolingWork(const NetworkShape& shape, std::size_t i, WorkSize size);
template <typename Scalar>
std::unique_ptr<LayerWork<Scalar>> makeElementwiseWork(const NetworkShape& shape, std::size_t i, WorkSize size);
/// With running statistics in place of the batch's for prediction, and where `frozen`.
template <typename Scalar>
std::unique_ptr<BatchNormWork<Scalar>> makeBatchNormWork(const NetworkShape& shape, std::size_t i, WorkSize size);
template <typename Scalar>
std::unique_ptr<LayerWork<Scalar>> makeFixedNormWork(const NetworkShape& shape, std::size_t i);

/// The work of any layer but batch normalisation over a batch, which is made apart.
template <typename Scalar>
std::unique_ptr<LayerWork<Scalar>> makeLayerWork(const NetworkShape& shape, std::size_t i, WorkSize size);

}  // namespace holdout
