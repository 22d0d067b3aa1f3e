// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/boosting_training.h"

#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/format.h"
#include "model/tree/boosting_loss.h"
#include "model/tree/pruning.h"
#include "train/early_stopping.h"
#include "train/loss_trace.h"
#include "train/training_rows.h"

namespace holdout {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t rowsPerTask = 4096;
constexpr std::size_t glimpsedTrees = 2000;

/// The counts of some of the rows.
CountedRows selected(const CountedRows& all, const std::vector<std::uint32_t>& rows) {
    CountedRows result;
    std::size_t at = 0;
    for (const std::uint32_t row : rows) {
        while (all.rows[at] != row) ++at;
        result.rows.push_back(row);
        result.counts.push_back(all.counts[at]);
        result.total += all.counts[at];
    }
    return result;
}

/// Each position with the chance `share`; in any case one.
std::vector<std::uint32_t> drawPositions(std::size_t count, double share, Seed seed) {
    std::vector<std::uint32_t> positions(count);
    std::iota(positions.begin(), positions.end(), 0U);
    if (share >= 1 || count == 0) return positions;
    RandomStream random(seed);
    std::erase_if(positions, [&](std::uint32_t) { return random.uniform() >= share; });
    if (positions.empty()) positions.push_back(static_cast<std::uint32_t>(random.below(count)));
    return positions;
}

/// One fit: the scores on their way, and the trees that moved them.
class Booster {
public:
    Booster(const TrainingSet& training, const BoostingSettings& settings, JobContext& context, const CountedRows& rows,
            const TrainingParts& parts, const Eigen::MatrixXd& before)
        : m_features(training.features),
          m_settings(settings),
          m_context(context),
          m_trainingRows(selected(rows, parts.training)),
          m_start(startScores(training.target, m_trainingRows)),
          m_binned(training.features, m_trainingRows, context),
          m_training(training.target, m_trainingRows, m_start),
          m_validation(training.target, selected(rows, parts.validation), m_start),
          m_gradients(static_cast<std::size_t>(training.features.values.rows())),
          m_stopping(settings.patience, 0),
          m_trace(context.progress) {
        if (before.size() == 0) return;
        m_training.restart(before);
        m_validation.restart(before);
        const double loss = m_training.refresh(context);
        m_stopping.observe(0, m_validation.size() > 0 ? m_validation.refresh(context) : loss);
    }

    BoostedTrees run() {
        m_training.refresh(m_context);
        for (std::int64_t round = 1; round <= m_settings.rounds; ++round) {
            m_context.progress.report(static_cast<double>(round - 1) / static_cast<double>(m_settings.rounds),
                                      "Tree " + formatCount(round) + " of " + formatCount(m_settings.rounds));
            m_context.passEpoch();
            const double gradientNorm = addRound(round);
            record(round, gradientNorm);
            if (m_validation.size() > 0 && m_stopping.shouldStop()) break;
            if (m_context.shouldFinish()) break;
        }
        return result();
    }

private:
    /// Grows the trees of a round, all from the scores before it. Returns the norm of the mean gradient over the
    /// scores.
    double addRound(std::int64_t round) {
        const JobContext roundContext = m_context.derive("round", static_cast<std::uint64_t>(round));
        const Seed seed = roundContext.seed;
        const auto columns = drawPositions(m_binned.columns(), m_settings.columnShare, seed.derive("columns"));
        const auto drawn = drawPositions(m_training.size(), m_settings.rowShare, seed.derive("rows"));
        double squares = 0;
        for (std::size_t output = 0; output < outputs(); ++output) {
            squares += m_training.gradients(output, m_gradients);
            m_room.rows.resize(drawn.size());
            for (std::size_t i = 0; i < drawn.size(); ++i) m_room.rows[i] = m_training.rows()[drawn[i]];
            m_room.packed.pack(m_room.rows, m_gradients, roundContext.derive("output", output));
            const BoostedTree tree(m_binned, columns, m_room, m_gradients, m_settings.tree, m_context);
            if (drawn.size() == m_training.size())
                moveGrown(tree, output);
            else
                move(m_training, tree.grown().tree, output);
            move(m_validation, tree.grown().tree, output);
            m_gains.push_back(featureGains(tree.grown(), m_features.values.cols()));
            m_trees.push_back(tree.grown().tree);
        }
        return std::sqrt(squares);
    }

