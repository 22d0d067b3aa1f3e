// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiment/json_object.h"

#include <algorithm>

#include "base/format.h"

namespace holdout {
namespace {

/// The value as a person finds it in the file, shortened.
std::string shown(const nlohmann::json& json) {
    std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    constexpr std::size_t longest = 60;
    if (text.size() > longest) text = text.substr(0, longest) + "…";
    return text;
}

}  // namespace

std::string listed(const std::vector<std::string_view>& words) {
    std::string text;
    for (const std::string_view word : words) text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

void throwUnknownWord(std::string problem, std::string_view word, const std::vector<std::string_view>& known, std::string parameter) {
    const std::string near = nearest(word, known);
    throw Error(std::move(problem), {.parameter = std::move(parameter)},
                (near.empty() ? "" : "Did you mean " + near + "? ") + "Known are: " + listed(known) + ".");
}

JsonObject::JsonObject(const nlohmann::json& json, std::string where) : m_json(json), m_where(std::move(where)) {
    if (!json.is_object())
        throw Error((m_where.empty() ? "The specification" : m_where) + " must be an object, but is " + shown(json) + ".",
                    {.parameter = m_where}, "Write it as {\"key\": value, …}.");
}

void JsonObject::allowOnly(std::initializer_list<std::string_view> known) const {
    for (const auto& [key, value] : m_json.items()) {
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        const std::string owner = m_where.empty() ? "The specification" : m_where;
        throwUnknownWord(owner + " has no key named " + key + ".", key, known, path(key));
    }
}

const nlohmann::json* JsonObject::find(std::string_view key) const {
    const auto found = m_json.find(key);
    return found == m_json.end() ? nullptr : &*found;
}

const nlohmann::json& JsonObject::require(std::string_view key) const {
    if (const nlohmann::json* value = find(key)) return *value;
    throw Error((m_where.empty() ? "The specification" : m_where) + " lacks the key " + std::string(key) + ".",
                {.parameter = path(key)}, "Add it.");
}

std::string JsonObject::text(std::string_view key, std::string fallback) const {
    const nlohmann::json* value = find(key);
    if (!value) return fallback;
    if (!value->is_string()) throwBad(key, "text");
    return value->get<std::string>();
}

std::string JsonObject::requireText(std::string_view key) const {
    require(key);
    std::string value = text(key);
    if (value.empty()) throwBad(key, "text that is not empty");
    return value;
}

std::vector<std::string> JsonObject::texts(std::string_view key) const {
    const nlohmann::json* value = find(key);
    if (!value) return {};
    if (!value->is_array() || !std::all_of(value->begin(), value->end(), [](const auto& e) { return e.is_string(); }))
        throwBad(key, "a list of texts");
    return value->get<std::vector<std::string>>();
}

std::optional<bool> JsonObject::flag(std::string_view key) const {
    const nlohmann::json* value = find(key);
    if (!value) return std::nullopt;
    if (!value->is_boolean()) throwBad(key, "true or false");
    return value->get<bool>();
}

std::optional<double> JsonObject::number(std::string_view key) const {
    const nlohmann::json* value = find(key);
    if (!value) return std::nullopt;
    if (!value->is_number()) throwBad(key, "a number");
    return value->get<double>();
}

std::optional<std::uint64_t> JsonObject::wholeNumber(std::string_view key) const {
    const nlohmann::json* value = find(key);
    if (!value) return std::nullopt;
    // Texts parse to unsigned, code may have put a signed number in.
    if (!value->is_number_unsigned() && !(value->is_number_integer() && value->get<std::int64_t>() >= 0))
        throwBad(key, "a whole number from 0 to 18446744073709551615");
    return value->get<std::uint64_t>();
}

std::optional<char> JsonObject::character(std::string_view key) const {
    const nlohmann::json* value = find(key);
    if (!value) return std::nullopt;
    const std::string word = value->is_string() ? value->get<std::string>() : "";
    if (word == "tab") return '\t';
    if (word == "space") return ' ';
    if (word.size() != 1 || static_cast<unsigned char>(word[0]) >= 0x80) throwBad(key, "one character");
    return word[0];
}

std::string JsonObject::path(std::string_view key) const {
    return m_where.empty() ? std::string(key) : m_where + "." + std::string(key);
}

void JsonObject::throwBad(std::string_view key, std::string_view expected) const {
    throw Error(path(key) + " must be " + std::string(expected) + ", but is " + shown(require(key)) + ".",
                {.parameter = path(key)});
}

}  // namespace holdout
