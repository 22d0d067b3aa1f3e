// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/backpropagation.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/pack_product.h"
#include "model/neural/forward_pass.h"

namespace holdout {

namespace {

using Eigen::Index;

constexpr std::size_t mostRowsPerChunk = 64;
constexpr std::size_t mostChunks = 256;
constexpr std::size_t bytesPerChunk = 400 * 1024;  // values and derivatives of a chunk stay in the second cache
constexpr Index parametersPerBlock =
    32768;  // 128 KB of float32: gradient, weights and moments stay in the second cache
constexpr Index leastParametersPerBlock = 4096;
constexpr Index blocksPerLayer = 8;  // at least, where they are no smaller: threads then end at about the same time
constexpr Index samplesAtOnce = 256;  // derivatives and values of a tile stay in the first cache
constexpr double smallestParallelWork = 4e6;  // multiplications of a batch, about 50 µs: what pays for waking threads
constexpr std::size_t rowsPerLossChunk = 256;

std::size_t asSize(Index value) {
    return static_cast<std::size_t>(value);
}

bool isDense(const Layer& layer) {
    return std::holds_alternative<DenseLayer>(layer.kind);
}

bool isNorm(const Layer& layer) {
    return std::holds_alternative<BatchNormLayer>(layer.kind);
}

/// Multiplications that one sample takes on the way forward.
double workOf(const NetworkShape& shape) {
    double work = 0;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const auto weights = static_cast<double>(shape.place(i).weightCount());
        work += isDense(shape.layer(i)) ? weights : weights * static_cast<double>(shape.shape(i + 1).pixels());
    }
    return work;
}

/// Inputs of a dense layer whose weights' gradient is computed together.
Index columnsPerBlock(const ParameterPlace& place) {
    const Index share = ((place.columns + blocksPerLayer - 1) / blocksPerLayer + 3) / 4 * 4;
    const Index columns = std::max(share, leastParametersPerBlock / place.rows);
    return std::max<Index>(8, std::min(columns, parametersPerBlock / place.rows / 4 * 4));
}

/// Asks for a part of the rows to come, a little at each call.
template <typename Scalar>
class RowsAhead {
public:
    /// The `part`-th of `parts`.
    RowsAhead(const NetworkRows<Scalar>& rows, std::span<const std::uint32_t> positions, std::size_t part, std::size_t parts)
        : m_rows(rows), m_positions(positions), m_pieces(asSize((rows.inputs.rows() + perPiece - 1) / perPiece)) {
        if (positions.size() * asSize(rows.inputs.rows()) * sizeof(Scalar) > mostBytes) return;
        const std::size_t all = positions.size() * m_pieces;
        m_next = all * part / parts;
        m_end = all * (part + 1) / parts;
    }

    void operator()() {
        for (const std::size_t end = std::min(m_end, m_next + atOnce); m_next < end; ++m_next)
            __builtin_prefetch(m_rows.inputs.col(m_positions[m_next / m_pieces]).data() +
                               static_cast<Index>(m_next % m_pieces) * perPiece);
    }

private:
    static constexpr std::size_t mostBytes = 600 * 1024;  // more would drive what is worked on out of the cache
    static constexpr std::size_t atOnce = 24;             // as many as the processor waits for at a time
    static constexpr Index perPiece = packLanes<Scalar>;

    const NetworkRows<Scalar>& m_rows;
    std::span<const std::uint32_t> m_positions;
    std::size_t m_pieces;
    std::size_t m_next = 0, m_end = 0;
};

/// gradient = delta * values', with the derivatives of the last outputs, which fill no whole vector, beside zeros.
template <typename Scalar, typename Delta, typename Values, typename Gradient>
void multiplyTransposed(const Delta& delta, const Values& values, Gradient& gradient, RowsAhead<Scalar>& ahead) {
    const Index rest = delta.rows() % packLanes<Scalar>, whole = delta.rows() - rest;
    PackProduct<Scalar> product{.left = delta.data(),
                                .leftStep = delta.outerStride(),
                                .right = values.data(),
                                .rightStep = values.outerStride(),
                                .out = gradient.data(),
                                .outStep = gradient.rows(),
                                .rows = whole,
                                .columns = gradient.cols(),
                                .terms = delta.cols()};
    if (whole > 0) multiplyPacks<false>(product, samplesAtOnce, ahead);
    if (rest == 0) return;
    using Matrix = typename Network<Scalar>::Matrix;
    Matrix tail = Matrix::Zero(packLanes<Scalar>, delta.cols());
    tail.topRows(rest) = delta.bottomRows(rest);
    product.left = tail.data();
    product.leftStep = tail.rows();
    product.out += whole;
    product.rows = rest;
    multiplyPacks<false>(product, samplesAtOnce);
}

/// Loss of one sample, and its derivative by the outputs.
template <typename Scalar, typename Outputs, typename Gradient>
double sampleLoss(NetworkOutput kind, double smoothing, const Outputs& outputs, const NetworkRows<Scalar>& rows,
                  Index row, Gradient&& gradient) {
    if (kind == NetworkOutput::ClassScores)
        return crossEntropy(outputs, rows.classes[asSize(row)], smoothing, gradient);
    return halfSquaredError(outputs[0], rows.values[row], gradient[0]);
}

}  // namespace

