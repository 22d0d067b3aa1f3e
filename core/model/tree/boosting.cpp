// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "data/column_choice.h"
#include "model/training_checks.h"
#include "model/tree/boosting_training.h"
#include "model/tree/tree_model.h"
#include "model/tree/tree_params.h"
#include "model/tree/trees.h"

namespace holdout {
namespace {

const ParamSpec kParams[] = {
    treesParam(
        "Rounds of boosting: each adds a tree (one for each class, when there are more than two) that mends what "
        "is still wrong. Too many learn the noise; early stopping finds the number."),
    {.id = "learning_rate",
     .label = "Learning rate",
     .help = "How much of each tree's correction is made. Smaller is steadier and needs more trees.",
     .fallback = 0.1,
     .rule = RealRange{.low = 0, .high = 10, .lowOpen = true},
     .scale = Scale::Log,
     .group = ParamGroup::Training,
     .usual = {{0.01, 1.0}}},
    {.id = "max_leaves",
     .label = "Leaves",
     .help = "Leaves of each tree, at most. The leaf whose split helps most is split first.",
     .fallback = std::int64_t{31},
     .rule = IntegerRange{2, 100000},
     .scale = Scale::Log,
     .group = ParamGroup::Regularisation,
     .usual = {{2, 255}}},
    maxDepthParam(0),
    minSamplesLeafParam(20),
    {.id = "lambda",
     .label = "L2 penalty (lambda)",
     .help =
         "Adds lambda / 2 times the squared step of each leaf to the sum of losses: smaller steps where rows are few.",
     .fallback = 1.0,
     .rule = RealRange{.low = 0},
     .scale = Scale::Log,
     .group = ParamGroup::Regularisation,
     .usual = {{1e-3, 100.0}}},
    {.id = "category_lambda",
     .label = "Further penalty of categories",
     .help = "Added to lambda where a category column of more than four categories is parted in two groups. Categories "
             "that no step has encoded are grouped by what they do to the target, and groups of many can be found to "
             "fit anything.",
     .fallback = 10.0,
     .rule = RealRange{.low = 0},
     .scale = Scale::Log,
     .group = ParamGroup::Regularisation,
     .usual = {{0.1, 100.0}}},
    {.id = "increasing",
     .label = "Increasing in",
     .help = "Names of features, separated by commas: the prediction never falls as one of them grows, all else equal. "
             "For numbers and two classes (the probability of the second).",
     .fallback = std::string(),
     .rule = AnyText{},
     .group = ParamGroup::Advanced},
    {.id = "decreasing",
     .label = "Decreasing in",
     .help = "Names of features, separated by commas: the prediction never rises as one of them grows, all else equal.",
     .fallback = std::string(),
     .rule = AnyText{},
     .group = ParamGroup::Advanced},
    {.id = "row_share",
     .label = "Share of the rows",
     .help = "The part of the rows that is drawn at random for each round.",
     .fallback = 1.0,
     .rule = RealRange{.low = 0, .high = 1, .lowOpen = true},
     .group = ParamGroup::Regularisation,
     .usual = {{0.2, 1.0}}},
    {.id = "column_share",
     .label = "Share of the features",
     .help = "The part of the features that is drawn at random for each round.",
     .fallback = 1.0,
     .rule = RealRange{.low = 0, .high = 1, .lowOpen = true},
     .group = ParamGroup::Regularisation,
     .usual = {{0.2, 1.0}}},
    {.id = "validation_fraction",
     .label = "Validation part",
     .help =
         "Share of the training rows that early stopping watches instead of training on them. 0: no early stopping.",
     .fallback = 0.1,
     .rule = RealRange{.low = 0, .high = 0.9},
     .group = ParamGroup::Regularisation,
     .usual = {{0.0, 0.5}}},
    {.id = "patience",
     .label = "Patience",
     .help = "Training stops after so many trees without a lower validation loss, and the best round is kept.",
     .fallback = std::int64_t{10},
     .rule = IntegerRange{1, 100000},
     .group = ParamGroup::Regularisation,
     .usual = {{1, 100}}},
};

BoostingSettings settingsFrom(const Params& params) {
    return {.rounds = params.integer("trees"),
            .tree = {.split = {.lambda = params.real("lambda"),
                               .minSamplesLeaf = static_cast<double>(params.integer("min_samples_leaf")),
                               .categoryLambda = params.real("category_lambda"),
                               .monotone = {}},
                     .maxLeaves = static_cast<std::size_t>(params.integer("max_leaves")),
                     .maxDepth = params.integer("max_depth"),
                     .learningRate = params.real("learning_rate")},
            .rowShare = params.real("row_share"),
            .columnShare = params.real("column_share"),
            .validationFraction = params.real("validation_fraction"),
            .patience = params.integer("patience")};
}

void requireFloatRange(const Target& target) {
    // Squares of so large numbers leave float32, in which gradients are summed up.
    if (target.task == Task::Classification || target.values.cwiseAbs().maxCoeff() < 1e18) return;
    throw Error("A value of the target is too large for boosting, which computes in float32.", {.column = target.name},
                "Divide the target by a power of ten in the file.");
}

/// The direction that each feature is held to; empty when all are free.
std::vector<Monotone> directionsOf(const TrainingSet& training, const std::string& increasing,
                                   const std::string& decreasing) {
    const std::vector<std::string>& names = training.features.names;
    std::vector<Monotone> directions(names.size(), Monotone::Free);
    bool any = false;
    const auto hold = [&](const std::string& text, const char* parameter, Monotone direction) {
        for (const std::string& name : namesIn(text)) {
            const auto found = std::find(names.begin(), names.end(), name);
            if (found == names.end()) {
                const std::string near = nearest(name, names);
                throw Error("There is no feature named " + name + " after the last step.", {.parameter = parameter},
                            near.empty() ? "Write its name as the Prepare page shows it." : "Did you mean " + near + "?");
            }
            const auto at = static_cast<std::size_t>(found - names.begin());
            if (training.features.levels && !(*training.features.levels)[at].empty())
                throw Error("Categories have no order in which a prediction could grow.",
                            {.column = name, .parameter = parameter}, "Encode the column in order, or leave it out.");
            if (directions[at] != Monotone::Free && directions[at] != direction)
                throw Error(name + " cannot be held to both directions.", {.column = name, .parameter = parameter},
                            "Take it out of one of the lists.");
            directions[at] = direction;
            any = true;
        }
    };
    hold(increasing, "increasing", Monotone::Increasing);
    hold(decreasing, "decreasing", Monotone::Decreasing);
    if (!any) return {};
    if (training.target.task == Task::Classification && training.target.classCount() > 2)
        throw Error("Directions can be held to where there is one score, but the target has " +
                        formatCount(training.target.classCount()) + " classes.",
                    {.column = training.target.name, .parameter = increasing.empty() ? "decreasing" : "increasing"},
                    "Leave the lists empty, or predict one class against the others.");
    return directions;
}

class BoostingEstimator final : public Estimator, public Updater {
public:
    BoostingEstimator(const Params& params, Task task)
        : m_settings(settingsFrom(params)),
          m_increasing(params.text("increasing")),
          m_decreasing(params.text("decreasing")),
          m_task(task) {}

