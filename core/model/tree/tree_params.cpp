// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/tree_params.h"

#include <cmath>

namespace holdout {

ParamSpec criterionParam() {
    return {.id = "criterion",
            .label = "Impurity of classes",
            .help =
                "What a split makes less: Gini, the chance of two rows of a leaf being of different classes, or "
                "entropy, the bits needed to name a row's class. Targets that are numbers have squared error.",
            .fallback = std::string("gini"),
            .rule = OneOf{{{"gini", "Gini"}, {"entropy", "Entropy"}}}};
}

ParamSpec maxDepthParam(std::int64_t fallback) {
    return {.id = "max_depth",
            .label = "Depth",
            .help = "Questions from the root to a leaf, at most. 0: no limit.",
            .fallback = fallback,
            .rule = IntegerRange{0, 1000},
            .group = ParamGroup::Regularisation,
            .usual = {{0, 30}}};
}

ParamSpec minSamplesSplitParam() {
    return {.id = "min_samples_split",
            .label = "Least rows to split",
            .help = "A node with fewer rows is a leaf. Row weights count as repetitions.",
            .fallback = std::int64_t{2},
            .rule = IntegerRange{2, 1000000000},
            .group = ParamGroup::Regularisation,
            .usual = {{2, 100}}};
}

ParamSpec minSamplesLeafParam(std::int64_t fallback) {
    return {.id = "min_samples_leaf",
            .label = "Least rows in a leaf",
            .help = "Splits that leave fewer rows on a side are not made. Row weights count as repetitions.",
            .fallback = fallback,
            .rule = IntegerRange{1, 1000000000},
            .group = ParamGroup::Regularisation,
            .usual = {{1, 100}}};
}

ParamSpec maxFeaturesParam(std::string_view fallback) {
    return {.id = "max_features",
            .label = "Features tried per split",
            .help =
                "How many features, drawn anew for each split, compete to make it: fewer make the trees more "
                "different from one another. Automatic: the square root of their number for classes, a third for "
                "numbers.",
            .fallback = std::string(fallback),
            .rule = OneOf{{{"auto", "Automatic"}, {"all", "All"}, {"sqrt", "Square root"}, {"share", "A share"}}},
            .group = ParamGroup::Regularisation};
}

ParamSpec featureShareParam() {
    return {.id = "feature_share",
            .label = "Share of the features",
            .help = "The part of the features that is drawn for each split.",
            .fallback = 0.5,
            .rule = RealRange{.low = 0, .high = 1, .lowOpen = true},
            .when = EnabledWhen{"max_features", {"share"}},
            .group = ParamGroup::Regularisation,
            .usual = {{0.05, 1.0}}};
}

ParamSpec treesParam(std::string_view help) {
    return {.id = "trees",
            .label = "Trees",
            .help = help,
            .fallback = std::int64_t{100},
            .rule = IntegerRange{1, 100000},
            .scale = Scale::Log,
            .usual = {{10, 1000}}};
}

std::size_t featuresPerSplit(const Params& params, Task task, std::size_t features) {
    const std::string& kind = params.text("max_features");
    if (kind == "all" || features == 0) return 0;
    const auto all = static_cast<double>(features);
    double wanted = std::sqrt(all);
    if (kind == "auto" && task == Task::Regression) wanted = all / 3;
    if (kind == "share") wanted = all * params.real("feature_share");
    return static_cast<std::size_t>(std::max(1.0, std::floor(wanted + 1e-9)));
}

GrowthRules growthRules(const Params& params, Task task) {
    GrowthRules rules;
    rules.criterion = task == Task::Regression                ? Criterion::SquaredError
                      : params.text("criterion") == "entropy" ? Criterion::Entropy
                                                              : Criterion::Gini;
    rules.maxDepth = params.integer("max_depth");
    rules.minSamplesSplit = static_cast<double>(params.integer("min_samples_split"));
    rules.minSamplesLeaf = static_cast<double>(params.integer("min_samples_leaf"));
    return rules;
}

}  // namespace holdout
