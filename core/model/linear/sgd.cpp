// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/linear/linear.h"
#include "model/linear/linear_params.h"
#include "model/linear/loss_estimator.h"
#include "model/linear/margin_sharpness.h"
#include "model/linear/sgd_model.h"
#include "model/training_checks.h"
#include "train/early_stopping.h"
#include "train/loss_trace.h"

namespace holdout {
namespace {

using Eigen::Index;

constexpr Index kBlock = 256;
constexpr std::int64_t kPatience = 5;

const ParamSpec kParams[] = {
    {.id = "loss",
     .label = "Loss",
     .help = "What a row costs. log: for probabilities. hinge: as a support vector machine, rows that are clearly right "
             "do not count. squared: for numbers. huber: as squared, but rows far off count less. auto: log for classes, "
             "squared for numbers.",
     .fallback = std::string("auto"),
     .rule = OneOf{{{"auto", "By the task"},
                    {"log", "Log loss"},
                    {"hinge", "Hinge"},
                    {"squared", "Squared error"},
                    {"huber", "Huber"}}}},
    {.id = "huber_width",
     .label = "Huber width",
     .help = "From how far off on, in standard deviations of the target, errors count in proportion and no longer squared.",
     .fallback = 1.35,
     .rule = RealRange{.low = 0, .lowOpen = true},
     .when = EnabledWhen{"loss", {"huber"}},
     .usual = {{0.1, 3}}},
    penaltyParam(),
    lambdaParam("How strongly large weights are held down, for standardized features: the mean loss plus lambda times (the "
                "share of L1 times the sum of absolute weights + half the rest times the sum of squared weights) is made "
                "least. In scikit-learn: SGDClassifier with this alpha.",
                1e-4),
    [] {
        ParamSpec spec = l1RatioParam();
        spec.when = EnabledWhen{"penalty", {"elastic-net"}};
        return spec;
    }(),
    {.id = "learning_rate",
     .label = "Learning rate",
     .help = "The length of the first steps: 1 is the longest that does not overshoot on a usual row.",
     .fallback = 0.5,
     .rule = RealRange{.low = 0, .lowOpen = true},
     .scale = Scale::Log,
     .group = ParamGroup::Training,
     .usual = {{0.001, 2}}},
    {.id = "schedule",
     .label = "Schedule",
     .help = "How steps grow shorter. constant: not at all. inverse-scaling: by a power of the number of steps. optimal: by "
             "the penalty, so that they settle as fast as it lets them.",
     .fallback = std::string("optimal"),
     .rule = OneOf{{{"constant", "Constant"}, {"inverse-scaling", "Inverse scaling"}, {"optimal", "Optimal"}}},
     .group = ParamGroup::Training},
    {.id = "power",
     .label = "Power",
     .help = "Steps are divided by their number to this power.",
     .fallback = 0.25,
     .rule = RealRange{.low = 0, .high = 1},
     .when = EnabledWhen{"schedule", {"inverse-scaling"}},
     .group = ParamGroup::Training,
     .usual = {{0.1, 0.75}}},
    {.id = "average",
     .label = "Average",
     .help = "Keeps the mean of the weights over the steps, later ones counting more, in place of the last weights: the noise "
             "of single rows evens out. With an L1 penalty fewer weights are exactly 0 then.",
     .fallback = true,
     .rule = AnyBool{},
     .group = ParamGroup::Training},
    {.id = epochParameter,
     .label = "Passes at most",
     .help = "How often each training row is looked at.",
     .fallback = std::int64_t{20},
     .rule = IntegerRange{.low = 1, .high = 100'000},
     .group = ParamGroup::Training,
     .usual = {{1, 100}}},
    {.id = "tolerance",
     .label = "Least improvement",
     .help = "Training ends when five passes in a row did not lower the loss by this; 0: when they did not lower it at all.",
     .fallback = 1e-4,
     .rule = RealRange{.low = 0},
     .scale = Scale::Log,
     .group = ParamGroup::Training,
     .usual = {{1e-6, 1e-2}}},
    {.id = "shuffle",
     .label = "Shuffle",
     .help = "Looks at the rows in a new random order in each pass. Without it, in their order, which suits rows that are "
             "already in random order and takes less memory.",
     .fallback = true,
     .rule = AnyBool{},
     .group = ParamGroup::Training},
    classWeightsParam(),
};

struct Sums {
    double weight = 0, loss = 0, right = 0, squares = 0, spread = 0;
};

/// Rows on their way into steps: standardised, each row's features together.
class SgdRows {
public:
    SgdRows(const TrainingSet& rows, const SgdRecord& record) : m_rows(rows), m_record(record) {}

    Index count() const { return m_rows.features.rows(); }
    /// Rows begin … end - 1 in the columns of `block`.
    void load(Index begin, Index end, Eigen::Ref<Eigen::MatrixXd> block) const {
        for (Index j = 0; j < block.rows(); ++j) {
            const double* values = &m_rows.features.values(begin, j);
            const double mean = m_record.means[j], factor = m_record.factors[j];
            for (Index i = 0; i < end - begin; ++i) block(j, i) = (values[i] - mean) * factor;
        }
    }
    double truth(Index row) const {
        const auto i = static_cast<std::size_t>(row);
        return m_record.task == Task::Regression ? (m_rows.target.values[row] - m_record.offset) / m_record.scale
                                                 : m_rows.target.classes[i];
    }
    double importance(Index row, double meanWeight) const {
        double weight = m_rows.weights.size() > 0 ? m_rows.weights[row] / meanWeight : 1;
        if (m_record.classFactors.size() > 0) weight *= m_record.classFactors[m_rows.target.classes[static_cast<std::size_t>(row)]];
        return weight;
    }
    double meanWeight() const {
        if (m_rows.weights.size() == 0) return 1;
        return m_rows.weights.sum() / static_cast<double>((m_rows.weights.array() > 0).count());
    }

private:
    const TrainingSet& m_rows;
    const SgdRecord& m_record;
};

/// Linear models by stochastic gradient descent.
class SgdEstimator final : public Estimator, private Updater {
public:
    SgdEstimator(const Params& params, Task task)
        : m_task(task),
          m_rate(params.real("learning_rate")),
          m_epochs(params.integer(epochParameter)),
          m_tolerance(params.real("tolerance")),
          m_shuffle(params.flag("shuffle")),
          m_balanced(isBalanced(params)) {
        const Penalty penalty = penaltyOf(params);
        m_settings.lambda = penalty.none ? 0 : penalty.lambda;
        m_settings.l1Ratio = penalty.l1Ratio;
        m_settings.loss = lossOf(params.text("loss"));
        const std::string& schedule = params.text("schedule");
        m_settings.schedule = schedule == "constant"          ? SgdSchedule::Constant
                              : schedule == "inverse-scaling" ? SgdSchedule::InverseScaling
                                                              : SgdSchedule::Optimal;
        m_settings.power = params.real("power");
        m_settings.average = params.flag("average");
        m_settings.huberWidth = params.real("huber_width");
    }

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 2);
        if (m_task == Task::Classification) requireAllClasses(training);
        SgdRecord record = startOf(training);
        const SgdRows rows(training, record);
        LinearSgd descent(settingsFor(record), record.state);
        LossTrace trace(context.progress);
        EarlyStopping stopping(kPatience, m_tolerance);
        Eigen::MatrixXd kept;  // all rows, when their order changes
        if (m_shuffle) {
            kept.resize(record.means.size(), rows.count());
            for (Index begin = 0; begin < rows.count(); begin += kBlock) {
                const Index end = std::min(rows.count(), begin + kBlock);
                rows.load(begin, end, kept.middleCols(begin, end - begin));
            }
        }
        for (std::int64_t epoch = 1; epoch <= m_epochs; ++epoch) {
            context.passEpoch();
            const double before = static_cast<double>(epoch - 1) / static_cast<double>(m_epochs);
            context.progress.report(before, "stochastic gradient descent");
            const Sums sums = m_shuffle ? shuffledPass(rows, kept, descent, context.seed.derive("order", static_cast<std::uint64_t>(epoch)), context)
                                        : passInOrder(rows, descent, context);
            requireFinite(descent);
            TracePoint point = pointOf(sums, descent, epoch);
            point.best = stopping.observe(epoch, point.trainingLoss);
            trace.add(point);
            if (stopping.shouldStop() || context.shouldFinish()) break;
        }
        record.trace = trace.take();
        record.state = descent.state();
        sharpen(record, training, 1);
        return std::make_shared<SgdModel>(std::move(record));
    }

