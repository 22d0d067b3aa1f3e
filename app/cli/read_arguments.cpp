// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "command.h"

namespace holdout::cli {

void addReadArguments(CLI::App& command, ReadArguments& arguments) {
    const auto add = [&](const char* name, auto& target, const char* help) {
        command.add_option(name, target, help)->group("How the file is read (detected where not given)");
    };
    add("--delimiter", arguments.delimiter, "One character, tab, or space for any run of blanks");
    add("--quote", arguments.quote, "\", ' or none");
    add("--decimal", arguments.decimal, "The decimal mark: . or ,");
    add("--thousands", arguments.thousands, "The mark between groups of three digits, or none");
    add("--encoding", arguments.encoding, "UTF-8, UTF-16LE, UTF-16BE or Latin-1");
    add("--comment", arguments.comment, "Lines that begin with this character are left out");
    add("--escape", arguments.escape, "The character that takes away the meaning of the one behind it");
    add("--missing", arguments.missing, "Texts that stand for missing cells, in place of the usual ones");
    add("--skip", arguments.skip, "Lines above the table");
    add("--header-rows", arguments.headerRows, "Rows that name the columns; their words are joined");
    command.add_flag("--no-header", arguments.noHeader, "The first row holds data")
        ->group("How the file is read (detected where not given)");
    add("--sheet", arguments.sheet, "Of a workbook");
    add("--table", arguments.table, "Of a database");
    add("--query", arguments.query, "Of a database: one SELECT");
}

ReadOptions ReadArguments::options() const {
    nlohmann::json data = {{"source", ""}};
    const std::pair<const char*, const std::string&> words[] = {
        {"delimiter", delimiter}, {"quote", quote},         {"decimal", decimal}, {"encoding", encoding}, {"comment", comment},
        {"escape", escape},       {"thousands", thousands}, {"sheet", sheet},     {"table", table},       {"query", query}};
    for (const auto& [key, word] : words)
        if (!word.empty()) data[key] = word;
    if (!missing.empty()) data["missing"] = missing;
    if (skip) data["skip"] = *skip;
    if (headerRows) data["header_rows"] = *headerRows;
    if (noHeader) data["header"] = false;
    return dataSpecFromJson(data, EditRegistry({})).readOptions();
}

}  // namespace holdout::cli