/// Lends a chunk the memory that it needs for the moment.
template <typename Scalar>
class Backpropagation<Scalar>::ScratchLoan {
public:
    explicit ScratchLoan(Backpropagation& owner) : m_owner(owner) {
        const std::lock_guard lock(owner.m_mutex);
        if (owner.m_idle.empty()) {
            m_scratch = std::make_unique<Scratch>();
            m_scratch->values.resize(owner.m_isWhole.size());
            m_scratch->deltas.resize(owner.m_isWhole.size());
        } else {
            m_scratch = std::move(owner.m_idle.back());
            owner.m_idle.pop_back();
        }
    }
    ~ScratchLoan() {
        const std::lock_guard lock(m_owner.m_mutex);
        m_owner.m_idle.push_back(std::move(m_scratch));
    }
    Scratch& operator*() { return *m_scratch; }

private:
    Backpropagation& m_owner;
    std::unique_ptr<Scratch> m_scratch;
};

template <typename Scalar>
Backpropagation<Scalar>::Backpropagation(const NetworkShape& shape, std::size_t batchSize, NetworkLoss loss,
                                         std::vector<char> frozen)
    : m_shape(shape), m_loss(loss), m_frozen(std::move(frozen)), m_gradient(Vector::Zero(shape.parameters())) {
    m_frozen.resize(shape.size(), 0);
    m_parallel = static_cast<double>(batchSize) * workOf(shape) > smallestParallelWork;
    plan(batchSize);
    m_lowest = shape.size();
    for (std::size_t i = shape.size(); i-- > 0;) {
        if (shape.place(i).count() == 0 || m_frozen[i]) continue;
        m_lowest = i;
        if (!isDense(shape.layer(i))) {
            m_gathering.push_back(i);
            continue;
        }
        const ParameterPlace& place = shape.place(i);
        const Index columns = columnsPerBlock(place);
        for (Index column = 0; column < place.columns; column += columns)
            m_blocks.push_back({i, column, std::min(columns, place.columns - column), column == 0});
    }
    m_squares.setZero(static_cast<Index>(m_blocks.size() + m_gathering.size()));
}

/// Decides which boundaries between layers share memory, what is kept for the whole batch, and how samples are cut.
template <typename Scalar>
void Backpropagation<Scalar>::plan(std::size_t batchSize) {
    m_stages = {0};
    m_buffers = {0};
    for (std::size_t i = 0; i < m_shape.size(); ++i) {
        m_buffers.push_back(m_buffers.back() + (worksInPlace(m_shape.layer(i).kind) ? 0 : 1));
        if (isNorm(m_shape.layer(i)) && !m_frozen[i]) m_stages.push_back(i);
    }
    m_isWhole.assign(m_buffers.back() + 1, m_stages.size() > 1 ? 1 : 0);
    std::vector<Index> sizes(m_isWhole.size(), 0);
    for (std::size_t i = 0; i <= m_shape.size(); ++i) sizes[m_buffers[i]] = m_shape.shape(i).size();
    for (std::size_t i = 0; i < m_shape.size(); ++i)
        if (isDense(m_shape.layer(i))) m_isWhole[m_buffers[i]] = m_isWhole[m_buffers[i + 1]] = 1;

    Index bytes = 1;
    for (std::size_t b = 0; b < sizes.size(); ++b)
        if (!m_isWhole[b] || m_stages.size() > 1) bytes += 2 * sizes[b] * static_cast<Index>(sizeof(Scalar));
    m_rowsPerChunk = std::clamp<std::size_t>(bytesPerChunk / asSize(bytes), 4, mostRowsPerChunk);
    // Each chunk has memory of its own: a batch of all rows is cut into longer ones.
    m_rowsPerChunk = std::max(m_rowsPerChunk, (batchSize + mostChunks - 1) / mostChunks);

    const auto samples = static_cast<Index>(batchSize);
    for (std::size_t b = 0; b < sizes.size(); ++b) {
        m_values.emplace_back(sizes[b], m_isWhole[b] ? samples : 0);
        m_deltas.emplace_back(sizes[b], m_isWhole[b] ? samples : 0);
    }
    const WorkSize size{samples, chunksOf(batchSize).size(), PassKind::Training};
    for (std::size_t i = 0; i < m_shape.size(); ++i) {
        m_norms.push_back(nullptr);
        if (!isNorm(m_shape.layer(i)) || m_frozen[i]) {
            m_works.push_back(makeLayerWork<Scalar>(m_shape, i, size));
            continue;
        }
        auto norm = makeBatchNormWork<Scalar>(m_shape, i, size);
        m_norms.back() = norm.get();
        m_works.push_back(std::move(norm));
    }
}

