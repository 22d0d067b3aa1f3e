// SPDX-License-Identifier: GPL-3.0-or-later
#include <atomic>
#include <chrono>
#include <limits>
#include <mutex>

#include "base/format.h"
#include "model/training_checks.h"
#include "model/tree/binned_rows.h"
#include "model/tree/out_of_bag.h"
#include "model/tree/pruning.h"
#include "model/tree/tree_model.h"
#include "model/tree/tree_params.h"
#include "model/tree/trees.h"

namespace holdout {
namespace {

const ParamSpec kParams[] = {
    {.id = "kind",
     .label = "Kind",
     .help = "A random forest takes the best threshold of each feature that it tries; extremely randomised trees draw "
             "the thresholds, which is quicker and smoother.",
     .fallback = std::string("random-forest"),
     .rule = OneOf{{{"random-forest", "Random forest"}, {"extra-trees", "Extremely randomised trees"}}}},
    treesParam("How many trees answer together. More are never worse, only slower."),
    criterionParam(),
    maxFeaturesParam("auto"),
    featureShareParam(),
    maxDepthParam(0),
    minSamplesSplitParam(),
    minSamplesLeafParam(1),
    {.id = "bootstrap",
     .label = "Draw rows",
     .help = "Each tree learns from as many rows as there are, drawn with replacement, so that trees differ. Off: all "
             "trees learn from all rows.",
     .fallback = true,
     .rule = AnyBool{},
     .group = ParamGroup::Training},
    {.id = "out_of_bag",
     .label = "Out-of-bag score",
     .help = "Scores each row by the trees that did not draw it: an honest estimate without a validation part.",
     .fallback = true,
     .rule = AnyBool{},
     .when = EnabledWhen{"bootstrap", {"true"}},
     .group = ParamGroup::Training},
};

/// Publishes the trees that there are, for looking at, a few times a second while they are quick to copy. Nothing
/// depends on it. Threads may add at the same time.
class Glimpses {
public:
    using Make = std::function<std::shared_ptr<const Model>(std::vector<DecisionTree>)>;

    Glimpses(Progress& progress, Make make) : m_progress(progress), m_make(std::move(make)) {}

    /// Keeps a reference to `tree`.
    void add(const DecisionTree& tree) {
        constexpr std::size_t mostNodes = 50'000;
        const std::lock_guard lock(m_mutex);
        m_nodes += tree.nodes.size();
        if (m_nodes > mostNodes) return;
        m_trees.push_back(&tree);
        const auto now = std::chrono::steady_clock::now();
        if (now - m_lastLook < std::chrono::milliseconds(250)) return;
        m_lastLook = now;
        constexpr double none = std::numeric_limits<double>::quiet_NaN();  // a forest has no losses
        TracePoint point{static_cast<std::int64_t>(m_trees.size()), none, none, none};
        std::vector<DecisionTree> trees;
        for (const DecisionTree* grown : m_trees) trees.push_back(*grown);
        point.model = m_make(std::move(trees));
        m_progress.trace(point);
    }

private:
    Progress& m_progress;
    const Make m_make;
    std::mutex m_mutex;
    std::vector<const DecisionTree*> m_trees;
    std::size_t m_nodes = 0;
    std::chrono::steady_clock::time_point m_lastLook;
};

class ForestEstimator final : public Estimator, public Updater {
public:
    ForestEstimator(const Params& params, Task task)
        : m_params(params), m_task(task), m_trees(static_cast<std::size_t>(params.integer("trees"))) {}

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 1);
        const CountedRows rows = countedRows(training);
        const BinnedFeatures binned(training.features, rows, context);
        std::vector<CountedRows> drawn(m_trees);
        Glimpses glimpses(context.progress, [&](std::vector<DecisionTree> trees) {
            TreeRecord soFar{training.features.names, Eigen::VectorXd::Zero(training.features.columns()), {}, {}, {}, {}};
            Eigen::VectorXd start = Eigen::VectorXd::Zero(trees[0].outputs);
            return std::make_shared<const TreeModel>(m_task, TreeAnswer::Mean, std::move(start), std::move(trees),
                                                     std::move(soFar));
        });
        return model(training, rows, grown(training, rows, binned, drawn, context, &glimpses), drawn, context);
    }

    const Updater* updater() const override { return this; }

