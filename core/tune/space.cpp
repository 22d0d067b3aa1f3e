// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/format.h"
#include "tune/sampling.h"

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
    if (dot == std::string_view::npos || end.ec != std::errc{} || end.ptr != rest.data() + dot ||
        parsed.step >= base.prepare.size())
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
    throw Error(
        "The search space names " + std::string(name) + ", but " + std::string(owner) + " has no such parameter.",
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

PipelineSpec withParams(PipelineSpec base, const Point& params, const Catalog& catalog) {
    for (const auto& [name, value] : params) {
        const ParamSpec& spec = dimensionSpec(base, catalog, name);
        ParamSet& set = name.starts_with(stepPrefix) ? base.prepare[parsedStepParameter(base, name).step].params
                                                     : base.model.params;
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
        const auto usual =
            spec.usual.value_or(std::pair(static_cast<double>(integers->low), static_cast<double>(integers->high)));
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
    if (dimension.choices.empty() && !std::holds_alternative<IntegerRange>(spec.rule) &&
        !std::holds_alternative<RealRange>(spec.rule))
        throwBad(dimension, "needs choices", "Give a list of values: each must be " + describe(spec.rule) + ".");
    for (const ParamValue& choice : dimension.choices)
        if (const auto problem = violation(spec.rule, choice)) throwBad(dimension, "has a choice that " + *problem, "");
    if (!dimension.choices.empty()) return dimension;

    dimension.integer = std::holds_alternative<IntegerRange>(spec.rule);
    if (!std::isfinite(dimension.low) || !std::isfinite(dimension.high))
        throwBad(dimension, "needs a low and a high end", "");
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

namespace {

const Dimension* findDimension(const SearchSpace& space, std::string_view name) {
    const auto found =
        std::find_if(space.begin(), space.end(), [&](const Dimension& dimension) { return dimension.name == name; });
    return found == space.end() ? nullptr : &*found;
}

/// "prepare.0.with" -> "prepare.0."; "lambda" -> "".
std::string ownerOf(std::string_view name) {
    return name.starts_with(stepPrefix) ? std::string(name.substr(0, name.rfind('.') + 1)) : std::string();
}

/// The condition that the parameter's own spec names, where what it hangs on is searched as well.
std::optional<DimensionCondition> derivedCondition(const SearchSpace& space, const Dimension& dimension,
                                                   const ParamSpec& spec) {
    if (!spec.when) return std::nullopt;
    const Dimension* parent = findDimension(space, ownerOf(dimension.name) + std::string(spec.when->param));
    if (!parent || parent->choices.empty()) return std::nullopt;
    DimensionCondition condition{parent->name, {}};
    for (const ParamValue& choice : parent->choices) {
        const std::string word = valueText(choice);
        if (std::find(spec.when->values.begin(), spec.when->values.end(), word) != spec.when->values.end())
            condition.values.push_back(choice);
    }
    if (condition.values.size() == parent->choices.size()) return std::nullopt;
    return condition;
}

void checkCondition(const SearchSpace& space, const Dimension& dimension) {
    const Dimension* parent = &dimension;
    for (std::size_t depth = 0; parent && parent->when; ++depth) {
        if (depth == space.size()) throwBad(dimension, "depends on itself", "Take one of the conditions (when) out.");
        parent = findDimension(space, parent->when->param);
    }
    if (!parent)
        throwBad(dimension, "depends on a parameter that is not searched",
                 "Search it too, or take the condition (when) out.");
}

}  // namespace

SearchSpace checkedSpace(const SearchSpace& space, const PipelineSpec& base, const Catalog& catalog) {
    if (space.empty())
        throw Error("The search space is empty.", {.parameter = "space"},
                    "Name at least one parameter to tune, such as lambda.");
    SearchSpace checked;
    for (const Dimension& dimension : space) {
        if (findDimension(checked, dimension.name))
            throw Error("The search space names " + dimension.name + " twice.", {.parameter = dimension.name},
                        "Keep one of them.");
        checked.push_back(checkedDimension(dimension, dimensionSpec(base, catalog, dimension.name)));
    }
    for (Dimension& dimension : checked)
        if (!dimension.when)
            dimension.when = derivedCondition(checked, dimension, dimensionSpec(base, catalog, dimension.name));
    for (const Dimension& dimension : checked) checkCondition(checked, dimension);
    return checked;
}

Point checkedPoint(const SearchSpace& space, const Point& point) {
    for (const auto& [name, value] : point)
        if (!findDimension(space, name))
            throw Error("A proposed point sets " + name + ", which is not searched.", {.parameter = name},
                        "Take it out, or search it.");
    const Point kept = withoutInactive(space, point);
    for (const Dimension& dimension : space) {
        const auto found = kept.find(dimension.name);
        if (found == kept.end()) {
            if (withoutInactive(space,
                                [&] {
                                    Point filled = kept;
                                    filled[dimension.name] = valueAt(dimension, 0.5);
                                    return filled;
                                }())
                    .contains(dimension.name))
                throw Error("A proposed point leaves " + dimension.name + " open.", {.parameter = dimension.name},
                            "Give it a value.");
            continue;
        }
        const bool isThere = dimension.choices.empty()
                                 ? std::visit(
                                       [&](const auto& v) {
                                           if constexpr (std::is_arithmetic_v<std::decay_t<decltype(v)>>)
                                               return static_cast<double>(v) >= dimension.low &&
                                                      static_cast<double>(v) <= dimension.high;
                                           else
                                               return false;
                                       },
                                       found->second)
                                 : std::find(dimension.choices.begin(), dimension.choices.end(), found->second) !=
                                       dimension.choices.end();
        if (!isThere)
            throw Error("A proposed point has " + dimension.name + " = " + valueText(found->second) +
                            ", outside of what is searched.",
                        {.parameter = dimension.name}, "Take a value within the search space, or widen the space.");
    }
    return kept;
}

}  // namespace holdout