template <typename Scalar>
std::vector<SampleChunk> Backpropagation<Scalar>::chunksOf(std::size_t samples) const {
    std::vector<SampleChunk> parts;
    for (const Range& range : chunks(samples, m_rowsPerChunk))
        parts.push_back({parts.size(), static_cast<Index>(range.begin), static_cast<Index>(range.size())});
    return parts;
}

template <typename Scalar>
void Backpropagation<Scalar>::forEach(std::size_t count, const std::function<void(std::size_t)>& body) const {
    const auto checked = [&](std::size_t i) {
        if (m_stop.stop_requested()) throw Cancelled{};
        body(i);
    };
    if (m_parallel) {
        parallelFor(count, checked);
        return;
    }
    for (std::size_t i = 0; i < count; ++i) checked(i);
}

template <typename Scalar>
typename Backpropagation<Scalar>::Block Backpropagation<Scalar>::block(std::vector<Matrix>& whole,
                                                                       std::vector<Matrix>& scratch,
                                                                       std::size_t boundary,
                                                                       const SampleChunk& chunk) const {
    const std::size_t buffer = m_buffers[boundary];
    const Index size = m_shape.shape(boundary).size();
    if (m_isWhole[buffer]) return Block(whole[buffer].data() + size * chunk.from, size, chunk.count);
    if (scratch[buffer].size() == 0) scratch[buffer].resize(size, static_cast<Index>(m_rowsPerChunk));
    return Block(scratch[buffer].data(), size, chunk.count);
}

template <typename Scalar>
double Backpropagation<Scalar>::run(const Network<Scalar>& network, const NetworkRows<Scalar>& rows,
                                    std::span<const std::uint32_t> positions, Seed noise, const StretchSink& finished) {
    const Batch batch{network, rows, positions};
    for (const auto& work : m_works) work->prepare(network, noise);
    const std::vector<SampleChunk> parts = chunksOf(positions.size());
    if (m_stages.size() > 1) stagesForward(batch, parts);
    const double loss = lastStage(batch, parts);
    if (m_stages.size() > 1) stagesBackward(parts);
    forEach(m_blocks.size() + m_gathering.size(), [&](std::size_t i) {
        if (i < m_blocks.size())
            denseGradient(batch, i, finished);
        else
            gatheredGradient(network, i - m_blocks.size(), parts.size(), finished);
    });
    m_upcoming = {};
    return loss / static_cast<double>(positions.size());
}

template <typename Scalar>
void Backpropagation<Scalar>::stagesForward(const Batch& batch, const std::vector<SampleChunk>& parts) {
    for (std::size_t stage = 0; stage + 1 < m_stages.size(); ++stage) {
        const std::size_t norm = m_stages[stage + 1];
        forEach(parts.size(), [&](std::size_t i) {
            ScratchLoan scratch(*this);
            if (stage == 0) gather(batch, parts[i], *scratch);
            forward(m_stages[stage], norm, parts[i], *scratch);
            m_norms[norm]->lookAt(parts[i], block(m_values, (*scratch).values, norm, parts[i]));
        });
        m_norms[norm]->combine(parts.size());
    }
}

/// Forward from the last batch normalisation to the outputs, and back to it. Returns the sum of losses.
template <typename Scalar>
double Backpropagation<Scalar>::lastStage(const Batch& batch, const std::vector<SampleChunk>& parts) {
    const std::size_t begin = m_stages.back();
    const bool isOnly = m_stages.size() == 1;
    std::vector<double> losses(parts.size());
    forEach(parts.size(), [&](std::size_t i) {
        ScratchLoan scratch(*this);
        if (isOnly) gather(batch, parts[i], *scratch);
        forward(begin, m_shape.size(), parts[i], *scratch);
        losses[i] = outputLoss(batch, parts[i], *scratch);
        backward(isOnly ? 0 : begin + 1, m_shape.size(), parts[i], *scratch);
        if (!isOnly)
            m_norms[begin]->lookBack(parts[i], block(m_values, (*scratch).values, begin, parts[i]),
                                     block(m_deltas, (*scratch).deltas, begin + 1, parts[i]));
    });
    if (!isOnly) m_norms[begin]->combineBack(parts.size());
    double sum = 0;
    for (const double loss : losses) sum += loss;
    return sum;
}

