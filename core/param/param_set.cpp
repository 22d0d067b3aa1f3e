// SPDX-License-Identifier: GPL-3.0-or-later
#include "param/param_set.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/format.h"

namespace holdout {
namespace {

[[noreturn]] void throwUnknown(ParamSpecs specs, std::string_view id, std::string_view owner) {
    std::vector<std::string_view> known;
    std::string all;
    for (const ParamSpec& spec : specs) {
        known.push_back(spec.id);
        all += (all.empty() ? "" : ", ") + std::string(spec.id);
    }
    const std::string near = nearest(id, known);
    std::string remedy = near.empty() ? "" : "Did you mean " + near + "? ";
    remedy += all.empty() ? "It has no parameters." : "It has: " + all + ".";
    throw Error(std::string(owner) + " has no parameter named " + std::string(id) + ".", {.parameter = std::string(id)}, remedy);
}

void checkOne(ParamSpecs specs, std::string_view id, const ParamValue& value, std::string_view owner) {
    const ParamSpec* spec = findSpec(specs, id);
    if (!spec) throwUnknown(specs, id, owner);
    if (const auto problem = violation(spec->rule, value))
        throw Error(std::string(id) + " of " + std::string(owner) + " " + *problem + ".", {.parameter = std::string(id)},
                    "The default is " + valueText(spec->fallback) + ".");
}

}  // namespace

void ParamSet::unset(std::string_view id) {
    if (const auto found = m_values.find(id); found != m_values.end()) m_values.erase(found);
}

const ParamValue* ParamSet::find(std::string_view id) const {
    const auto found = m_values.find(id);
    return found == m_values.end() ? nullptr : &found->second;
}

Params::Params(ParamSpecs specs, const ParamSet& set, std::string_view owner) {
    checkParams(specs, set, owner);
    for (const ParamSpec& spec : specs) m_values.emplace(spec.id, valueOrFallback(specs, set, spec.id));
}

const ParamValue& Params::value(std::string_view id) const {
    const auto found = m_values.find(id);
    assert(found != m_values.end() && "the id is not among the specs");
    return found->second;
}

bool Params::flag(std::string_view id) const { return std::get<bool>(value(id)); }
std::int64_t Params::integer(std::string_view id) const { return std::get<std::int64_t>(value(id)); }
double Params::real(std::string_view id) const { return std::get<double>(value(id)); }
const std::string& Params::text(std::string_view id) const { return std::get<std::string>(value(id)); }
const std::vector<std::int64_t>& Params::integers(std::string_view id) const {
    return std::get<std::vector<std::int64_t>>(value(id));
}

void checkParams(ParamSpecs specs, const ParamSet& set, std::string_view owner) {
    for (const auto& [id, value] : set.values()) checkOne(specs, id, value, owner);
}

ParamValue valueOrFallback(ParamSpecs specs, const ParamSet& set, std::string_view id) {
    if (const ParamValue* value = set.find(id)) return *value;
    const ParamSpec* spec = findSpec(specs, id);
    assert(spec && "the id is not among the specs");
    return spec->fallback;
}

bool isEnabled(const ParamSpec& spec, ParamSpecs specs, const ParamSet& set) {
    if (!spec.when) return true;
    const std::string text = valueText(valueOrFallback(specs, set, spec.when->param));
    return std::find(spec.when->values.begin(), spec.when->values.end(), text) != spec.when->values.end();
}

ParamValue valueFromJson(const ParamSpec& spec, const nlohmann::json& json, std::string_view owner) {
    std::optional<ParamValue> value;
    if (std::holds_alternative<bool>(spec.fallback)) {
        if (json.is_boolean()) value = json.get<bool>();
    } else if (std::holds_alternative<std::int64_t>(spec.fallback)) {
        // The bounds keep the conversion inside the integers that a double holds exactly.
        if (json.is_number_integer())
            value = json.get<std::int64_t>();
        else if (json.is_number_float() && std::abs(json.get<double>()) < 0x1.0p53 &&
                 json.get<double>() == std::floor(json.get<double>()))
            value = static_cast<std::int64_t>(json.get<double>());
    } else if (std::holds_alternative<double>(spec.fallback)) {
        if (json.is_number()) value = json.get<double>();
    } else if (std::holds_alternative<std::string>(spec.fallback)) {
        if (json.is_string())
            value = json.get<std::string>();
        else if (json.is_number() && std::holds_alternative<AnyText>(spec.rule))
            value = json.dump();
    } else if (json.is_array() && std::all_of(json.begin(), json.end(), [](const auto& e) { return e.is_number_integer(); })) {
        value = json.get<std::vector<std::int64_t>>();
    } else if (json.is_number_integer()) {
        value = std::vector<std::int64_t>{json.get<std::int64_t>()};
    }
    const Place place{.parameter = std::string(spec.id)};
    const std::string name = std::string(spec.id) + " of " + std::string(owner);
    const std::string remedy = "The default is " + valueText(spec.fallback) + ".";
    if (!value) throw Error(name + " must be " + describe(spec.rule) + ", but is " + json.dump() + ".", place, remedy);
    if (const auto problem = violation(spec.rule, *value)) throw Error(name + " " + *problem + ".", place, remedy);
    return *value;
}

ParamSet paramsFromJson(ParamSpecs specs, const nlohmann::json& object, std::string_view owner,
                        const std::vector<std::string_view>& except) {
    ParamSet set;
    for (const auto& [key, json] : object.items()) {
        if (std::find(except.begin(), except.end(), key) != except.end()) continue;
        const ParamSpec* spec = findSpec(specs, key);
        if (!spec) throwUnknown(specs, key, owner);
        set.set(key, valueFromJson(*spec, json, owner));
    }
    return set;
}

nlohmann::json valueToJson(const ParamValue& value) {
    return std::visit([](const auto& v) { return nlohmann::json(v); }, value);
}

void paramsToJson(const ParamSet& set, nlohmann::json& object) {
    for (const auto& [id, value] : set.values()) object[id] = valueToJson(value);
}

std::string valueText(const ParamValue& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
    if (const auto* real = std::get_if<double>(&value)) return formatNumber(*real, 6);
    if (const auto* text = std::get_if<std::string>(&value)) return text->empty() ? "empty" : *text;
    std::string list;
    for (const std::int64_t i : std::get<std::vector<std::int64_t>>(value)) list += (list.empty() ? "" : ", ") + std::to_string(i);
    return list.empty() ? "an empty list" : list;
}

}  // namespace holdout
