// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/format.h"
#include "tune/study.h"

namespace holdout {
namespace {

/// "prepare.0.with" -> step 0, parameter "with".
struct StepParameter {
    std::size_t step = 0;
    std::string_view parameter;
};

constexpr std::string_view stepPrefix = "prepare.";

StepParameter parsedStepParameter(const PipelineSpec& base, std::string_view name) {
    const std::string_view rest = name.substr(stepPrefix.size());
    const std::size_t dot = rest.find('.');
    StepParameter parsed;
    const auto end = std::from_chars(rest.data(), rest.data() + std::min(dot, rest.size()), parsed.step);
    if (dot == std::string_view::npos || end.ec != std::errc{} || end.ptr != rest.data() + dot || parsed.step >= base.prepare.size())
        throw Error("The search space names " + std::string(name) + ", which is no parameter of a step.",
                    {.parameter = std::string(name)},
                    "Write prepare.N.PARAMETER with N from 0 to " +
                        std::to_string(std::max<std::size_t>(1, base.prepare.size()) - 1) + ".");
    parsed.parameter = rest.substr(dot + 1);
    return parsed;
}

const ParamSpec& requireSpec(ParamSpecs specs, std::string_view id, std::string_view owner, std::string_view name) {
    if (const ParamSpec* spec = findSpec(specs, id)) return *spec;
    std::vector<std::string_view> known;
    for (const ParamSpec& spec : specs) known.push_back(spec.id);
    const std::string near = nearest(id, known);
    throw Error("The search space names " + std::string(name) + ", but " + std::string(owner) + " has no such parameter.",
                {.parameter = std::string(name)},
                near.empty() ? "See holdout-cli catalog for its parameters." : "Did you mean " + near + "?");
}

[[noreturn]] void throwBad(const Dimension& dimension, const std::string& problem, const std::string& remedy) {
    throw Error("The search space of " + dimension.name + " " + problem + ".", {.parameter = dimension.name}, remedy);
}

ParamValue converted(const ParamSpec& spec, double value) {
    if (std::holds_alternative<std::int64_t>(spec.fallback)) return static_cast<std::int64_t>(std::llround(value));
    return value;
}

}  // namespace

const ParamSpec& dimensionSpec(const PipelineSpec& base, const Catalog& catalog, std::string_view name) {
    if (name.starts_with(stepPrefix)) {
        const StepParameter parsed = parsedStepParameter(base, name);
        const std::string& step = base.prepare[parsed.step].id;
        return requireSpec(catalog.steps.require(step).params, parsed.parameter, step, name);
    }
    return requireSpec(catalog.models.require(base.model.id).params, name, base.model.id, name);
}

PipelineSpec withParams(PipelineSpec base, const std::map<std::string, ParamValue>& params, const Catalog& catalog) {
    for (const auto& [name, value] : params) {
        const ParamSpec& spec = dimensionSpec(base, catalog, name);
        ParamSet& set = name.starts_with(stepPrefix) ? base.prepare[parsedStepParameter(base, name).step].params : base.model.params;
        set.set(spec.id, value);
    }
    return base;
}

Dimension defaultDimension(std::string name, const ParamSpec& spec) {
    Dimension dimension{.name = std::move(name), .scale = spec.scale};
    if (const auto* choice = std::get_if<OneOf>(&spec.rule)) {
        for (const OneOf::Choice& c : choice->choices) dimension.choices.emplace_back(std::string(c.id));
    } else if (std::holds_alternative<AnyBool>(spec.rule)) {
        dimension.choices = {false, true};
    } else if (const auto* integers = std::get_if<IntegerRange>(&spec.rule)) {
        dimension.integer = true;
        const auto usual = spec.usual.value_or(std::pair(static_cast<double>(integers->low), static_cast<double>(integers->high)));
        dimension.low = usual.first;
        dimension.high = usual.second;
    } else if (const auto* reals = std::get_if<RealRange>(&spec.rule)) {
        const auto usual = spec.usual.value_or(std::pair(reals->low, reals->high));
        dimension.low = usual.first;
        dimension.high = usual.second;
    } else {
        dimension.choices = {spec.fallback};
    }
    return dimension;
}

Dimension checkedDimension(Dimension dimension, const ParamSpec& spec) {
    if (dimension.choices.empty() && !std::holds_alternative<IntegerRange>(spec.rule) && !std::holds_alternative<RealRange>(spec.rule))
        throwBad(dimension, "needs choices", "Give a list of values: each must be " + describe(spec.rule) + ".");
    for (const ParamValue& choice : dimension.choices)
        if (const auto problem = violation(spec.rule, choice)) throwBad(dimension, "has a choice that " + *problem, "");
    if (!dimension.choices.empty()) return dimension;

    dimension.integer = std::holds_alternative<IntegerRange>(spec.rule);
    if (!std::isfinite(dimension.low) || !std::isfinite(dimension.high)) throwBad(dimension, "needs a low and a high end", "");
    if (dimension.low > dimension.high)
        throwBad(dimension, "goes from " + formatNumber(dimension.low) + " to " + formatNumber(dimension.high),
                 "Let low be at most high.");
    if (dimension.scale == Scale::Log && dimension.low <= 0)
        throwBad(dimension, "is logarithmic and begins at " + formatNumber(dimension.low),
                 "Begin above 0, or use the linear scale.");
    if (dimension.steps && (*dimension.steps < 1 || *dimension.steps > 10'000))
        throwBad(dimension, "has " + std::to_string(*dimension.steps) + " steps", "Take 1 to 10,000 of them.");
    for (const double end : {dimension.low, dimension.high})
        if (const auto problem = violation(spec.rule, converted(spec, end)))
            throwBad(dimension, "leaves the range of its parameter: it " + *problem, "");
    return dimension;
}

}  // namespace holdout