template <typename Scalar>
void Backpropagation<Scalar>::stagesBackward(const std::vector<SampleChunk>& parts) {
    for (std::size_t stage = m_stages.size() - 1; stage-- > 0;) {
        const std::size_t begin = m_stages[stage];
        forEach(parts.size(), [&](std::size_t i) {
            ScratchLoan scratch(*this);
            backward(stage == 0 ? 0 : begin + 1, m_stages[stage + 1] + 1, parts[i], *scratch);
            if (stage > 0)
                m_norms[begin]->lookBack(parts[i], block(m_values, (*scratch).values, begin, parts[i]),
                                         block(m_deltas, (*scratch).deltas, begin + 1, parts[i]));
        });
        if (stage > 0) m_norms[begin]->combineBack(parts.size());
    }
}

template <typename Scalar>
double Backpropagation<Scalar>::gradientNorm() const {
    return std::sqrt(m_squares.sum());
}

template <typename Scalar>
void Backpropagation<Scalar>::follow(Vector& statistics) const {
    for (const BatchNormWork<Scalar>* norm : m_norms)
        if (norm) norm->follow(statistics);
}

template <typename Scalar>
void Backpropagation<Scalar>::gather(const Batch& batch, const SampleChunk& chunk, Scratch& scratch) {
    Block inputs = block(m_values, scratch.values, 0, chunk);
    const auto sampleAt = [&](Index i) {
        return batch.rows.inputs.col(batch.positions[asSize(chunk.from + i)]).data();
    };
    constexpr Index ahead = 2;  // rows lie all over memory: those to come are asked for meanwhile
    for (Index i = 0; i < chunk.count; ++i) {
        if (i + ahead < chunk.count)
            for (Index j = 0; j < inputs.rows(); j += packBytes / static_cast<Index>(sizeof(Scalar)))
                __builtin_prefetch(sampleAt(i + ahead) + j);
        std::copy_n(sampleAt(i), inputs.rows(), inputs.col(i).data());
    }
}

template <typename Scalar>
void Backpropagation<Scalar>::forward(std::size_t begin, std::size_t end, const SampleChunk& chunk, Scratch& scratch) {
    for (std::size_t i = begin; i < end; ++i) {
        const Block from = block(m_values, scratch.values, i, chunk);
        Block to = block(m_values, scratch.values, i + 1, chunk);
        m_works[i]->forward(chunk, from, to);
    }
}

/// From the derivatives by the outputs of layer end - 1 to those by the inputs of layer `begin`.
template <typename Scalar>
void Backpropagation<Scalar>::backward(std::size_t begin, std::size_t end, const SampleChunk& chunk, Scratch& scratch) {
    for (std::size_t i = end; i-- > std::max(begin, m_lowest);) {
        const Block from = block(m_values, scratch.values, i, chunk);
        const Block to = block(m_values, scratch.values, i + 1, chunk);
        const Block outputDeltas = block(m_deltas, scratch.deltas, i + 1, chunk);
        Block inputDeltas = block(m_deltas, scratch.deltas, i, chunk);
        m_works[i]->backward(chunk, from, to, outputDeltas, i > m_lowest ? &inputDeltas : nullptr);
    }
}

template <typename Scalar>
double Backpropagation<Scalar>::outputLoss(const Batch& batch, const SampleChunk& chunk, Scratch& scratch) {
    const Block outputs = block(m_values, scratch.values, m_shape.size(), chunk);
    Block deltas = block(m_deltas, scratch.deltas, m_shape.size(), chunk);
    const Scalar share = Scalar(1) / static_cast<Scalar>(batch.positions.size());
    Vector gradient(m_shape.outputs());
    double loss = 0;
    for (Index i = 0; i < chunk.count; ++i) {
        const Index row = batch.positions[asSize(chunk.from + i)];
        const Scalar weight = batch.rows.weights[row];
        loss += static_cast<double>(weight) *
                sampleLoss(m_shape.output(), m_loss.smoothing, outputs.col(i), batch.rows, row, gradient);
        deltas.col(i) = gradient * (weight * share);
    }
    return loss;
}

