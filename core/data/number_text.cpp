// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/number_text.h"

#include <fast_float/fast_float.h>

#include <cmath>
#include <string>

namespace holdout {
namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
    const auto isBlank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace

bool parseNumberText(std::string_view text, NumberStyle style, double& value) {
    text = trimmed(text);
    if (!text.empty() && text.front() == '+') {
        text.remove_prefix(1);
        if (!text.empty() && (text.front() == '-' || text.front() == '+')) return false;
    }
    if (text.empty()) return false;
    const char* const end = text.data() + text.size();
    const fast_float::parse_options options(fast_float::chars_format::general, style.decimal);
    const auto [at, error] = fast_float::from_chars_advanced(text.data(), end, value, options);
    // Out of range is not refused: too large is infinite, too small is 0, as every reader of numbers has it.
    return at == end && error != std::errc::invalid_argument && !std::isnan(value);
}

bool parseGroupedNumber(std::string_view text, NumberStyle style, double& value) {
    text = trimmed(text);
    const char mark = style.decimal == ',' ? '.' : ',';
    std::string plain;
    std::size_t at = 0;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) plain += text[at++];
    if (at == text.size() || text[at] < '1' || text[at] > '9') return false;
    std::size_t inGroup = 0;
    while (at < text.size() && isDigit(text[at]) && inGroup < 3) {
        plain += text[at++];
        ++inGroup;
    }
    std::size_t groups = 0;
    for (; at < text.size() && text[at] == mark; ++groups) {
        if (text.size() - at < 4 || !isDigit(text[at + 1]) || !isDigit(text[at + 2]) || !isDigit(text[at + 3]))
            return false;
        plain += text.substr(at + 1, 3);
        at += 4;
    }
    if (groups == 0) return false;
    if (at < text.size()) {
        if (text[at] != style.decimal || at + 1 == text.size()) return false;
        for (std::size_t i = at + 1; i < text.size(); ++i)
            if (!isDigit(text[i])) return false;
        plain += text.substr(at);
    }
    return parseNumberText(plain, style, value);
}

}  // namespace holdout
