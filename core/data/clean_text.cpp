// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/clean_text.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <vector>

namespace holdout {
namespace {

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

icu::UnicodeString unicodeOf(std::string_view text) {
    return icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
}

std::string utf8Of(const icu::UnicodeString& text) {
    std::string result;
    text.toUTF8String(result);
    return result;
}

bool isContinuation(char c) {
    return (c & 0xC0) == 0x80;
}

/// Decomposed, so that an accent is a mark of its own.
icu::UnicodeString decomposed(const icu::UnicodeString& text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKDInstance(status);
    if (U_FAILURE(status)) return text;
    icu::UnicodeString result = normalizer->normalize(text, status);
    return U_FAILURE(status) ? text : result;
}

}  // namespace

std::string lowerCased(std::string_view text) {
    if (!isAscii(text)) return utf8Of(unicodeOf(text).toLower(icu::Locale::getRoot()));
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

std::string upperCased(std::string_view text) {
    if (!isAscii(text)) return utf8Of(unicodeOf(text).toUpper(icu::Locale::getRoot()));
    std::string result(text);
    for (char& c : result)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return result;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\f\v";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

std::size_t characterCount(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !isContinuation(c); }));
}

std::string_view substringOf(std::string_view text, double first, double count) {
    const double end = first + count;
    double character = 0;
    std::size_t from = text.size(), to = text.size();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (isContinuation(text[i])) continue;
        ++character;
        if (character >= first && from == text.size()) from = i;
        if (character >= end) {
            to = i;
            break;
        }
    }
    return from < to ? text.substr(from, to - from) : std::string_view();
}

std::string replacedAll(std::string_view text, std::string_view from, std::string_view to) {
    std::string result;
    std::size_t begin = 0;
    if (!from.empty())
        for (std::size_t found; (found = text.find(from, begin)) != std::string_view::npos; begin = found + from.size())
            result.append(text.substr(begin, found - begin)).append(to);
    return result.append(text.substr(begin));
}

std::string spellingKey(std::string_view text) {
    const icu::UnicodeString letters = decomposed(unicodeOf(text)).foldCase();
    std::vector<std::string> words;
    icu::UnicodeString word;
    const auto end = [&] {
        if (!word.isEmpty()) words.push_back(utf8Of(word));
        word.remove();
    };
    for (std::int32_t i = 0; i < letters.length(); i = letters.moveIndex32(i, 1)) {
        const UChar32 c = letters.char32At(i);
        if (u_isUWhiteSpace(c)) end();
        else if (u_isalnum(c)) word.append(c);
        // Punctuation, accents and signs go: "O'Neil" and "ONeil", "é" and "e" are one.
    }
    end();
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    std::string key;
    for (const std::string& w : words) key += (key.empty() ? "" : " ") + w;
    return key;
}

}  // namespace holdout
