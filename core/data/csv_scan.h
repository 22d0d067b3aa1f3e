// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__AVX2__) || defined(__SSE2__)
#include <immintrin.h>
#endif

namespace holdout::csv {

/// How the records of a text table are told apart, all of it decided.
struct Dialect {
    char delimiter = ',';  ///< ' ' means any run of spaces and tabs
    char quote = '"';
    char decimal = '.';
    char newline = '\n';    ///< '\n' (a '\r' before it does not count), or '\r'
    char thousands = '\0';  ///< as in NumberStyle

    bool blanks() const { return delimiter == ' '; }
    /// The second character that parts fields; the delimiter itself when there is none.
    char otherDelimiter() const { return blanks() ? '\t' : delimiter; }
    bool isDelimiter(char c) const { return c == delimiter || c == otherDelimiter(); }
};

constexpr std::size_t BlockSize = 64;

/// Bit i is set where byte i of a block of 64 equals `c`.
inline std::uint64_t matches(const char* block, char c) {
#if defined(__AVX2__)
    const __m256i wanted = _mm256_set1_epi8(c);
    const auto half = [&](const char* at) {
        const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
        return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, wanted)));
    };
    return half(block) | std::uint64_t{half(block + 32)} << 32;
#elif defined(__SSE2__)
    const __m128i wanted = _mm_set1_epi8(c);
    std::uint64_t mask = 0;
    for (int i = 0; i < 4; ++i) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * i));
        mask |= std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)))} << (16 * i);
    }
    return mask;
#else
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < BlockSize; ++i) mask |= std::uint64_t{block[i] == c} << i;
    return mask;
#endif
}

/// Bit i is set where byte i of a block of 64 is no ASCII character.
inline std::uint64_t highBits(const char* block) {
#if defined(__AVX2__)
    const auto half = [](const char* at) {
        return static_cast<std::uint32_t>(
            _mm256_movemask_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at))));
    };
    return half(block) | std::uint64_t{half(block + 32)} << 32;
#else
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < BlockSize; ++i) mask |= std::uint64_t{(block[i] & 0x80) != 0} << i;
    return mask;
#endif
}

/// Bit i is the parity of bits 0 … i: set between an opening quote and its closing one
/// (Langdale, Lemire 2019, section 3.1.1).
inline std::uint64_t prefixParity(std::uint64_t bits) {
    for (int shift = 1; shift < 64; shift <<= 1) bits ^= bits << shift;
    return bits;
}

/// Calls visit(block, base) for each 64 bytes of begin … end; the last block is filled up with zeros, so that
/// nothing beyond `end` is read.
template <typename Visit>
void eachBlock(const char* begin, const char* end, const Visit& visit) {
    const char* at = begin;
    for (; end - at >= static_cast<std::ptrdiff_t>(BlockSize); at += BlockSize) visit(at, at);
    if (at < end) {
        char rest[BlockSize] = {};
        std::memcpy(rest, at, static_cast<std::size_t>(end - at));
        visit(rest, at);
    }
}

/// Yields the delimiters, newlines and quotes of begin … end in order.
class StructureScanner {
public:
    StructureScanner(const char* begin, const char* end, const Dialect& dialect)
        : m_end(end), m_dialect(dialect), m_twoDelimiters(dialect.blanks()) {
        seek(begin);
    }

    /// Goes on at `at`, which may lie behind.
    void seek(const char* at) {
        m_block = at;
        m_bits = at < m_end ? mask() : 0;
    }

    /// The next one; `end` when there is none left.
    const char* next() {
        while (m_bits == 0) {
            if (m_end - m_block <= static_cast<std::ptrdiff_t>(BlockSize)) return m_end;
            m_block += BlockSize;
            m_bits = mask();
        }
        const char* const found = m_block + std::countr_zero(m_bits);
        m_bits &= m_bits - 1;
        return found;
    }

private:
    std::uint64_t maskOf(const char* block) const {
        std::uint64_t bits =
            matches(block, m_dialect.delimiter) | matches(block, m_dialect.newline) | matches(block, m_dialect.quote);
        if (m_twoDelimiters) bits |= matches(block, '\t');
        return bits;
    }
    std::uint64_t mask() const {
        if (m_end - m_block >= static_cast<std::ptrdiff_t>(BlockSize)) return maskOf(m_block);
        char rest[BlockSize] = {};
        std::memcpy(rest, m_block, static_cast<std::size_t>(m_end - m_block));
        return maskOf(rest);
    }

    const char* m_block = nullptr;
    const char* m_end;
    Dialect m_dialect;
    bool m_twoDelimiters;
    std::uint64_t m_bits = 0;
};

}  // namespace holdout::csv
