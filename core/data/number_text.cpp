// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/number_text.h"

#include <fast_float/fast_float.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "data/clean_text.h"

namespace holdout {
namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Bytes of the thousands mark that begins at `at`; 0 when there is none.
std::size_t markAt(std::string_view text, std::size_t at, NumberStyle style) {
    constexpr std::string_view spaces[] = {"\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89"};  // no-break, narrow, thin
    const std::string_view rest = text.substr(at);
    if (rest.empty()) return 0;
    if (style.thousands == '\0' || style.thousands == ' ')
        for (const std::string_view space : spaces)
            if (rest.starts_with(space)) return space.size();
    if (style.thousands != '\0') return rest.front() == style.thousands ? 1 : 0;
    return rest.front() == (style.decimal == ',' ? '.' : ',') || rest.front() == '\'' ? 1 : 0;
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

bool parsePlainNumber(const char* begin, const char* end, char decimal, double& value) {
    const char* const first = begin + (begin < end && *begin == '-');
    if (first == end || !isDigit(*first) || (*first == '0' && end - first > 1 && isDigit(first[1]))) return false;
    const fast_float::parse_options options(fast_float::chars_format::general, decimal);
    const auto [at, error] = fast_float::from_chars_advanced(begin, end, value, options);
    return at == end && error != std::errc::invalid_argument;
}

bool parseGroupedNumber(std::string_view text, NumberStyle style, double& value) {
    text = trimmed(text);
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
    const std::size_t width = markAt(text, at, style);
    const std::string_view mark = text.substr(std::min(at, text.size()), width);
    for (; width > 0 && text.substr(at).starts_with(mark); ++groups) {
        const std::size_t digits = at + width;
        if (text.size() < digits + 3 || !isDigit(text[digits]) || !isDigit(text[digits + 1]) ||
            !isDigit(text[digits + 2]))
            return false;
        plain += text.substr(digits, 3);
        at = digits + 3;
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
