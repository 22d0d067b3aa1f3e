// SPDX-License-Identifier: GPL-3.0-or-later
#include "param/param_spec.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "param/param_set.h"

namespace holdout {
namespace {

template <typename... Cases>
struct Match : Cases... {
    using Cases::operator()...;
};

std::string listed(const std::vector<OneOf::Choice>& choices) {
    std::string text;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
        text += choices[i].id;
    }
    return text;
}

std::string bounds(const RealRange& range) {
    const bool low = std::isfinite(range.low), high = std::isfinite(range.high);
    if (!low && !high) return "a number";
    if (!high) return std::string(range.lowOpen ? "a number above " : "a number of at least ") + formatNumber(range.low);
    if (!low) return std::string(range.highOpen ? "a number below " : "a number of at most ") + formatNumber(range.high);
    return "a number from " + formatNumber(range.low) + (range.lowOpen ? " (excluded)" : "") + " to " +
           formatNumber(range.high) + (range.highOpen ? " (excluded)" : "");
}

std::string bounds(const IntegerRange& range, const char* what) {
    constexpr IntegerRange all;
    std::string text = what;
    if (range.low != all.low && range.high != all.high)
        return text + " from " + std::to_string(range.low) + " to " + std::to_string(range.high);
    if (range.low != all.low) return text + " of at least " + std::to_string(range.low);
    if (range.high != all.high) return text + " of at most " + std::to_string(range.high);
    return text;
}

bool allows(const Constraint& rule, const ParamValue& value) {
    return std::visit(
        Match{
            [&](const AnyBool&) { return std::holds_alternative<bool>(value); },
            [&](const IntegerRange& r) {
                const auto* v = std::get_if<std::int64_t>(&value);
                return v && *v >= r.low && *v <= r.high;
            },
            [&](const RealRange& r) {
                const auto* v = std::get_if<double>(&value);
                return v && std::isfinite(*v) && (r.lowOpen ? *v > r.low : *v >= r.low) &&
                       (r.highOpen ? *v < r.high : *v <= r.high);
            },
            [&](const OneOf& r) {
                const auto* v = std::get_if<std::string>(&value);
                return v && std::any_of(r.choices.begin(), r.choices.end(), [&](const auto& c) { return c.id == *v; });
            },
            [&](const IntegerList& r) {
                const auto* v = std::get_if<std::vector<std::int64_t>>(&value);
                return v && v->size() <= r.longest &&
                       std::all_of(v->begin(), v->end(), [&](auto i) { return i >= r.low && i <= r.high; });
            },
            [&](const AnyText&) { return std::holds_alternative<std::string>(value); },
            [&](const ColumnChoice&) {
                const auto* v = std::get_if<std::string>(&value);
                return v && !v->empty();
            },
        },
        rule);
}

}  // namespace

std::optional<std::string> violation(const Constraint& rule, const ParamValue& value) {
    if (allows(rule, value)) return std::nullopt;
    return "must be " + describe(rule) + ", but is " + valueText(value);
}

std::string describe(const Constraint& rule) {
    return std::visit(
        Match{
            [](const AnyBool&) -> std::string { return "true or false"; },
            [](const IntegerRange& r) { return bounds(r, "a whole number"); },
            [](const RealRange& r) { return bounds(r); },
            [](const OneOf& r) { return listed(r.choices); },
            [](const IntegerList& r) {
                return "a list of up to " + std::to_string(r.longest) + " whole numbers, each " +
                       bounds(IntegerRange{r.low, r.high}, "a number").substr(9);
            },
            [](const AnyText&) -> std::string { return "text"; },
            [](const ColumnChoice&) -> std::string {
                return "all, numbers, categories, texts, dates, or names of columns separated by commas";
            },
        },
        rule);
}

std::optional<ParamValue> badValue(const Constraint& rule) {
    return std::visit(
        Match{
            [](const AnyBool&) -> std::optional<ParamValue> { return std::nullopt; },
            [](const IntegerRange& r) -> std::optional<ParamValue> {
                constexpr IntegerRange all;
                if (r.low != all.low) return r.low - 1;
                if (r.high != all.high) return r.high + 1;
                return std::nullopt;
            },
            [](const RealRange& r) -> std::optional<ParamValue> {
                constexpr double infinity = std::numeric_limits<double>::infinity();
                // Beyond 2^53 one less is the same number: the next one below is not.
                if (std::isfinite(r.low)) return r.lowOpen ? r.low : std::min(r.low - 1, std::nextafter(r.low, -infinity));
                if (std::isfinite(r.high))
                    return r.highOpen ? r.high : std::max(r.high + 1, std::nextafter(r.high, infinity));
                return infinity;
            },
            [](const OneOf&) -> std::optional<ParamValue> { return std::string("no-such-choice"); },
            [](const IntegerList& r) -> std::optional<ParamValue> { return std::vector<std::int64_t>{r.low - 1}; },
            [](const AnyText&) -> std::optional<ParamValue> { return std::nullopt; },
            [](const ColumnChoice&) -> std::optional<ParamValue> { return std::string(); },
        },
        rule);
}

const ParamSpec* findSpec(ParamSpecs specs, std::string_view id) {
    const auto found = std::find_if(specs.begin(), specs.end(), [&](const ParamSpec& spec) { return spec.id == id; });
    return found == specs.end() ? nullptr : &*found;
}

}  // namespace holdout