    const Updater* updater() const override { return this; }

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 2);
        requireFloatRange(training.target);
        BoostingSettings settings = settingsFor(training);
        settings.glimpse = [&](const Eigen::VectorXd& start, const std::vector<DecisionTree>& trees) {
            TreeRecord soFar{training.features.names, Eigen::VectorXd::Zero(training.features.columns()), {}, {}, {},
                             training.features.levels};
            return std::make_shared<const TreeModel>(m_task, TreeAnswer::Sum, start, trees, std::move(soFar));
        };
        BoostedTrees boosted = boost(training, settings, context);
        TreeRecord record{training.features.names, std::move(boosted.gains), {}, std::move(boosted.trace), {},
                          training.features.levels};
        record.summary = summaryOf(boosted.bestRound, record.trace.size(), boosted.trees.size());
        return std::make_shared<TreeModel>(m_task, TreeAnswer::Sum, std::move(boosted.start), std::move(boosted.trees),
                                           std::move(record));
    }

    /// Further rounds, which mend on the new rows what the model leaves wrong there: at most as many as a fit has.
    std::shared_ptr<const Model> update(const Model& model, const TrainingSet& rows,
                                        JobContext& context) const override {
        context.throwIfStopped();
        requireRows(rows, 2);
        requireFloatRange(rows.target);
        const TreeModel& before = updatable(model, rows, TreeAnswer::Sum);
        BoostedTrees boosted = boost(rows, settingsFor(rows), context, before.scores(rows.features.values));
        TreeRecord record = before.record();
        record.gains += boosted.gains;
        const std::int64_t last = record.trace.empty() ? 0 : record.trace.back().epoch;
        for (TracePoint& point : boosted.trace) {
            point.epoch += last;
            record.trace.push_back(std::move(point));
        }
        std::vector<DecisionTree> trees = before.trees();
        std::move(boosted.trees.begin(), boosted.trees.end(), std::back_inserter(trees));
        record.summary = formatCount(static_cast<std::int64_t>(trees.size())) + " trees, " +
                         formatCount(boosted.bestRound) + " rounds of them added later";
        return std::make_shared<TreeModel>(m_task, TreeAnswer::Sum, before.start(), std::move(trees), std::move(record));
    }

private:
    BoostingSettings settingsFor(const TrainingSet& training) const {
        BoostingSettings settings = m_settings;
        settings.tree.split.monotone = directionsOf(training, m_increasing, m_decreasing);
        return settings;
    }

    static std::string summaryOf(std::int64_t bestRound, std::size_t rounds, std::size_t trees) {
        return formatCount(bestRound) + (bestRound == 1 ? " round" : " rounds") + " of " +
               formatCount(static_cast<std::int64_t>(rounds)) + " kept, " +
               formatCount(static_cast<std::int64_t>(trees)) + (trees == 1 ? " tree" : " trees");
    }

    BoostingSettings m_settings;
    std::string m_increasing, m_decreasing;
    Task m_task;
};

}  // namespace

ModelInfo boostingInfo() {
    return {.id = "boosting",
            .label = "Gradient boosting",
            .sentence =
                "Small trees one after another, each mending what those before it left wrong. Often the most accurate "
                "on tables, with some tuning. Takes missing cells and categories as they are.",
            .can = {.classification = true,
                    .regression = true,
                    .weights = true,
                    .trace = true,
                    .importances = true,
                    .update = true,
                    .raw = {.missing = true, .categories = true}},
            .params = kParams,
            .make = [](const Params& params, Task task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<BoostingEstimator>(params, task);
            },
            .load = &TreeModel::load};
}

}  // namespace holdout
