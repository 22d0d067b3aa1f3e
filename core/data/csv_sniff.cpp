// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv_sniff.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/format.h"
#include "data/csv_doubts.h"
#include "data/number_text.h"

namespace holdout::csv {
namespace {

using Records = std::vector<std::vector<std::string>>;

constexpr std::size_t HeadBytes = 256 * 1024;
constexpr std::size_t HeadRecords = 200;

struct HeadSink {
    Records records;
    std::vector<const char*> begins = {};
    std::vector<const char*> ends;
    std::size_t limit;
    char quote;
    std::vector<std::string> current = {};
    std::string buffer = {};
    const char* begin = nullptr;  ///< of the table, where lines above it were dropped

    void field(std::size_t, const Field& field) { current.emplace_back(fieldText(field, quote, buffer)); }
    bool endRecord(std::size_t, const char* from, const char* end) {
        begins.push_back(from);
        records.push_back(std::move(current));
        current.clear();
        ends.push_back(end);
        return records.size() < limit;
    }
};

HeadSink readHead(std::string_view text, const Dialect& dialect, std::size_t limit) {
    HeadSink sink{{}, {}, {}, limit, dialect.quote};
    const char* const end = text.data() + text.size();
    readRecords(text.data(), end, dialect, Quoting::Lenient, end, sink);
    return sink;
}

bool isNumber(std::string_view text) {
    double value = 0;
    return parseNumberText(text, {'.'}, value) || parseNumberText(text, {','}, value) ||
           parseGroupedNumber(text, {'.'}, value) || parseGroupedNumber(text, {','}, value);
}

bool isDate(std::string_view text) {
    std::int64_t micros = 0;
    bool hasTime = false;
    return parseDateTime(text, micros, hasTime);
}

/// Ends of whole lines only, unless that is all there is.
std::string_view headOf(std::string_view text, char newline) {
    if (text.size() <= HeadBytes) return text;
    const std::string_view head = text.substr(0, HeadBytes);
    const std::size_t last = head.rfind(newline);
    return last == std::string_view::npos ? head : head.substr(0, last + 1);
}

char detectNewline(std::string_view text) {
    const std::string_view head = text.substr(0, HeadBytes);
    return head.find('\n') == std::string_view::npos && head.find('\r') != std::string_view::npos ? '\r' : '\n';
}

bool opensField(std::string_view text, std::size_t at) {
    return at == 0 || std::string_view(",;\t| \n\r").find(text[at - 1]) != std::string_view::npos;
}

bool closesField(std::string_view text, std::size_t at) {
    return at + 1 == text.size() || std::string_view(",;\t| \n\r").find(text[at + 1]) != std::string_view::npos;
}

/// ' only where it opens and closes fields, and " does not.
char detectQuote(std::string_view head) {
    std::size_t single = 0;
    std::size_t apostrophes = 0;
    for (std::size_t i = 0; i < head.size(); ++i) {
        if (head[i] == '"' && opensField(head, i)) return '"';
        if (head[i] != '\'') continue;
        if (opensField(head, i) || closesField(head, i))
            ++single;
        else
            ++apostrophes;
    }
    return single >= 2 && single > 4 * apostrophes ? '\'' : '"';
}

/// How well a delimiter explains the head: the share of records with the most usual number of fields, then how many
/// cells are single values rather than heaps of them.
struct Fit {
    double consistency = 0;
    double typed = 0;
    std::size_t fields = 1;

    double score() const { return fields < 2 ? 0 : consistency * (0.5 + 0.5 * typed); }
};

/// Counts how many fields records have, and which cells are single values: what stands in quotes is one, whatever it holds.
struct FitSink {
    std::map<std::size_t, std::size_t> widths = {};
    std::size_t records = 0, cells = 0, typed = 0, limit = HeadRecords;
    char quote;
    std::string buffer = {};