    std::shared_ptr<const Model> update(const Model& model, const TrainingSet& training,
                                        JobContext& context) const override {
        requireRows(training, 1);
        const auto* before = dynamic_cast<const SgdModel*>(&model);
        if (!before)
            throw Error("The model to go on with is none of stochastic gradient descent.", {.parameter = "model"}, "Choose an sgd.");
        SgdRecord record = before->record();
        if (record.means.size() != training.features.columns() || record.task != m_task || record.labels != training.target.labels)
            throw Error("The new rows have other features or classes than those that the model was fitted on.", {},
                        "Prepare them with the model's own recipe.");
        const SgdRows rows(training, record);
        const std::int64_t steps = record.state.steps;
        LinearSgd descent(settingsFor(record), adapted(record.state));
        const Sums sums = passInOrder(rows, descent, context);
        requireFinite(descent);
        const TracePoint point = pointOf(sums, descent, static_cast<std::int64_t>(record.trace.size()) + 1);
        context.progress.trace(point);
        record.trace.push_back(point);
        record.state = descent.state();
        sharpen(record, training, static_cast<double>(record.state.steps - steps) / static_cast<double>(record.state.steps));
        return std::make_shared<SgdModel>(std::move(record));
    }

    const Updater* updater() const override { return this; }

private:
    SgdLoss lossOf(const std::string& word) const {
        const bool classes = m_task == Task::Classification;
        if (word == "auto") return classes ? SgdLoss::Log : SgdLoss::Squared;
        if ((word == "log" || word == "hinge") != classes)
            throw Error("The loss " + word + " is for " + (classes ? "numbers" : "classes") + ", but the target is " +
                            (classes ? "a class." : "a number."),
                        {.parameter = "loss"}, std::string("Choose ") + (classes ? "log or hinge." : "squared or huber."));
        return word == "log" ? SgdLoss::Log : word == "hinge" ? SgdLoss::Hinge : word == "huber" ? SgdLoss::Huber : SgdLoss::Squared;
    }

