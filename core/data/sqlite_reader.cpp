// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/sqlite_reader.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/format.h"
#include "data/cell_column.h"

namespace holdout {
namespace {

constexpr int BusyMilliseconds = 5000;
constexpr int StepsBetweenLooks = 10'000;
/// A table needs some twenty steps for a cell; a view of a made-up file may never end.
constexpr std::int64_t FreeLooks = 50'000;
constexpr std::size_t LooksPerByte = 100;
constexpr std::uint64_t BytesOfCell = sizeof(double) + 1;

std::string quotedName(const std::string& name) {
    std::string quoted = "\"";
    for (const char c : name) {
        if (c == '"') quoted += c;
        quoted += c;
    }
    return quoted + "\"";
}

/// What SQLite asks now and then while a statement runs.
struct Guard {
    std::stop_token stop;
    std::int64_t looksLeft;
};

/// Not 0 ends the statement.
int isStopped(void* data) {
    auto* const guard = static_cast<Guard*>(data);
    return guard->stop.stop_requested() || --guard->looksLeft < 0 ? 1 : 0;
}

/// A query may read and compute, nothing else: not even attach another file.
int allowReading(void*, int action, const char*, const char*, const char*, const char*) {
    constexpr int allowed[] = {SQLITE_SELECT, SQLITE_READ, SQLITE_FUNCTION, SQLITE_RECURSIVE};
    return std::find(std::begin(allowed), std::end(allowed), action) != std::end(allowed) ? SQLITE_OK : SQLITE_DENY;
}

/// A database that is read, on its guard against files that somebody has made up.
class Reading {
public:
    Reading(const FileSource& source, JobContext& context)
        : m_source(source),
          m_context(context),
          m_guard{context.stop, FreeLooks + static_cast<std::int64_t>(source.bytes.size() / LooksPerByte)},
          m_database(source.path.string(), SQLite::OPEN_READONLY, BusyMilliseconds) {
        sqlite3* const handle = m_database.getHandle();
        sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
        sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 64'000'000);
        sqlite3_progress_handler(handle, StepsBetweenLooks, isStopped, &m_guard);
    }

    /// Tables, then views, each in the order of their names.
    std::vector<std::string> tables() {
        std::vector<std::string> names;
        SQLite::Statement all(m_database,
                              "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT "
                              "LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name COLLATE NOCASE");
        while (all.executeStep()) names.push_back(all.getColumn(0).getString());
        return names;
    }

    /// The rows of a SELECT. What a file's own view makes is bounded by the file's size, a person's query is not.
    enum class Bounds { File, None };
    Table read(const std::string& select, const ReadOptions& options, Bounds bounds, Warnings& warnings) {
        if (bounds == Bounds::None) m_guard.looksLeft = std::numeric_limits<std::int64_t>::max();
        sqlite3_set_authorizer(m_database.getHandle(), allowReading, nullptr);
        SQLite::Statement rows(m_database, select);
        const int columns = rows.getColumnCount();
        if (columns == 0)
            throw Error("The query reads nothing.", {.file = m_source.name, .parameter = "query"},
                        "Begin it with SELECT.");
        std::vector<std::string> names;
        for (int c = 0; c < columns; ++c) names.emplace_back(rows.getColumnName(c));
        names = csv::distinctNames(std::move(names), m_source.name, warnings);
        std::vector<CellColumn> cells(names.size());
        CellBudget budget(m_source.bytes.size(), m_source.name);
        std::size_t blobs = 0;
        for (std::int64_t row = 0; rows.executeStep(); ++row) {
            if (row == std::numeric_limits<RowId>::max()) tooManyRows();
            if (bounds == Bounds::File) budget.charge(names.size() * BytesOfCell);
            if (row % 4096 == 0) look(row);
            for (int c = 0; c < columns; ++c) blobs += addCell(rows.getColumn(c), cells[static_cast<std::size_t>(c)]);
        }
        if (blobs > 0)
            warnings.push_back({formatCount(blobs, "cell holds", "cells hold") +
                                    " bytes (a blob) and count as missing.",
                                {.file = m_source.name}});
        return finish(names, cells, options, warnings);
    }

private:
    [[noreturn]] void tooManyRows() const {
        throw Error("The table has more than 4,294,967,295 rows.", {.file = m_source.name},
                    "Take a part of it by a query.");
    }