    void field(std::size_t, const Field& field) {
        ++cells;
        if (field.quoted) {
            ++typed;
            return;
        }
        const std::string cell(fieldText(field, quote, buffer));
        typed += cell.empty() || isNumber(cell) || isDate(cell) || cell == "NA" || cell.find_first_of(",;\t|") == std::string::npos;
    }
    bool endRecord(std::size_t fields, const char*, const char*) {
        ++widths[fields];
        return ++records < limit;
    }
};

/// The most usual number of fields, the larger of two that are as usual; how many records have it.
std::pair<std::size_t, std::size_t> usualWidth(const std::map<std::size_t, std::size_t>& widths) {
    std::pair<std::size_t, std::size_t> usual{1, 0};
    for (const auto& [width, count] : widths)
        if (count >= usual.second) usual = {width, count};
    return usual;
}

/// Without a look at the cells.
Fit fitOf(const Records& records) {
    Fit fit;
    if (records.empty()) return fit;
    std::map<std::size_t, std::size_t> widths;
    for (const auto& record : records) ++widths[record.size()];
    const auto [width, count] = usualWidth(widths);
    fit.fields = width;
    fit.consistency = static_cast<double>(count) / static_cast<double>(records.size());
    return fit;
}

Fit fitOf(std::string_view head, const Dialect& dialect) {
    FitSink sink{.quote = dialect.quote};
    const char* const end = head.data() + head.size();
    readRecords(head.data(), end, dialect, Quoting::Lenient, end, sink);
    Fit fit;
    if (sink.records == 0) return fit;
    const auto [width, count] = usualWidth(sink.widths);
    fit.fields = width;
    fit.consistency = static_cast<double>(count) / static_cast<double>(sink.records);
    fit.typed = sink.cells == 0 ? 0 : static_cast<double>(sink.typed) / static_cast<double>(sink.cells);
    return fit;
}

char detectDelimiter(std::string_view head, Dialect dialect) {
    char best = ',';
    double bestScore = 0;
    for (const char candidate : {',', ';', '\t', '|'}) {
        dialect.delimiter = candidate;
        const Fit fit = fitOf(head, dialect);
        if (fit.score() > bestScore + 1e-9) {
            bestScore = fit.score();
            best = candidate;
        }
    }
    if (bestScore > 0.45) return best;
    // Words of a sentence vary in number from line to line; columns parted by blanks do not.
    dialect.delimiter = ' ';
    const Records records = readHead(head, dialect, HeadRecords).records;
    const Fit fit = fitOf(records);
    return fit.fields >= 2 && fit.consistency >= 0.95 && records.size() >= 2 ? ' ' : best;
}

/// "9.307,10" of "9.307,10 TL": a few signs in front and behind.
std::string_view withoutUnit(std::string_view cell) {
    constexpr std::size_t Longest = 6;
    const std::size_t first = cell.find_first_of("0123456789");
    if (first == std::string_view::npos) return cell;
    const std::size_t last = cell.find_last_of("0123456789");
    return first + cell.size() - 1 - last > Longest ? cell : cell.substr(first, last - first + 1);
}

/// Whether numbers such as 262.115 or 262,115 may as well be meant the other way, since no cell tells the decimal mark. Where commas
/// part the columns, that is so of quoted cells with a comma: a point is the decimal mark there.
void noteUnclearDecimal(Sniffed& sniffed, const Records& records, const CsvOptions& options, const std::string& file) {
    const Dialect& dialect = sniffed.dialect;
    if (options.decimal || options.thousands || (dialect.delimiter != ';' && dialect.delimiter != '\t' && dialect.delimiter != ',')) return;
    std::size_t unclear = 0;
    const std::string* example = nullptr;
    for (const auto& record : records)
        for (const std::string& cell : record) {
            double value = 0;
            const std::string_view number = withoutUnit(cell);
            const bool hasMark = number.find_first_of(".,") != std::string_view::npos;
            if (!hasMark || isDate(cell)) continue;
            if (dialect.delimiter == ',' && number.size() != cell.size()) continue;  // "$50,000" is written where points are decimal
            const bool hasPoint = number.find('.') != std::string_view::npos;
            if (hasPoint && dialect.delimiter == ',' && parseNumberText(number, {'.'}, value)) return;
            const bool isWhole = parseGroupedNumber(number, {'.'}, value) || parseGroupedNumber(number, {','}, value);
            if (!isWhole && (parseNumberText(number, {'.'}, value) || parseNumberText(number, {','}, value))) return;  // it tells
            if (!isWhole) continue;
            // So do "1.234,5" and "1,234,567".
            if (std::count_if(number.begin(), number.end(), [](char c) { return c == '.' || c == ','; }) > 1) return;
            ++unclear;
            if (!example) example = &cell;
        }
    constexpr std::size_t Enough = 5;
    if (unclear < Enough) return;
    const bool isPoint = example->find('.') != std::string::npos;
    sniffed.warnings.push_back({"Whether " + *example + " means a whole number or three decimals cannot be told of this file: it was read as " +
                                    (isPoint ? "decimals. Choose the decimal comma if points part thousands." : "a whole number. Choose the decimal comma if commas part decimals."),
                                {.file = file, .parameter = "decimal"}});
}

/// ',' when more cells make sense as numbers with a decimal comma than with a point. Cells that could be whole
/// numbers with thousands marks speak for neither.
char detectDecimal(const Records& records, char delimiter) {
    std::size_t commas = 0;
    std::size_t points = 0;
    double value = 0;
    for (const auto& record : records) {
        for (const std::string& whole : record) {
            const std::string_view cell = withoutUnit(whole);
            if (cell.find(',') != std::string::npos && parseNumberText(cell, {','}, value))
                commas += !parseGroupedNumber(cell, {'.'}, value);
            else if (cell.find('.') != std::string::npos && parseNumberText(cell, {'.'}, value))
                points += !parseGroupedNumber(cell, {','}, value);
            else if (cell.find(',') != std::string::npos && parseGroupedNumber(cell, {','}, value))
                ++commas;  // "1.234,5"
        }
    }
    return commas > points && delimiter != ' ' ? ',' : '.';
}

enum class CellKind { Missing, Value, Word };

CellKind kindOf(const std::string& cell, const MissingCodes& codes) {
    if (isNumber(cell) || isDate(cell)) return CellKind::Value;
    return codes.amongNumbers(cell) ? CellKind::Missing : CellKind::Word;
}

/// 1990, 1991, 1992: years in a row, at equal distance; as a heading, of columns for each. None but whole ones of four digits.
bool isRunOfYears(const std::vector<std::string>& record) {
    constexpr std::size_t Fewest = 3;
    constexpr int First = 1500, Last = 2200;
    std::vector<int> years;
    for (const std::string& cell : record) {
        if (cell.empty() || !isNumber(cell)) continue;
        if (cell.size() != 4 || cell.find_first_not_of("0123456789") != std::string::npos) return false;
        years.push_back(std::stoi(cell));
        if (years.back() < First || years.back() > Last) return false;
    }
    if (years.size() < Fewest || years[1] == years[0]) return false;
    for (std::size_t i = 2; i < years.size(); ++i)
        if (years[i] - years[i - 1] != years[1] - years[0]) return false;
    return true;
}

bool headsYears(const Records& records) {
    return records.size() > 2 && isRunOfYears(records[0]) && !isRunOfYears(records[1]) && !isRunOfYears(records[2]);
}

/// "a9-9" of "S001-17": runs of letters and of digits count as one each.
std::string shapeOf(std::string_view cell) {
    std::string shape;
    for (const char c : cell) {
        const auto byte = static_cast<unsigned char>(c);
        const bool isDigit = c >= '0' && c <= '9';
        const bool isLetter = byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const char kind = isDigit ? '9' : isLetter ? 'a' : c;
        if (shape.empty() || shape.back() != kind || (!isDigit && !isLetter)) shape += kind;
    }
    return shape;
}

/// Whether a first cell is built like nearly all below, of letters and digits: S001 over S002 heads no column.
bool isBuiltLikeThoseBelow(const Records& records, std::size_t column) {
    constexpr std::size_t Fewest = 5;
    const std::string shape = shapeOf(records.front()[column]);
    if (shape.find('9') == std::string::npos) return false;
    std::size_t like = 0, there = 0;
    for (std::size_t r = 1; r < records.size(); ++r) {
        if (column >= records[r].size() || records[r][column].empty()) continue;
        ++there;
        like += shapeOf(records[r][column]) == shape;
    }
    return there >= Fewest && 10 * like >= 9 * there;
}

/// A first record is a header when it is words over values; it is none when it holds values over values. All words
/// over words: a header, unless a word stands twice, comes again below or is built as those below are.
bool detectHeader(const Records& records, const MissingCodes& codes) {
    const std::vector<std::string>& first = records.front();
    if (headsYears(records)) return true;
    if (records.size() == 1)
        return std::none_of(first.begin(), first.end(),
                            [&](const std::string& cell) { return kindOf(cell, codes) == CellKind::Value; });
    // With row names the header has one cell less.
    const std::size_t shift = records[1].size() == first.size() + 1 ? 1 : 0;
    std::size_t contrast = 0;
    std::size_t same = 0;
    bool repeated = false;
    std::set<std::string> seen;
    for (std::size_t c = 0; c < first.size(); ++c) {
        std::size_t values = 0;
        std::size_t words = 0;
        for (std::size_t r = 1; r < records.size(); ++r) {
            if (c + shift >= records[r].size()) continue;
            const std::string& cell = records[r][c + shift];
            const CellKind kind = kindOf(cell, codes);
            values += kind == CellKind::Value;
            words += kind == CellKind::Word;
            repeated = repeated || (shift == 0 && kind == CellKind::Word && cell == first[c]);
        }
        const CellKind top = kindOf(first[c], codes);
        if (values > 9 * words) {
            contrast += top == CellKind::Word;
            same += top == CellKind::Value;
        }
        if (!first[c].empty()) repeated = !seen.insert(first[c]).second || repeated || (shift == 0 && isBuiltLikeThoseBelow(records, c));
    }
    if (contrast > 0 || same > 0) return contrast > 0 && contrast >= same;
    return !repeated;
}

/// Lines at the top that begin with '#' or '%' are remarks, unless the last of them is the header itself ("#,name,type").
bool isRemark(char first) {
    return first == '#' || first == '%';
}

std::size_t skipComments(std::string_view text, const Dialect& dialect) {
    std::size_t at = 0;
    while (at < text.size() && isRemark(text[at])) {
        std::size_t next = text.find(dialect.newline, at);
        if (next == std::string_view::npos) return at;
        ++next;
        const std::string_view line = text.substr(at, next - at);
        const Records pair = readHead(headOf(text.substr(at), dialect.newline), dialect, 2).records;
        const bool columns = pair.size() == 2 && pair[0].size() > 1 && pair[0].size() == pair[1].size();
        const bool isSpaced = text[at] == '%' && dialect.blanks();  // "% remark"
        if (columns && line.size() > 1 && dialect.isDelimiter(line[1]) && !isSpaced) return at;
        at = next;
    }
    return at;
}

struct Named {
    std::vector<std::string> names;
    std::size_t madeUp = 0;
    std::size_t doubled = 0;
};

Named uniqueNames(std::vector<std::string> names) {
    Named result;
    std::set<std::string> taken(names.begin(), names.end());
    std::set<std::string> used;
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::string name = names[i];
        if (name.empty()) {
            name = "column" + std::to_string(i + 1);
            while (taken.contains(name)) name += "_";
            taken.insert(name);
            ++result.madeUp;
        } else if (used.contains(name)) {
            std::size_t copy = 2;
            while (taken.contains(name + "_" + std::to_string(copy))) ++copy;
            name += "_" + std::to_string(copy);
            taken.insert(name);
            ++result.doubled;
        }
        used.insert(name);
        result.names.push_back(std::move(name));
    }
    return result;
}

std::string cleanedName(std::string name) {
    for (char& c : name)
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    const std::size_t begin = name.find_first_not_of(' ');
    if (begin == std::string::npos) return {};
    return name.substr(begin, name.find_last_not_of(' ') - begin + 1);
}

void nameColumns(Sniffed& sniffed, const Records& records, const std::string& file) {
    std::vector<std::string> names;
    if (sniffed.header) {
        for (const std::string& cell : records.front()) names.push_back(cleanedName(cell));
        // R writes row names without a heading.
        const bool shorter = records.size() > 1 && std::all_of(records.begin() + 1, records.end(), [&](const auto& r) {
                                 return r.size() == names.size() + 1 && !r.back().empty();
                             });
        if (shorter) names.insert(names.begin(), "");
    } else {
        std::size_t width = 0;
        for (const auto& record : records) width = std::max(width, record.size());
        names.resize(fitOf(records).consistency > 0.5 ? fitOf(records).fields : width);
    }
    if (!sniffed.header) {
        sniffed.names = uniqueNames(std::move(names)).names;
        sniffed.warnings.push_back(
            {"The file has no header; its columns are called column1, column2 and so on.", {.file = file}});
        return;
    }
    sniffed.names = distinctNames(std::move(names), file, sniffed.warnings);
}

/// Where the line behind the first `lines` begins.
std::size_t behindLines(std::string_view text, std::size_t lines, char newline) {
    std::size_t at = 0;
    for (; lines > 0 && at < text.size(); --lines) {
        const std::size_t next = text.find(newline, at);
        at = next == std::string_view::npos ? text.size() : next + 1;
    }
    return at;
}

/// A title or remarks above the table: lines of one cell above many of several. One such line alone above two columns
/// may be the heading of R's row names.
void dropPreamble(Sniffed& sniffed, HeadSink& head, std::string_view text, const std::string& file) {
    const std::size_t width = fitOf(head.records).fields;
    const auto isFull = [&](const std::vector<std::string>& record) { return record.size() >= width; };
    const auto filled = [](const std::vector<std::string>& record) {
        return static_cast<std::size_t>(std::count_if(record.begin(), record.end(), [](const std::string& cell) { return !cell.empty(); }));
    };
    const auto isTitle = [](const std::vector<std::string>& record) {
        return std::all_of(record.begin() + 1, record.end(), [](const std::string& cell) { return cell.empty(); });
    };
    // A word and what it says, as instruments and banks write them: only above a row of names alone.
    const auto isTitleOrPair = [&](const std::vector<std::string>& record) { return isTitle(record) || (filled(record) <= 2 && width >= 4); };
    const auto countAbove = [&](const auto& is) {
        return static_cast<std::size_t>(std::find_if_not(head.records.begin(), head.records.end(), is) - head.records.begin());
    };
    const std::size_t abovePairs = countAbove(isTitleOrPair);
    const bool areNamesBelow = abovePairs < head.records.size() && isFull(head.records[abovePairs]) &&
                               std::all_of(head.records[abovePairs].begin(), head.records[abovePairs].end(),
                                           [](const std::string& cell) { return !cell.empty() && !isNumber(cell) && !isDate(cell); });
    const std::size_t above = areNamesBelow ? abovePairs : countAbove(isTitle);
    const std::size_t below = head.records.size() - above;
    const auto full = static_cast<std::size_t>(
        std::count_if(head.records.begin() + static_cast<std::ptrdiff_t>(above), head.records.end(), isFull));
    if (above == 0 || width < 2 || below < 3 || 10 * full < 9 * below || !isFull(head.records[above])) return;
    if (above == 1 && width == 2 && head.records.front().size() == 1) return;
    const auto first = static_cast<std::ptrdiff_t>(above);
    head.begin = head.begins[above];
    const auto lines = std::count(text.data(), head.begin, sniffed.dialect.newline);
    head.records.erase(head.records.begin(), head.records.begin() + first);
    head.ends.erase(head.ends.begin(), head.ends.begin() + first);
    sniffed.skipped += static_cast<std::size_t>(lines);
    sniffed.warnings.push_back({formatCount(static_cast<std::size_t>(lines), "line above the table was", "lines above the table were") +
                                    " skipped: they are no rows of its columns.",
                                {.file = file, .row = 1}});
}

/// A row below the header that holds no value where all rows behind it do: units, or the second of two rows of headings. It
/// stays a row, and is told of: a guess could lose one.
void noteSecondHeading(Sniffed& sniffed, const Records& records, const MissingCodes& codes, const std::string& file) {
    constexpr std::size_t Enough = 5;
    if (!sniffed.header || records.size() < 2 + Enough) return;
    const std::vector<std::string>& second = records[1];
    std::size_t wordsOverValues = 0, values = 0;
    for (std::size_t c = 0; c < second.size(); ++c) {
        std::size_t below = 0;
        for (std::size_t r = 2; r < records.size(); ++r) below += c < records[r].size() && kindOf(records[r][c], codes) == CellKind::Value;
        values += kindOf(second[c], codes) == CellKind::Value;
        wordsOverValues += 10 * below >= 9 * (records.size() - 2) && !second[c].empty() && kindOf(second[c], codes) == CellKind::Word;
    }
    if (values > 0 || wordsOverValues < 2) return;
    sniffed.warnings.push_back({"The row below the header looks like more headings, or units, and keeps columns from being read as numbers. Set the rows of "
                                "names to 2 to join them.",
                                {.file = file, .parameter = "header_rows"}});
}

/// Several rows of headings become one: the words of a column, joined.
void joinHeaderRows(HeadSink& head, const CsvOptions& options, const std::string& file) {
    const std::size_t rows = options.headerRows.value_or(1);
    if (rows <= 1) return;
    if (rows >= head.records.size())
        throw Error("The file has no row behind its " + std::to_string(rows) + " rows of headings.",
                    {.file = file, .parameter = "header_rows"}, "Name fewer rows.");
    std::vector<std::string>& names = head.records.front();
    for (std::size_t r = 1; r < rows; ++r) {
        names.resize(std::max(names.size(), head.records[r].size()));
        for (std::size_t c = 0; c < head.records[r].size(); ++c) {
            const std::string& word = head.records[r][c];
            if (!word.empty() && word != names[c]) names[c] += (names[c].empty() ? "" : " ") + word;
        }
    }
    const auto last = static_cast<std::ptrdiff_t>(rows);
    head.records.erase(head.records.begin() + 1, head.records.begin() + last);
    head.ends.erase(head.ends.begin(), head.ends.begin() + last - 1);
}

}  // namespace

