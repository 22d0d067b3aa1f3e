// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/single_byte.h"

#include <unicode/ucnv.h>

#include <algorithm>
#include <memory>

namespace holdout::csv {
namespace {

constexpr std::size_t Looked = std::size_t{1} << 20;
constexpr char16_t Replacement = 0xfffd;

bool isHigh(char c) {
    return (c & 0x80) != 0;
}

/// In all these encodings.
bool isHighLetter(char c) {
    constexpr unsigned char First = 0xc0;
    return static_cast<unsigned char>(c) >= First;
}

bool isPlainLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isOneOf(char c, std::string_view set) {
    return set.find(c) != std::string_view::npos;
}

// Bytes, with what they are in the encoding that is meant and in Windows-1252.
constexpr std::string_view Turkish = "\xd0\xdd\xde\xf0\xfd\xfe";                  // Ğİ Şğış: ÐÝÞðýþ
constexpr std::string_view NeverTurkish = "\xc1\xc6\xc9\xcd\xd3\xda\xe1\xe6\xe9\xed\xf3\xfa";  // ÁÆÉÍÓÚ of Icelandic
constexpr std::string_view Central = "\x8c\x8d\x8f\x9c\x9d\x9f\xa3\xa5\xaa\xaf\xb3\xb9\xba\xbc\xbe\xbf";  // ŚŤŹśťźŁĄŞŻłąşĽľż: signs
constexpr std::string_view Carons = "\x8a\x8e\x9a\x9e";                           // ŠŽšž: the same
constexpr std::string_view CentralBesideCarons = "\xc8\xcc\xcf\xd8\xd9\xe8\xec\xef\xf8\xf9";  // ČĚĎŘŮčěďřů: ÈÌÏØÙ

struct Counts {
    std::size_t turkish = 0, neverTurkish = 0, central = 0, carons = 0, besideCarons = 0;
    std::size_t wordsWithHigh = 0, highWords = 0;  ///< words of four high letters or more, and of nothing else

    void addWord(std::string_view word) {
        const auto high = static_cast<std::size_t>(std::count_if(word.begin(), word.end(), isHigh));
        if (high == 0) return;
        constexpr std::size_t Long = 4;
        ++wordsWithHigh;
        highWords += high == word.size() && high >= Long ? 1 : 0;
        for (std::size_t i = 0; i < word.size(); ++i) {
            turkish += isOneOf(word[i], Turkish) ? 1 : 0;
            neverTurkish += isOneOf(word[i], NeverTurkish) ? 1 : 0;
            carons += isOneOf(word[i], Carons) ? 1 : 0;
            besideCarons += isOneOf(word[i], CentralBesideCarons) ? 1 : 0;
            // Signs stand behind words ("m³", "Nº"), letters within them.
            central += isOneOf(word[i], Central) && i + 1 < word.size() && (isPlainLetter(word[i + 1]) || isHighLetter(word[i + 1])) ? 1 : 0;
        }
    }
};

Counts countsOf(std::string_view bytes) {
    Counts counts;
    std::size_t begin = 0;
    for (std::size_t at = 0; at <= bytes.size(); ++at) {
        if (at < bytes.size() && (isHigh(bytes[at]) || isPlainLetter(bytes[at]))) continue;
        if (at > begin) counts.addWord(bytes.substr(begin, at - begin));
        begin = at + 1;
    }
    return counts;
}

UpperHalf upperHalfOf(const char* name) {
    UpperHalf upper{};
    upper.fill(Replacement);
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UConverter, void (*)(UConverter*)> converter(ucnv_open(name, &status), ucnv_close);
    if (U_FAILURE(status)) return upper;
    for (std::size_t i = 0; i < upper.size(); ++i) {
        const char byte = static_cast<char>(0x80 + i);
        char16_t out[4];
        UErrorCode one = U_ZERO_ERROR;
        if (ucnv_toUChars(converter.get(), out, 4, &byte, 1, &one) == 1 && U_SUCCESS(one)) upper[i] = out[0];
    }
    return upper;
}

}  // namespace

Encoding guessSingleByte(std::string_view bytes) {
    constexpr std::size_t Few = 2;
    const Counts counts = countsOf(bytes.substr(0, Looked));
    if (counts.highWords >= Few && 2 * counts.highWords > counts.wordsWithHigh) return Encoding::Windows1251;
    if (counts.turkish >= Few && counts.neverTurkish == 0) return Encoding::Windows1254;
    if (counts.central >= Few || (counts.carons > 0 && counts.besideCarons > 0)) return Encoding::Windows1250;
    return Encoding::Latin1;
}

std::string_view lettersOf(Encoding encoding) {
    switch (encoding) {
        case Encoding::Windows1250: return "Central European";
        case Encoding::Windows1251: return "Cyrillic";
        case Encoding::Windows1254: return "Turkish";
        default: return {};
    }
}

const UpperHalf& upperHalf(Encoding encoding) {
    static const UpperHalf central = upperHalfOf("windows-1250"), cyrillic = upperHalfOf("windows-1251"), turkish = upperHalfOf("windows-1254");
    return encoding == Encoding::Windows1250 ? central : encoding == Encoding::Windows1251 ? cyrillic : turkish;
}

}  // namespace holdout::csv
