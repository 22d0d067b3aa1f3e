// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "param/param_spec.h"

namespace holdout {

/// Values for parameters by id. Holds only what was set; the spec's fallback stands for the rest.
/// A value type: cheap to copy and compare.
class ParamSet {
public:
    bool has(std::string_view id) const { return m_values.find(id) != m_values.end(); }
    void set(std::string_view id, ParamValue value) { m_values.insert_or_assign(std::string(id), std::move(value)); }
    void unset(std::string_view id);
    const ParamValue* find(std::string_view id) const;
    const std::map<std::string, ParamValue, std::less<>>& values() const { return m_values; }

    bool operator==(const ParamSet&) const = default;

private:
    std::map<std::string, ParamValue, std::less<>> m_values;
};

/// A checked reading of a ParamSet against its specs. Construction throws Error that names the
/// parameter when a value is unknown, of the wrong type or outside its rule.
class Params {
public:
    /// `owner` is the id of the model or step, for messages.
    Params(ParamSpecs specs, const ParamSet& set, std::string_view owner);

    bool flag(std::string_view id) const;
    std::int64_t integer(std::string_view id) const;
    double real(std::string_view id) const;
    const std::string& text(std::string_view id) const;
    const std::vector<std::int64_t>& integers(std::string_view id) const;

private:
    const ParamValue& value(std::string_view id) const;
    std::map<std::string, ParamValue, std::less<>> m_values;
};

/// Throws as Params' constructor does.
void checkParams(ParamSpecs specs, const ParamSet& set, std::string_view owner);
/// The set value, else the fallback. Requires that `id` is in `specs`.
ParamValue valueOrFallback(ParamSpecs specs, const ParamSet& set, std::string_view id);
/// Whether `spec.when` holds for these values.
bool isEnabled(const ParamSpec& spec, ParamSpecs specs, const ParamSet& set);

/// Reads the members of `object` that are not in `except` as parameters, converting whole reals to
/// integers and integers to reals where the spec asks for it. Throws Error (unknown key: the nearest known
/// one is proposed).
ParamSet paramsFromJson(ParamSpecs specs, const nlohmann::json& object, std::string_view owner,
                        const std::vector<std::string_view>& except = {});
void paramsToJson(const ParamSet& set, nlohmann::json& object);
nlohmann::json valueToJson(const ParamValue& value);
/// Converts `json` to the type of `spec` and checks its rule. Throws Error.
ParamValue valueFromJson(const ParamSpec& spec, const nlohmann::json& json, std::string_view owner);
/// For a person: "0.01", "elastic-net", "64, 32", "on".
std::string valueText(const ParamValue& value);

}  // namespace holdout