std::vector<std::string> distinctNames(std::vector<std::string> names, const std::string& file, Warnings& warnings) {
    Named unique = uniqueNames(std::move(names));
    if (unique.madeUp > 0)
        warnings.push_back({formatCount(unique.madeUp, "column has no name; it is", "columns have no name; they are") +
                                " called by position, as in column1.",
                            {.file = file}});
    if (unique.doubled > 0)
        warnings.push_back({formatCount(unique.doubled, "column name stands twice; the later one was",
                                    "column names stand twice; the later ones were") +
                                " given a number, as in name_2.",
                            {.file = file}});
    return std::move(unique.names);
}

MissingCodes::MissingCodes(const std::optional<std::vector<std::string>>& given, char decimal) {
    if (!given || !given->empty()) m_texts = {"NA", "N/A", "NaN", "null", "NULL", "?", "#N/A", "\\N"};
    for (const std::string& text : given.value_or(std::vector<std::string>{})) {
        if (text.empty()) continue;
        if (std::find(m_texts.begin(), m_texts.end(), text) == m_texts.end()) m_texts.push_back(text);
        double value = 0;
        if (parseNumberText(text, {decimal}, value) || parseNumberText(text, {'.'}, value)) m_numbers.push_back(value);
    }
}

bool MissingCodes::amongTexts(std::string_view text) const {
    return text.empty() || std::find(m_texts.begin(), m_texts.end(), text) != m_texts.end();
}

