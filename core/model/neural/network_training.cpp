// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/network_training.h"

#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/format.h"
#include "model/neural/network_steps.h"
#include "model/neural/network_views.h"
#include "model/neural/training_checkpoint.h"
#include "train/early_stopping.h"
#include "train/loss_trace.h"
#include "train/training_rows.h"

namespace holdout {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// Copying more of them a few times a second would be felt.
constexpr std::ptrdiff_t glimpsedParameters = 20'000;

enum class EpochEnd { Complete, Finished, NotFinite, Optimum };

struct EpochResult {
    EpochEnd end = EpochEnd::Complete;
    double loss = 0;
    double gradientNorm = 0;
    double stepSize = 0;
};

/// One fit: the network on its way, and all that moves it.
class Trainer {
public:
    Trainer(Network<float> start, const NetworkRows<float>& training, const NetworkRows<float>& validation,
            const NetworkTraining& settings, JobContext& context)
        : m_network(std::move(start)),
          m_ownRows(training.size()),
          m_ownWeights(training.weights),
          m_widened(settings.fresh ? training : NetworkRows<float>{}),
          m_training(settings.fresh ? m_widened : training),
          m_validation(validation),
          m_settings(settings),
          m_context(context),
          m_order(orderOf(training.size())),
          m_steps(m_network, m_training, settings),
          m_schedule(settings.schedule),
          m_stopping(settings.patience, settings.minImprovement),
          m_trace(context.progress),
          m_best(m_network) {
        m_steps.watch(context.stop);
    }

    TrainedNetwork run() {
        Warnings warnings;
        for (std::int64_t epoch = resume() + 1; epoch <= m_settings.epochs; ++epoch) {
            if (m_validation.size() > 0 && m_stopping.shouldStop()) break;
            m_context.passEpoch();
            const EpochResult result = runEpoch(epoch);
            if (result.end == EpochEnd::NotFinite) warnings.push_back(notFinite(epoch));
            // Ended before the first epoch did: what there is, is the best so far.
            if (result.end == EpochEnd::Finished && m_stopping.bestEpoch() == 0) m_best = m_network;
            if (result.end == EpochEnd::Finished || result.end == EpochEnd::NotFinite) break;
            if (!record(epoch, result)) {
                warnings.push_back(notFinite(epoch));
                break;
            }
            if (m_context.shouldFinish() || result.end == EpochEnd::Optimum) break;
            keep(epoch);
        }
        return {std::move(m_best), m_trace.take(), m_stopping.bestEpoch(), std::move(warnings)};
    }

private:
    BatchOrder orderOf(Eigen::Index rows) const {
        const auto count = static_cast<std::size_t>(rows);
        return {count, m_settings.method == TrainingMethod::MiniBatch ? m_settings.batchSize : count};
    }

    /// Puts the epoch's own rows behind those that are always there.
    void widen(std::int64_t epoch) {
        if (m_settings.method == TrainingMethod::Lbfgs) {
            if (m_isWidened) return;
            epoch = 1;
        }
        m_isWidened = true;
        const NetworkRows<float> added = m_settings.fresh(epoch);
        const Eigen::Index count = added.size();
        m_widened.inputs.conservativeResize(Eigen::NoChange, m_ownRows + count);
        m_widened.weights.resize(m_ownRows + count);
        m_widened.weights.head(m_ownRows) = m_ownWeights;
        if (count > 0) {
            m_widened.inputs.rightCols(count) = added.inputs;
            m_widened.weights.tail(count) = added.weights;
            m_widened.weights /= m_widened.weights.mean();
        }
        if (m_widened.classes.empty()) {
            m_widened.values.conservativeResize(m_ownRows + count);
            if (count > 0) m_widened.values.tail(count) = added.values;
        } else {
            m_widened.classes.resize(static_cast<std::size_t>(m_ownRows));
            m_widened.classes.insert(m_widened.classes.end(), added.classes.begin(), added.classes.end());
        }
        // A new order for each epoch, so that going on after an interruption needs none of those before.
        m_order = orderOf(m_ownRows + count);
        m_steps.makeRoom();
    }

    EpochResult runEpoch(std::int64_t epoch) {
        if (m_settings.fresh) widen(epoch);
        const auto unit = static_cast<std::uint64_t>(epoch);
        if (m_settings.method == TrainingMethod::MiniBatch) m_order.shuffle(m_context.seed.derive("order", unit));
        const Seed noise = m_context.seed.derive("dropout", unit);
        const std::string what = "Epoch " + formatCount(epoch) + " of " + formatCount(m_settings.epochs);
        EpochResult result;
        for (std::size_t batch = 0; batch < m_order.batches(); ++batch) {
            m_context.throwIfStopped();
            if (m_context.shouldFinish()) return {EpochEnd::Finished};
            const double within = static_cast<double>(batch) / static_cast<double>(m_order.batches());
            if (batch % 32 == 0) report(epoch, within, what);
            const std::span<const std::uint32_t> rows = m_order.batch(batch);
            if (batch + 1 < m_order.batches()) m_steps.expect(m_order.batch(batch + 1));
            const NetworkSteps::Outcome step =
                m_settings.method == TrainingMethod::Lbfgs
                    ? m_steps.iterate(rows, noise)
                    : m_steps.step(rows, m_settings.learningRate * m_schedule.factor(epoch, within),
                                   noise.derive("batch", batch));
            if (!std::isfinite(step.loss)) return {EpochEnd::NotFinite};
            result.loss += step.loss * static_cast<double>(rows.size());
            result.gradientNorm += step.gradientNorm;
            result.stepSize = step.stepSize;
            if (step.isOptimum) result.end = EpochEnd::Optimum;
        }
        result.loss /= static_cast<double>(m_training.size());
        result.gradientNorm /= static_cast<double>(m_order.batches());
        return result;
    }

