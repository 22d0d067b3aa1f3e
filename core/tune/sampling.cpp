// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/sampling.h"

#include <algorithm>
#include <cmath>

namespace holdout {

ParamValue valueAt(const Dimension& dimension, double position) {
    if (!dimension.choices.empty()) {
        const auto count = static_cast<double>(dimension.choices.size());
        return dimension.choices[static_cast<std::size_t>(std::min(count - 1, std::floor(position * count)))];
    }
    double value;
    if (position <= 0)
        value = dimension.low;
    else if (position >= 1)
        value = dimension.high;
    else if (dimension.scale == Scale::Log)
        value = std::exp(std::log(dimension.low) + position * (std::log(dimension.high) - std::log(dimension.low)));
    else
        value = dimension.low + position * (dimension.high - dimension.low);
    value = std::clamp(value, dimension.low, dimension.high);
    if (dimension.integer) return static_cast<std::int64_t>(std::llround(value));
    return value;
}

double positionOf(const Dimension& dimension, const ParamValue& value) {
    if (!dimension.choices.empty()) {
        const auto found = std::find(dimension.choices.begin(), dimension.choices.end(), value);
        return (static_cast<double>(found - dimension.choices.begin()) + 0.5) /
               static_cast<double>(dimension.choices.size());
    }
    const auto* integer = std::get_if<std::int64_t>(&value);
    const double number = integer ? static_cast<double>(*integer) : std::get<double>(value);
    if (dimension.high == dimension.low) return 0.5;
    if (dimension.scale == Scale::Log)
        return (std::log(number) - std::log(dimension.low)) / (std::log(dimension.high) - std::log(dimension.low));
    return (number - dimension.low) / (dimension.high - dimension.low);
}

std::vector<ParamValue> gridValues(const Dimension& dimension, int points) {
    if (!dimension.choices.empty()) return dimension.choices;
    const int count = dimension.low == dimension.high ? 1 : dimension.steps.value_or(points);
    std::vector<ParamValue> values;
    for (int i = 0; i < count; ++i) {
        ParamValue value = valueAt(dimension, count == 1 ? 0 : static_cast<double>(i) / (count - 1));
        if (values.empty() || values.back() != value) values.push_back(std::move(value));
    }
    return values;
}

Point withoutInactive(const SearchSpace& space, Point point) {
    // As often as there are dimensions: a condition may hang on a dimension that has just been taken out.
    for (std::size_t round = 0; round < space.size(); ++round) {
        const std::size_t before = point.size();
        for (const Dimension& dimension : space) {
            if (!dimension.when) continue;
            const auto parent = point.find(dimension.when->param);
            const std::vector<ParamValue>& values = dimension.when->values;
            if (parent == point.end() || std::find(values.begin(), values.end(), parent->second) == values.end())
                point.erase(dimension.name);
        }
        if (point.size() == before) break;
    }
    return point;
}

ParamSpec trialsParam() {
    return {.id = "trials",
            .label = "Trials",
            .help = "How many points the search tries, besides those that you propose.",
            .fallback = std::int64_t{50},
            .rule = IntegerRange{1, 100'000},
            .scale = Scale::Log,
            .usual = std::pair(10.0, 1000.0)};
}

ParamSpec initialTrialsParam(std::string_view help, std::int64_t fallback, std::int64_t least) {
    return {.id = "initial",
            .label = "Initial trials",
            .help = help,
            .fallback = fallback,
            .rule = IntegerRange{least, 10'000},
            .group = ParamGroup::Advanced,
            .usual = std::pair(static_cast<double>(least), 50.0)};
}

ParamSpec batchParam() {
    return {.id = "batch",
            .label = "Trials at once",
            .help = "How many trials are proposed together. More keep more cores busy; fewer learn more from each.",
            .fallback = std::int64_t{2},
            .rule = IntegerRange{1, 64},
            .group = ParamGroup::Advanced,
            .usual = std::pair(1.0, 16.0)};
}

std::vector<ParamSpec> withStudyParams(std::vector<ParamSpec> own) {
    own.push_back(
        {.id = "prune",
         .label = "Stop losing trials",
         .help =
             "By folds: a trial ends early when its folds so far are worse than those of the best trial by more than "
             "chance explains (corrected resampled t-test, one-sided, 1 % over all looks). Not with a second goal, where a "
             "trial that scores worse may be the cheapest.",
         .fallback = std::string("none"),
         .rule = OneOf{{{"none", "Never"}, {"folds", "By folds"}}},
         .group = ParamGroup::Advanced});
    own.push_back({.id = "seconds",
                   .label = "Time budget (s)",
                   .help = "No trial begins after so many seconds; 0 sets no limit. How many trials fit in depends on "
                           "the machine, so "
                           "that running it again may try more or fewer of them.",
                   .fallback = 0.0,
                   .rule = RealRange{.low = 0, .high = 1e7},
                   .group = ParamGroup::Advanced,
                   .usual = std::pair(0.0, 600.0)});
    return own;
}

std::size_t ownTrials(const std::vector<Trial>& finished) {
    return static_cast<std::size_t>(
        std::count_if(finished.begin(), finished.end(), [](const Trial& trial) { return !trial.isProposed; }));
}

double costOf(const Trial& trial, Direction direction) {
    return direction == Direction::HigherIsBetter ? -trial.score : trial.score;
}

}  // namespace holdout
