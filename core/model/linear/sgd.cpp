// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <span>

#include "model/linear/linear.h"
#include "model/linear/linear_params.h"
#include "model/linear/loss_estimator.h"
#include "model/linear/margin_sharpness.h"
#include "model/linear/sgd_model.h"
#include "model/training_checks.h"
#include "train/early_stopping.h"
#include "train/loss_trace.h"
#include "train/sparse_sgd.h"

namespace holdout {
namespace {

using Eigen::Index;

/// Rows that go through steps together: few enough that blocks stay in cache and a cancel is soon seen.
Index blockRows(Index features) {
    return std::clamp<Index>((Index{1} << 16) / (features + 1), 16, 512);
}
constexpr std::int64_t kPatience = 5;
constexpr Index kGlimpsedFeatures = 20'000;

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
    {.id = "scale",
     .label = "Scale of features",
     .help = "What steps and penalty see. standardize: each feature with mean 0 and standard deviation 1. together: all by one "
             "factor, by which rows get a length of about 1, and zeros stay zeros: for text, whose rows are zeros nearly "
             "everywhere and are then never made dense.",
     .fallback = std::string("standardize"),
     .rule = OneOf{{{"standardize", "Each by itself"}, {"together", "All by one factor"}}}},
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

using Sums = LinearSgd::Sums;

/// Rows on their way into steps: standardised, each row's features together.
class SgdRows {
public:
    SgdRows(const TrainingSet& rows, const SgdRecord& record)
        : m_rows(rows), m_record(record), m_meanWeight(meanWeight()) {}

    Index count() const { return m_rows.features.rows(); }
    /// Null when the features are dense.
    const SparseRows* sparse() const { return m_rows.features.sparse ? &*m_rows.features.sparse : nullptr; }
    Index features() const { return m_record.means.size(); }
    /// Rows begin … end - 1 in the columns of `block`.
    void standardise(Index begin, Index end, Eigen::Ref<Eigen::MatrixXd> block) const {
        constexpr Index kTogether = 32;  // rows whose cells stay in the first cache while their columns come by
        for (Index from = begin; from < end; from += kTogether) {
            const Index count = std::min(kTogether, end - from), first = from - begin;
            for (Index j = 0; j < features(); ++j) {
                const double* values = &m_rows.features.values(from, j);
                const double mean = m_record.means[j], factor = m_record.factors[j];
                for (Index i = 0; i < count; ++i) block(j, first + i) = (values[i] - mean) * factor;
            }
        }
    }
    /// Those of the rows begin … end - 1 that count.
    void load(Index begin, Index end, LinearSgd::Block& block) const {
        standardise(begin, end, block.rows);
        block.count = 0;
        for (Index row = begin; row < end; ++row) {
            if (!answer(row, block)) continue;
            if (block.count < row - begin) block.rows.col(block.count) = block.rows.col(row - begin);
            ++block.count;
        }
    }
    /// The same of any rows, whose features `kept` holds.
    void gather(std::span<const std::uint32_t> rows, const Eigen::MatrixXd& kept, LinearSgd::Block& block) const {
        block.count = 0;
        for (const std::uint32_t row : rows) {
            if (!answer(row, block)) continue;
            block.rows.col(block.count).head(features()) = kept.col(row);
            ++block.count;
        }
    }

    double truth(Index row) const {
        const auto i = static_cast<std::size_t>(row);
        return m_record.task == Task::Regression ? (m_rows.target.values[row] - m_record.offset) / m_record.scale
                                                 : m_rows.target.classes[i];
    }
    double importanceOf(Index row) const {
        double weight = m_rows.weights.size() > 0 ? m_rows.weights[row] / m_meanWeight : 1;
        if (m_record.classFactors.size() > 0) weight *= m_record.classFactors[m_rows.target.classes[static_cast<std::size_t>(row)]];
        return weight;
    }
    double meanWeight() const {
        if (m_rows.weights.size() == 0) return 1;
        return m_rows.weights.sum() / static_cast<double>((m_rows.weights.array() > 0).count());
    }

private:
    /// Truth and importance of a row, as the block's next; false when it does not count.
    bool answer(Index row, LinearSgd::Block& block) const {
        const double importance = importanceOf(row);
        block.importances[block.count] = importance;
        block.truths[block.count] = truth(row);
        return importance > 0;
    }

    const TrainingSet& m_rows;
    const SgdRecord& m_record;
    double m_meanWeight;
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
          m_common(params.text("scale") == "together"),
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

