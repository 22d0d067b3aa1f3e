// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/json_lines_reader.h"

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "base/parallel.h"
#include "data/cell_column.h"

namespace holdout {
namespace {

using nlohmann::json;

constexpr std::size_t DeepestObject = 32;
constexpr std::size_t MostColumns = 100'000;

/// Puts the members of one object into the row of a table.
class RowReader final : public nlohmann::json_sax<json> {
public:
    RowReader(CellTable& table, const Place& place) : m_table(table), m_place(place) {}

    std::string takeProblem() { return std::exchange(m_problem, {}); }
    std::size_t doubled() const { return m_doubled; }
    void begin() {
        m_path.clear();
        m_lengths.clear();
        m_lists = 0;
        m_list.clear();
    }

    bool null() override {
        if (m_lists > 0) return piece("null");
        if (CellColumn* column = cell()) column->addMissing();
        return isObject();
    }
    bool boolean(bool value) override { return text(value ? "true" : "false", value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override {
        return number(static_cast<double>(value), std::to_string(value));
    }
    bool number_unsigned(number_unsigned_t value) override {
        return number(static_cast<double>(value), std::to_string(value));
    }
    bool number_float(number_float_t value, const string_t& raw) override { return number(value, raw); }
    bool string(string_t& value) override {
        return text(value, m_lists > 0 ? json(value).dump(-1, ' ', false, json::error_handler_t::replace) : "");
    }
    bool binary(binary_t&) override { return false; }

    bool start_object(std::size_t) override {
        if (m_lists > 0) {
            deeper();
            return open('{');
        }
        if (m_lengths.size() >= DeepestObject) tooDeep();
        m_lengths.push_back(m_path.size());
        return true;
    }
    bool key(string_t& name) override {
        if (m_lists > 0) {
            separate();
            m_list += json(name).dump(-1, ' ', false, json::error_handler_t::replace) + ":";
            m_isFirst = true;
            return true;
        }
        m_path.resize(m_lengths.back());
        if (!m_path.empty()) m_path += '.';
        m_path += name;
        return true;
    }
    bool end_object() override {
        if (m_lists > 0) return close('}');
        m_path.resize(m_lengths.back());
        m_lengths.pop_back();
        return true;
    }
    bool start_array(std::size_t) override {
        if (m_lists == 0 && !isObject()) return false;
        deeper();
        return open('[');
    }
    bool end_array() override { return close(']'); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
        m_problem = error.what();
        if (const auto colon = m_problem.rfind("; "); colon != std::string::npos) m_problem.resize(colon);
        if (const auto colon = m_problem.find(": "); colon != std::string::npos) m_problem.erase(0, colon + 2);
        return false;
    }

private:
    [[noreturn]] void tooDeep() const {
        throw Error("Objects are nested more than " + std::to_string(DeepestObject) + " deep.", m_place,
                    "Flatten them into one object a line.");
    }
    void deeper() const {
        if (m_lists >= DeepestObject) tooDeep();
    }
    /// False, with the problem, for a line that is a bare value.
    bool isObject() {
        if (!m_lengths.empty()) return true;
        m_problem = "the line holds a value that is no object";
        return false;
    }
    CellColumn* cell() {
        if (m_lengths.empty()) return nullptr;
        CellColumn* const column = m_table.cell(m_path.empty() ? "value" : m_path);
        m_doubled += column == nullptr;
        if (m_table.columns() > MostColumns)
            throw Error("The objects have more than " + formatCount(MostColumns) + " different members.", m_place,
                        "Check that names of members are names of columns, not values.");
        return column;
    }
    bool number(double value, const std::string& raw) {
        if (m_lists > 0) return piece(raw);
        if (CellColumn* column = cell()) column->addNumber(value);
        return isObject();
    }
    bool text(const std::string& value, const std::string& raw) {
        if (m_lists > 0) return piece(raw);
        if (CellColumn* column = cell()) column->addText(value);
        return isObject();
    }
    void separate() {
        if (!m_isFirst) m_list += ',';
        m_isFirst = false;
    }
    bool piece(std::string_view raw) {
        separate();
        m_list += raw;
        return true;
    }
    bool open(char bracket) {
        if (m_lists > 0) separate();
        m_list += bracket;
        m_isFirst = true;
        ++m_lists;
        return true;
    }
    bool close(char bracket) {
        m_list += bracket;
        m_isFirst = false;
        if (--m_lists > 0) return true;
        if (CellColumn* column = cell()) column->addText(m_list);
        m_list.clear();
        return true;
    }

    CellTable& m_table;
    const Place& m_place;
    std::string m_path;                  ///< of the member being read
    std::vector<std::size_t> m_lengths;  ///< of the path at each open object
    std::size_t m_lists = 0;             ///< open lists, and objects within them
    std::string m_list;                  ///< the text of the outermost
    bool m_isFirst = true;
    std::size_t m_doubled = 0;
    std::string m_problem;
};

/// A piece of the text, with what each of its rows is and where it begins.
struct Rows {
    CellTable table;
    std::size_t doubled = 0;
    std::size_t lines = 0;
};

void readRow(std::string_view text, RowReader& reader, CellTable& table, const Place& place) {
    reader.begin();
    if (json::sax_parse(text.begin(), text.end(), &reader)) {
        table.endRow();
        return;
    }
    throw Error("This is no valid JSON object: " + reader.takeProblem() + ".", place,
                "Write one object a line, as in {\"name\": \"Ann\", \"age\": 3}; missing values are null.");
}

Rows readLines(std::string_view piece, std::int64_t line, CellBudget& budget, const std::string& name,
               const JobContext& context) {
    Rows rows{CellTable(budget)};
    Place place{.file = name, .row = line};
    RowReader reader(rows.table, place);
    for (std::size_t read = 0; !piece.empty(); ++*place.row, ++read) {
        if (read % 1024 == 0) context.throwIfStopped();
        const std::size_t end = std::min(piece.size(), piece.find('\n'));
        const std::string_view text = piece.substr(0, end);
        piece.remove_prefix(std::min(piece.size(), end + 1));
        if (text.find_first_not_of(" \t\r") != std::string_view::npos) readRow(text, reader, rows.table, place);
    }
    rows.doubled = reader.doubled();
    return rows;
}

/// The elements of an array, one after another. Nothing is checked here but quotes and brackets.
CellTable readArray(std::string_view text, CellBudget& budget, const std::string& name, std::size_t& doubled,
                    const JobContext& context) {
    CellTable table(budget);
    Place place{.file = name, .row = 1};
    RowReader reader(table, place);
    std::size_t depth = 0;
    std::size_t begin = 0;
    bool inText = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\n') ++*place.row;
        if (at % (1 << 20) == 0) context.throwIfStopped();
        if (inText) {
            at += c == '\\';
            inText = c != '"';
            continue;
        }
        inText = c == '"';
        if (c == '[' || c == '{') {
            if (depth == 1) begin = at;
            ++depth;
        } else if (c == ']' || c == '}') {
            if (depth == 0) break;
            --depth;
            if (depth == 1) readRow(text.substr(begin, at + 1 - begin), reader, table, place);
            if (depth == 0) {
                doubled = reader.doubled();
                return table;
            }
        } else if (depth == 1 && std::string_view(", \t\r\n").find(c) == std::string_view::npos) {
            throw Error("The list holds a value that is no object.", place,
                        "Write a list of objects, one for each row.");
        }
    }
    throw Error("The list of objects does not end.", place, "Check that the file is whole: it must end with ].");
}

CellTable readAllLines(std::string_view text, CellBudget& budget, const std::string& name, std::size_t& doubled,
                       JobContext& context) {
    const std::vector<std::string_view> pieces = linePieces(text);
    std::vector<std::int64_t> lines(pieces.size(), 1);
    for (std::size_t i = 1; i < pieces.size(); ++i)
        lines[i] = lines[i - 1] + std::count(pieces[i - 1].begin(), pieces[i - 1].end(), '\n');
    std::vector<Rows> rows(pieces.size(), Rows{CellTable(budget)});
    std::atomic<std::size_t> finished = 0;
    parallelFor(pieces.size(), [&](std::size_t i) {
        rows[i] = readLines(pieces[i], lines[i], budget, name, context);
        context.progress.report(static_cast<double>(++finished) / static_cast<double>(pieces.size()),
                                "Reading the file");
    });
    CellTable table(budget);
    for (Rows& part : rows) {
        doubled += part.doubled;
        table.append(std::move(part.table));
    }
    return table;
}

}  // namespace

bool isJsonLines(const FileSource& source) {
    if (source.isFolder) return false;
    for (const std::string_view ending : {".jsonl", ".ndjson", ".json"})
        if (source.kindName.ends_with(ending)) return true;
    const std::string_view line = source.bytes.substr(0, std::min<std::size_t>(source.bytes.find('\n'), 64 * 1024));
    const std::size_t last = line.find_last_not_of(" \t\r");
    return (line.starts_with("{\"") || line.starts_with("[{\"")) && last != std::string_view::npos &&
           (line[last] == '}' || line[last] == ',' || line[last] == ']');
}

ReadResult readJsonLines(const FileSource& source, const ReadOptions& options, JobContext& context) {
    ReadResult result;
    result.format.kind = "json-lines";
    std::string buffer;
    const std::string_view text = utf8Of(source.bytes, buffer, result.format);
    CellBudget budget(source.bytes.size(), source.name);
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const bool isArray = first != std::string_view::npos && text[first] == '[';
    std::size_t doubled = 0;
    CellTable table = isArray ? readArray(text, budget, source.name, doubled, context)
                              : readAllLines(text, budget, source.name, doubled, context);
    if (table.rows() == 0 || table.columns() == 0)
        throw Error("The file holds no objects.", {.file = source.name}, "Choose a file with data.");
    if (doubled > 0)
        result.warnings.push_back(
            {"Some objects name a member twice; the first of each was read.", {.file = source.name}});
    const csv::MissingCodes codes(options.missing, '.');
    result.table = table.finish({codes, options.types, source.name}, result.warnings);
    result.format.missing = codes.list();
    return result;
}

}  // namespace holdout
