// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "model/training_checks.h"
#include "model/tree/presorted_rows.h"
#include "model/tree/pruning.h"
#include "model/tree/tree_model.h"
#include "model/tree/tree_params.h"
#include "model/tree/trees.h"

namespace holdout {
namespace {

const ParamSpec kParams[] = {
    criterionParam(),
    maxDepthParam(0),
    minSamplesSplitParam(),
    minSamplesLeafParam(1),
    {.id = "ccp_alpha",
     .label = "Pruning (alpha)",
     .help =
         "What a leaf costs, in mean impurity over all rows: branches that lower the impurity by less for each leaf "
         "they add are cut off (minimal cost-complexity pruning). 0: none.",
     .fallback = 0.0,
     .rule = RealRange{.low = 0},
     .scale = Scale::Log,
     .group = ParamGroup::Regularisation,
     .usual = {{1e-5, 1e-1}}},
    maxFeaturesParam("all"),
    featureShareParam(),
};

class TreeEstimator final : public Estimator {
public:
    TreeEstimator(const Params& params, Task task)
        : m_params(params), m_task(task), m_alpha(params.real("ccp_alpha")) {}

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 1);
        const Eigen::Index features = training.features.values.cols();
        GrowthRules rules = growthRules(m_params, m_task);
        rules.featuresPerSplit = featuresPerSplit(m_params, m_task, static_cast<std::size_t>(features));
        rules.keepInnerValues = m_alpha > 0;
        GrownTree grown = m_task == Task::Regression ? grow<NumberTally>(training, rules, context)
                                                     : grow<ClassTally>(training, rules, context);
        if (m_alpha > 0) grown = pruned(grown, m_alpha);
        TreeRecord record{training.features.names, featureGains(grown, features), summaryOf(grown.tree), {}, {}};
        Eigen::VectorXd start = Eigen::VectorXd::Zero(grown.tree.outputs);
        std::vector<DecisionTree> trees;
        trees.push_back(std::move(grown.tree));
        return std::make_shared<TreeModel>(m_task, TreeAnswer::Mean, std::move(start), std::move(trees),
                                           std::move(record));
    }

private:
    template <typename Tally>
    static GrownTree grow(const TrainingSet& training, const GrowthRules& rules, const JobContext& context) {
        PresortedRows<Tally> rows(training.features, training.target, countedRows(training), rules, context);
        RandomStream random(context.seed.derive("tree"));
        return growTree(rows, rules, random, context);
    }

    static std::string summaryOf(const DecisionTree& tree) {
        const std::int64_t leaves = tree.leaves();
        return formatCount(leaves) + (leaves == 1 ? " leaf" : " leaves") + ", depth " + formatCount(tree.depth());
    }

    Params m_params;
    Task m_task;
    double m_alpha;
};

}  // namespace

ModelInfo treeInfo() {
    return {.id = "tree",
            .label = "Decision tree",
            .sentence =
                "Asks one question about one feature after another, down to an answer: easy to read, needs no scaling, "
                "and rather rough alone.",
            .can = {.classification = true, .regression = true, .weights = true, .importances = true},
            .params = kParams,
            .make = [](const Params& params, Task task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<TreeEstimator>(params, task);
            },
            .load = &TreeModel::load};
}

}  // namespace holdout
