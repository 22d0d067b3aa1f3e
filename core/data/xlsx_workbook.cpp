// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/xlsx_workbook.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "data/column.h"

namespace holdout::xlsx {
namespace {

constexpr double LargestSerial = 2'958'466;  // 10000-01-01
constexpr double MillisecondsPerDay = 86'400'000;

template <typename Start>
void readXml(
    ZipArchive& archive, const std::string& member, const std::string& file, const Start& start,
    const XmlReader::End& end = [](std::string_view) {}, const XmlReader::Text& text = [](std::string_view) {}) {
    XmlReader reader(file, start, end, text);
    archive.read(member, [&](std::string_view piece) { reader.add(piece); });
    reader.finish();
}

int wholeNumber(std::string_view text, int fallback) {
    int value = fallback;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Relations of the workbook: where the parts that it names by id lie.
std::map<std::string, std::string, std::less<>> readRelations(ZipArchive& archive, const std::string& file) {
    std::map<std::string, std::string, std::less<>> targets;
    readXml(archive, "xl/_rels/workbook.xml.rels", file, [&](std::string_view name, const XmlReader::Attributes& a) {
        if (name != "Relationship") return;
        const std::string_view target = attribute(a, "Target");
        targets[std::string(attribute(a, "Id"))] =
            target.starts_with('/') ? std::string(target.substr(1)) : "xl/" + std::string(target);
    });
    return targets;
}

void readSheets(ZipArchive& archive, Workbook& workbook, const std::string& file) {
    const auto targets = readRelations(archive, file);
    readXml(archive, "xl/workbook.xml", file, [&](std::string_view name, const XmlReader::Attributes& a) {
        if (name == "workbookPr")
            workbook.from1904 = attribute(a, "date1904") == "1" || attribute(a, "date1904") == "true";
        if (name != "sheet") return;
        // "r:id" without its prefix; "sheetId" is another.
        const auto target = targets.find(attribute(a, "id"));
        if (target == targets.end() || !archive.has(target->second)) return;
        const std::string_view state = attribute(a, "state");
        workbook.sheets.push_back(
            {std::string(attribute(a, "name")), target->second, state == "hidden" || state == "veryHidden"});
    });
}

void readTexts(ZipArchive& archive, Workbook& workbook, CellBudget& budget, const std::string& file) {
    bool inText = false;
    int phonetic = 0;  // readings of Japanese words, which are no part of them
    readXml(
        archive, "xl/sharedStrings.xml", file,
        [&](std::string_view name, const XmlReader::Attributes&) {
            if (name == "si") {
                budget.charge(sizeof(std::string));
                workbook.texts.emplace_back();
            }
            phonetic += name == "rPh";
            inText = name == "t" && phonetic == 0 && !workbook.texts.empty();
        },
        [&](std::string_view name) {
            phonetic -= name == "rPh";
            inText = false;
        },
        [&](std::string_view text) {
            if (!inText) return;
            budget.charge(text.size());
            workbook.texts.back() += text;
        });
}

bool isBuiltinDate(int format) {
    return (format >= 14 && format <= 22) || (format >= 27 && format <= 36) || format == 45 || format == 47 ||
           (format >= 50 && format <= 58);
}

bool isBuiltinTime(int format) {
    return (format >= 18 && format <= 21) || (format >= 45 && format <= 47);
}

void readStyles(ZipArchive& archive, Workbook& workbook, const std::string& file) {
    struct Format {
        bool isDate = false, isTime = false;
        std::size_t digits = 0;
    };
    std::map<int, Format> formats;
    bool inCells = false;
    readXml(
        archive, "xl/styles.xml", file,
        [&](std::string_view name, const XmlReader::Attributes& a) {
            if (name == "numFmt")
                formats[wholeNumber(attribute(a, "numFmtId"), -1)] = {isDateFormat(attribute(a, "formatCode")), isTimeFormat(attribute(a, "formatCode")),
                                                                      digitsOfFormat(attribute(a, "formatCode"))};
            inCells = inCells || name == "cellXfs";
            if (name != "xf" || !inCells) return;
            const int format = wholeNumber(attribute(a, "numFmtId"), 0);
            const auto own = formats.find(format);
            const Format style = own != formats.end() ? own->second : Format{isBuiltinDate(format), isBuiltinTime(format)};
            workbook.dateStyles.push_back(style.isDate);
            workbook.timeStyles.push_back(style.isTime);
            workbook.zeroStyles.push_back(style.digits);
        },
        [&](std::string_view name) { inCells = inCells && name != "cellXfs"; });
}

}  // namespace

std::size_t digitsOfFormat(std::string_view code) {
    constexpr std::size_t Fewest = 3, Most = 30;
    const bool areZeros = code.find_first_not_of('0') == std::string_view::npos;
    return areZeros && code.size() >= Fewest && code.size() <= Most ? code.size() : 0;
}

bool isTimeFormat(std::string_view code) {
    if (code.starts_with("[$") && code.find(']') != std::string_view::npos) code.remove_prefix(code.find(']') + 1);
    const std::string_view first = code.substr(0, code.find(';'));
    const bool hasHours = first.find_first_of("hH") != std::string_view::npos || first.starts_with("[m") || first.starts_with("[s");
    return hasHours && first.find_first_of("dDyY\"") == std::string_view::npos;
}

bool isDateFormat(std::string_view code) {
    bool isDate = false;
    for (std::size_t at = 0; at < code.size(); ++at) {
        const char c = code[at];
        if (c == '"') {
            at = std::min(code.size(), code.find('"', at + 1));
        } else if (c == '\\' || c == '_' || c == '*') {
            ++at;
        } else if (c == '[') {
            const std::size_t close = std::min(code.size(), code.find(']', at));
            const std::string_view inside = code.substr(at + 1, close - at - 1);
            if (!inside.empty() && inside.find_first_not_of("hHmMsS") == std::string_view::npos) return false;
            at = close;
        } else if (c == ';') {
            break;  // the other sections are for negative numbers, zeros and texts
        } else if (std::string_view("yYdDhHsSmM").find(c) != std::string_view::npos) {
            isDate = true;
        } else if (c == 'G' || c == 'g') {
            return false;  // "General"
        }
    }
    return isDate;
}

std::string serialText(double serial, bool from1904) {
    if (!(serial >= 1) || serial >= LargestSerial) return {};
    // Excel's year 1900 has a 29th of February that never was: before it, days are one off (ECMA-376-1, 18.17.4).
    const double epoch = from1904 ? -24'107 : serial < 60 ? -25'568 : -25'569;  // days before 1970-01-01
    const auto milliseconds = static_cast<std::int64_t>(std::llround((serial + epoch) * MillisecondsPerDay));
    const bool dateOnly = milliseconds % static_cast<std::int64_t>(MillisecondsPerDay) == 0;
    return formatDateTime(milliseconds * 1000, dateOnly);
}

Workbook readWorkbook(ZipArchive& archive, CellBudget& budget, const std::string& file) {
    Workbook workbook;
    readSheets(archive, workbook, file);
    if (workbook.sheets.empty())
        throw Error("The workbook holds no sheet of cells.", {.file = file}, "Choose another file.");
    if (archive.has("xl/sharedStrings.xml")) readTexts(archive, workbook, budget, file);
    if (archive.has("xl/styles.xml")) readStyles(archive, workbook, file);
    return workbook;
}

}  // namespace holdout::xlsx
