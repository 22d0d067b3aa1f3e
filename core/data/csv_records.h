// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "data/csv_scan.h"

namespace holdout::csv {

/// Quotes that stand where RFC 4180 has none make quote parity worthless for finding records in parallel.
/// Strict reading gives up at the first of them; lenient reading starts at known record boundaries and goes on.
enum class Quoting { Strict, Lenient };

/// A field as it stands in the file.
struct Field {
    const char* begin = nullptr;
    const char* end = nullptr;
    bool quoted = false;   ///< begin … end lies between the quotes
    bool doubled = false;  ///< holds doubled quotes, each of which means one

    std::string_view raw() const { return {begin, static_cast<std::size_t>(end - begin)}; }
};

/// The text that a field means; `buffer` is used where that is not a piece of the file.
inline std::string_view fieldText(const Field& field, char quote, std::string& buffer) {
    if (!field.doubled) return field.raw();
    buffer.clear();
    for (const char* at = field.begin; at < field.end; ++at) {
        buffer += *at;
        if (*at == quote && at + 1 < field.end && at[1] == quote) ++at;
    }
    return buffer;
}

inline const char* skipSpaces(const char* at, const char* end) {
    while (at < end && *at == ' ') ++at;
    return at;
}

/// Where the field that opens with the quote at `open` closes; null when it never does. A quote closes when a
/// delimiter, a line end or the end of the text follows (spaces between do not count). Quotes inside that are
/// neither doubled nor closing are part of the text, but then the field has to end on its line: otherwise a
/// stray quote would swallow the rows behind it.
inline const char* closingQuote(const char* open, const char* end, const Dialect& dialect, bool& doubled) {
    bool stray = false;
    bool newline = false;
    doubled = false;
    for (const char* at = open + 1; at < end; ++at) {
        newline = newline || *at == dialect.newline;
        if (stray && newline) return nullptr;
        if (*at != dialect.quote) continue;
        if (at + 1 < end && at[1] == dialect.quote) {
            doubled = true;
            ++at;
            continue;
        }
        const char* const behind = dialect.blanks() ? at + 1 : skipSpaces(at + 1, end);
        if (behind == end || dialect.isDelimiter(*behind) || *behind == dialect.newline || *behind == '\r') return at;
        stray = true;
    }
    return nullptr;
}

/// Reads the records of one piece of text. `Sink` has
///   void field(std::size_t index, const Field& field);
///   bool endRecord(std::size_t fields, const char* begin, const char* end);  // false: enough
/// Blank lines are no records. Reading is strict up to `literalFrom`; quotes at and behind it are plain characters
/// (known never to close).
template <typename Sink>
class RecordReader {
public:
    RecordReader(const char* begin, const char* end, const Dialect& dialect, Quoting quoting, const char* literalFrom,
                 Sink& sink)
        : m_at(begin),
          m_end(end),
          m_dialect(dialect),
          m_quoting(quoting),
          m_literalFrom(literalFrom),
          m_scanner(begin, end, dialect),
          m_sink(sink) {}

    /// False when quotes were irregular and reading is strict.
    bool run() {
        while (m_at < m_end)
            if (!record()) return m_regular;
        return m_regular;
    }

private:
    /// False when reading is over.
    bool record() {
        const char* const begin = m_at;
        std::size_t fields = 0;
        while (true) {
            Field field;
            const char* const stop = readField(field);
            if (!m_regular) return false;
            const bool lineEnds = stop == m_end || *stop == m_dialect.newline;
            m_at = stop < m_end ? stop + 1 : m_end;
            if (field.begin == field.end && !field.quoted && (m_dialect.blanks() || (lineEnds && fields == 0))) {
                // Nothing between two blanks, behind the last one, or on the whole line.
                if (!lineEnds) continue;
                return fields == 0 || m_sink.endRecord(fields, begin, stop);
            }
            m_sink.field(fields++, field);
            if (lineEnds) return m_sink.endRecord(fields, begin, stop);
        }
    }

    /// Fills `field` and returns where it stops: a delimiter, a newline or the end.
    const char* readField(Field& field) {
        const char* at = m_at;
        if (at < m_end && *at == ' ' && !m_dialect.blanks()) at = skipSpaces(at, m_end);
        if (at < m_end && *at == m_dialect.quote && at < m_literalFrom) {
            if (const char* const stop =
                    m_quoting == Quoting::Strict ? quotedStrict(at, field) : quotedLenient(at, field))
                return stop;
        }
        const char* stop = m_scanner.next();
        while (stop < m_end && *stop == m_dialect.quote) {
            if (m_quoting == Quoting::Strict) {
                m_regular = false;
                return stop;
            }
            stop = m_scanner.next();
        }
        field.begin = at;
        field.end = stop;
        while (field.end > at && (field.end[-1] == '\r' || field.end[-1] == ' ')) --field.end;
        return stop;
    }

    const char* quotedStrict(const char* open, Field& field) {
        const char* quote = m_scanner.next();
        field = {open + 1, nullptr, true, false};
        while (true) {
            do quote = m_scanner.next();
            while (quote < m_end && *quote != m_dialect.quote);
            if (quote == m_end) break;
            if (quote + 1 == m_end || quote[1] != m_dialect.quote) {
                field.end = quote;
                const char* const stop = m_scanner.next();
                const char* behind = quote + 1;
                while (behind < stop && (*behind == ' ' || *behind == '\r')) ++behind;
                if (behind == stop && (stop == m_end || *stop != m_dialect.quote)) return stop;
                break;
            }
            field.doubled = true;
            m_scanner.next();
        }
        m_regular = false;
        return m_end;
    }

    const char* quotedLenient(const char* open, Field& field) {
        bool doubled = false;
        const char* const close = closingQuote(open, m_end, m_dialect, doubled);
        if (!close) return nullptr;
        field = {open + 1, close, true, doubled};
        m_scanner.seek(close + 1);
        return m_scanner.next();
    }

    const char* m_at;
    const char* m_end;
    Dialect m_dialect;
    Quoting m_quoting;
    const char* m_literalFrom;
    StructureScanner m_scanner;
    Sink& m_sink;
    bool m_regular = true;
};

template <typename Sink>
bool readRecords(const char* begin, const char* end, const Dialect& dialect, Quoting quoting, const char* literalFrom,
                 Sink& sink) {
    return RecordReader<Sink>(begin, end, dialect, quoting, literalFrom, sink).run();
}

}  // namespace holdout::csv