template <typename Scalar>
void Backpropagation<Scalar>::denseGradient(const Batch& batch, std::size_t index, const StretchSink& finished) {
    const DenseBlock& part = m_blocks[index];
    const ParameterPlace& place = m_shape.place(part.layer);
    const auto samples = static_cast<Index>(batch.positions.size());
    const auto delta = m_deltas[m_buffers[part.layer + 1]].leftCols(samples);
    const auto& values = m_values[m_buffers[part.layer]];
    const Index begin = place.weights + part.column * place.rows;

    Eigen::Map<Matrix> gradient(m_gradient.data() + begin, place.rows, part.columns);
    RowsAhead<Scalar> ahead(batch.rows, m_upcoming, index, m_blocks.size());
    multiplyTransposed<Scalar>(delta, values.block(part.column, 0, part.columns, samples), gradient, ahead);
    if (m_loss.l2 > 0)
        gradient +=
            static_cast<Scalar>(m_loss.l2) * batch.network.weights(part.layer).middleCols(part.column, part.columns);
    double squares = static_cast<double>(gradient.squaredNorm());
    finished({part.layer, {asSize(begin), asSize(begin + gradient.size())}, true});

    if (part.biases) {
        auto biases = m_gradient.segment(place.biases, place.biasCount);
        biases = delta.rowwise().sum();
        squares += static_cast<double>(biases.squaredNorm());
        finished({part.layer, {asSize(place.biases), asSize(place.biases + place.biasCount)}, false});
    }
    m_squares[static_cast<Index>(index)] = squares;
}

template <typename Scalar>
void Backpropagation<Scalar>::gatheredGradient(const Network<Scalar>& network, std::size_t index, std::size_t chunks,
                                               const StretchSink& finished) {
    const std::size_t layer = m_gathering[index];
    const ParameterPlace& place = m_shape.place(layer);
    m_works[layer]->gatherGradient(chunks, m_gradient);
    if (m_loss.l2 > 0 && place.penalised)
        m_gradient.segment(place.weights, place.weightCount()) +=
            static_cast<Scalar>(m_loss.l2) * network.parameters().segment(place.weights, place.weightCount());
    m_squares[static_cast<Index>(m_blocks.size() + index)] =
        static_cast<double>(m_gradient.segment(place.weights, place.count()).squaredNorm());
    finished({layer, {asSize(place.weights), asSize(place.biases)}, place.penalised});
    finished({layer, {asSize(place.biases), asSize(place.biases + place.biasCount)}, false});
}

template <typename Scalar>
NetworkScore scoreOf(const Network<Scalar>& network, const NetworkRows<Scalar>& rows) {
    struct Sums {
        double loss = 0, right = 0, squares = 0;
        Sums& operator+=(const Sums& other) {
            loss += other.loss;
            right += other.right;
            squares += other.squares;
            return *this;
        }
    };
    const bool classes = network.shape().output() == NetworkOutput::ClassScores;
    const Sums sums = parallelSum(asSize(rows.size()), rowsPerLossChunk, Sums{}, [&](Range range) {
        const auto from = static_cast<Index>(range.begin);
        const typename Network<Scalar>::Matrix outputs =
            network.apply(rows.inputs.middleCols(from, static_cast<Index>(range.size())));
        typename Network<Scalar>::Vector gradient(outputs.rows());
        Sums part;
        for (Index i = 0; i < outputs.cols(); ++i) {
            const auto weight = static_cast<double>(rows.weights[from + i]);
            part.loss += weight * sampleLoss(network.shape().output(), 0, outputs.col(i), rows, from + i, gradient);
            if (classes) {
                Index best = 0;
                outputs.col(i).maxCoeff(&best);
                part.right += best == rows.classes[asSize(from + i)] ? weight : 0;
            } else {
                part.squares += weight * std::pow(static_cast<double>(rows.values[from + i]), 2);
            }
        }
        return part;
    });
    const double weight = std::max(1e-300, static_cast<double>(rows.weights.template cast<double>().sum()));
    // Values are standardised on the training rows: a model that knows their mean alone has R² 0.
    const double score = classes ? sums.right / weight : sums.squares > 0 ? 1 - 2 * sums.loss / sums.squares : 0;
    return {sums.loss / weight, score};
}

template class Backpropagation<float>;
template class Backpropagation<double>;
template NetworkScore scoreOf<float>(const Network<float>&, const NetworkRows<float>&);
template NetworkScore scoreOf<double>(const Network<double>&, const NetworkRows<double>&);

}  // namespace holdout