bool MissingCodes::amongNumbers(std::string_view text) const {
    if (amongTexts(text)) return true;
    if (text.size() > 5) return false;
    std::string lower;
    for (const char c : text)
        if (c != ' ') lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    constexpr std::array<std::string_view, 10> usual = {"", "na", "n/a", "nan", "null", "none", "?", "-", ".", "#n/a"};
    return std::find(usual.begin(), usual.end(), lower) != usual.end();
}

Records headRecords(std::string_view text, const Dialect& dialect, std::size_t limit) {
    return readHead(headOf(text, dialect.newline), dialect, limit).records;
}

namespace {

/// The delimiter that a first line "sep=;" names, as Excel reads and writes it; nothing when there is none.
std::optional<char> namedDelimiter(std::string_view text, char newline) {
    std::string_view line = text.substr(0, std::min(text.size(), text.find(newline)));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() >= 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
    const bool isNamed = line.size() == 5 && (line.starts_with("sep=") || line.starts_with("SEP=") || line.starts_with("Sep="));
    const char delimiter = isNamed ? line.back() : '\0';
    const bool isSign = isNamed && delimiter != '"' && delimiter != '\'' && static_cast<unsigned char>(delimiter) < 0x80 &&
                        !(delimiter >= '0' && delimiter <= '9');
    return isSign ? std::optional<char>(delimiter) : std::nullopt;
}

}  // namespace

