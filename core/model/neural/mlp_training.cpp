// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/mlp_training.h"

#include <cmath>
#include <limits>

#include "base/format.h"
#include "train/early_stopping.h"
#include "train/loss_trace.h"
#include "train/training_rows.h"

namespace holdout {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

enum class EpochEnd { Complete, Finished, NotFinite };

struct EpochResult {
    EpochEnd end = EpochEnd::Complete;
    double loss = 0;
    double gradientNorm = 0;
};

std::unique_ptr<Optimizer<float>> makeOptimizer(const NetworkTraining& settings, Eigen::Index parameters) {
    const auto count = static_cast<std::size_t>(parameters);
    if (settings.optimizer == OptimizerKind::Adam)
        return makeAdam<float>(count, {.learningRate = settings.learningRate});
    return makeSgd<float>(count, {settings.learningRate, settings.momentum, settings.nesterov});
}

/// One fit: the network on its way, and all that moves it.
class Trainer {
public:
    Trainer(Network<float> start, const NetworkRows<float>& training, const NetworkRows<float>& validation,
            const NetworkTraining& settings, JobContext& context)
        : m_network(std::move(start)),
          m_training(training),
          m_validation(validation),
          m_settings(settings),
          m_context(context),
          m_order(static_cast<std::size_t>(training.size()), settings.batchSize),
          m_backpropagation(m_network.shape(), std::min(settings.batchSize, static_cast<std::size_t>(training.size())),
                            settings.dropout, settings.penalty),
          m_optimizer(makeOptimizer(settings, m_network.shape().parameters())),
          m_stopping(settings.patience, settings.minImprovement),
          m_trace(context.progress),
          m_best(m_network.parameters()) {}

    TrainedNetwork run() {
        Warnings warnings;
        for (std::int64_t epoch = 1; epoch <= m_settings.epochs; ++epoch) {
            const EpochResult result = runEpoch(epoch);
            if (result.end == EpochEnd::NotFinite) warnings.push_back(notFinite(epoch));
            // Ended before the first epoch did: what there is, is the best so far.
            if (result.end == EpochEnd::Finished && m_stopping.bestEpoch() == 0) m_best = m_network.parameters();
            if (result.end != EpochEnd::Complete) break;
            if (!record(epoch, result)) {
                warnings.push_back(notFinite(epoch));
                break;
            }
            if (m_validation.size() > 0 && m_stopping.shouldStop()) break;
            if (m_context.shouldFinish()) break;
        }
        return {Network<float>(m_network.shape(), m_best), m_trace.take(), m_stopping.bestEpoch(), std::move(warnings)};
    }

private:
    EpochResult runEpoch(std::int64_t epoch) {
        const auto unit = static_cast<std::uint64_t>(epoch);
        m_order.shuffle(m_context.seed.derive("order", unit));
        const Seed dropout = m_context.seed.derive("dropout", unit);
        const std::string what = "Epoch " + formatCount(epoch) + " of " + formatCount(m_settings.epochs);
        EpochResult result;
        for (std::size_t batch = 0; batch < m_order.batches(); ++batch) {
            m_context.throwIfStopped();
            if (m_context.shouldFinish()) return {EpochEnd::Finished};
            if (batch % 32 == 0) report(epoch, batch, what);
            const std::span<const std::uint32_t> rows = m_order.batch(batch);
            m_optimizer->beginStep();
            const double loss = m_backpropagation.run(
                m_network, m_training, rows, dropout.derive("batch", batch),
                [&](Range range) { m_optimizer->update(range, m_backpropagation.gradient(), m_network.parameters()); });
            if (!std::isfinite(loss)) return {EpochEnd::NotFinite};
            result.loss += loss * static_cast<double>(rows.size());
            result.gradientNorm += m_backpropagation.gradientNorm();
        }
        result.loss /= static_cast<double>(m_training.size());
        result.gradientNorm /= static_cast<double>(m_order.batches());
        return result;
    }

    void report(std::int64_t epoch, std::size_t batch, const std::string& what) {
        const double within = static_cast<double>(batch) / static_cast<double>(m_order.batches());
        m_context.progress.report((static_cast<double>(epoch - 1) + within) / static_cast<double>(m_settings.epochs),
                                  what);
    }

    /// False when the validation loss is not finite.
    bool record(std::int64_t epoch, const EpochResult& result) {
        const bool validates = m_validation.size() > 0;
        const double validationLoss = validates ? meanLoss(m_network, m_validation) : unknown;
        if (validates && !std::isfinite(validationLoss)) return false;
        const bool best = m_stopping.observe(epoch, validates ? validationLoss : result.loss + penaltyNow());
        if (best) m_best = m_network.parameters();
        m_trace.add({epoch, result.loss, validationLoss, result.gradientNorm, best});
        return true;
    }

    /// What the penalties add to the loss: without it, the epoch before they shrank anything would seem the best.
    double penaltyNow() const {
        double sum = 0;
        for (std::size_t layer = 0; layer < m_network.shape().layers(); ++layer)
            sum += m_settings.penalty.l1 * static_cast<double>(m_network.weights(layer).lpNorm<1>()) +
                   m_settings.penalty.l2 / 2 * static_cast<double>(m_network.weights(layer).squaredNorm());
        return sum;
    }

    Warning notFinite(std::int64_t epoch) const {
        const std::string kept =
            m_stopping.bestEpoch() > 0
                ? "the network is that of epoch " + formatCount(m_stopping.bestEpoch()) + ", the best before"
                : "the network has learnt nothing";
        return {"Training broke off in epoch " + formatCount(epoch) + " because the loss grew beyond all numbers; " +
                    kept + ". Lower the learning rate (now " + formatNumber(m_settings.learningRate) +
                    "), or standardise the features.",
                {.parameter = "learning_rate"}};
    }

    Network<float> m_network;
    const NetworkRows<float>& m_training;
    const NetworkRows<float>& m_validation;
    const NetworkTraining& m_settings;
    JobContext& m_context;
    BatchOrder m_order;
    Backpropagation<float> m_backpropagation;
    std::unique_ptr<Optimizer<float>> m_optimizer;
    EarlyStopping m_stopping;
    LossTrace m_trace;
    Network<float>::Vector m_best;
};

}  // namespace

TrainedNetwork trainNetwork(Network<float> start, const NetworkRows<float>& training,
                            const NetworkRows<float>& validation, const NetworkTraining& settings,
                            JobContext& context) {
    return Trainer(std::move(start), training, validation, settings, context).run();
}

}  // namespace holdout
