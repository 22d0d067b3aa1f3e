// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "data/table_writer.h"

namespace holdout {
namespace {

constexpr std::size_t RowsBetweenLooks = 4096;

std::string jsonText(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string toJsonLines(const Table& table, JobContext& context) {
    std::vector<std::string> names;
    for (const ColumnPtr& column : table.columns()) names.push_back(jsonText(column->name()) + ":");
    std::string out;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (row % RowsBetweenLooks == 0) {
            context.throwIfStopped();
            context.progress.report(static_cast<double>(row) / static_cast<double>(table.rows()), "Writing the table");
        }
        out += '{';
        for (std::size_t c = 0; c < names.size(); ++c) {
            const Column& column = table.column(c);
            if (c > 0) out += ',';
            out += names[c];
            if (column.isMissing(row))
                out += "null";
            else if (column.type() == ColumnType::Number && std::isfinite(column.numbers()[row]))
                out += formatExact(column.numbers()[row]);
            else
                out += jsonText(column.cellText(row));  // JSON has no infinite numbers: "inf" reads back as one
        }
        out += "}\n";
    }
    return out;
}

}  // namespace holdout
