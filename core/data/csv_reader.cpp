// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv_reader.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <unordered_set>

#include "base/format.h"
#include "base/huge_pages.h"
#include "base/parallel.h"
#include "data/csv_columns.h"
#include "data/csv_places.h"
#include "data/csv_rewrite.h"
#include "data/csv_source.h"
#include "data/file_bytes.h"
#include "data/memory_need.h"
#include "data/single_byte.h"

namespace holdout {

using namespace csv;

namespace {

constexpr std::size_t SampledRecords = 4000;
constexpr std::size_t SampledPieces = 20;
constexpr std::int64_t MostColumns = 100'000;

/// Cells of some records, for a first guess of the types. Which records depends on the text alone.
struct SampleSink {
    std::vector<std::vector<std::string>>& columns;
    std::size_t limit;
    char quote;
    std::size_t records = 0;
    std::string buffer = {};

    void field(std::size_t index, const Field& field) {
        if (index < columns.size()) columns[index].emplace_back(fieldText(field, quote, buffer));
    }
    bool endRecord(std::size_t, const char*, const char*) { return ++records < limit; }
};

/// One reading of one text. Steps in the order of the functions; each may be taken again when the text turns out to
/// be of another kind than its beginning promised.
class CsvReading {
public:
    CsvReading(std::string_view bytes, std::string name, const CsvOptions& options, JobContext& context)
        : m_bytes(bytes), m_name(std::move(name)), m_options(options), m_context(context) {}

    ReadResult read(bool mapped);

private:
    void decode();
    void rewrite();
    void findRecords();
    void checkTypes() const;
    void planColumns();
    void parse();
    bool parseAll();
    void planAgain();
    void makeTable();
    void warnOfRows();
    void warnOfCells();
    void prepareCells();
    std::int64_t lineOf(const char* at) const;
    bool isFromFile(const char* at) const { return at >= m_bytes.data() && at < m_bytes.data() + m_bytes.size(); }

    std::string_view m_bytes;
    std::string m_name;
    CsvOptions m_options;
    JobContext& m_context;
    bool m_mapped = false;
    bool m_isLarge = false;  ///< a mapped file that had better not be in memory as a whole: its pages go after each look

