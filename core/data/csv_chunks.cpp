// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv_chunks.h"

#include <algorithm>

#include "data/csv_sniff.h"
#include "data/csv_source.h"
#include "data/csv_unhashed.h"

namespace holdout {
namespace {

/// How much of the beginning tells the form of the file.
constexpr std::size_t kHeadBytes = std::size_t{1} << 20;
/// No row is longer: a quote that is open so far behind the piece's end was never meant to open.
constexpr std::size_t kMostRowBytes = std::size_t{64} << 20;
constexpr std::size_t kMostWarnings = 100;

bool isPacked(std::string_view bytes) {
    return bytes.starts_with("\x1f\x8b") || bytes.starts_with("\x28\xb5\x2f\xfd");
}

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

}  // namespace

struct CsvChunks::Reading {
    Reading(const std::filesystem::path& path, CsvOptions given, std::size_t size)
        : file(path), name(path.filename().string()), options(std::move(given)), chunkBytes(size) {}

    /// Form and names from the head; later pieces have no header of their own.
    void begin() {
        if (file.bytes().empty()) throw Error("The file is empty.", {.file = name}, "Choose another file.");
        if (isPacked(file.bytes()))
            throw Error("A packed file cannot be read in pieces.", {.file = name}, "Unpack it first.");
        const Encoding encoding = options.encoding.value_or(csv::guessEncoding(file.bytes().substr(0, kHeadBytes)));
        if (encoding == Encoding::Utf16LittleEndian || encoding == Encoding::Utf16BigEndian)
            throw Error("A file in UTF-16 cannot be read in pieces.", {.file = name}, "Save it as UTF-8 first.");
        text = csv::withoutMark(file.bytes(), encoding);
        const std::string_view head = text.substr(0, kHeadBytes);
        csv::refuseBinary(head, name);
        const csv::Sniffed sniffed = csv::sniff(head, options, name);
        dialect = sniffed.dialect;
        names = sniffed.names;
        warnings = sniffed.warnings;
        format.header = sniffed.header;
        format.skip = sniffed.skipped;
        at = sniffed.dataBegin;
        if (text.substr(at, kHeadBytes).find_first_not_of("\r\n \t") == std::string_view::npos)
            throw Error("The file holds a header and no rows.", {.file = name}, "Choose a file with data.");
        checkTypes();
        options.delimiter = dialect.delimiter;
        options.quote = dialect.quote;
        options.decimal = dialect.decimal;
        if (dialect.thousands != '\0') options.thousands = dialect.thousands;
        options.encoding = encoding;
        options.header = false;
        options.skip = 0;
        options.headerRows.reset();
        std::map<std::string, ColumnType, std::less<>> types;
        for (std::size_t c = 0; c < names.size(); ++c)
            if (const auto type = options.types.find(names[c]); type != options.types.end()) types[placeName(c)] = type->second;
        options.types = std::move(types);
        lines = static_cast<std::int64_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), dialect.newline));
    }

    void checkTypes() const {
        for (const auto& [column, type] : options.types)
            if (std::find(names.begin(), names.end(), column) == names.end())
                throw Error("There is no column \"" + column + "\" to give a type to.", {.file = name, .parameter = "types"},
                            "Name one of the file's columns.");
    }

    /// What a column of a piece without header is called.
    static std::string placeName(std::size_t column) { return "column" + std::to_string(column + 1); }

    Table take(JobContext& context) {
        const std::size_t end = rowEnd(text, at, chunkBytes, dialect);
        const std::string_view piece = text.substr(at, end - at);
        ReadResult read = readCsvTextUnhashed(piece, name, options, context);
        keepWarnings(read.warnings);
        if (!isKnown) learnForm(read);
        lines += static_cast<std::int64_t>(std::count(piece.begin(), piece.end(), dialect.newline));
        at = end;
        csv::releasePages(piece);
        return named(read.table);
    }

    void learnForm(const ReadResult& read) {
        isKnown = true;
        const CsvFormat own = format;
        format = read.format;
        format.header = own.header;
        format.skip = own.skip;
        for (std::size_t c = 0; c < read.table.columnCount(); ++c)
            options.types[placeName(c)] = read.table.column(c).type();
    }

    /// Rows are counted from the beginning of the file, and columns have their names.
    void keepWarnings(const Warnings& more) {
        for (Warning warning : more) {
            if (warning.message.find("has no header") != std::string::npos || warnings.size() >= kMostWarnings) continue;
            if (warning.place.row) *warning.place.row += lines;
            for (std::size_t c = 0; c < names.size(); ++c)
                if (warning.place.column == placeName(c)) {
                    warning.place.column = names[c];
                    break;
                }
            addOnce(warnings, std::move(warning));
        }
    }

    Table named(const Table& table) const {
        std::vector<ColumnPtr> columns;
        for (std::size_t c = 0; c < names.size(); ++c) {
            if (c < table.columnCount())
                columns.push_back(table.column(c).renamed(names[c]));
            else  // no row of this piece has so many cells
                columns.push_back(Column::numbers(names[c], std::vector<double>(table.rows()), allMissing(table.rows())));
        }
        return {std::move(columns), table.rows()};
    }

    static MissingMask allMissing(std::size_t rows) {
        MissingMask mask(rows);
        for (std::size_t row = 0; row < rows; ++row) mask.set(row);
        return mask;
    }

    csv::MappedFile file;
    std::string name;
    CsvOptions options;
    std::size_t chunkBytes;
    std::string_view text;
    csv::Dialect dialect;
    std::vector<std::string> names;
    CsvFormat format;
    Warnings warnings;
    std::size_t at = 0;
    std::int64_t lines = 0;  ///< before the next piece
    bool isKnown = false;
};

CsvChunks::CsvChunks(const std::filesystem::path& path, CsvOptions options, std::size_t chunkBytes)
    : m_reading(std::make_unique<Reading>(path, std::move(options), chunkBytes)) {
    m_reading->begin();
}

CsvChunks::~CsvChunks() = default;

std::optional<Table> CsvChunks::next(JobContext& context) {
    context.throwIfStopped();
    // Blank lines at the end are no rows.
    if (m_reading->text.find_first_not_of("\r\n \t", m_reading->at) == std::string_view::npos) return std::nullopt;
    return m_reading->take(context);
}

std::uint64_t CsvChunks::bytes() const {
    return m_reading->file.bytes().size();
}

std::uint64_t CsvChunks::bytesRead() const {
    return m_reading->at + (m_reading->file.bytes().size() - m_reading->text.size());
}

const CsvFormat& CsvChunks::format() const {
    return m_reading->format;
}

const Warnings& CsvChunks::warnings() const {
    return m_reading->warnings;
}

}  // namespace holdout
