// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace holdout {

/// The value of one parameter.
using ParamValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>>;

// ---- Constraints: each checks, words itself, and yields a bad value for tests ----

struct AnyBool {};

struct IntegerRange {
    std::int64_t low = std::numeric_limits<std::int64_t>::min();
    std::int64_t high = std::numeric_limits<std::int64_t>::max();
};

/// A real number between bounds; a bound may be excluded.
struct RealRange {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool lowOpen = false;
    bool highOpen = false;
};

/// One of a closed list of words.
struct OneOf {
    struct Choice {
        std::string_view id;
        std::string_view label;
    };
    std::vector<Choice> choices;
};

/// A list of whole numbers, such as the widths of hidden layers.
struct IntegerList {
    std::int64_t low = 1;
    std::int64_t high = std::numeric_limits<std::int64_t>::max();
    std::size_t longest = 16;
};

/// Free text, such as a constant to fill in.
struct AnyText {};

/// Which columns a step acts on: "all", "numbers", "categories", "texts", "dates", "images", or a
/// comma-separated list of names.
struct ColumnChoice {};

using Constraint = std::variant<AnyBool, IntegerRange, RealRange, OneOf, IntegerList, AnyText, ColumnChoice>;

/// Empty when `value` is allowed, else what is wrong: "must be at least 0, but is -1".
std::optional<std::string> violation(const Constraint& rule, const ParamValue& value);
/// "a number from 0 to 1"
std::string describe(const Constraint& rule);
/// A value that violates the rule; none for rules that allow everything of their type.
std::optional<ParamValue> badValue(const Constraint& rule);

/// How a form's slider and a search space walk through the range.
enum class Scale { Linear, Log };

/// The parameter matters only while another has one of these values.
struct EnabledWhen {
    std::string_view param;
    std::vector<std::string_view> values;
};

/// Where a form shows the parameter.
enum class ParamGroup { Model, Training, Regularisation, Advanced };

/// The one description of a parameter, from which the form, its tooltip, JSON, help,
/// errors, search space and conformance tests derive.
struct ParamSpec {
    std::string_view id;
    std::string_view label;
    std::string_view help;
    ParamValue fallback;
    Constraint rule;
    Scale scale = Scale::Linear;
    std::optional<EnabledWhen> when = std::nullopt;
    ParamGroup group = ParamGroup::Model;
    /// The range that a slider spans and a search takes by default; used for numbers whose rule is wider.
    std::optional<std::pair<double, double>> usual = std::nullopt;
};

/// Specs live as long as the program (static tables in each model's or step's file).
using ParamSpecs = std::span<const ParamSpec>;

const ParamSpec* findSpec(ParamSpecs specs, std::string_view id);

}  // namespace holdout
