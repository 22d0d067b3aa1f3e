// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstring>
#include <vector>

#include "base/pack_product.h"
#include "model/neural/layer_work.h"

// Vectors are passed within this file alone: how another compiler would pass them does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace holdout {

namespace {

using Eigen::Index;

template <typename Scalar>
class PoolingWork final : public LayerWork<Scalar> {
public:
    using typename LayerWork<Scalar>::Block;

    PoolingWork(const NetworkShape& shape, std::size_t i)
        : m_layer(std::get<PoolingLayer>(shape.layer(i).kind)),
          m_from(shape.shape(i)),
          m_to(shape.shape(i + 1)),
          m_tiles(m_layer.stride == m_layer.height && m_layer.stride == m_layer.width &&
                  m_to.height * m_layer.height == m_from.height && m_to.width * m_layer.width == m_from.width) {
        for (Index j = 0; j < m_layer.height * m_layer.width; ++j)
            m_cells.push_back((j / m_layer.width * m_from.width + j % m_layer.width) * m_from.channels);
    }

    void forward(const SampleChunk& chunk, const Block& inputs, Block& outputs) override {
        eachWindow(chunk, [&](Index sample, Index pixel, Index corner) {
            const Scalar* in = inputs.col(sample).data() + corner;
            Scalar* out = outputs.col(sample).data() + pixel;
            eachPack([&](Index c, auto none) { store(pooled(in + c, none), out + c); });
        });
    }

    /// The outputs may be overwritten by a layer that works in place: what was largest is seen from the inputs again.
    void backward(const SampleChunk& chunk, const Block& inputs, const Block&, const Block& outputDeltas,
                  Block* inputDeltas) override {
        if (!inputDeltas) return;
        // Where windows overlap, or leave cells out, parts of the derivative are added up.
        if (!m_tiles) inputDeltas->setZero();
        eachWindow(chunk, [&](Index sample, Index pixel, Index corner) {
            const Scalar* in = inputs.col(sample).data() + corner;
            const Scalar* delta = outputDeltas.col(sample).data() + pixel;
            Scalar* to = inputDeltas->col(sample).data() + corner;
            eachPack([&](Index c, auto none) {
                if (m_layer.kind == PoolingKind::Average)
                    spreadEvenly(load(delta + c, none), to + c);
                else
                    giveToLargest(in + c, pooled(in + c, none), load(delta + c, none), to + c);
            });
        });
    }

private:
    // A value is a vector of channels or one of them.
    template <typename Values>
    static Values load(const Scalar* from, Values none) {
        std::memcpy(&none, from, sizeof(none));
        return none;
    }
    template <typename Values>
    static void store(const Values& values, Scalar* to) {
        std::memcpy(to, &values, sizeof(values));
    }

    /// body(channel, zeros) for whole vectors of channels, then for each of the others.
    template <typename Body>
    void eachPack(const Body& body) const {
        Index c = 0;
        for (; c + packLanes<Scalar> <= m_to.channels; c += packLanes<Scalar>) body(c, Pack<Scalar>{});
        for (; c < m_to.channels; ++c) body(c, Scalar{});
    }

    /// body(sample, place of the output pixel, place of the window's first pixel)
    template <typename Body>
    void eachWindow(const SampleChunk& chunk, const Body& body) const {
        for (Index sample = 0; sample < chunk.count; ++sample)
            for (Index y = 0; y < m_to.height; ++y)
                for (Index x = 0; x < m_to.width; ++x)
                    body(sample, (y * m_to.width + x) * m_to.channels,
                         (y * m_layer.stride * m_from.width + x * m_layer.stride) * m_from.channels);
    }

    template <typename Values>
    Values pooled(const Scalar* in, Values none) const {
        Values result = load(in, none);
        for (std::size_t j = 1; j < m_cells.size(); ++j) {
            const Values cell = load(in + m_cells[j], none);
            if (m_layer.kind == PoolingKind::Average)
                result += cell;
            else
                result = cell > result ? cell : result;
        }
        return m_layer.kind == PoolingKind::Average ? result * share() : result;
    }

    template <typename Values>
    void give(const Values& part, Scalar* to) const {
        store(m_tiles ? part : load(to, part) + part, to);
    }

    template <typename Values>
    void spreadEvenly(const Values& delta, Scalar* to) const {
        for (const Index cell : m_cells) give<Values>(delta * share(), to + cell);
    }

    /// The first of equal values is the largest.
    template <typename Values>
    void giveToLargest(const Scalar* in, const Values& largest, const Values& delta, Scalar* to) const {
        const Values none{};
        Values left = delta;
        for (const Index cell : m_cells) {
            const Values value = load(in + cell, none);
            give<Values>(value == largest ? left : none, to + cell);
            left = value == largest ? none : left;
        }
    }

    Scalar share() const { return Scalar(1) / static_cast<Scalar>(m_cells.size()); }

    PoolingLayer m_layer;
    TensorShape m_from;
    TensorShape m_to;
    bool m_tiles;                ///< each input belongs to one window
    std::vector<Index> m_cells;  ///< where each of a window's pixels lies from its first
};

}  // namespace

template <typename Scalar>
std::unique_ptr<LayerWork<Scalar>> makePoolingWork(const NetworkShape& shape, std::size_t i, WorkSize) {
    return std::make_unique<PoolingWork<Scalar>>(shape, i);
}

template std::unique_ptr<LayerWork<float>> makePoolingWork<float>(const NetworkShape&, std::size_t, WorkSize);
template std::unique_ptr<LayerWork<double>> makePoolingWork<double>(const NetworkShape&, std::size_t, WorkSize);

}  // namespace holdout