    void report(std::int64_t epoch, double within, const std::string& what) {
        m_context.progress.report((static_cast<double>(epoch - 1) + within) / static_cast<double>(m_settings.epochs),
                                  what);
    }

    /// False when the validation loss is not finite.
    bool record(std::int64_t epoch, const EpochResult& result) {
        const bool validates = m_validation.size() > 0;
        const NetworkScore score = validates ? scoreOf(m_network, m_validation) : NetworkScore{unknown, unknown};
        if (validates && !std::isfinite(score.loss)) return false;
        // Without the penalties, the epoch before they shrank anything would seem the best.
        const double watched = validates ? score.loss : result.loss + m_steps.penalty();
        const bool best = m_stopping.observe(epoch, watched);
        m_schedule.observe(watched);
        if (best) m_best = m_network;
        TracePoint point{epoch, result.loss, score.loss, result.gradientNorm, best, score.score, result.stepSize};
        lookAt(point);
        m_trace.add(point);
        return true;
    }

    /// A look at the layers and at the network, a few times a second: nothing depends on it.
    void lookAt(TracePoint& point) {
        const auto now = std::chrono::steady_clock::now();
        if (now - m_lastLook < std::chrono::milliseconds(250)) return;
        m_lastLook = now;
        point.layers = std::make_shared<std::vector<LayerView>>(layerViews(m_network, m_training.inputs));
        if (m_settings.glimpse && m_network.parameters().size() <= glimpsedParameters)
            point.model = m_settings.glimpse(m_network);
    }

    /// Says which fit a checkpoint is of: the seed is this unit of work's own.
    std::string fitName() const {
        return m_network.shape().text() + " on " + std::to_string(m_ownRows) + " rows, seed " +
               std::to_string(m_context.seed.value());
    }

    /// The epoch that an interrupted fit had reached; 0 when there was none.
    std::int64_t resume() {
        if (!m_context.checkpoints) return 0;
        auto point = TrainingCheckpoint::read(m_context.checkpoints->last(), fitName(), m_network.shape());
        if (!point) return 0;
        m_network.parameters() = std::move(point->parameters);
        m_network.statistics() = std::move(point->statistics);
        m_best.parameters() = std::move(point->bestParameters);
        m_best.statistics() = std::move(point->bestStatistics);
        m_steps.restore(std::move(point->steps));
        m_stopping.restore(point->stopping);
        m_schedule.restore(point->schedule);
        m_trace.restore(std::move(point->trace));
        // Each shuffle begins with the order that the last one left.
        if (m_settings.method == TrainingMethod::MiniBatch)
            for (std::int64_t epoch = 1; epoch <= point->epoch; ++epoch)
                m_order.shuffle(m_context.seed.derive("order", static_cast<std::uint64_t>(epoch)));
        return point->epoch;
    }

    void keep(std::int64_t epoch) {
        if (!m_context.checkpoints || !m_context.checkpoints->isDue()) return;
        const TrainingCheckpoint point{
            fitName(),           epoch,           m_network.parameters(), m_network.statistics(), m_best.parameters(),
            m_best.statistics(), m_steps.state(), m_stopping.state(),     m_schedule.state(),     m_trace.points()};
        m_context.checkpoints->keep(point.text());
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
    const Eigen::Index m_ownRows;
    const Eigen::VectorXf m_ownWeights;
    NetworkRows<float> m_widened;  ///< with the rows of the epoch, where each has its own
    bool m_isWidened = false;
    const NetworkRows<float>& m_training;
    const NetworkRows<float>& m_validation;
    const NetworkTraining& m_settings;
    JobContext& m_context;
    BatchOrder m_order;
    NetworkSteps m_steps;
    Schedule m_schedule;
    EarlyStopping m_stopping;
    LossTrace m_trace;
    Network<float> m_best;
    std::chrono::steady_clock::time_point m_lastLook;
};

}  // namespace

TrainedNetwork trainNetwork(Network<float> start, const NetworkRows<float>& training,
                            const NetworkRows<float>& validation, const NetworkTraining& settings,
                            JobContext& context) {
    return Trainer(std::move(start), training, validation, settings, context).run();
}

}  // namespace holdout
