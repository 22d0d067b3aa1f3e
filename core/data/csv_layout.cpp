// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv_layout.h"

#include "base/format.h"
#include "base/parallel.h"
#include "data/csv_source.h"

namespace holdout::csv {
namespace {

constexpr std::size_t PieceSize = 1 << 20;

[[noreturn]] void lineTooLong(const std::string& name) {
    throw Error("A line is longer than " + formatBytes(LongestLine) + ".", {.file = name},
                "Check that this is a text table, and which quotes and line ends it uses.");
}

/// Newlines of one block of bytes, counted as if it began outside ([0]) and inside ([1]) of quotes.
struct BlockCount {
    std::size_t newlines[2] = {0, 0};
    const char* first[2] = {nullptr, nullptr};
    const char* last[2] = {nullptr, nullptr};
    bool oddQuotes = false;
    bool validUtf8 = true;
};

void addNewlines(BlockCount& count, int state, std::uint64_t bits, const char* base) {
    if (bits == 0) return;
    count.newlines[state] += static_cast<std::size_t>(std::popcount(bits));
    if (!count.first[state]) count.first[state] = base + std::countr_zero(bits);
    count.last[state] = base + 63 - std::countl_zero(bits);
}

bool isContinuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

/// Bytes begin … end with the characters that begin in them, whole.
bool isValidPiece(const char* begin, const char* end, std::string_view text) {
    const char* const textEnd = text.data() + text.size();
    for (int i = 0; i < 3 && begin > text.data() && begin < end && isContinuation(*begin); ++i) ++begin;
    for (int i = 0; i < 3 && end < textEnd && isContinuation(*end); ++i) ++end;
    return isValidUtf8({begin, static_cast<std::size_t>(end - begin)});
}

BlockCount countBlock(std::string_view text, Range range, const Dialect& dialect) {
    BlockCount count;
    const char* const begin = text.data() + range.begin;
    const char* const end = text.data() + range.end;
    std::uint64_t inside = 0;  // all bits: the state at the start of the block of 64
    std::uint64_t high = 0;
    eachBlock(begin, end, [&](const char* block, const char* base) {
        const std::uint64_t newlines = matches(block, dialect.newline);
        const std::uint64_t quotes = matches(block, dialect.quote);
        high |= highBits(block);
        const std::uint64_t within = quotes == 0 ? inside : prefixParity(quotes) ^ inside;
        addNewlines(count, 0, newlines & ~within, base);
        addNewlines(count, 1, newlines & within, base);
        inside = static_cast<std::uint64_t>(static_cast<std::int64_t>(within) >> 63);
    });
    count.oddQuotes = inside != 0;
    count.validUtf8 = high == 0 || isValidPiece(begin, end, text);
    return count;
}

/// Counts records and remembers where the pieces begin.
struct LayoutSink {
    Layout& layout;
    const std::string& name;
    const JobContext& context;
    const char* textBegin;
    std::size_t records = 0;

    void field(std::size_t, const Field&) const {}
    bool endRecord(std::size_t, const char* begin, const char* end) {
        if (static_cast<std::size_t>(end - begin) > LongestLine) lineTooLong(name);
        const auto blockOf = [&](const char* at) { return static_cast<std::size_t>(at - textBegin) / PieceSize; };
        if (layout.pieces.empty() || blockOf(begin) != blockOf(layout.pieces.back().begin)) {
            context.throwIfStopped();
            if (!layout.pieces.empty()) layout.pieces.back().end = begin;
            layout.pieces.push_back({layout.pieces.empty() ? textBegin : begin, nullptr, records, 0});
        }
        ++layout.pieces.back().rows;
        ++records;
        return true;
    }
};

/// The last quote that could close a field: quotes at or behind it that open one never close.
const char* lastClosing(std::string_view text, const Dialect& dialect) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    for (const char* at = end; at > begin;) {
        --at;
        if (*at != dialect.quote) continue;
        const char* const behind = dialect.blanks() ? at + 1 : skipSpaces(at + 1, end);
        if (behind == end || dialect.isDelimiter(*behind) || *behind == dialect.newline || *behind == '\r') return at;
    }
    return begin;
}

}  // namespace

