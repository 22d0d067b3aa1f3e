// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/findings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "base/format.h"
#include "base/parallel.h"
#include "data/cells.h"
#include "data/clean_text.h"
#include "data/hidden_dates.h"
#include "data/hidden_measures.h"
#include "data/hidden_rows.h"
#include "data/hidden_types.h"
#include "data/spellings.h"

namespace holdout {
namespace {

/// Two digits; more where they tell the part from the whole.
std::string percent(std::int64_t part, std::int64_t whole) {
    const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    if (share < 99 || part == whole) return formatNumber(share, share < 100 ? 2 : 3) + " %";
    return share < 99.99 ? formatNumber(share, 4) + " %" : "more than 99.99 %";
}

bool namedLikeIdentifier(std::string name) {
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const auto ends = [&](std::string_view end) { return name.size() > end.size() && name.ends_with(end); };
    return name == "id" || name == "index" || name == "key" || name == "uuid" || ends("_id") || ends(".id") ||
           ends(" id") || ends("identifier") || ends("number") || ends("_no") || name.starts_with("column1");
}

bool wholeNumbers(const Column& column) {
    for (std::size_t row = 0; row < column.rows(); ++row)
        if (column.numbers()[row] != std::floor(column.numbers()[row])) return false;
    return true;
}

bool looksLikeIdentifier(const ColumnProfile& profile, const Column& column) {
    constexpr std::int64_t Enough = 20;
    if (profile.missing > 0 || profile.rows < Enough || profile.distinct != profile.rows) return false;
    if (profile.type == ColumnType::Category) return true;
    if (profile.type == ColumnType::Text) {
        // Long texts that all differ are prose, not names.
        return column.texts().bytes.size() < 40 * column.rows();
    }
    // Ten digits and more, all of one length: telephone and card numbers, ISBN.
    constexpr double LongDigits = 1e9;
    const bool isLong = profile.min && profile.max && *profile.min >= LongDigits && std::floor(std::log10(*profile.min)) == std::floor(std::log10(*profile.max));
    return profile.type == ColumnType::Number && (isLong || namedLikeIdentifier(profile.name)) && wholeNumbers(column);
}

void findInColumn(const ColumnProfile& profile, const Column& column, std::vector<Finding>& findings) {
    constexpr std::int64_t ManyLevels = 50;
    const std::int64_t known = profile.rows - profile.missing;
    if (profile.rows == 0) return;
    if (known == 0) {
        findings.push_back({profile.name, "Every cell is missing: the column says nothing.", "", std::nullopt, Role::Ignored});
        return;
    }
    if (profile.missing > 0)
        findings.push_back({profile.name,
                            percent(profile.missing, profile.rows) + " of the cells are missing (" +
                                formatCount(profile.missing) + " of " + formatCount(profile.rows) + ").",
                            "impute"});
    if (auto boxes = ticks(profile, column)) {
        findings.push_back(std::move(*boxes));
        return;
    }
    if (profile.distinct == 1) {
        if (auto digits = tooManyDigits(profile, column)) {
            findings.push_back(std::move(*digits));
            return;
        }
        findings.push_back(
            {profile.name, "The column is constant: every cell is \"" + profile.top.front().level + "\".", "", std::nullopt, Role::Ignored});
        return;
    }
    if (auto letters = spoiltLetters(column)) findings.push_back(std::move(*letters));
    if (auto never = placeholderDates(profile, column)) findings.push_back(std::move(*never));
    if (auto code = missingCode(profile, column)) findings.push_back(std::move(*code));
    if (auto hidden = hiddenType(column))
        findings.push_back(std::move(*hidden));
    else if (auto moments = datesAsNumbers(column))
        findings.push_back(std::move(*moments));
    else if (auto digits = tooManyDigits(profile, column))
        findings.push_back(std::move(*digits));
    else if (looksLikeIdentifier(profile, column))
        findings.push_back(
            {profile.name,
             "Every cell is different: this looks like an identifier, which predicts nothing for new rows.", "", std::nullopt, Role::Ignored});
    else if (profile.type == ColumnType::Category && profile.distinct > ManyLevels)
        findings.push_back(
            {profile.name,
             "The column has " + formatCount(profile.distinct) + " categories; one column for each would be many.",
             "target-encode"});
    if (!profile.top.empty() && known >= 100 && profile.top.front().count * 100 >= known * 99)
        findings.push_back({profile.name,
                            "The column is nearly constant: " + percent(profile.top.front().count, known) +
                                " of the cells are \"" + profile.top.front().level + "\".",
                            "", std::nullopt, Role::Ignored});
}

/// Spellings that differ in case, accents, punctuation or the order of words alone; the button merges the first cluster.
void findSpellings(const ColumnProfile& profile, const Column& column, JobContext& context, std::vector<Finding>& findings) {
    if (profile.type != ColumnType::Category || looksLikeIdentifier(profile, column)) return;
    const std::vector<SpellingCluster> clusters = spellingClusters(column, SpellingMethod::Key, context);
    if (clusters.empty()) return;
    constexpr std::size_t Shown = 3;
    const SpellingCluster& first = clusters.front();
    std::string words, lines;
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (i < Shown) words += (i > 0 ? ", \"" : "\"") + first[i].text + "\"";
        lines += (i > 0 ? "\n" : "") + first[i].text;
    }
    if (first.size() > Shown) words += " and " + std::to_string(first.size() - Shown) + " more";
    EditSpec merge{"merge", {}, true};
    merge.params.set("column", column.name());
    merge.params.set("spellings", lines);
    merge.params.set("into", first.front().text);
    const std::string others = clusters.size() == 1 ? "" : " " + std::to_string(clusters.size() - 1) + " more sets of spellings are alike.";
    findings.push_back({column.name(), "The categories " + words + " differ in case, accents, signs or word order alone." + others, "", merge});
}

/// Columns that hold the same in every row as one before.
void findTwins(const Table& table, const std::vector<ColumnProfile>& profiles, std::vector<Finding>& findings) {
    const auto mayBeSame = [&](std::size_t a, std::size_t b) {
        const ColumnProfile &x = profiles[a], &y = profiles[b];
        return x.type == y.type && x.missing == y.missing && x.distinct == y.distinct && x.min == y.min && x.mean == y.mean &&
               x.distinct > 1;
    };
    for (std::size_t b = 1; b < table.columnCount(); ++b)
        for (std::size_t a = 0; a < b; ++a) {
            if (!mayBeSame(a, b) || !sameCells(table.column(a), table.column(b))) continue;
            findings.push_back({table.column(b).name(), "The column holds the same as " + table.column(a).name() + " in every row.", "",
                                std::nullopt, Role::Ignored});
            break;
        }
}

}  // namespace

