// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <charconv>
#include <utility>

#include "data/number_text.h"
#include "data/xlsx_workbook.h"

namespace holdout::xlsx {
namespace {

constexpr std::size_t MostRows = 1'048'576;
constexpr std::size_t MostColumns = 16'384;
constexpr std::size_t BytesOfCell = 9;

/// Cells that are shown as one; only the first has a value. Rows and columns count from 0, ends included.
struct Area {
    std::size_t top = 0, left = 0, bottom = 0, right = 0;
};

/// The cells of a line as they stand in it, quotes and all.
std::vector<std::string> rawCells(std::string_view line) {
    std::vector<std::string> cells(1);
    bool isQuoted = false;
    for (const char c : line) {
        isQuoted ^= c == '"';
        if (c == '\t' && !isQuoted)
            cells.emplace_back();
        else
            cells.back() += c;
    }
    return cells;
}

/// Gathers the rows of a sheet as text.
class SheetReader {
public:
    SheetReader(const Workbook& workbook, CellBudget& budget, const std::string& file, const std::string& sheet)
        : m_workbook(workbook), m_budget(budget), m_file(file), m_sheet(sheet) {}

    void start(std::string_view name, const XmlReader::Attributes& attributes) {
        if (name == "row") {
            startRow(attribute(attributes, "r"));
            const std::string_view hidden = attribute(attributes, "hidden");
            m_isHidden = hidden == "1" || hidden == "true";
        } else if (name == "c") {
            startCell(attributes);
        } else if (name == "mergeCell") {
            addArea(attribute(attributes, "ref"));
        } else {
            m_hasFormula = m_hasFormula || name == "f";
            m_inValue = name == "v" || (name == "t" && m_phonetic == 0);
            m_phonetic += name == "rPh";
        }
    }
    void end(std::string_view name) {
        m_inValue = false;
        m_phonetic -= name == "rPh";
        if (name == "c") endCell();
    }
    void text(std::string_view text) {
        if (m_inValue && m_inCell) m_value += text;
    }

    SheetText finish() {
        const std::size_t width = m_widths.empty() ? 0 : *std::max_element(m_widths.begin(), m_widths.end());
        m_text.columns = width;
        std::string padded;
        std::size_t at = 0;
        for (std::size_t row = 0; row < m_widths.size(); ++row) {
            const std::size_t end = row + 1 < m_starts.size() ? m_starts[row + 1] : m_text.text.size();
            if (m_widths[row] > 0) {
                const std::size_t lacking = width - m_widths[row];
                m_budget.charge(lacking * BytesOfCell);
                const std::size_t begin = padded.size();
                padded.append(m_text.text, at, end - at);
                padded.append(lacking, '\t');
                fillRow(row, width, begin, padded);
            }
            padded += '\n';
            at = end;
        }
        m_text.text = std::move(padded);
        return std::move(m_text);
    }

private:
    [[noreturn]] void bad(const std::string& what) const {
        throw Error("The sheet \"" + m_sheet + "\" is damaged: " + what + ".",
                    {.file = m_file, .row = static_cast<std::int64_t>(m_widths.size())},
                    "Open the workbook in the program that wrote it, and save it again.");
    }

    /// "A4:A11"
    void addArea(std::string_view ref) {
        const std::size_t colon = ref.find(':');
        if (colon == std::string_view::npos) return;
        const std::string_view first = ref.substr(0, colon), last = ref.substr(colon + 1);
        const Area area{rowOf(first), columnOf(first), rowOf(last), columnOf(last)};
        if (area.bottom < area.top || area.right < area.left || area.bottom >= MostRows || area.right >= MostColumns) return;
        m_budget.charge(sizeof(Area));
        m_areas.push_back({area, {}, false});
    }

    /// 3 of "AB4".
    static std::size_t rowOf(std::string_view place) {
        const std::size_t digit = place.find_first_of("0123456789");
        std::size_t row = 0;
        if (digit != std::string_view::npos) std::from_chars(place.data() + digit, place.data() + place.size(), row);
        return row - 1;  // far too large without a number
    }

    /// The empty cells of merged areas take their area's value. A title across the whole sheet is left as it is, and a blank
    /// row stays blank.
    void fillRow(std::size_t row, std::size_t width, std::size_t begin, std::string& text) {
        std::vector<std::string> cells;
        bool isChanged = false;
        for (Merged& merged : m_areas) {
            const Area& area = merged.area;
            m_budget.charge(1);
            if (row < area.top || row > area.bottom || area.left >= width) continue;
            if (area.left == 0 && area.right + 1 >= width) continue;
            if (cells.empty()) cells = rawCells(std::string_view(text).substr(begin));
            if (row == area.top) merged.value = cells[area.left];
            for (std::size_t column = area.left; column <= std::min(area.right, width - 1) && !merged.value.empty(); ++column) {
                if (!cells[column].empty()) continue;
                m_budget.charge(BytesOfCell + merged.value.size());
                cells[column] = merged.value;
                isChanged = true;
                m_text.merged += !std::exchange(merged.isFilled, true);
            }
        }
        if (!isChanged) return;
        text.resize(begin);
        for (std::size_t column = 0; column < cells.size(); ++column) text += (column > 0 ? "\t" : "") + cells[column];
    }