    /// The scale of features and target, and a model that has seen nothing yet.
    SgdRecord startOf(const TrainingSet& training) const {
        SgdRecord record;
        record.task = m_task;
        record.features = training.features.names;
        record.labels = training.target.labels;
        const Eigen::VectorXd shares = rowShares(training);
        measureFeatures(training, shares, record);
        const Target& target = training.target;
        if (m_task == Task::Regression) {
            record.outputs = {target.name};
            record.offset = shares.dot(target.values);
            const double variance = shares.dot((target.values.array() - record.offset).square().matrix());
            record.scale = variance > 0 ? std::sqrt(variance) : 1;
        } else {
            record.outputs = target.classCount() == 2 ? std::vector{target.labels.back()} : target.labels;
            if (m_balanced) {
                record.classFactors.setZero(target.classCount());
                for (Index i = 0; i < shares.size(); ++i)
                    record.classFactors[target.classes[static_cast<std::size_t>(i)]] += shares[i];
                record.classFactors = (record.classFactors * target.classCount()).cwiseInverse().eval();
            }
        }
        record.state = LinearSgd::start(record.means.size(), static_cast<Index>(record.outputs.size()), m_settings);
        return record;
    }

    static void measureFeatures(const TrainingSet& training, const Eigen::VectorXd& shares, SgdRecord& record) {
        const Eigen::MatrixXd& values = training.features.values;
        record.means.setZero(values.cols());
        record.factors.setZero(values.cols());
        parallelFor(static_cast<std::size_t>(values.cols()), [&](std::size_t column) {
            const auto j = static_cast<Index>(column);
            const double mean = shares.dot(values.col(j));
            double variance = 0, rest = 0;
            for (Index i = 0; i < values.rows(); ++i) {
                const double from = values(i, j) - mean;
                variance += shares[i] * from * from;
                rest += shares[i] * from;
            }
            const double sd = std::sqrt(std::max(0.0, variance - rest * rest));
            record.means[j] = mean;
            // No spread beyond what rounding makes of equal values.
            if (sd > 1e-12 * std::abs(mean) && std::isfinite(1 / sd) && std::isfinite(sd)) record.factors[j] = 1 / sd;
        });
        std::vector<std::string> constant;
        for (Index j = 0; j < values.cols(); ++j) {
            if (!std::isfinite(record.means[j]))
                throw Error("The values are too large to be squared.", {.column = training.features.names[static_cast<std::size_t>(j)]},
                            "Rescale the column, or remove its outliers.");
            if (record.factors[j] == 0) constant.push_back(training.features.names[static_cast<std::size_t>(j)]);
        }
        if (!constant.empty())
            addOnce(record.warnings, {listedNames(constant) + (constant.size() == 1 ? " is the same in every row: its weight is 0."
                                                                                    : " are the same in every row: their weights are 0."),
                                      {}});
    }

    /// With the first rate as long as the curvature of a usual row allows.
    LinearSgd::Settings settingsFor(const SgdRecord& record) const {
        LinearSgd::Settings settings = m_settings;
        const double curvature = settings.loss != SgdLoss::Log ? 1 : record.outputs.size() == 1 ? 0.25 : 0.5;
        settings.rate = m_rate / (curvature * (1 + static_cast<double>((record.factors.array() != 0).count())));
        return settings;
    }

