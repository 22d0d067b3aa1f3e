// SPDX-License-Identifier: GPL-3.0-or-later
// Ioffe, Szegedy 2015: algorithm 1 and the gradients of section 3.
#include <vector>

#include "model/neural/layer_work.h"

namespace holdout {

namespace {

using Eigen::Index;

/// A chunk's values as channels × (pixels of all samples).
template <typename Scalar, typename Block>
auto byChannel(Block& block, Index channels) {
    using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
    using Map = Eigen::Map<std::conditional_t<std::is_const_v<Block>, const Matrix, Matrix>>;
    return Map(block.data(), channels, block.size() / channels);
}

template <typename Scalar>
class BatchNorm final : public BatchNormWork<Scalar> {
public:
    using typename LayerWork<Scalar>::Block;
    using typename LayerWork<Scalar>::Vector;

    BatchNorm(const NetworkShape& shape, std::size_t i, WorkSize size)
        : m_layer(std::get<BatchNormLayer>(shape.layer(i).kind)),
          m_place(shape.place(i)),
          m_channels(shape.shape(i).channels),
          m_pixels(shape.shape(i).pixels()),
          m_parts(size.chunks, Part{Eigen::VectorXd(m_channels), Eigen::VectorXd(m_channels)}),
          m_counts(size.chunks, 0) {}

    void prepare(const Network<Scalar>& network, Seed) override {
        m_scale = network.parameters().segment(m_place.weights, m_channels);
        m_shift = network.parameters().segment(m_place.biases, m_channels);
    }

    /// Mean and sum of squared distances from it.
    void lookAt(const SampleChunk& chunk, const Block& inputs) override {
        const auto values = byChannel<Scalar>(inputs, m_channels);
        Part& part = m_parts[chunk.index];
        part.first = values.template cast<double>().rowwise().mean();
        part.second = (values.template cast<double>().colwise() - part.first).rowwise().squaredNorm();
        m_counts[chunk.index] = chunk.count;
    }

    /// Chan, Golub, LeVeque 1979, chunk after chunk.
    void combine(std::size_t chunks) override {
        Eigen::VectorXd mean = m_parts[0].first;
        Eigen::VectorXd squares = m_parts[0].second;
        auto count = static_cast<double>(m_counts[0] * m_pixels);
        for (std::size_t i = 1; i < chunks; ++i) {
            const auto more = static_cast<double>(m_counts[i] * m_pixels);
            const Eigen::VectorXd apart = m_parts[i].first - mean;
            mean += apart * (more / (count + more));
            squares += m_parts[i].second + apart.cwiseAbs2() * (count * more / (count + more));
            count += more;
        }
        m_count = count;
        m_variance = squares / count;
        m_mean = mean.cast<Scalar>();
        m_inverse = (m_variance.array() + m_layer.epsilon).rsqrt().template cast<Scalar>();
        m_batchMean = mean;
    }

    void forward(const SampleChunk&, const Block& inputs, Block& outputs) override {
        const Vector factor = m_scale.cwiseProduct(m_inverse);
        const Vector offset = m_shift - m_mean.cwiseProduct(factor);
        auto to = byChannel<Scalar>(outputs, m_channels);
        to = (byChannel<Scalar>(inputs, m_channels).array().colwise() * factor.array()).colwise() + offset.array();
    }

    /// Sums of the deltas, and of the deltas times the normalised values.
    void lookBack(const SampleChunk& chunk, const Block& inputs, const Block& outputDeltas) override {
        const auto delta = byChannel<Scalar>(outputDeltas, m_channels);
        const auto values = byChannel<Scalar>(inputs, m_channels);
        Part& part = m_parts[chunk.index];
        part.first = delta.template cast<double>().rowwise().sum();
        part.second = (delta.array() * ((values.colwise() - m_mean).array().colwise() * m_inverse.array()))
                          .template cast<double>()
                          .rowwise()
                          .sum();
    }

    void combineBack(std::size_t chunks) override {
        m_sums = m_parts[0];
        for (std::size_t i = 1; i < chunks; ++i) {
            m_sums.first += m_parts[i].first;
            m_sums.second += m_parts[i].second;
        }
    }

    void backward(const SampleChunk&, const Block& inputs, const Block&, const Block& outputDeltas,
                  Block* inputDeltas) override {
        if (!inputDeltas) return;
        const Vector factor = m_scale.cwiseProduct(m_inverse);
        const Vector mean = (m_sums.first / m_count).template cast<Scalar>();
        const Vector slope = (m_sums.second / m_count).template cast<Scalar>().cwiseProduct(m_inverse);
        auto to = byChannel<Scalar>(*inputDeltas, m_channels);
        const auto delta = byChannel<Scalar>(outputDeltas, m_channels);
        const auto values = byChannel<Scalar>(inputs, m_channels);
        to = ((delta.colwise() - mean).array() - (values.colwise() - m_mean).array().colwise() * slope.array())
                 .colwise() *
             factor.array();
    }

