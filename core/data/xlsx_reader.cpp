// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/xlsx_reader.h"

#include <algorithm>

#include "base/format.h"
#include "data/xlsx_workbook.h"

namespace holdout {
namespace {

const xlsx::Sheet& sheetNamed(const xlsx::Workbook& workbook, const std::string& name, const std::string& file) {
    std::vector<std::string> names;
    for (const xlsx::Sheet& sheet : workbook.sheets) {
        if (sheet.name == name) return sheet;
        names.push_back(sheet.name);
    }
    const std::string near = nearest(name, names);
    throw Error("The workbook holds no sheet named " + name + ".", {.file = file, .parameter = "sheet"},
                near.empty() ? "Its first sheet is " + names.front() + "." : "Did you mean " + near + "?");
}

/// The text is ours: how it is written is known, what it holds is found as in any text table.
CsvOptions textOptions(const ReadOptions& options) {
    CsvOptions text = options;
    text.delimiter = '\t';
    text.quote = '"';
    text.decimal = '.';
    text.encoding = Encoding::Utf8;
    text.comment = NoMark;
    text.escape = NoMark;
    return text;
}

}  // namespace

bool isXlsx(const FileSource& source) {
    using namespace std::string_view_literals;
    constexpr std::size_t Searched = 1 << 20;
    if (!source.bytes.starts_with("PK\x03\x04"sv)) return false;
    // Member names stand at both ends of an archive.
    const std::string_view head = source.bytes.substr(0, Searched);
    const std::string_view tail = source.bytes.substr(source.bytes.size() - std::min(Searched, source.bytes.size()));
    return head.find("xl/workbook.xml"sv) != std::string_view::npos ||
           tail.find("xl/workbook.xml"sv) != std::string_view::npos;
}

ReadResult readXlsx(const FileSource& source, const ReadOptions& options, JobContext& context) {
    context.progress.report(0, "Unpacking the workbook");
    ZipArchive archive(source.bytes, source.name, context);
    CellBudget budget(source.bytes.size() * 10, source.name);
    const xlsx::Workbook workbook = xlsx::readWorkbook(archive, budget, source.name);
    const xlsx::Sheet* chosen = options.sheet.empty() ? nullptr : &sheetNamed(workbook, options.sheet, source.name);
    xlsx::SheetText sheet;
    if (chosen) {
        sheet = xlsx::readSheet(archive, *chosen, workbook, budget, source.name);
    } else {
        // A title page is no table: that has a row below its headings, and more than one column where there is such a sheet.
        for (const xlsx::Sheet& candidate : workbook.sheets) {
            if (candidate.isHidden || (sheet.rows > 1 && sheet.columns > 1)) continue;
            xlsx::SheetText found = xlsx::readSheet(archive, candidate, workbook, budget, source.name);
            if (chosen && (found.rows < 2 || (found.columns < 2 && sheet.rows > 1))) continue;
            chosen = &candidate;
            sheet = std::move(found);
        }
    }
    if (!chosen || sheet.rows == 0)
        throw Error(chosen ? "The sheet " + chosen->name + " is empty." : "All sheets of the workbook are hidden.",
                    {.file = source.name}, "Choose another sheet.");
    ReadResult result = readCsvText(sheet.text, source.name, textOptions(options), context);
    Warnings warnings;
    if (options.sheet.empty() && workbook.sheets.size() > 1)
        warnings.push_back({"The workbook holds " + std::to_string(workbook.sheets.size()) + " sheets; " +
                                chosen->name + " was read. Choose another under “How the file is read”.",
                            {.file = source.name}});
    const auto tell = [&](std::size_t count, const char* one, const char* many) {
        if (count > 0) warnings.push_back({formatCount(count, one, many), {.file = source.name}});
    };
    tell(sheet.merged, "area of merged cells has one value: each of its cells was given it.",
         "areas of merged cells have one value: each of its cells was given it.");
    tell(sheet.errors, "cell holds an error of Excel's, such as #N/A, and count as missing.",
         "cells hold an error of Excel's, such as #N/A, and count as missing.");
    tell(sheet.hidden, "row is hidden in the workbook, by a filter perhaps; it was read as all others.",
         "rows are hidden in the workbook, by a filter perhaps; they were read as all others.");
    tell(sheet.unsolved, "formula has no result in the file and counts as missing: open the workbook in a spreadsheet program and save it again.",
         "formulas have no result in the file and count as missing: open the workbook in a spreadsheet program and save it again.");
    tell(sheet.timesOfDay, "cell is a time of day or a duration; it was read as a part of a day (0.5 is twelve hours).",
         "cells are times of day or durations; they were read as parts of a day (0.5 is twelve hours).");
    result.warnings.insert(result.warnings.begin(), warnings.begin(), warnings.end());
    result.format.kind = "xlsx";
    result.format.part = chosen->name;
    for (const xlsx::Sheet& each : workbook.sheets) result.format.parts.push_back(each.name);
    return result;
}

}  // namespace holdout
