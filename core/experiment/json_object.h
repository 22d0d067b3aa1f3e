// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace holdout {

/// A JSON object that is read strictly: each reading function throws Error naming the key when its value is of another
/// type. Refers to the JSON, which must outlive it.
class JsonObject {
public:
    /// `where` names the object in messages ("data", "tune.space.lambda"). Throws Error when `json` is no object.
    JsonObject(const nlohmann::json& json, std::string where);

    /// Throws Error, proposing the nearest, when a key is none of `known`.
    void allowOnly(std::initializer_list<std::string_view> known) const;

    const nlohmann::json* find(std::string_view key) const;
    const nlohmann::json& require(std::string_view key) const;

    // Each is empty (or leaves `fallback`) when the key is absent.
    std::string text(std::string_view key, std::string fallback = {}) const;
    std::string requireText(std::string_view key) const;
    std::vector<std::string> texts(std::string_view key) const;
    std::optional<bool> flag(std::string_view key) const;
    std::optional<double> number(std::string_view key) const;
    /// A whole number from 0 to 2^64 - 1.
    std::optional<std::uint64_t> wholeNumber(std::string_view key) const;
    /// One character of ASCII; "tab" and "space" by name too.
    std::optional<char> character(std::string_view key) const;

    /// "data.target"
    std::string path(std::string_view key) const;
    [[noreturn]] void throwBad(std::string_view key, std::string_view expected) const;

private:
    const nlohmann::json& m_json;
    std::string m_where;
};

/// A list of words for a message: "a, b, c".
std::string listed(const std::vector<std::string_view>& words);
/// Throws Error: `problem`, and the nearest of `known` to `word`.
[[noreturn]] void throwUnknownWord(std::string problem, std::string_view word, const std::vector<std::string_view>& known,
                                   std::string parameter);

}  // namespace holdout
