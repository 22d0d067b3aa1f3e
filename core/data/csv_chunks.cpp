// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv_chunks.h"

#include <algorithm>

#include "data/csv_places.h"
#include "data/csv_sniff.h"
#include "data/file_chunks.h"

namespace holdout {
namespace {

/// How much of the beginning tells the form of the file.
constexpr std::size_t kHeadBytes = std::size_t{1} << 20;
/// No row is longer: a quote that is open so far behind the piece's end was never meant to open.
constexpr std::size_t kMostRowBytes = std::size_t{64} << 20;

/// Where the row ends that holds the byte behind `begin` + `length`: behind its newline, or at the end of the text. Newlines
/// between quotes end no row.
std::size_t rowEnd(std::string_view text, std::size_t begin, std::size_t length, const csv::Dialect& dialect) {
    const std::size_t from = begin + length;
    if (from >= text.size()) return text.size();
    bool quoted = dialect.quote != NoMark && std::count(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                                        text.begin() + static_cast<std::ptrdiff_t>(from), dialect.quote) % 2 == 1;
    const std::size_t most = std::min(text.size(), from + kMostRowBytes);
    for (std::size_t at = from; at < most; ++at) {
        if (text[at] == dialect.quote) quoted = !quoted;
        if (text[at] == dialect.newline && !quoted) return at + 1;
    }
    if (most == text.size()) return most;
    const std::size_t newline = text.find(dialect.newline, from);
    return newline == std::string_view::npos ? text.size() : newline + 1;
}

/// What a column of a piece without header is called.
std::string placeName(std::size_t column) {
    return "column" + std::to_string(column + 1);
}

MissingMask allMissing(std::size_t rows) {
    MissingMask mask(rows);
    for (std::size_t row = 0; row < rows; ++row) mask.set(row);
    return mask;
}

class CsvChunks final : public FileChunks {
public:
    /// Form and names from the head; later pieces have no header of their own.
    CsvChunks(const std::filesystem::path& path, CsvOptions given, std::size_t chunkBytes)
        : FileChunks(path, given.encoding, chunkBytes), m_options(std::move(given)) {
        const std::string_view head = m_text.substr(0, kHeadBytes);
        csv::refuseBinary(head, m_name);
        if (csv::placed(head, m_options, m_name))
            throw Error("The columns stand at fixed places, or are drawn with lines: such a file cannot be read in pieces.", {.file = m_name},
                        "Read it as a whole and convert it to CSV, as by: holdout-cli convert.");
        const csv::Sniffed sniffed = csv::sniff(head, m_options, m_name);
        m_dialect = sniffed.dialect;
        m_newline = m_dialect.newline;
        m_names = sniffed.names;
        m_warnings = sniffed.warnings;
        m_format.header = sniffed.header;
        m_format.skip = sniffed.skipped;
        const std::size_t begin = sniffed.dataBegin;
        if (m_text.substr(begin, kHeadBytes).find_first_not_of("\r\n \t") == std::string_view::npos)
            throw Error("The file holds a header and no rows.", {.file = m_name}, "Choose a file with data.");
        checkTypes();
        keepForm();
        stepTo(begin);
    }

private:
    void checkTypes() const {
        for (const auto& [column, type] : m_options.types)
            if (std::find(m_names.begin(), m_names.end(), column) == m_names.end())
                throw Error("There is no column \"" + column + "\" to give a type to.", {.file = m_name, .parameter = "types"},
                            "Name one of the file's columns.");
    }

    void keepForm() {
        m_options.delimiter = m_dialect.delimiter;
        m_options.quote = m_dialect.quote;
        m_options.decimal = m_dialect.decimal;
        if (m_dialect.thousands != '\0') m_options.thousands = m_dialect.thousands;
        m_options.encoding = m_encoding;
        m_options.header = false;
        m_options.skip = 0;
        m_options.headerRows.reset();
        std::map<std::string, ColumnType, std::less<>> types;
        for (std::size_t c = 0; c < m_names.size(); ++c)
            if (const auto type = m_options.types.find(m_names[c]); type != m_options.types.end()) types[placeName(c)] = type->second;
        m_options.types = std::move(types);
    }

    /// Blank lines at the end are no rows.
    bool isAtEnd() override { return m_text.find_first_not_of("\r\n \t", m_at) == std::string_view::npos; }

    Table take(JobContext& context) override {
        const std::size_t end = rowEnd(m_text, m_at, m_chunkBytes, m_dialect);
        const ReadResult read = readCsvText(m_text.substr(m_at, end - m_at), m_name, m_options, context);
        keepWarnings(read.warnings);
        if (!m_isKnown) learnForm(read);
        stepTo(end);
        return named(read.table);
    }

    void learnForm(const ReadResult& read) {
        m_isKnown = true;
        const CsvFormat own = m_format;
        m_format = read.format;
        m_format.header = own.header;
        m_format.skip = own.skip;
        for (std::size_t c = 0; c < read.table.columnCount(); ++c) m_options.types[placeName(c)] = read.table.column(c).type();
    }

    /// Rows are counted from the beginning of the file, and columns have their names.
    void keepWarnings(const Warnings& more) {
        for (Warning warning : more) {
            if (warning.message.find("has no header") != std::string::npos) continue;
            if (warning.place.row) *warning.place.row += m_lines;
            for (std::size_t c = 0; c < m_names.size(); ++c)
                if (warning.place.column == placeName(c)) {
                    warning.place.column = m_names[c];
                    break;
                }
            warn(std::move(warning));
        }
    }

    Table named(const Table& table) const {
        std::vector<ColumnPtr> columns;
        for (std::size_t c = 0; c < m_names.size(); ++c) {
            if (c < table.columnCount())
                columns.push_back(table.column(c).renamed(m_names[c]));
            else  // no row of this piece has so many cells
                columns.push_back(Column::numbers(m_names[c], std::vector<double>(table.rows()), allMissing(table.rows())));
        }
        return {std::move(columns), table.rows()};
    }

    CsvOptions m_options;
    csv::Dialect m_dialect;
    std::vector<std::string> m_names;
};

}  // namespace

std::unique_ptr<TableChunks> openCsvChunks(const std::filesystem::path& path, CsvOptions options, std::size_t chunkBytes) {
    return std::make_unique<CsvChunks>(path, std::move(options), chunkBytes);
}

}  // namespace holdout
