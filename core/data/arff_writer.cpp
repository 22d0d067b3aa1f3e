// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/table_writer.h"

namespace holdout {
namespace {

constexpr std::size_t RowsBetweenLooks = 4096;

/// Quoted unless it is a plain word.
std::string arffWord(std::string_view text) {
    const bool plain =
        !text.empty() && text != "?" && text.find_first_of(" ,{}%'\"\\\t\r\n@") == std::string_view::npos;
    if (plain) return std::string(text);
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        if (c == '\n')
            out += "\\n";
        else if (c == '\r')
            out += "\\r";
        else if (c == '\t')
            out += "\\t";
        else
            out += c;
    }
    return out + "'";
}

bool hasFractions(const DateTimeValues& times) {
    for (const std::int64_t micros : times.micros)
        if (micros % 1'000'000 != 0) return true;
    return false;
}

std::string typeOf(const Column& column) {
    switch (column.type()) {
        case ColumnType::Category: {
            std::string levels;
            for (const std::string& level : column.levels()) levels += (levels.empty() ? "" : ",") + arffWord(level);
            // A column without levels is missing throughout.
            return levels.empty() ? "string" : "{" + levels + "}";
        }
        case ColumnType::Text:
            return "string";
        case ColumnType::DateTime:
            if (column.dateTimes().dateOnly) return "date 'yyyy-MM-dd'";
            return hasFractions(column.dateTimes()) ? "date 'yyyy-MM-dd HH:mm:ss.SSS'" : "date 'yyyy-MM-dd HH:mm:ss'";
        case ColumnType::Number:
        case ColumnType::Image:
        case ColumnType::Sparse:
            break;
    }
    return "numeric";
}

/// A moment to the millisecond, as the declared pattern has it.
std::string momentText(const Column& column, std::size_t row, bool fractions) {
    const DateTimeValues& times = column.dateTimes();
    if (!fractions) return formatDateTime(times.micros[row], times.dateOnly);
    const std::int64_t micros = times.micros[row];
    const std::int64_t milliseconds = (micros % 1'000'000 + 1'000'000) % 1'000'000 / 1000;
    std::string text = formatDateTime(micros, false);
    text.resize(std::min(text.size(), text.find('.')));
    const std::string digits = std::to_string(milliseconds);
    return text + "." + std::string(3 - digits.size(), '0') + digits;
}

}  // namespace

std::string toArff(const Table& table, const std::string& name, JobContext& context) {
    std::string out = "@relation " + arffWord(name) + "\n\n";
    std::vector<bool> fractions;
    for (const ColumnPtr& column : table.columns()) {
        out += "@attribute " + arffWord(column->name()) + " " + typeOf(*column) + "\n";
        fractions.push_back(column->type() == ColumnType::DateTime && hasFractions(column->dateTimes()));
    }
    out += "\n@data\n";
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (row % RowsBetweenLooks == 0) {
            context.throwIfStopped();
            context.progress.report(static_cast<double>(row) / static_cast<double>(table.rows()), "Writing the table");
        }
        for (std::size_t c = 0; c < table.columnCount(); ++c) {
            const Column& column = table.column(c);
            if (c > 0) out += ',';
            if (column.isMissing(row))
                out += '?';
            else if (column.type() == ColumnType::DateTime)
                out += arffWord(momentText(column, row, fractions[c]));
            else
                out += arffWord(column.cellText(row));
        }
        out += '\n';
    }
    return out;
}

}  // namespace holdout