    Encoding m_encoding = Encoding::Utf8;
    char m_escape = NoMark;
    std::string m_decoded;    ///< the text, where that is not the bytes themselves
    std::string_view m_text;  ///< UTF-8
    Sniffed m_sniffed;
    std::optional<MissingCodes> m_codes;
    Layout m_layout;
    std::vector<ColumnPlan> m_plans;
    std::vector<Reading> m_done;  ///< how each column was read in the end
    std::vector<ColumnCells> m_cells;
    std::vector<PieceResult> m_results;
    ReadResult m_result;
};

std::int64_t CsvReading::lineOf(const char* at) const {
    return 1 + std::count(m_text.data(), at, m_sniffed.dialect.newline);
}

void CsvReading::decode() {
    m_encoding = m_options.encoding.value_or(guessEncoding(m_bytes));
    const std::string_view bytes = withoutMark(m_bytes, m_encoding);
    if (m_encoding == Encoding::Utf8 || m_encoding == Encoding::Latin1) refuseBinary(bytes, m_name);
    m_text = bytes;
    if (m_encoding != Encoding::Utf8) {
        m_decoded = toUtf8(bytes, m_encoding);
        m_text = m_decoded;
    }
    // Zero bytes that a damaged disk or an odd export left: nothing that a cell could mean.
    if (m_text.find('\0') != std::string_view::npos) {
        std::string cleaned(m_text);
        const std::size_t zeros = std::erase(cleaned, '\0');
        m_decoded = std::move(cleaned);
        m_text = m_decoded;
        m_result.warnings.push_back(
            {formatCount(zeros, "zero byte was", "zero bytes were") + " left out.", {.file = m_name}});
    }
}

/// Remarks between the rows and escaped characters, where there are any, are put into the plain form, and so are tables made
/// to be looked at.
void CsvReading::rewrite() {
    if (auto plain = placed(m_text, m_options, m_name)) {
        m_result.warnings.insert(m_result.warnings.end(), plain->warnings.begin(), plain->warnings.end());
        m_decoded = std::move(plain->text);
        m_text = m_decoded;
        m_options.delimiter = plain->delimiter;
    }
    Rewritten plain = rewritten(m_text, m_options, m_name);
    m_escape = plain.escape;
    m_result.warnings.insert(m_result.warnings.end(), plain.warnings.begin(), plain.warnings.end());
    if (!plain.text) return;
    m_decoded = std::move(*plain.text);
    m_text = m_decoded;
}

void CsvReading::findRecords() {
    for (bool again = true; again;) {
        again = false;
        m_sniffed = sniff(m_text, m_options, m_name);
        const std::string_view data = m_text.substr(m_sniffed.dataBegin);
        Survey found = survey(data, m_sniffed.dialect, m_name,
                              m_isLarge && isFromFile(data.data()) ? Pages::Release : Pages::Keep, m_context);
        const bool headFine = isValidUtf8(m_text.substr(0, m_sniffed.dataBegin));
        if ((!found.validUtf8 || !headFine) && m_encoding == Encoding::Utf8) {
            // Even when UTF-8 was asked for: bytes that are none would not be text anywhere else.
            std::size_t lines = 0;
            if (auto mixed = mixedToUtf8(m_text, m_sniffed.dialect.newline, lines)) {
                m_result.warnings.push_back({"The file mixes encodings: " + formatCount(lines, "line is", "lines are") +
                                                 " no valid UTF-8 and " + (lines == 1 ? "was" : "were") + " read as Latin-1, all others as UTF-8.",
                                             {.file = m_name}});
                m_decoded = std::move(*mixed);
                m_text = m_decoded;
                again = true;
                continue;
            }
            if (m_options.encoding == Encoding::Utf8)
                m_result.warnings.push_back({"The file is not valid UTF-8; it was read as Latin-1.", {.file = m_name}});
            m_encoding = m_options.encoding ? Encoding::Latin1 : guessSingleByte(m_text);
            if (const std::string_view letters = lettersOf(m_encoding); !letters.empty())
                m_result.warnings.push_back({"The file is no UTF-8, and its letters look " + std::string(letters) + ": it was read as " +
                                                 std::string(encodingName(m_encoding)) + ". Choose another encoding if words look wrong.",
                                             {.file = m_name}});
            m_decoded = toUtf8(m_text, m_encoding);
            m_text = m_decoded;
            again = true;
            continue;
        }
        m_layout =
            found.evenQuotes ? std::move(found.layout) : lenientLayout(data, m_sniffed.dialect, m_name, m_context);
    }
    m_codes.emplace(m_options.missing, m_sniffed.dialect.decimal);
    if (m_layout.rows() == 0 ||
        m_text.substr(m_sniffed.dataBegin).find_first_not_of("\r\n \t") == std::string_view::npos)
        throw Error("The file holds a header and no rows.", {.file = m_name}, "Choose a file with data.");
    if (m_sniffed.names.size() > static_cast<std::size_t>(MostColumns))
        throw Error("The file has " + formatCount(static_cast<std::int64_t>(m_sniffed.names.size())) +
                        " columns; at most " + formatCount(MostColumns) + " can be read.",
                    {.file = m_name}, "Check the delimiter, or choose the columns to keep.");
    // A long header above many short rows: cells of which the file holds nothing.
    CellBudget(m_bytes.size(), m_name).charge(sizeof(double) * m_layout.rows() * m_sniffed.names.size());
    if (m_layout.rows() > std::numeric_limits<RowId>::max())
        throw Error("The file has more than 4,294,967,295 rows.", {.file = m_name}, "Take a part of it.");
}

void CsvReading::checkTypes() const {
    for (const auto& [column, type] : m_options.types) {
        if (std::find(m_sniffed.names.begin(), m_sniffed.names.end(), column) != m_sniffed.names.end()) continue;
        const std::string near = nearest(column, m_sniffed.names);
        throw Error("There is no column \"" + column + "\" to give a type to.", {.file = m_name, .parameter = "types"},
                    near.empty() ? "" : "Did you mean \"" + near + "\"?");
    }
}

Reading guessReading(const std::vector<std::string>& cells, const MissingCodes& codes, const Dialect& dialect) {
    std::size_t numbers = 0;
    std::size_t dates = 0;
    std::size_t words = 0;
    std::unordered_set<std::string_view> distinct;
    for (const std::string& cell : cells) {
        double value = 0;
        std::int64_t micros = 0;
        bool hasTime = false;
        if (codes.amongNumbers(cell)) continue;
        if (readNumberCell(cell, dialect, false, value))
            ++numbers;
        else if (parseDateTime(cell, micros, hasTime))
            ++dates;
        else
            ++words;
        distinct.insert(cell);
    }
    if (words == 0 && dates == 0) return Reading::Number;
    if (words == 0 && numbers == 0) return Reading::DateTime;
    constexpr std::size_t Enough = 200;
    const std::size_t there = numbers + dates + words;
    return there >= Enough && 2 * distinct.size() > there ? Reading::Text : Reading::Levels;
}

void CsvReading::planColumns() {
    std::vector<std::vector<std::string>> sample(m_sniffed.names.size());
    const std::vector<Piece>& pieces = m_layout.pieces;
    const std::size_t step = std::max<std::size_t>(1, pieces.size() / SampledPieces);
    const std::size_t each = SampledRecords / ((pieces.size() + step - 1) / step);
    for (std::size_t i = 0; i < pieces.size(); i += step) {
        SampleSink sink{sample, each, m_sniffed.dialect.quote};
        readRecords(pieces[i].begin, pieces[i].end, m_sniffed.dialect, m_layout.quoting, m_layout.literalFrom, sink);
    }
    m_plans.assign(sample.size(), {});
    for (std::size_t c = 0; c < sample.size(); ++c) {
        if (const auto type = m_options.types.find(m_sniffed.names[c]); type != m_options.types.end()) {
            constexpr Reading readings[] = {Reading::Number, Reading::Levels, Reading::Text, Reading::DateTime};
            m_plans[c] = {readings[static_cast<std::size_t>(type->second)], true};
        } else {
            m_plans[c].reading = guessReading(sample[c], *m_codes, m_sniffed.dialect);
        }
    }
}

void CsvReading::prepareCells() {
    const std::size_t rows = m_layout.rows();
    parallelFor(m_plans.size(), [&](std::size_t c) {
        ColumnCells& cells = m_cells[c];
        if (m_plans[c].reading == Reading::Skip) return;
        cells = {};
        switch (m_plans[c].reading) {
            case Reading::Number:
                resizeOnHugePages(cells.numbers, rows);
                break;
            case Reading::DateTime:
                resizeOnHugePages(cells.micros, rows);
                break;
            case Reading::Levels:
                resizeOnHugePages(cells.codes, rows);
                break;
            case Reading::Text:
                resizeOnHugePages(cells.lengths, rows);
                break;
            case Reading::Skip:
                break;
        }
    });
}

/// One pass over all pieces for the columns that are not done. False when quotes turned out to be irregular.
bool CsvReading::parseAll() {
    prepareCells();
    const std::vector<Piece>& pieces = m_layout.pieces;
    std::vector<std::atomic<bool>> failed(m_plans.size());
    const Pass pass{m_sniffed.dialect, *m_codes, m_plans, m_cells, failed, m_name, m_text.data()};
    std::vector<PieceResult> results(pieces.size());
    std::atomic<bool> regular = true;
    std::atomic<std::size_t> finished = 0;
    parallelFor(pieces.size(), [&](std::size_t i) {
        m_context.throwIfStopped();
        if (!regular.load(std::memory_order_relaxed)) return;
        const Piece& piece = pieces[i];
        results[i] = parsePiece(piece, m_layout, pass);
        if (!results[i].regular) regular = false;
        if (m_mapped && isFromFile(piece.begin))
            releasePages({piece.begin, static_cast<std::size_t>(piece.end - piece.begin)});
        m_context.progress.report(static_cast<double>(++finished) / static_cast<double>(pieces.size()),
                                  "Reading the file");
    });
    if (!regular) return false;
    if (m_results.empty()) {
        m_results = std::move(results);
        return true;
    }
    for (std::size_t i = 0; i < pieces.size(); ++i)
        for (std::size_t c = 0; c < m_plans.size(); ++c)
            if (m_plans[c].reading != Reading::Skip) m_results[i].columns[c] = std::move(results[i].columns[c]);
    return true;
}

/// Columns whose cells were not what the sample promised get another reading; the others are done.
void CsvReading::planAgain() {
    for (std::size_t c = 0; c < m_plans.size(); ++c) {
        ColumnPlan& plan = m_plans[c];
        if (plan.reading == Reading::Skip) continue;
        bool failed = false;
        std::size_t found = 0;
        for (const PieceResult& result : m_results) {
            failed = failed || result.columns[c].failed;
            found += result.columns[c].found;
        }
        m_done[c] = plan.reading;
        if (!failed)
            plan.reading = Reading::Skip;
        else if (plan.reading == Reading::Number && found == 0)
            plan.reading = Reading::DateTime;
        else
            plan.reading = plan.reading == Reading::Levels ? Reading::Text : Reading::Levels;
    }
}

void CsvReading::parse() {
    m_cells.resize(m_plans.size());
    m_done.resize(m_plans.size());
    const auto left = [&] {
        return std::any_of(m_plans.begin(), m_plans.end(),
                           [](const ColumnPlan& plan) { return plan.reading != Reading::Skip; });
    };
    while (left()) {
        if (parseAll()) {
            planAgain();
            continue;
        }
        // Quotes where none belong: records are found one after another, and all is read from there.
        const std::string_view data = m_text.substr(m_sniffed.dataBegin);
        m_layout = lenientLayout(data, m_sniffed.dialect, m_name, m_context);
        m_results.clear();
        planColumns();
    }
    for (std::size_t c = 0; c < m_plans.size(); ++c) m_plans[c].reading = m_done[c];
}

void CsvReading::warnOfRows() {
    std::size_t shortRows = 0;
    std::size_t longRows = 0;
    std::vector<const char*> where;
    for (const PieceResult& result : m_results) {
        shortRows += result.shortRows;
        longRows += result.longRows;
        for (const char* const at : result.ragged)
            if (where.size() < 5) where.push_back(at);
    }
    if (where.empty()) return;
    std::string lines;
    for (const char* const at : where) lines += (lines.empty() ? "" : ", ") + std::to_string(lineOf(at));
    const std::string places =
        (where.size() == 1 ? "line " : "lines ") + lines + (shortRows + longRows > where.size() ? " and more" : "");
    const std::int64_t line = lineOf(where.front());
    if (shortRows > 0)
        m_result.warnings.push_back({formatCount(shortRows, "row has", "rows have") +
                                         " too few cells; those lacking count as missing (" + places + ").",
                                     {.file = m_name, .row = line}});
    if (longRows > 0)
        m_result.warnings.push_back({formatCount(longRows, "row has", "rows have") +
                                         " too many cells; those beyond the last column were left out (" + places +
                                         ").",
                                     {.file = m_name, .row = line}});
}

/// Cells that do not fit the type which the person has decided.
void CsvReading::warnOfCells() {
    for (std::size_t c = 0; c < m_plans.size(); ++c) {
        std::size_t refused = 0;
        const char* where = nullptr;
        for (const PieceResult& result : m_results) {
            refused += result.columns[c].refused;
            if (!where) where = result.columns[c].firstRefused;
        }
        if (!where || !m_plans[c].decided) continue;
        m_result.warnings.push_back({formatCount(refused, "cell is", "cells are") + " not of the type chosen and count" +
                                         (refused == 1 ? "s" : "") + " as missing.",
                                     {.file = m_name, .row = lineOf(where), .column = m_sniffed.names[c]}});
    }
}

void CsvReading::makeTable() {
    warnOfRows();
    warnOfCells();
    std::vector<ColumnPtr> columns(m_plans.size());
    std::size_t rows = 0;
    for (const PieceResult& result : m_results) rows += result.rows;
    parallelFor(columns.size(), [&](std::size_t c) {
        columns[c] = makeColumn(m_sniffed.names[c], c, m_plans[c], m_cells[c], m_layout.pieces, m_results);
    });
    m_result.table = Table(std::move(columns), rows);
}

ReadResult CsvReading::read(bool mapped) {
    m_mapped = mapped;
    m_isLarge = mapped && m_bytes.size() > availableMemory() / 4;
    const auto start = std::chrono::steady_clock::now();
    if (m_bytes.empty()) throw Error("The file is empty.", {.file = m_name}, "Choose another file.");
    decode();
    rewrite();
    findRecords();
    checkTypes();
    planColumns();
    parse();
    Warnings warnings = std::move(m_sniffed.warnings);
    warnings.insert(warnings.end(), m_result.warnings.begin(), m_result.warnings.end());
    m_result.warnings = std::move(warnings);
    makeTable();
    const Dialect& dialect = m_sniffed.dialect;
    m_result.format = {dialect.delimiter == '\t' ? "tsv" : "csv",
                       dialect.delimiter,
                       dialect.quote,
                       dialect.decimal,
                       m_encoding,
                       m_sniffed.header,
                       m_codes->list(),
                       m_options.comment.value_or(NoMark),
                       m_escape,
                       dialect.thousands,
                       m_sniffed.skipped,
                       m_options.headerRows.value_or(1)};
    m_result.bytes = m_bytes.size();
    m_result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(m_result);
}

}  // namespace

std::string_view encodingName(Encoding encoding) {
    constexpr std::string_view names[] = {"UTF-8", "UTF-16LE", "UTF-16BE", "Latin-1", "Windows-1250", "Windows-1251", "Windows-1254"};
    return names[static_cast<std::size_t>(encoding)];
}

ReadResult readCsv(const std::filesystem::path& path, const CsvOptions& options, JobContext& context) {
    const MappedFile file(path);
    ReadResult result = CsvReading(file.bytes(), path.filename().string(), options, context).read(true);
    result.sha256 = FileFingerprint::of(file, path.filename().string());
    return result;
}

ReadResult readCsvText(std::string_view text, std::string_view name, const CsvOptions& options, JobContext& context) {
    return CsvReading(text, std::string(name), options, context).read(false);
}

}  // namespace holdout