bool isValidUtf8(std::string_view text) {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const unsigned char* const end = at + text.size();
    while (at < end) {
        if (end - at >= static_cast<std::ptrdiff_t>(BlockSize)) {
            const std::uint64_t high = highBits(reinterpret_cast<const char*>(at));
            if (high == 0) {
                at += BlockSize;
                continue;
            }
            at += std::countr_zero(high);
        }
        const unsigned char c = *at;
        if (c < 0x80) {
            ++at;
            continue;
        }
        const int length = c >= 0xc2 && c <= 0xdf ? 2 : c >= 0xe0 && c <= 0xef ? 3 : c >= 0xf0 && c <= 0xf4 ? 4 : 0;
        if (length == 0 || end - at < length) return false;
        for (int i = 1; i < length; ++i)
            if ((at[i] & 0xc0) != 0x80) return false;
        // No overlong forms, no surrogates, nothing beyond U+10FFFF (Unicode standard, table 3-7).
        if ((c == 0xe0 && at[1] < 0xa0) || (c == 0xed && at[1] > 0x9f) || (c == 0xf0 && at[1] < 0x90) ||
            (c == 0xf4 && at[1] > 0x8f))
            return false;
        at += length;
    }
    return true;
}

Survey survey(std::string_view text, const Dialect& dialect, const std::string& name, Pages pages,
              const JobContext& context) {
    const std::vector<Range> blocks = chunks(text.size(), PieceSize);
    std::vector<BlockCount> counts(blocks.size());
    parallelFor(blocks.size(), [&](std::size_t i) {
        context.throwIfStopped();
        counts[i] = countBlock(text, blocks[i], dialect);
        if (pages == Pages::Release) releasePages(text.substr(blocks[i].begin, blocks[i].size()));
    });
    Survey result;
    std::vector<Piece>& pieces = result.layout.pieces;
    result.layout.literalFrom = text.data() + text.size();
    if (!text.empty()) pieces.push_back({text.data(), nullptr, 0, 1});
    int state = 0;
    const char* lineBegin = text.data();
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const BlockCount& count = counts[i];
        if (count.newlines[state] > 0) {
            if (static_cast<std::size_t>(count.first[state] - lineBegin) > LongestLine) lineTooLong(name);
            lineBegin = count.last[state];
            if (i > 0) {
                // The first newline here ends the last record of the piece before.
                Piece& before = pieces.back();
                before.end = count.first[state] + 1;
                pieces.push_back({before.end, nullptr, before.firstRow + before.rows, 0});
            }
            pieces.back().rows += count.newlines[state];
        }
        state ^= count.oddQuotes ? 1 : 0;
        result.validUtf8 = result.validUtf8 && count.validUtf8;
    }
    if (!pieces.empty()) pieces.back().end = text.data() + text.size();
    result.evenQuotes = state == 0;
    // With an open quote the "line" may be the rest of a sound file: the lenient reading judges that.
    if (result.evenQuotes && static_cast<std::size_t>(text.data() + text.size() - lineBegin) > LongestLine)
        lineTooLong(name);
    return result;
}

Layout lenientLayout(std::string_view text, const Dialect& dialect, const std::string& name,
                     const JobContext& context) {
    Layout layout;
    layout.quoting = Quoting::Lenient;
    layout.literalFrom = lastClosing(text, dialect);
    LayoutSink sink{layout, name, context, text.data()};
    const char* const end = text.data() + text.size();
    readRecords(text.data(), end, dialect, Quoting::Lenient, layout.literalFrom, sink);
    if (!layout.pieces.empty()) layout.pieces.back().end = end;
    return layout;
}

}  // namespace holdout::csv
