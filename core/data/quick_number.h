// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>

#if defined(__SSE4_1__)
#include <immintrin.h>

#include <array>
#endif

namespace holdout::csv {

/// Mantissas up to here, and powers of ten up to 10^22, are doubles without error, so that one division rounds once
/// and gives the nearest double (Clinger 1990).
constexpr std::uint64_t LargestExact = std::uint64_t{1} << 53;

#if defined(__SSE4_1__)

namespace detail {

/// Row p moves the digits before a decimal mark at byte p one to the right, over the mark; row 16 moves nothing.
constexpr auto CloseGap = [] {
    std::array<std::array<std::uint8_t, 16>, 17> rows{};
    for (std::uint8_t p = 0; p <= 16; ++p)
        for (std::uint8_t i = 0; i < 16; ++i)
            rows[p][i] = p == 16 || i > p ? i : i == 0 ? 0x80 : static_cast<std::uint8_t>(i - 1);
    return rows;
}();

/// Sixteen bytes from offset n on keep the last n bytes of a block.
constexpr auto KeepLast = [] {
    std::array<std::uint8_t, 32> bytes{};
    for (std::size_t i = 16; i < 32; ++i) bytes[i] = 0xff;
    return bytes;
}();

/// 10 to the number of digits behind a mark at byte p.
constexpr std::array<double, 17> Scales = {1e15, 1e14, 1e13, 1e12, 1e11, 1e10, 1e9, 1e8, 1e7,
                                           1e6,  1e5,  1e4,  1e3,  1e2,  1e1,  1e0, 1e0};

/// All powers of ten that are doubles without error.
constexpr std::array<double, 23> Powers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                           1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

}  // namespace detail

/// The digits of a plain short decimal without sign, and at which of sixteen bytes its mark stands (16: nowhere). At most
/// 16 characters, no leading zeros. Branches on nothing that varies from cell to cell: sixteen characters at once, those
/// that are no digits of the number masked. Reads the 16 bytes before `end`, which must be there.
inline bool quickDigits(const char* at, const char* end, char decimal, std::uint64_t& mantissa, std::size_t& place) {
    const auto length = static_cast<std::size_t>(end - at);
    if (length - 1 > 15) return false;
    const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(end - 16));
    const __m128i keep = _mm_loadu_si128(reinterpret_cast<const __m128i*>(detail::KeepLast.data() + length));
    const __m128i marks = _mm_and_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8(decimal)), keep);
    const __m128i raw = _mm_and_si128(_mm_sub_epi8(text, _mm_set1_epi8('0')), keep);
    const auto mark = static_cast<unsigned>(_mm_movemask_epi8(marks));
    const __m128i tens = _mm_cmpeq_epi8(_mm_max_epu8(raw, _mm_set1_epi8(10)), raw);
    const auto strange = static_cast<unsigned>(_mm_movemask_epi8(tens));
    place = static_cast<std::size_t>(std::countr_zero(mark | 0x10000U));
    // One mark at most, nothing else but digits, one digit at least, and no zero before another digit: one branch.
    const bool leadingZero = (*at == '0') & (length > 1) & (place + length != 17);
    if ((strange != mark) | ((mark & (mark - 1)) != 0) | (length == (mark != 0)) | leadingZero) return false;
    const __m128i gap = _mm_loadu_si128(reinterpret_cast<const __m128i*>(detail::CloseGap[place].data()));
    const __m128i digits = _mm_shuffle_epi8(raw, gap);
    const __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi16(10 | 1 << 8));
    const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(100 | 1 << 16));
    const __m128i packed = _mm_packus_epi32(fours, fours);
    const __m128i eights = _mm_madd_epi16(packed, _mm_set1_epi32(10000 | 1 << 16));
    const auto halves = static_cast<std::uint64_t>(_mm_cvtsi128_si64(eights));
    mantissa = (halves & 0xffffffffU) * 100'000'000 + (halves >> 32);
    return mantissa <= LargestExact;
}

/// Plain short decimals ("-12.345"), which are most cells of most files: at most 16 characters behind the sign.
/// False for anything else, whole numbers with leading zeros included. Reads the 16 bytes before `end`, which must be there.
inline bool quickNumber(const char* at, const char* end, char decimal, double& value) {
    const std::uint64_t negative = *at == '-';
    at += negative;
    std::uint64_t mantissa = 0;
    std::size_t place = 0;
    if (!quickDigits(at, end, decimal, mantissa, place)) return false;
    const double size = static_cast<double>(static_cast<std::int64_t>(mantissa)) / detail::Scales[place];
    value = std::bit_cast<double>(std::bit_cast<std::uint64_t>(size) | negative << 63);
    return true;
}

/// Short decimals with an exponent of two digits, as programs write them ("-1.234567e-05"). Reads the 20 bytes before
/// `end`, which must be there.
inline bool quickScientific(const char* at, const char* end, char decimal, double& value) {
    if (end - at < 5 || (end[-4] | 0x20) != 'e' || (end[-3] != '-' && end[-3] != '+')) return false;
    const unsigned tens = static_cast<unsigned char>(end[-2]) - static_cast<unsigned>('0');
    const unsigned ones = static_cast<unsigned char>(end[-1]) - static_cast<unsigned>('0');
    if (tens > 9 || ones > 9) return false;
    const std::uint64_t negative = *at == '-';
    at += negative;
    std::uint64_t mantissa = 0;
    std::size_t place = 0;
    if (!quickDigits(at, end - 4, decimal, mantissa, place)) return false;
    const int exponent = (end[-3] == '-' ? -1 : 1) * static_cast<int>(10 * tens + ones);
    const int power = exponent - (place == 16 ? 0 : 15 - static_cast<int>(place));
    if (power < -22 || power > 22) return false;  // beyond, a power of ten is no double without error
    const auto digits = static_cast<double>(static_cast<std::int64_t>(mantissa));
    const double size = power < 0 ? digits / detail::Powers[static_cast<std::size_t>(-power)] : digits * detail::Powers[static_cast<std::size_t>(power)];
    value = std::bit_cast<double>(std::bit_cast<std::uint64_t>(size) | negative << 63);
    return true;
}

#else

/// Left to the reading of any number.
inline bool quickScientific(const char*, const char*, char, double&) {
    return false;
}

/// The same, one character after another.
inline bool quickNumber(const char* at, const char* end, char decimal, double& value) {
    constexpr double powers[] = {1e0, 1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7, 1e8,
                                 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16};
    const bool negative = *at == '-';
    at += negative;
    if (end - at > 16 || at == end) return false;
    if (*at == '0' && end - at > 1 && at[1] != decimal) return false;
    std::uint64_t mantissa = 0;
    const char* point = nullptr;
    const char* const first = at;
    for (; at < end; ++at) {
        const unsigned digit = static_cast<unsigned>(static_cast<unsigned char>(*at)) - '0';
        if (digit <= 9)
            mantissa = mantissa * 10 + digit;
        else if (*at == decimal && !point)
            point = at;
        else
            return false;
    }
    if (end - first == (point != nullptr) || mantissa > LargestExact) return false;
    value = static_cast<double>(mantissa) / powers[point ? end - point - 1 : 0];
    if (negative) value = -value;
    return true;
}

#endif

}  // namespace holdout::csv