    bool gathersGradient() const override { return true; }
    void gatherGradient(std::size_t, Vector& gradient) const override {
        gradient.segment(m_place.weights, m_channels) = m_sums.second.template cast<Scalar>();
        gradient.segment(m_place.biases, m_channels) = m_sums.first.template cast<Scalar>();
    }

    /// The variance of a population is a little larger than that of its sample. One value has none.
    void follow(Vector& statistics) const override {
        if (m_count < 2) return;
        const auto share = static_cast<Scalar>(m_layer.momentum);
        const double unbiased = m_count / (m_count - 1);
        auto mean = statistics.segment(m_place.statistics, m_channels);
        auto variance = statistics.segment(m_place.statistics + m_channels, m_channels);
        mean = (Scalar(1) - share) * mean + share * m_batchMean.template cast<Scalar>();
        variance = (Scalar(1) - share) * variance + share * (m_variance * unbiased).template cast<Scalar>();
    }

private:
    struct Part {
        Eigen::VectorXd first, second;
    };
    BatchNormLayer m_layer;
    ParameterPlace m_place;
    Index m_channels;
    Index m_pixels;
    std::vector<Part> m_parts;
    std::vector<Index> m_counts;
    double m_count = 0;
    Eigen::VectorXd m_batchMean, m_variance;
    Vector m_scale, m_shift, m_mean, m_inverse;
    Part m_sums;
};

/// With fixed statistics, batch normalisation is a scale and a shift.
template <typename Scalar>
class FixedNorm final : public LayerWork<Scalar> {
public:
    using typename LayerWork<Scalar>::Block;
    using typename LayerWork<Scalar>::Vector;

    FixedNorm(const NetworkShape& shape, std::size_t i)
        : m_layer(std::get<BatchNormLayer>(shape.layer(i).kind)),
          m_place(shape.place(i)),
          m_channels(shape.shape(i).channels) {}

    void prepare(const Network<Scalar>& network, Seed) override {
        const auto mean = network.statistics().segment(m_place.statistics, m_channels).array();
        const auto variance = network.statistics().segment(m_place.statistics + m_channels, m_channels).array();
        m_factor = network.parameters().segment(m_place.weights, m_channels).array() /
                   (variance + static_cast<Scalar>(m_layer.epsilon)).sqrt();
        m_offset = network.parameters().segment(m_place.biases, m_channels).array() - mean * m_factor.array();
    }

    void forward(const SampleChunk&, const Block& inputs, Block& outputs) override {
        auto to = byChannel<Scalar>(outputs, m_channels);
        to = (byChannel<Scalar>(inputs, m_channels).array().colwise() * m_factor.array()).colwise() + m_offset.array();
    }

    void backward(const SampleChunk&, const Block&, const Block&, const Block& outputDeltas,
                  Block* inputDeltas) override {
        if (!inputDeltas) return;
        auto to = byChannel<Scalar>(*inputDeltas, m_channels);
        to = byChannel<Scalar>(outputDeltas, m_channels).array().colwise() * m_factor.array();
    }

private:
    BatchNormLayer m_layer;
    ParameterPlace m_place;
    Index m_channels;
    Vector m_factor, m_offset;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<BatchNormWork<Scalar>> makeBatchNormWork(const NetworkShape& shape, std::size_t i, WorkSize size) {
    return std::make_unique<BatchNorm<Scalar>>(shape, i, size);
}

template <typename Scalar>
std::unique_ptr<LayerWork<Scalar>> makeFixedNormWork(const NetworkShape& shape, std::size_t i) {
    return std::make_unique<FixedNorm<Scalar>>(shape, i);
}

template std::unique_ptr<BatchNormWork<float>> makeBatchNormWork<float>(const NetworkShape&, std::size_t, WorkSize);
template std::unique_ptr<BatchNormWork<double>> makeBatchNormWork<double>(const NetworkShape&, std::size_t, WorkSize);
template std::unique_ptr<LayerWork<float>> makeFixedNormWork<float>(const NetworkShape&, std::size_t);
template std::unique_ptr<LayerWork<double>> makeFixedNormWork<double>(const NetworkShape&, std::size_t);

}  // namespace holdout
