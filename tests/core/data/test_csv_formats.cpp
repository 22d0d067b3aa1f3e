// SPDX-License-Identifier: GPL-3.0-or-later
// Files of many dialects against what pandas reads from them when it is told the dialect; ours is not told.
#include <QtTest>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "data/csv_reader.h"

using namespace holdout;
namespace fs = std::filesystem;

namespace {

const fs::path Fixtures = fs::path(HOLDOUT_FIXTURES) / "data";
const fs::path Shared = fs::path(HOLDOUT_SOURCE_DIR) / ".." / "shared" / "data";

nlohmann::json jsonOf(const fs::path& path) {
    std::ifstream file(path);
    return nlohmann::json::parse(file);
}

ReadResult read(const fs::path& path, const CsvOptions& options = {}) {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return readCsv(path, options, context);
}

/// Empty when the column is as expected, else what differs.
std::string difference(const Column& column, const nlohmann::json& expected) {
    if (column.missing().count() != expected["missing"].get<std::size_t>())
        return "missing " + std::to_string(column.missing().count());
    if (expected["type"] == "text") {
        if (column.type() == ColumnType::Number) return "is a number";
        std::set<std::string> distinct;
        std::string first;
        for (std::size_t row = 0; row < column.rows(); ++row) {
            if (column.isMissing(row)) continue;
            if (distinct.empty()) first = column.cellText(row);
            distinct.insert(column.cellText(row));
        }
        if (distinct.size() != expected["distinct"].get<std::size_t>())
            return "distinct " + std::to_string(distinct.size());
        // The expectation keeps the beginning only.
        if (expected.contains("first") && !first.starts_with(expected["first"].get<std::string>()))
            return "first " + first;
        return {};
    }
    if (column.type() != ColumnType::Number) return "is no number";
    double sum = 0;
    double low = INFINITY;
    double high = -INFINITY;
    for (std::size_t row = 0; row < column.rows(); ++row) {
        if (column.isMissing(row)) continue;
        const double value = column.numbers()[row];
        sum += value;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    const double mean = sum / static_cast<double>(column.rows() - column.missing().count());
    // Sums in another order: a few rounding errors.
    if (std::abs(mean - expected["mean"].get<double>()) > 1e-9 * std::max(1.0, std::abs(mean))) return "mean";
    if (low != expected["min"].get<double>() || high != expected["max"].get<double>()) return "range";
    return {};
}

}  // namespace

class CsvFormatsTest : public QObject {
    Q_OBJECT
private slots:
    void readsEveryDialect_data() {
        QTest::addColumn<QString>("file");
        const nlohmann::json all = jsonOf(Fixtures / "formats_expected.json");
        for (const auto& [file, expected] : all.items())
            if (file[0] != '_') QTest::newRow(file.c_str()) << QString::fromStdString(file);
    }
    void readsEveryDialect() {
        QFETCH(QString, file);
        const nlohmann::json all = jsonOf(Fixtures / "formats_expected.json");
        const nlohmann::json& expected = all[file.toStdString()];
        const nlohmann::json& dialect = expected["dialect"];
        CsvOptions options;
        if (dialect.contains("na_values")) options.missing = dialect["na_values"].get<std::vector<std::string>>();
        const ReadResult result = read(Fixtures / file.toStdString(), options);
        QCOMPARE(result.table.rows(), expected["rows"].get<std::size_t>());
        QCOMPARE(result.table.columnCount(), expected["columns"].get<std::size_t>());
        QCOMPARE(result.format.header, !dialect.contains("header"));
        for (std::size_t c = 0; c < result.table.columnCount(); ++c) {
            const Column& column = result.table.column(c);
            const nlohmann::json& info = expected["column_info"][c];
            if (info["name"].is_string() && !info["name"].get<std::string>().empty())
                QCOMPARE(column.name(), info["name"].get<std::string>());
            const std::string different = difference(column, info);
            QVERIFY2(different.empty(), (column.name() + ": " + different).c_str());
        }
    }

    void readsTheSpectrum_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines",
                                 "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8"})
            QTest::newRow(name) << name;
    }
    void readsTheSpectrum() {
        QFETCH(QString, name);
        const nlohmann::json expected = jsonOf(Fixtures / "csv-spectrum" / "json" / (name.toStdString() + ".json"));
        const ReadResult result = read(Fixtures / "csv-spectrum" / "csvs" / (name.toStdString() + ".csv"));
        QCOMPARE(result.table.rows(), expected.size());
        for (std::size_t row = 0; row < expected.size(); ++row) {
            QCOMPARE(result.table.columnCount(), expected[row].size());
            for (const ColumnPtr& column : result.table.columns())
                QCOMPARE(column->cellText(row), expected[row][column->name()].get<std::string>());
        }
    }

    void degreesKeepTheirQuotes() {
        const ReadResult result = read(Fixtures / "csv-spectrum" / "csvs" / "location_coordinates.csv");
        QCOMPARE(result.table.rows(), 1U);
        QCOMPARE(result.table.columnCount(), 4U);
        QCOMPARE(result.table.column(2).cellText(0), "Modesto");
        QVERIFY(result.table.column(1).cellText(0).ends_with("17.9\"W"));
    }

    void readsEverySharedTable() {
        if (!fs::exists(Shared / "formats_expected.json")) QSKIP("the shared data are not here");
        const nlohmann::json all = jsonOf(Shared / "formats_expected.json");
        // A header in quotes that the expectation counts as a row; two header rows with other bytes.
        const std::set<std::string> otherwise = {"tabular/spector.csv", "fetched/tabular/538_StarWars.csv"};
        for (const auto& [file, expected] : all.items()) {
            if (file[0] == '_' || otherwise.contains(file) || !fs::exists(Shared / file)) continue;
            CsvOptions options;
            if (expected["dialect"].contains("na_values"))
                options.missing = expected["dialect"]["na_values"].get<std::vector<std::string>>();
            const ReadResult result = read(Shared / file, options);
            QVERIFY2(result.table.rows() == expected["rows"].get<std::size_t>(), file.c_str());
            QVERIFY2(result.table.columnCount() == expected["columns"].get<std::size_t>(), file.c_str());
        }
    }

    void readsEveryTarget() {
        if (!fs::exists(Shared / "manifest.json")) QSKIP("the shared data are not here");
        std::size_t seen = 0;
        for (const nlohmann::json& set : jsonOf(Shared / "manifest.json")) {
            const std::string file = set.value("file", "");
            if (set["kind"] != "tabular" || !file.ends_with(".csv") || set.contains("names") ||
                !fs::exists(Shared / file))
                continue;
            const ReadResult result = read(Shared / file);
            QVERIFY2(result.table.indexOf(set["target"].get<std::string>()), file.c_str());
            ++seen;
        }
        QVERIFY(seen > 30);
    }
};

QTEST_APPLESS_MAIN(CsvFormatsTest)
#include "test_csv_formats.moc"