    void look(std::int64_t row) {
        m_context.throwIfStopped();
        m_context.progress.report(0, "Reading the table: " + formatCount(row) + " rows");
    }

    /// True for a blob, which is no cell of a table.
    static bool addCell(const SQLite::Column& value, CellColumn& column) {
        switch (value.getType()) {
            case SQLITE_INTEGER:
                column.addNumber(static_cast<double>(value.getInt64()));
                return false;
            case SQLITE_FLOAT:
                column.addNumber(value.getDouble());
                return false;
            case SQLITE_TEXT: {
                const char* const text = value.getText();
                column.addText({text, static_cast<std::size_t>(value.getBytes())});
                return false;
            }
            case SQLITE_BLOB:
                column.addMissing();
                return true;
            default:
                column.addMissing();
                return false;
        }
    }

    Table finish(const std::vector<std::string>& names, const std::vector<CellColumn>& cells,
                 const ReadOptions& options, Warnings& warnings) const {
        if (cells.front().rows() == 0)
            throw Error("The table has no rows.", {.file = m_source.name}, "Choose another table or query.");
        const csv::MissingCodes codes(options.missing, '.');
        const CellRules rules{codes, options.types, m_source.name};
        checkTypedNames(rules, names);
        std::vector<ColumnPtr> columns;
        for (std::size_t c = 0; c < names.size(); ++c) columns.push_back(cells[c].finish(names[c], rules, warnings));
        return Table(std::move(columns));
    }

    const FileSource& m_source;
    JobContext& m_context;
    Guard m_guard;
    SQLite::Database m_database;
};

std::string chooseTable(const std::vector<std::string>& tables, const ReadOptions& options, const std::string& file,
                        Warnings& warnings) {
    if (tables.empty()) throw Error("The database holds no table.", {.file = file}, "Choose another file.");
    if (!options.table.empty()) {
        if (std::find(tables.begin(), tables.end(), options.table) != tables.end()) return options.table;
        const std::string near = nearest(options.table, tables);
        throw Error("The database holds no table named " + options.table + ".", {.file = file, .parameter = "table"},
                    near.empty() ? "It holds: " + tables.front() + (tables.size() > 1 ? ", …" : "")
                                 : "Did you mean " + near + "?");
    }
    if (tables.size() > 1)
        warnings.push_back({"The database holds " + std::to_string(tables.size()) + " tables; " + tables.front() +
                                " was read. Choose another under “How the file is read”, or write a query.",
                            {.file = file}});
    return tables.front();
}

}  // namespace

bool isSqlite(const FileSource& source) {
    using namespace std::string_view_literals;
    return source.bytes.starts_with("SQLite format 3\0"sv);
}

ReadResult readSqlite(const FileSource& source, const ReadOptions& options, JobContext& context) {
    if (source.path.empty() || source.isPacked)
        throw Error("A compressed database cannot be read.", {.file = source.name}, "Unpack it first.");
    ReadResult result;
    result.format.kind = "sqlite";
    const csv::MissingCodes codes(options.missing, '.');
    try {
        Reading reading(source, context);
        result.format.parts = reading.tables();
        if (!options.query.empty()) {
            result.format.part = "query";
            result.table = reading.read(options.query, options, Reading::Bounds::None, result.warnings);
        } else {
            const std::string table = chooseTable(result.format.parts, options, source.name, result.warnings);
            result.format.part = table;
            result.table =
                reading.read("SELECT * FROM " + quotedName(table), options, Reading::Bounds::File, result.warnings);
        }
    } catch (const SQLite::Exception& error) {
        context.throwIfStopped();
        throw Error(std::string("The database cannot be read: ") + error.what() + ".", {.file = source.name},
                    options.query.empty() ? "Check that the file is whole and that you may read it."
                                          : "Check the query: one SELECT over the tables of the file.");
    }
    result.format.missing = codes.list();
    return result;
}

}  // namespace holdout