std::vector<Finding> findingsOf(const Table& table, const TableProfile& profile, JobContext& context) {
    std::vector<std::vector<Finding>> byColumn(table.columnCount());
    parallelFor(table.columnCount(), [&](std::size_t i) {
        context.throwIfStopped();
        findInColumn(profile.columns[i], table.column(i), byColumn[i]);
        if (i == 0)
            if (auto once = saidOnce(table)) byColumn[i].push_back(std::move(*once));
        findSpellings(profile.columns[i], table.column(i), context, byColumn[i]);
    });
    std::vector<Finding> findings;
    if (auto side = onItsSide(table)) findings.push_back(std::move(*side));
    if (auto names = repeatedHeader(table)) findings.push_back(std::move(*names));
    if (auto sums = subtotals(table)) findings.push_back(std::move(*sums));
    if (auto total = totalRow(table)) findings.push_back(std::move(*total));  // first: it makes others look odd
    for (auto& part : byColumn) std::move(part.begin(), part.end(), std::back_inserter(findings));
    findTwins(table, profile.columns, findings);
    if (profile.duplicateRows > 0)
        findings.push_back({"",
                            formatCount(profile.duplicateRows) +
                                (profile.duplicateRows == 1 ? " row repeats an earlier one." : " rows repeat earlier ones."),
                            "drop-duplicates"});
    return findings;
}

}  // namespace holdout
