// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "data/file_bytes.h"
#include "data/zip_archive.h"

namespace holdout::xlsx {

struct Sheet {
    std::string name;
    std::string member;  ///< of the archive
    bool isHidden = false;
};

/// What all sheets of a workbook share.
struct Workbook {
    std::vector<Sheet> sheets;
    bool from1904 = false;           ///< days are counted from 1904-01-01
    std::vector<std::string> texts;  ///< shared strings
    std::vector<bool> dateStyles;    ///< by cell style: whether its number format is one of dates
    /// By cell style: to how many digits its number format fills whole numbers with zeros, as "00000" does for postal codes; 0: to none.
    std::vector<std::size_t> zeroStyles;
    std::vector<bool> timeStyles;  ///< by cell style: whether its number format is one of times of day or durations
};

/// Throws Error for an archive that is no workbook.
Workbook readWorkbook(ZipArchive& archive, CellBudget& budget, const std::string& file);

/// Whether a number format shows a date or time ("yyyy-mm-dd", "d. mmm"); elapsed times ("[h]:mm") are numbers.
bool isDateFormat(std::string_view code);
/// 5 of "00000"; 0 of what is not zeros alone, or fewer than three.
std::size_t digitsOfFormat(std::string_view code);
/// Whether a number format shows hours and minutes alone, or elapsed ones ("[h]:mm").
bool isTimeFormat(std::string_view code);

/// A serial number of days as Excel writes it, as ISO 8601; numbers below 1 are times of day and stay numbers.
std::string serialText(double serial, bool from1904);

/// A sheet as tab-separated text with all rows of one width: line i is row i of the sheet.
struct SheetText {
    std::string text;
    std::size_t rows = 0;    ///< with cells
    std::size_t columns = 0; ///< of the widest
    std::size_t merged = 0;  ///< areas of merged cells whose value was put into all of them
    std::size_t errors = 0;  ///< #N/A, #DIV/0! and the like, which are empty here
    std::size_t hidden = 0;      ///< rows with cells that the workbook does not show
    std::size_t unsolved = 0;    ///< formulas without a result, which are empty here
    std::size_t timesOfDay = 0;  ///< and durations: parts of a day
};
SheetText readSheet(ZipArchive& archive, const Sheet& sheet, const Workbook& workbook, CellBudget& budget,
                    const std::string& file);

}  // namespace holdout::xlsx
