// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
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
                               .minSamplesLeaf = static_cast<double>(params.integer("min_samples_leaf"))},
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

class BoostingEstimator final : public Estimator {
public:
    BoostingEstimator(BoostingSettings settings, Task task) : m_settings(settings), m_task(task) {}

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 2);
        requireFloatRange(training.target);
        BoostedTrees boosted = boost(training, m_settings, context);
        const std::string summary = formatCount(boosted.bestRound) + (boosted.bestRound == 1 ? " round" : " rounds") +
                                    " of " + formatCount(static_cast<std::int64_t>(boosted.trace.size())) + " kept, " +
                                    formatCount(static_cast<std::int64_t>(boosted.trees.size())) +
                                    (boosted.trees.size() == 1 ? " tree" : " trees");
        return std::make_shared<TreeModel>(
            m_task, TreeAnswer::Sum, std::move(boosted.start), std::move(boosted.trees),
            TreeRecord{training.features.names, std::move(boosted.gains), summary, std::move(boosted.trace), {}});
    }

private:
    BoostingSettings m_settings;
    Task m_task;
};

}  // namespace

ModelInfo boostingInfo() {
    return {.id = "boosting",
            .label = "Gradient boosting",
            .sentence =
                "Small trees one after another, each mending what those before it left wrong. Often the most accurate "
                "on tables, with some tuning.",
            .can = {.classification = true, .regression = true, .weights = true, .trace = true, .importances = true},
            .params = kParams,
            .make = [](const Params& params, Task task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<BoostingEstimator>(settingsFrom(params), task);
            },
            .load = &TreeModel::load};
}

}  // namespace holdout