    /// Trees of the new rows beside those that there are: for each row as many as each of the first rows had, so that
    /// rows count alike, but at most as many as a fit has and at least one.
    std::shared_ptr<const Model> update(const Model& model, const TrainingSet& training,
                                        JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 1);
        const TreeModel& before = updatable(model, training, TreeAnswer::Mean);
        const CountedRows rows = countedRows(training);
        const std::vector<float>& counts = before.trees().front().counts;
        const double firstRows = counts.empty() ? rows.total : static_cast<double>(counts.front());
        const double wanted = static_cast<double>(m_trees) * rows.total / std::max(1.0, firstRows);
        std::vector<CountedRows> drawn(
            static_cast<std::size_t>(std::clamp(std::round(wanted), 1.0, static_cast<double>(m_trees))));
        const BinnedFeatures binned(training.features, rows, context);
        TreeRecord record = before.record();
        std::vector<DecisionTree> trees = before.trees();
        addTrees(grown(training, rows, binned, drawn, context), trees, record);
        record.summary = formatCount(static_cast<std::int64_t>(trees.size())) + " trees, " +
                         formatCount(static_cast<std::int64_t>(drawn.size())) + " of them of the rows added last";
        return std::make_shared<TreeModel>(m_task, TreeAnswer::Mean, before.start(), std::move(trees),
                                           std::move(record));
    }

private:
    /// As many trees as there is room for what they draw. `glimpses` may be null.
    std::vector<GrownTree> grown(const TrainingSet& training, const CountedRows& rows, const BinnedFeatures& binned,
                                 std::vector<CountedRows>& drawn, const JobContext& context,
                                 Glimpses* glimpses = nullptr) const {
        return m_task == Task::Regression ? grow<NumberTally>(training, rows, binned, drawn, context, glimpses)
                                          : grow<ClassTally>(training, rows, binned, drawn, context, glimpses);
    }

    /// Each tree's importances sum to 1, so that none speaks louder than another.
    static void addTrees(const std::vector<GrownTree>& grown, std::vector<DecisionTree>& trees, TreeRecord& record) {
        for (const GrownTree& tree : grown) {
            const Eigen::VectorXd gains = featureGains(tree, record.gains.size());
            if (gains.sum() > 0) record.gains += gains / gains.sum();
            trees.push_back(tree.tree);
        }
    }

    template <typename Tally>
    std::vector<GrownTree> grow(const TrainingSet& training, const CountedRows& rows, const BinnedFeatures& binned,
                                std::vector<CountedRows>& drawn, const JobContext& context, Glimpses* glimpses) const {
        GrowthRules rules = growthRules(m_params, m_task);
        rules.featuresPerSplit = featuresPerSplit(m_params, m_task, binned.columns());
        rules.randomThresholds = m_params.text("kind") == "extra-trees";
        const bool draws = m_params.flag("bootstrap");
        const std::size_t count = drawn.size();
        const std::string what = "Growing " + formatCount(static_cast<std::int64_t>(count)) + " trees";
        std::vector<GrownTree> grown(count);
        std::atomic<std::size_t> done{0};
        parallelFor(count, [&](std::size_t i) {
            context.throwIfStopped();
            const Seed seed = context.seed.derive("tree", i);
            if (draws) drawn[i] = bootstrap(rows, seed.derive("rows"));
            BinnedRows<Tally> treeRows(binned, training.target, draws ? drawn[i] : rows, rules);
            RandomStream random(seed.derive("splits"));
            grown[i] = growTree(treeRows, rules, random, context);
            if (glimpses) glimpses->add(grown[i].tree);
            context.progress.report(static_cast<double>(++done) / static_cast<double>(count), what);
        });
        return grown;
    }

    std::shared_ptr<const Model> model(const TrainingSet& training, const CountedRows& rows,
                                       const std::vector<GrownTree>& grown, const std::vector<CountedRows>& drawn,
                                       const JobContext& context) const {
        const Eigen::Index features = training.features.values.cols();
        TreeRecord record{training.features.names, Eigen::VectorXd::Zero(features), {}, {}, {}, {}};
        std::vector<DecisionTree> trees;
        addTrees(grown, trees, record);
        std::int64_t leaves = 0;
        for (const DecisionTree& tree : trees) leaves += tree.leaves();
        record.summary = formatCount(static_cast<std::int64_t>(m_trees)) + (m_trees == 1 ? " tree, " : " trees, ") +
                         formatCount(leaves) + " leaves in all";
        if (m_params.flag("bootstrap") && m_params.flag("out_of_bag"))
            record.summary += outOfBagText(training, rows, trees, drawn, context);
        Eigen::VectorXd start = Eigen::VectorXd::Zero(trees[0].outputs);
        return std::make_shared<TreeModel>(m_task, TreeAnswer::Mean, std::move(start), std::move(trees),
                                           std::move(record));
    }

    Params m_params;
    Task m_task;
    std::size_t m_trees;
};

}  // namespace

ModelInfo forestInfo() {
    return {.id = "forest",
            .label = "Random forest",
            .sentence =
                "The mean of many decision trees, each grown on other rows and features. Good with little tuning, and "
                "needs no scaling.",
            .can = {.classification = true, .regression = true, .weights = true, .importances = true, .update = true},
            .params = kParams,
            .make = [](const Params& params, Task task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<ForestEstimator>(params, task);
            },
            .load = &TreeModel::load};
}

}  // namespace holdout
