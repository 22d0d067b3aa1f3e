// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/text/word_breaks.h"

#include <unicode/brkiter.h>
#include <unicode/unistr.h>
#include <unicode/utext.h>
#include <algorithm>

#include "base/error.h"

namespace holdout {
namespace {

bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isWordCharacter(char c) {
    return isLetter(c) || isDigit(c) || c == '_';
}
/// Joins the letters on either side of it (WB6, WB7).
bool joinsLetters(char c) {
    return c == '\'' || c == '.';
}
/// Joins the digits on either side of it (WB11, WB12).
bool joinsDigits(char c) {
    return c == '\'' || c == '.' || c == ',' || c == ';';
}

}  // namespace

struct WordBreaks::Icu {
    std::unique_ptr<icu::BreakIterator> iterator;
};

WordBreaks::WordBreaks() : m_icu(std::make_unique<Icu>()) {
}
WordBreaks::~WordBreaks() = default;
WordBreaks::WordBreaks(WordBreaks&&) noexcept = default;

void WordBreaks::find(std::string_view text, const std::function<void(std::size_t, std::size_t)>& sink) {
    if (isAscii(text)) {
        findAsciiWords(text, sink);
        return;
    }
    UErrorCode status = U_ZERO_ERROR;
    if (!m_icu->iterator) m_icu->iterator.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
    UText bytes = UTEXT_INITIALIZER;
    utext_openUTF8(&bytes, text.data(), static_cast<std::int64_t>(text.size()), &status);
    if (U_SUCCESS(status)) m_icu->iterator->setText(&bytes, status);
    if (U_FAILURE(status))
        throw Error(std::string("The text cannot be cut into words: ") + u_errorName(status) + ".", {},
                    "Install ICU's data (libicu72).");
    std::int32_t begin = m_icu->iterator->first();
    for (std::int32_t end = m_icu->iterator->next(); end != icu::BreakIterator::DONE; end = m_icu->iterator->next()) {
        const auto from = static_cast<std::size_t>(begin), size = static_cast<std::size_t>(end - begin);
        // ICU takes two underscores or more for a word.
        const bool holdsMore = text.substr(from, size).find_first_not_of('_') != std::string_view::npos;
        if (holdsMore && m_icu->iterator->getRuleStatus() >= UBRK_WORD_NUMBER)
            sink(static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
        begin = end;
    }
    utext_close(&bytes);
}

std::string lowerCase(std::string_view text) {
    std::string lowered;
    if (isAscii(text)) {
        lowered = text;
        for (char& c : lowered)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return lowered;
    }
    icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())))
        .toLower(icu::Locale::getRoot())
        .toUTF8String(lowered);
    return lowered;
}

bool isAscii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 128; });
}

void findAsciiWords(std::string_view text, const std::function<void(std::size_t, std::size_t)>& sink) {
    const std::size_t size = text.size();
    for (std::size_t begin = 0; begin < size; ++begin) {
        if (!isWordCharacter(text[begin])) continue;
        bool lettersOrDigits = isLetter(text[begin]) || isDigit(text[begin]);
        std::size_t end = begin + 1;
        for (; end < size; ++end) {
            const char before = text[end - 1], here = text[end];
            if (isWordCharacter(here)) {
                lettersOrDigits |= here != '_';
                continue;
            }
            if (end + 1 == size) break;
            const char after = text[end + 1];
            const bool joined = (joinsLetters(here) && isLetter(before) && isLetter(after)) ||
                                (joinsDigits(here) && isDigit(before) && isDigit(after));
            if (!joined) break;
        }
        if (lettersOrDigits) sink(begin, end);  // underscores alone are no word
        begin = end;
    }
}

}  // namespace holdout