    /// What `move` does, when the tree was grown on all training rows and knows which leaf each fell into.
    void moveGrown(const BoostedTree& tree, std::size_t output) {
        const std::vector<Range> parts = chunks(m_training.size(), rowsPerTask);
        parallelFor(parts.size(), [&](std::size_t p) {
            for (std::size_t i = parts[p].begin; i < parts[p].end; ++i)
                m_training.score(i, output) += tree.answer(m_training.rows()[i]);
        });
    }

    void move(ScoredRows& rows, const DecisionTree& tree, std::size_t output) const {
        const std::vector<Range> parts = chunks(rows.size(), rowsPerTask);
        parallelFor(parts.size(), [&](std::size_t p) {
            m_context.throwIfStopped();
            for (std::size_t i = parts[p].begin; i < parts[p].end; ++i)
                rows.score(i, output) += *tree.answer(m_features.values, rows.rows()[i]);
        });
    }

    void record(std::int64_t round, double gradientNorm) {
        const double trainingLoss = m_training.refresh(m_context);
        const bool validates = m_validation.size() > 0;
        const double validationLoss = validates ? m_validation.refresh(m_context) : unknown;
        const bool best = m_stopping.observe(round, validates ? validationLoss : trainingLoss);
        TracePoint point{round, trainingLoss, validationLoss, gradientNorm, best};
        lookAt(point);
        m_trace.add(point);
    }

    /// A look at the trees, a few times a second while they are few enough to copy: nothing depends on it.
    void lookAt(TracePoint& point) {
        const auto now = std::chrono::steady_clock::now();
        if (!m_settings.glimpse || m_trees.size() > glimpsedTrees || now - m_lastLook < std::chrono::milliseconds(250)) return;
        m_lastLook = now;
        point.model = m_settings.glimpse(m_start, m_trees);
    }

    BoostedTrees result() {
        const auto kept = static_cast<std::size_t>(m_stopping.bestEpoch()) * outputs();
        m_trees.resize(kept);
        BoostedTrees result{m_start, std::move(m_trees), Eigen::VectorXd::Zero(m_features.values.cols()),
                            m_trace.take(), m_stopping.bestEpoch()};
        for (std::size_t i = 0; i < kept; ++i) result.gains += m_gains[i];
        return result;
    }

    std::size_t outputs() const { return static_cast<std::size_t>(m_start.size()); }

    const Features& m_features;
    const BoostingSettings& m_settings;
    JobContext& m_context;
    CountedRows m_trainingRows;
    Eigen::VectorXd m_start;
    BinnedFeatures m_binned;
    ScoredRows m_training;
    ScoredRows m_validation;
    LargeVector<GradientCell> m_gradients;  ///< of each row of the data
    TreeRoom m_room;
    EarlyStopping m_stopping;
    LossTrace m_trace;
    std::chrono::steady_clock::time_point m_lastLook;
    std::vector<DecisionTree> m_trees;
    std::vector<Eigen::VectorXd> m_gains;
};

}  // namespace

BoostedTrees boost(const TrainingSet& training, const BoostingSettings& settings, JobContext& context,
                   const Eigen::MatrixXd& before) {
    const CountedRows rows = countedRows(training);
    const TrainingParts parts =
        setAside(rows.rows, training.target.classes, settings.validationFraction, context.seed.derive("validation"));
    return Booster(training, settings, context, rows, parts, before).run();
}

}  // namespace holdout
