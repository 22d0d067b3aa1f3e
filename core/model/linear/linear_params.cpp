// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/linear_params.h"

#include "base/format.h"

namespace holdout {

ParamSpec lambdaParam(std::string_view help, double fallback) {
    return {.id = "lambda",
            .label = "Strength (lambda)",
            .help = help,
            .fallback = fallback,
            .rule = RealRange{.low = 0},
            .scale = Scale::Log,
            .group = ParamGroup::Regularisation,
            .usual = std::pair{1e-4, 10.0}};
}

ParamSpec l1RatioParam() {
    return {.id = "l1_ratio",
            .label = "Share of the L1 part",
            .help =
                "1 is the lasso, which sets weights to zero; 0 is ridge, which shrinks them all. Between the two, "
                "correlated "
                "features are kept or dropped together.",
            .fallback = 0.5,
            .rule = RealRange{.low = 0, .high = 1},
            .group = ParamGroup::Regularisation,
            .usual = std::pair{0.0, 1.0}};
}

ParamSpec penaltyParam() {
    return {
        .id = "penalty",
        .label = "Regularisation",
        .help =
            "What holds the weights down: ridge (L2) makes all of them small, lasso (L1) sets some to zero, elastic "
            "net mixes both, and none lets them grow as the data ask.",
        .fallback = std::string("l2"),
        .rule = OneOf{{{"none", "None"}, {"l2", "Ridge (L2)"}, {"l1", "Lasso (L1)"}, {"elastic-net", "Elastic net"}}},
        .group = ParamGroup::Regularisation};
}

ParamSpec lambdaOfPenaltyParam(std::string_view help, double fallback) {
    ParamSpec spec = lambdaParam(help, fallback);
    spec.when = EnabledWhen{"penalty", {"l2", "l1", "elastic-net"}};
    return spec;
}

ParamSpec l1RatioOfPenaltyParam() {
    ParamSpec spec = l1RatioParam();
    spec.when = EnabledWhen{"penalty", {"elastic-net"}};
    return spec;
}

ParamSpec classWeightsParam() {
    return {.id = "class_weights",
            .label = "Class weights",
            .help =
                "Balanced: each class counts as much as every other, however few its rows. Finds more of a rare class, "
                "at the price of false alarms and of probabilities that are too high for it.",
            .fallback = std::string("none"),
            .rule = OneOf{{{"none", "As they come"}, {"balanced", "Balanced"}}},
            .group = ParamGroup::Training};
}

Penalty penaltyOf(const Params& params) {
    const std::string& kind = params.text("penalty");
    if (kind == "none") return {.none = true};
    const double share = kind == "l1" ? 1 : kind == "l2" ? 0 : params.real("l1_ratio");
    return {.lambda = params.real("lambda"), .l1Ratio = share};
}

bool isBalanced(const Params& params) {
    return params.text("class_weights") == "balanced";
}

ParamSpec toleranceParam() {
    return {.id = "tolerance",
            .label = "Tolerance",
            .help =
                "The fit is finished when a further step would change no weight by more than this, on the scale of "
                "features "
                "with standard deviation 1.",
            .fallback = 1e-9,
            .rule = RealRange{.low = 1e-14, .high = 0.1},
            .scale = Scale::Log,
            .group = ParamGroup::Advanced,
            .usual = std::pair{1e-10, 1e-4}};
}

ParamSpec maxIterationsParam() {
    return {.id = "max_iterations",
            .label = "Most iterations",
            .help = "The fit stops after this many steps, finished or not, and says so.",
            .fallback = std::int64_t{1000},
            .rule = IntegerRange{.low = 1, .high = 1'000'000},
            .scale = Scale::Log,
            .group = ParamGroup::Advanced,
            .usual = std::pair{100.0, 10'000.0}};
}

StopRule stopRule(const Params& params) {
    return {params.real("tolerance"), params.integer("max_iterations")};
}

Warning notConverged(const StopRule& rule) {
    return {"The fit did not converge within " + formatCount(rule.maxIterations) +
                (rule.maxIterations == 1 ? " iteration" : " iterations") +
                ": the weights are not exactly the best. Allow more iterations, standardise the features, or "
                "regularise more.",
            {.parameter = "max_iterations"}};
}

}  // namespace holdout
