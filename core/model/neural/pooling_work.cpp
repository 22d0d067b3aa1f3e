// SPDX-License-Identifier: GPL-3.0-or-later
#include <limits>
#include <vector>

#include "model/neural/layer_work.h"

namespace holdout {

namespace {

using Eigen::Index;

template <typename Scalar>
class PoolingWork final : public LayerWork<Scalar> {
public:
    using typename LayerWork<Scalar>::Block;

    PoolingWork(const NetworkShape& shape, std::size_t i, WorkSize size)
        : m_layer(std::get<PoolingLayer>(shape.layer(i).kind)), m_from(shape.shape(i)), m_to(shape.shape(i + 1)) {
        if (size.kind == PassKind::Training && m_layer.kind == PoolingKind::Max)
            m_largest.resize(static_cast<std::size_t>(size.samples * m_to.size()));
    }

    void forward(const SampleChunk& chunk, const Block& inputs, Block& outputs) override {
        for (Index sample = 0; sample < chunk.count; ++sample) {
            std::uint16_t* largest = m_largest.empty() ? nullptr : largestOf(chunk.from + sample);
            eachWindow([&](Index pixel, Index corner) {
                const Scalar* in = inputs.col(sample).data() + corner;
                Scalar* out = outputs.col(sample).data() + pixel * m_to.channels;
                if (m_layer.kind == PoolingKind::Average)
                    average(in, out);
                else
                    maximum(in, out, largest ? largest + pixel * m_to.channels : nullptr);
            });
        }
    }

    void backward(const SampleChunk& chunk, const Block&, const Block&, const Block& outputDeltas,
                  Block* inputDeltas) override {
        if (!inputDeltas) return;
        inputDeltas->setZero();
        const Scalar share = Scalar(1) / static_cast<Scalar>(m_layer.height * m_layer.width);
        for (Index sample = 0; sample < chunk.count; ++sample)
            eachWindow([&](Index pixel, Index corner) {
                const Scalar* delta = outputDeltas.col(sample).data() + pixel * m_to.channels;
                Scalar* in = inputDeltas->col(sample).data() + corner;
                const std::uint16_t* largest =
                    m_largest.empty() ? nullptr : largestOf(chunk.from + sample) + pixel * m_to.channels;
                for (Index j = 0; j < m_layer.height * m_layer.width; ++j) {
                    Scalar* cell = in + cellAt(j);
                    for (Index c = 0; c < m_to.channels; ++c)
                        cell[c] += !largest ? delta[c] * share : largest[c] == j ? delta[c] : Scalar(0);
                }
            });
    }

private:
    std::uint16_t* largestOf(Index sample) { return m_largest.data() + sample * m_to.size(); }

    /// Where a window's j-th cell lies from its first.
    Index cellAt(Index j) const { return (j / m_layer.width * m_from.width + j % m_layer.width) * m_from.channels; }

    /// body(output pixel, place of the window's first value)
    template <typename Body>
    void eachWindow(const Body& body) const {
        for (Index y = 0; y < m_to.height; ++y)
            for (Index x = 0; x < m_to.width; ++x)
                body(y * m_to.width + x, (y * m_layer.stride * m_from.width + x * m_layer.stride) * m_from.channels);
    }

    void average(const Scalar* in, Scalar* out) const {
        std::fill(out, out + m_to.channels, Scalar(0));
        for (Index j = 0; j < m_layer.height * m_layer.width; ++j) {
            const Scalar* cell = in + cellAt(j);
            for (Index c = 0; c < m_to.channels; ++c) out[c] += cell[c];
        }
        const Scalar share = Scalar(1) / static_cast<Scalar>(m_layer.height * m_layer.width);
        for (Index c = 0; c < m_to.channels; ++c) out[c] *= share;
    }

    /// The first of equal values is the largest.
    void maximum(const Scalar* in, Scalar* out, std::uint16_t* largest) const {
        std::copy(in, in + m_to.channels, out);
        if (largest) std::fill(largest, largest + m_to.channels, std::uint16_t{0});
        for (Index j = 1; j < m_layer.height * m_layer.width; ++j) {
            const Scalar* cell = in + cellAt(j);
            if (largest)
                for (Index c = 0; c < m_to.channels; ++c)
                    largest[c] = cell[c] > out[c] ? static_cast<std::uint16_t>(j) : largest[c];
            for (Index c = 0; c < m_to.channels; ++c) out[c] = cell[c] > out[c] ? cell[c] : out[c];
        }
    }

    PoolingLayer m_layer;
    TensorShape m_from;
    TensorShape m_to;
    std::vector<std::uint16_t> m_largest;  ///< which cell of the window, for each output of each sample
};

}  // namespace

template <typename Scalar>
std::unique_ptr<LayerWork<Scalar>> makePoolingWork(const NetworkShape& shape, std::size_t i, WorkSize size) {
    return std::make_unique<PoolingWork<Scalar>>(shape, i, size);
}

template std::unique_ptr<LayerWork<float>> makePoolingWork<float>(const NetworkShape&, std::size_t, WorkSize);
template std::unique_ptr<LayerWork<double>> makePoolingWork<double>(const NetworkShape&, std::size_t, WorkSize);

}  // namespace holdout
