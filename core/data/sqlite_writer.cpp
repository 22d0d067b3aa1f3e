// SPDX-License-Identifier: GPL-3.0-or-later
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <cmath>

#include "data/table_writer.h"

namespace holdout {
namespace {

constexpr std::size_t RowsBetweenLooks = 4096;
constexpr int BusyMilliseconds = 5000;
constexpr std::size_t MostColumns = 2000;  // SQLITE_MAX_COLUMN

std::string quotedName(const std::string& name) {
    std::string quoted = "\"";
    for (const char c : name) {
        if (c == '"') quoted += c;
        quoted += c;
    }
    return quoted + "\"";
}

bool isWhole(const Column& column) {
    constexpr double Exact = 9e15;  // below 2^53
    return std::all_of(column.numbers().begin(), column.numbers().end(),
                       [](double value) { return value == std::floor(value) && std::abs(value) < Exact; });
}

/// "CREATE TABLE" and "INSERT" of the columns.
struct Statements {
    std::string create, insert;
    std::vector<bool> whole;
};

Statements statementsFor(const Table& table, const std::string& name) {
    Statements statements{
        "CREATE TABLE " + quotedName(name) + " (", "INSERT INTO " + quotedName(name) + " VALUES (", {}};
    for (const ColumnPtr& column : table.columns()) {
        const bool isNumber = column->type() == ColumnType::Number;
        statements.whole.push_back(isNumber && isWhole(*column));
        const char* const type = !isNumber ? "TEXT" : statements.whole.back() ? "INTEGER" : "REAL";
        const bool first = statements.whole.size() == 1;
        statements.create += (first ? "" : ", ") + quotedName(column->name()) + " " + type;
        statements.insert += first ? "?" : ", ?";
    }
    statements.create += ")";
    statements.insert += ")";
    return statements;
}

void insertRows(SQLite::Database& database, const Table& table, const Statements& statements, JobContext& context) {
    SQLite::Statement insert(database, statements.insert);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (row % RowsBetweenLooks == 0) {
            context.throwIfStopped();
            context.progress.report(static_cast<double>(row) / static_cast<double>(table.rows()), "Writing the table");
        }
        for (std::size_t c = 0; c < table.columnCount(); ++c) {
            const Column& column = table.column(c);
            const int place = static_cast<int>(c) + 1;
            if (column.isMissing(row))
                insert.bind(place);
            else if (column.type() != ColumnType::Number)
                insert.bind(place, column.cellText(row));
            else if (statements.whole[c])
                insert.bind(place, static_cast<std::int64_t>(column.numbers()[row]));
            else
                insert.bind(place, column.numbers()[row]);
        }
        insert.exec();
        insert.reset();
    }
}

}  // namespace

void writeSqlite(const Table& table, const std::filesystem::path& path, const std::string& name, JobContext& context) {
    if (table.columnCount() == 0 || table.columnCount() > MostColumns)
        throw Error("A table of SQLite has 1 to " + std::to_string(MostColumns) + " columns.", {.file = path.string()},
                    "Leave some out, or write another format.");
    std::error_code unknown;
    const bool isNew = !std::filesystem::exists(path, unknown);
    try {
        SQLite::Database database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, BusyMilliseconds);
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        if (database.tableExists(name))
            throw Error("The database already holds a table named " + name + ".", {.file = path.string()},
                        "Choose another file or another name for the table.");
        const Statements statements = statementsFor(table, name);
        database.exec(statements.create);
        insertRows(database, table, statements, context);
        transaction.commit();
    } catch (const SQLite::Exception& error) {
        if (isNew) std::filesystem::remove(path, unknown);
        throw Error(std::string("The database cannot be written: ") + error.what() + ".", {.file = path.string()},
                    "Check that the folder exists, that you may write there, and that the file is a database.");
    } catch (...) {
        if (isNew) std::filesystem::remove(path, unknown);
        throw;
    }
}

}  // namespace holdout