    /// A state of other settings: what they need beside it begins here.
    LinearSgd::State adapted(LinearSgd::State state) const {
        const LinearSgd::State fresh = LinearSgd::start(state.weights.rows(), state.weights.cols(), m_settings);
        if (m_settings.average && state.meanWeights.size() == 0) {
            state.meanWeights = state.weights;
            state.meanIntercepts = state.intercepts;
        }
        if (!m_settings.average) {
            state.meanWeights.resize(0, 0);
            state.meanIntercepts.resize(0);
        }
        if (fresh.l1Applied.size() != state.l1Applied.size()) {
            state.l1Applied = fresh.l1Applied;
            state.l1Due = 0;
        }
        return state;
    }

    void addRow(const SgdRows& rows, Index row, const double* features, double meanWeight, LinearSgd& descent, Sums& sums) const {
        const double importance = rows.importance(row, meanWeight), truth = rows.truth(row);
        if (importance == 0) return;
        descent.judge(features, truth);
        sums.weight += importance;
        sums.loss += importance * descent.lastLoss();
        if (m_task == Task::Classification) {
            sums.right += descent.lastWasRight() ? importance : 0;
        } else {
            const double rest = descent.scores()[0] - truth;
            sums.squares += importance * rest * rest;
            sums.spread += importance * truth * truth;
        }
        descent.step(features, truth, importance);
    }

    Sums passInOrder(const SgdRows& rows, LinearSgd& descent, const JobContext& context) const {
        Sums sums;
        const double meanWeight = rows.meanWeight();
        Eigen::MatrixXd block(descent.state().weights.rows(), kBlock);
        for (Index begin = 0; begin < rows.count(); begin += kBlock) {
            context.throwIfStopped();
            const Index end = std::min(rows.count(), begin + kBlock);
            rows.load(begin, end, block);
            for (Index row = begin; row < end; ++row)
                addRow(rows, row, block.col(row - begin).data(), meanWeight, descent, sums);
        }
        return sums;
    }

    Sums shuffledPass(const SgdRows& rows, const Eigen::MatrixXd& kept, LinearSgd& descent, Seed seed, const JobContext& context) const {
        Sums sums;
        const double meanWeight = rows.meanWeight();
        std::vector<std::uint32_t> order(static_cast<std::size_t>(rows.count()));
        std::iota(order.begin(), order.end(), 0U);
        RandomStream(seed).shuffle(order);
        for (std::size_t i = 0; i < order.size(); ++i) {
            if (i % kBlock == 0) context.throwIfStopped();
            addRow(rows, order[i], kept.col(order[i]).data(), meanWeight, descent, sums);
        }
        return sums;
    }

    static void requireFinite(const LinearSgd& descent) {
        if (descent.weights().allFinite() && descent.intercepts().allFinite()) return;
        throw Error("Training broke off because the weights grew beyond all numbers.", {.parameter = "learning_rate"},
                    "Lower the learning rate, or check the rows for values far from the others.");
    }

    /// Each row is scored before it is learnt from: of a first pass, and of new rows, loss and score are honest.
    TracePoint pointOf(const Sums& sums, const LinearSgd& descent, std::int64_t epoch) const {
        constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
        TracePoint point{.epoch = epoch, .trainingLoss = sums.loss / sums.weight, .validationLoss = unknown, .gradientNorm = unknown};
        point.score = m_task == Task::Classification ? sums.right / sums.weight
                      : sums.spread > 0              ? 1 - sums.squares / sums.spread
                                                     : unknown;
        point.stepSize = descent.nextRate();
        return point;
    }

    /// Of a hinge loss: how margins become log odds, as these rows say; `share` is their part in all that was seen.
    void sharpen(SgdRecord& record, const TrainingSet& training, double share) const {
        if (m_settings.loss != SgdLoss::Hinge) return;
        const SgdModel plain([&] {
            SgdRecord copy = record;
            copy.trace.clear();
            return copy;
        }());
        const Coefficients found = plain.coefficients().value();
        const double own = sharpnessOf(linearScores(training.features, found.weights, found.intercepts), training.target, rowShares(training));
        record.sharpness += share * (own - record.sharpness);
    }

    Task m_task;
    LinearSgd::Settings m_settings;
    double m_rate;
    std::int64_t m_epochs;
    double m_tolerance;
    bool m_shuffle, m_balanced;
};

}  // namespace

ModelInfo sgdInfo() {
    return {.id = "sgd",
            .label = "Stochastic gradient descent",
            .sentence = "A linear model learnt row by row: for data of any size, and for rows that keep coming. Other linear "
                        "models come closer to the optimum where they can be used.",
            .can = {.classification = true,
                    .regression = true,
                    .weights = true,
                    .trace = true,
                    .coefficients = true,
                    .update = true},
            .params = kParams,
            .make = [](const Params& params, Task task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<SgdEstimator>(params, task);
            },
            .load = &SgdModel::load};
}

}  // namespace holdout
