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
        return (static_cast<double>(found - dimension.choices.begin()) + 0.5) / static_cast<double>(dimension.choices.size());
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

}  // namespace holdout
