// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/table_writer.h"

#include "data/csv_writer.h"

namespace holdout {
namespace {

void refusePictures(const Table& table) {
    for (const ColumnPtr& column : table.columns())
        if (column->type() == ColumnType::Image || column->type() == ColumnType::Sparse)
            throw Error(
                "A column of type " + std::string(columnTypeName(column->type())) + " cannot be written as text.",
                {.column = column->name()}, "Write a table without it.");
}

bool listed(std::string_view endings, std::string_view ending) {
    while (!endings.empty()) {
        const std::size_t end = std::min(endings.size(), endings.find(' '));
        if (endings.substr(0, end) == ending) return true;
        endings.remove_prefix(std::min(endings.size(), end + 1));
    }
    return false;
}

const WriteFormat& formatFor(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    if (!ending.empty()) ending.erase(0, 1);
    for (char& c : ending)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    std::string known;
    for (const WriteFormat& format : writeFormats()) {
        if (listed(format.endings, ending)) return format;
        known += (known.empty() ? "." : ", .") + std::string(format.endings.substr(0, format.endings.find(' ')));
    }
    throw Error("The ending of the file names no format that tables are written in.", {.file = path.string()},
                "End its name with one of " + known + ".");
}

}  // namespace

const std::vector<WriteFormat>& writeFormats() {
    static const std::vector<WriteFormat> formats = {
        {"csv", "CSV", "csv txt"},
        {"tsv", "tab-separated text", "tsv tab"},
        {"arff", "ARFF", "arff"},
        {"json-lines", "JSON lines", "jsonl ndjson"},
        {"sqlite", "SQLite database", "sqlite sqlite3 db db3"},
    };
    return formats;
}

void writeTable(const Table& table, const std::filesystem::path& path, JobContext& context, const std::string& name) {
    const std::string_view format = formatFor(path).id;
    refusePictures(table);
    const std::string relation = name.empty() ? path.stem().string() : name;
    if (format == "sqlite") return writeSqlite(table, path, relation, context);
    const std::string text = format == "arff"         ? toArff(table, relation, context)
                             : format == "json-lines" ? toJsonLines(table, context)
                                                      : toCsv(table, format == "tsv" ? '\t' : ',');
    context.throwIfStopped();
    writeFileAtomically(path, text);
}

}  // namespace holdout