    /// Rows come in order; those left out are blank.
    void startRow(std::string_view number) {
        std::size_t row = m_widths.size() + 1;
        if (!number.empty()) std::from_chars(number.data(), number.data() + number.size(), row);
        if (row <= m_widths.size() || row > MostRows) bad("a row has the number " + std::string(number.substr(0, 20)));
        m_budget.charge((row - m_widths.size()) * (sizeof(std::size_t) + 4));
        m_widths.resize(row);
        m_starts.resize(row, m_text.text.size());
    }

    void startCell(const XmlReader::Attributes& attributes) {
        if (m_widths.empty()) startRow({});
        m_inCell = true;
        m_hasFormula = false;
        m_value.clear();
        m_type = attribute(attributes, "t");
        m_style = 0;
        const std::string_view style = attribute(attributes, "s");
        std::from_chars(style.data(), style.data() + style.size(), m_style);
        m_column = m_widths.back();
        const std::string_view place = attribute(attributes, "r");
        if (!place.empty()) m_column = columnOf(place);
        if (m_column < m_widths.back() || m_column >= MostColumns)
            bad("a cell stands at " + std::string(place.substr(0, 20)));
    }

    /// 27 of "AB12".
    static std::size_t columnOf(std::string_view place) {
        std::size_t column = 0;
        for (const char c : place) {
            if (c < 'A' || c > 'Z' || column > MostColumns) break;
            column = 26 * column + static_cast<std::size_t>(c - 'A') + 1;
        }
        return column - 1;
    }

    void endCell() {
        m_inCell = false;
        std::string cell = cellText();
        m_text.unsolved += m_hasFormula && m_value.empty() && m_type != "str";
        if (cell.empty()) return;
        std::size_t& width = m_widths.back();
        m_text.rows += width == 0;
        m_text.hidden += width == 0 && m_isHidden;
        const std::size_t lacking = m_column - width;
        m_budget.charge(lacking * BytesOfCell);
        m_text.text.append(lacking + (width > 0 ? 1 : 0), '\t');
        addQuoted(cell);
        width = m_column + 1;
    }

    std::string cellText() {
        if (m_type == "s") {
            std::size_t index = m_workbook.texts.size();
            std::from_chars(m_value.data(), m_value.data() + m_value.size(), index);
            if (index >= m_workbook.texts.size()) bad("a cell names a text that is not there");
            return m_workbook.texts[index];
        }
        if (m_type == "e") {
            ++m_text.errors;
            return {};
        }
        if (m_type == "b") return m_value == "1" ? "TRUE" : "FALSE";
        if (!m_type.empty() && m_type != "n") return m_value;
        if (m_style < m_workbook.dateStyles.size() && m_workbook.dateStyles[m_style]) {
            double serial = 0;
            if (parseNumberText(m_value, {}, serial))
                if (std::string date = serialText(serial, m_workbook.from1904); !date.empty()) return date;
        }
        if (m_style < m_workbook.timeStyles.size() && m_workbook.timeStyles[m_style]) m_text.timesOfDay += !m_value.empty();
        if (m_style < m_workbook.zeroStyles.size()) return withZeros(m_workbook.zeroStyles[m_style]);
        return m_value;
    }

    /// "00307" of 307, where the sheet shows it so: a postal code, not a number.
    std::string withZeros(std::size_t digits) const {
        const bool isWhole = !m_value.empty() && m_value.find_first_not_of("0123456789") == std::string::npos;
        return isWhole && m_value.size() < digits ? std::string(digits - m_value.size(), '0') + m_value : m_value;
    }

    /// Texts are always quoted where anything in them could mean something to a text table.
    void addQuoted(const std::string& cell) {
        if (cell.find_first_of("\t\"\n\r#'") == std::string::npos && cell.front() != ' ' && cell.back() != ' ') {
            m_text.text += cell;
            return;
        }
        m_text.text += '"';
        for (const char c : cell) {
            if (c == '"') m_text.text += c;
            m_text.text += c;
        }
        m_text.text += '"';
    }

    struct Merged {
        Area area;
        std::string value;
        bool isFilled = false;
    };

    const Workbook& m_workbook;
    CellBudget& m_budget;
    const std::string& m_file;
    const std::string& m_sheet;
    SheetText m_text;
    std::vector<Merged> m_areas;
    std::vector<std::size_t> m_widths;  ///< cells of each row so far
    std::vector<std::size_t> m_starts;  ///< of each row in the text
    std::string m_type;
    std::string m_value;
    std::size_t m_style = 0;
    std::size_t m_column = 0;
    bool m_isHidden = false;  ///< the row
    bool m_hasFormula = false;
    bool m_inCell = false;
    bool m_inValue = false;
    int m_phonetic = 0;
};

}  // namespace

SheetText readSheet(ZipArchive& archive, const Sheet& sheet, const Workbook& workbook, CellBudget& budget,
                    const std::string& file) {
    SheetReader sink(workbook, budget, file, sheet.name);
    XmlReader reader(
        file, [&](std::string_view name, const XmlReader::Attributes& a) { sink.start(name, a); },
        [&](std::string_view name) { sink.end(name); }, [&](std::string_view text) { sink.text(text); });
    archive.read(sheet.member, [&](std::string_view piece) { reader.add(piece); });
    reader.finish();
    return sink.finish();
}

}  // namespace holdout::xlsx
