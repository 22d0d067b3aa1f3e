// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/profile.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/parallel.h"
#include "data/findings.h"
#include "data/repeated_rows.h"

namespace holdout {
namespace {

nlohmann::json optionalNumber(const std::optional<double>& value) {
    if (!value || !std::isfinite(*value)) return nullptr;
    return *value;
}

nlohmann::json columnToJson(const ColumnProfile& column) {
    nlohmann::json top = nlohmann::json::array();
    for (const LevelCount& level : column.top) top.push_back({{"value", level.level}, {"count", level.count}});
    nlohmann::json json = {
        {"name", column.name},
        {"type", columnTypeName(column.type)},
        {"missing", column.missing},
        {"distinct", column.distinct},
        {"min", optionalNumber(column.min)},
        {"max", optionalNumber(column.max)},
        {"mean", optionalNumber(column.mean)},
        {"sd", optionalNumber(column.sd)},
        {"quartiles",
         {optionalNumber(column.quartile1), optionalNumber(column.median), optionalNumber(column.quartile3)}},
        {"outliers", column.outliers},
        {"top", std::move(top)}};
    if (column.type == ColumnType::DateTime) {
        // Moments of a moment: as text where that means something, not at all otherwise.
        json["min"] = column.first.empty() ? nlohmann::json() : nlohmann::json(column.first);
        json["max"] = column.last.empty() ? nlohmann::json() : nlohmann::json(column.last);
        json["mean"] = json["sd"] = json["quartiles"] = nullptr;
    }
    if (!column.quantiles.empty() && column.type == ColumnType::Number) {
        nlohmann::json& quantiles = json["quantiles"];
        for (const auto& [p, value] : column.quantiles) quantiles.push_back({{"p", p}, {"value", optionalNumber(value)}});
        json["skewness"] = optionalNumber(column.skewness);
        json["kurtosis"] = optionalNumber(column.kurtosis);
    }
    if (column.lengths)
        json["lengths"] = {{"shortest", column.lengths->shortest}, {"mean", column.lengths->mean}, {"longest", column.lengths->longest}};
    if (!column.histogram.counts.empty())
        json["histogram"] = {{"low", optionalNumber(column.histogram.low)},
                             {"high", optionalNumber(column.histogram.high)},
                             {"counts", column.histogram.counts}};
    return json;
}

nlohmann::json patternsToJson(const MissingPatterns& missing) {
    nlohmann::json patterns = nlohmann::json::array();
    for (const MissingPattern& pattern : missing.patterns) {
        nlohmann::json names = nlohmann::json::array();
        for (const std::size_t i : pattern.columns) names.push_back(missing.columns[i]);
        patterns.push_back({{"missing", std::move(names)}, {"rows", pattern.rows}});
    }
    return {{"columns", missing.columns}, {"patterns", std::move(patterns)}, {"other_rows", missing.otherRows}};
}

}  // namespace

TableProfile profile(const Table& table, JobContext& context) {
    TableProfile result;
    result.rows = static_cast<std::int64_t>(table.rows());
    result.missingCells = static_cast<std::int64_t>(table.missingCells());
    result.columns.resize(table.columnCount());
    parallelFor(table.columnCount(), [&](std::size_t i) {
        context.throwIfStopped();
        result.columns[i] = profileColumn(table.column(i), context);
    });
    std::vector<std::size_t> all(table.columnCount());
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (!all.empty()) result.duplicateRows = static_cast<std::int64_t>(repeatedRows(table, all, context).size());
    result.missing = missingPatterns(table, context);
    result.findings = findingsOf(table, result, context);
    return result;
}

nlohmann::json findingToJson(const Finding& finding) {
    nlohmann::json json = {{"column", finding.column}, {"sentence", finding.sentence}, {"step", finding.remedyStep}};
    if (finding.remedyEdit) json["edit"] = editsToJson({*finding.remedyEdit})[0];
    if (finding.remedyRole) json["role"] = roleName(*finding.remedyRole);
    return json;
}

nlohmann::json profileToJson(const TableProfile& profile, const ReadResult& read) {
    nlohmann::json columns = nlohmann::json::array();
    for (const ColumnProfile& column : profile.columns) columns.push_back(columnToJson(column));
    nlohmann::json warnings = nlohmann::json::array();
    for (const Warning& warning : read.warnings) warnings.push_back(warning.text());
    for (const Finding& finding : profile.findings)
        warnings.push_back(finding.column.empty() ? finding.sentence : finding.column + ": " + finding.sentence);
    nlohmann::json findings = nlohmann::json::array();
    for (const Finding& finding : profile.findings) findings.push_back(findingToJson(finding));
    return {{"rows", profile.rows},
            {"bytes", read.bytes},
            {"sha256", read.sha256.value()},
            {"seconds", read.seconds},
            {"format",
             {{"kind", read.format.kind},
              {"delimiter", std::string(1, read.format.delimiter)},
              {"quote", std::string(1, read.format.quote)},
              {"encoding", encodingName(read.format.encoding)},
              {"decimal", std::string(1, read.format.decimal)},
              {"header", read.format.header},
              {"missing", read.format.missing}}},
            {"columns", std::move(columns)},
            {"missing_cells", profile.missingCells},
            {"duplicate_rows", profile.duplicateRows},
            {"missing_patterns", patternsToJson(profile.missing)},
            {"findings", std::move(findings)},
            {"warnings", std::move(warnings)}};
}

}  // namespace holdout