Sniffed sniff(std::string_view text, const CsvOptions& options, const std::string& name) {
    Sniffed sniffed;
    Dialect& dialect = sniffed.dialect;
    dialect.newline = detectNewline(text);
    dialect.quote = options.quote.value_or('"');
    dialect.thousands = options.thousands.value_or('\0');
    const std::optional<char> named = options.skip ? std::nullopt : namedDelimiter(text, dialect.newline);
    sniffed.skipped = options.skip.value_or(named ? 1 : 0);
    std::size_t begin = behindLines(text, sniffed.skipped, dialect.newline);
    if (begin == text.size() && sniffed.skipped > 0)
        throw Error("The file has no line behind the " + formatCount(sniffed.skipped, "line", "lines") + " to skip.",
                    {.file = name, .parameter = "skip"}, "Skip fewer lines.");
    text.remove_prefix(begin);
    const std::size_t skippedBytes = std::exchange(begin, 0);
    // Remarks have delimiters of their own: the delimiter is sought behind them.
    while (begin < text.size() && isRemark(text[begin])) {
        const std::size_t next = text.find(dialect.newline, begin);
        if (next == std::string_view::npos) break;
        begin = next + 1;
    }
    const std::string_view behind = headOf(text.substr(begin), dialect.newline);
    if (!options.quote) dialect.quote = detectQuote(behind);
    const std::optional<char> delimiter = options.delimiter ? options.delimiter : named;
    dialect.delimiter = delimiter.value_or('\0');
    if (!delimiter) dialect.delimiter = detectDelimiter(behind, dialect);
    if (options.delimiter == '\t') dialect.delimiter = '\t';
    begin = skipComments(text, dialect);
    HeadSink head = readHead(headOf(text.substr(begin), dialect.newline), dialect, HeadRecords);
    if (!options.skip) dropPreamble(sniffed, head, text.substr(begin), name);
    if (head.records.empty())
        throw Error("The file holds no table: it is empty or blank.", {.file = name}, "Choose another file.");
    dialect.decimal = options.decimal.value_or(detectDecimal(head.records, dialect.delimiter));
    noteUnclearDecimal(sniffed, head.records, options, name);
    const MissingCodes codes(options.missing, dialect.decimal);
    joinHeaderRows(head, options, name);
    sniffed.header = options.headerRows ? true : options.header.value_or(detectHeader(head.records, codes));
    if (sniffed.header && !options.header && !options.headerRows && headsYears(head.records))
        sniffed.warnings.push_back({"The first row holds years, one after another: they were taken for names of columns.", {.file = name, .parameter = "header"}});
    nameColumns(sniffed, head.records, name);
    const auto firstRow = head.records.begin() + (sniffed.header ? 1 : 0);
    const Warnings doubts = doubtsOf(sniffed.names, {firstRow, head.records.end()}, options, name);
    sniffed.warnings.insert(sniffed.warnings.end(), doubts.begin(), doubts.end());
    if (!options.headerRows) noteSecondHeading(sniffed, head.records, codes, name);
    sniffed.dataBegin = head.begin ? static_cast<std::size_t>(head.begin - text.data()) : begin;
    if (sniffed.header) {
        const char* const end = head.ends.front();
        sniffed.dataBegin = std::min(text.size(), static_cast<std::size_t>(end - text.data()) + 1);
    }
    sniffed.dataBegin += skippedBytes;
    return sniffed;
}

}  // namespace holdout::csv