    std::shared_ptr<const Model> fit(const TrainingSet& given, JobContext& context) const override {
        context.throwIfStopped();
        const std::optional<Features> whole = denseOf(given, m_common);
        const TrainingSet training{whole ? *whole : given.features, given.target, given.weights};
        requireRows(training, 2);
        if (m_task == Task::Classification) requireAllClasses(training);
        SgdRecord record = startOf(training);
        const SgdRows rows(training, record);
        const LinearSgd::Settings settings = settingsFor(record);
        LossTrace trace(context.progress);
        std::chrono::steady_clock::time_point lastLook;
        EarlyStopping stopping(kPatience, m_tolerance);
        Eigen::MatrixXd kept;  // all rows, when their order changes
        if (m_shuffle && !training.features.sparse) {
            kept.resize(record.means.size(), rows.count());
            const Index most = blockRows(rows.features());
            for (Index begin = 0; begin < rows.count(); begin += most) {
                const Index end = std::min(rows.count(), begin + most);
                rows.standardise(begin, end, kept.middleCols(begin, end - begin));
            }
        }
        for (std::int64_t epoch = 1; epoch <= m_epochs; ++epoch) {
            context.passEpoch();
            const double before = static_cast<double>(epoch - 1) / static_cast<double>(m_epochs);
            context.progress.report(before, "stochastic gradient descent");
            std::vector<std::uint32_t> order;
            if (m_shuffle) order = shuffled(rows.count(), context.seed.derive("order", static_cast<std::uint64_t>(epoch)));
            const Sums sums = pass(rows, order, kept, settings, record, context);
            TracePoint point = pointOf(sums, settings, record.state, epoch);
            point.best = stopping.observe(epoch, point.trainingLoss);
            // A look at the model, a few times a second: nothing depends on it.
            const auto now = std::chrono::steady_clock::now();
            if (record.means.size() <= kGlimpsedFeatures && now - lastLook >= std::chrono::milliseconds(250)) {
                lastLook = now;
                point.model = std::make_shared<SgdModel>(record);
            }
            trace.add(point);
            if (stopping.shouldStop() || context.shouldFinish()) break;
        }
        record.trace = trace.take();
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
        const std::optional<Features> whole = denseOf(training, record.common);
        const TrainingSet taken{whole ? *whole : training.features, training.target, training.weights};
        const SgdRows rows(taken, record);
        const std::int64_t steps = record.state.steps;
        const LinearSgd::Settings settings = settingsFor(record);
        record.state = adapted(std::move(record.state));
        const Sums sums = pass(rows, {}, {}, settings, record, context);
        const TracePoint point = pointOf(sums, settings, record.state, static_cast<std::int64_t>(record.trace.size()) + 1);
        context.progress.trace(point);
        record.trace.push_back(point);
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
        record.common = m_common;
        if (m_common)
            measureTogether(training, shares, record);
        else
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

    /// All cells by one factor, which brings rows to a mean squared length of 1: zeros stay zeros.
    static void measureTogether(const TrainingSet& training, const Eigen::VectorXd& shares, SgdRecord& record) {
        const Index columns = training.features.columns();
        double squares = 0;
        if (training.features.sparse) {
            for (Index i = 0; i < shares.size(); ++i)
                for (const double value : training.features.sparse->valuesOf(static_cast<std::size_t>(i)))
                    squares += shares[i] * value * value;
        } else {
            for (Index j = 0; j < columns; ++j) squares += shares.dot(training.features.values.col(j).cwiseAbs2());
        }
        if (!std::isfinite(squares))
            throw Error("The values are too large to be squared.", {}, "Rescale the columns, or remove their outliers.");
        record.means = Eigen::VectorXd::Zero(columns);
        record.factors = Eigen::VectorXd::Constant(columns, squares > 0 ? 1 / std::sqrt(squares) : 1);
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
        const double length = record.common ? 1 : static_cast<double>((record.factors.array() != 0).count());
        settings.rate = m_rate / (curvature * (1 + length));
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

    /// Blocks of rows through steps: while one is walked, another thread fills the next and sums up the one before.
    template <typename Fill>
    Sums walk(const SgdRows& rows, LinearSgd& descent, const JobContext& context, const Fill& fill) const {
        const Index most = std::min(blockRows(rows.features()), rows.count());
        const std::vector<Range> parts = chunks(static_cast<std::size_t>(rows.count()), static_cast<std::size_t>(most));
        std::vector<LinearSgd::Block> blocks(3, LinearSgd::Block(rows.features(), most));
        std::vector<Sums> sums(parts.size());
        fill(parts[0], blocks[0]);
        for (std::size_t part = 0; part < parts.size(); ++part) {
            context.throwIfStopped();
            parallelFor(2, [&](std::size_t side) {
                if (side == 0) return descent.walk(blocks[part % 3]);
                if (part > 0 && descent.sumsLater()) sums[part - 1] = descent.sumsOf(blocks[(part - 1) % 3]);
                if (part + 1 < parts.size()) fill(parts[part + 1], blocks[(part + 1) % 3]);
            });
            if (!descent.sumsLater() || part + 1 == parts.size()) sums[part] = descent.sumsOf(blocks[part % 3]);
        }
        Sums all;
        for (const Sums& own : sums) all += own;
        return all;
    }

    /// Sparse features as dense ones, where each has a mean of its own: hardly a cell is 0 then.
    static std::optional<Features> denseOf(const TrainingSet& training, bool common) {
        if (!training.features.sparse || common) return std::nullopt;
        return dense(training.features);
    }

    static std::vector<std::uint32_t> shuffled(Index count, Seed seed) {
        std::vector<std::uint32_t> order(static_cast<std::size_t>(count));
        std::iota(order.begin(), order.end(), 0U);
        RandomStream(seed).shuffle(order);
        return order;
    }

    /// Once over the rows, in `order`, or in theirs when it is empty; the record's state moves. `kept`: the features of dense
    /// rows that are not in their order.
    Sums pass(const SgdRows& rows, const std::vector<std::uint32_t>& order, const Eigen::MatrixXd& kept,
              const LinearSgd::Settings& settings, SgdRecord& record, const JobContext& context) const {
        Sums sums;
        if (rows.sparse()) {
            SparseSgd descent(settings, std::move(record.state), record.factors.size() > 0 ? record.factors[0] : 1);
            sums = sparsePass(rows, order, descent, context);
            record.state = descent.finish();
        } else {
            LinearSgd descent(settings, std::move(record.state));
            sums = walk(rows, descent, context, [&](const Range& part, LinearSgd::Block& block) {
                if (order.empty())
                    rows.load(static_cast<Index>(part.begin), static_cast<Index>(part.end), block);
                else
                    rows.gather({order.data() + part.begin, part.size()}, kept, block);
            });
            record.state = descent.state();
        }
        requireFinite(record.state);
        return sums;
    }

    Sums sparsePass(const SgdRows& rows, const std::vector<std::uint32_t>& order, SparseSgd& descent,
                    const JobContext& context) const {
        Sums sums;
        for (Index i = 0; i < rows.count(); ++i) {
            if (i % 256 == 0) context.throwIfStopped();
            const Index row = order.empty() ? i : static_cast<Index>(order[static_cast<std::size_t>(i)]);
            const double importance = rows.importanceOf(row), truth = rows.truth(row);
            if (importance == 0) continue;
            const auto columns = rows.sparse()->columnsOf(static_cast<std::size_t>(row));
            const auto values = rows.sparse()->valuesOf(static_cast<std::size_t>(row));
            descent.judge(columns, values, truth);
            sums.add(descent.row(), truth, importance);
            descent.step(columns, values, truth, importance);
        }
        return sums;
    }

    static void requireFinite(const LinearSgd::State& state) {
        if (state.weights.allFinite() && state.intercepts.allFinite() && state.meanWeights.allFinite() &&
            state.meanIntercepts.allFinite())
            return;
        throw Error("Training broke off because the weights grew beyond all numbers.", {.parameter = "learning_rate"},
                    "Lower the learning rate, or check the rows for values far from the others.");
    }

    /// Each row is scored before it is learnt from: of a first pass, and of new rows, loss and score are honest.
    TracePoint pointOf(const Sums& sums, const LinearSgd::Settings& settings, const LinearSgd::State& state, std::int64_t epoch) const {
        constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
        TracePoint point{.epoch = epoch, .trainingLoss = sums.loss / sums.weight, .validationLoss = unknown, .gradientNorm = unknown};
        point.score = m_task == Task::Classification ? sums.right / sums.weight
                      : sums.spread > 0              ? 1 - sums.squares / sums.spread
                                                     : unknown;
        point.stepSize = LinearSgd::rateOf(settings, state.steps + 1);
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
    bool m_shuffle, m_common, m_balanced;
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
                    .sparse = true,
                    .update = true},
            .params = kParams,
            .make = [](const Params& params, Task task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<SgdEstimator>(params, task);
            },
            .load = &SgdModel::load};
}

}  // namespace holdout
