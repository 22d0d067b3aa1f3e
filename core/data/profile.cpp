// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/profile.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "base/format.h"
#include "base/parallel.h"
#include "base/quantile.h"
#include "data/cells.h"

namespace holdout {
namespace {

constexpr std::size_t Grain = 1 << 16;
constexpr std::size_t TopShown = 10;
constexpr int MostBins = 40;

/// Count, mean and sum of squared deviations of a set of values.
struct Moments {
    double n = 0;
    double mean = 0;
    double m2 = 0;

    void add(double x) {
        n += 1;
        const double delta = x - mean;
        mean += delta / n;
        m2 += delta * (x - mean);
    }
    Moments& operator+=(const Moments& other) {
        if (other.n == 0) return *this;
        const double total = n + other.n;
        const double delta = other.mean - mean;
        m2 += other.m2 + delta * delta * n * other.n / total;
        mean += delta * other.n / total;
        n = total;
        return *this;
    }
};

Moments momentsOf(const std::vector<double>& values) {
    return parallelSum(values.size(), Grain, Moments{}, [&](Range range) {
        Moments part;
        for (std::size_t i = range.begin; i < range.end; ++i) part.add(values[i]);
        return part;
    });
}

/// Width of the form 1, 2 or 5 times a power of ten, at least `width`.
double niceWidth(double width) {
    const double power = std::pow(10, std::floor(std::log10(width)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= width * (1 - 1e-9)) return factor * power;
    return 10 * power;
}

/// Bins of 2 IQR / n^(1/3) (Freedman, Diaconis 1981), rounded up to a readable width, 1 … 40 of them.
Histogram histogramOf(const std::vector<double>& sorted, double iqr) {
    Histogram histogram;
    const double low = sorted.front();
    const double high = sorted.back();
    histogram.low = low;
    histogram.high = high;
    const double range = high - low;
    if (range <= 0 || !std::isfinite(range)) {
        histogram.counts = {static_cast<std::int64_t>(sorted.size())};
        return histogram;
    }
    const auto n = static_cast<double>(sorted.size());
    double width = 2 * iqr / std::cbrt(n);
    if (!(width > 0)) width = range / (1 + std::log2(n));
    width = niceWidth(std::max(width, range / (MostBins - 2)));
    histogram.low = std::floor(low / width) * width;
    const int bins = std::clamp(static_cast<int>(std::floor((high - histogram.low) / width)) + 1, 1, MostBins);
    histogram.high = histogram.low + bins * width;
    histogram.counts.assign(static_cast<std::size_t>(bins), 0);
    for (const double value : sorted) {
        const int bin = std::clamp(static_cast<int>((value - histogram.low) / width), 0, bins - 1);
        ++histogram.counts[static_cast<std::size_t>(bin)];
    }
    return histogram;
}

/// Runs of equal values: how many, and the longest.
void countDistinct(const std::vector<double>& sorted, ColumnProfile& profile) {
    std::vector<std::pair<std::int64_t, double>> most;
    for (std::size_t i = 0; i < sorted.size();) {
        std::size_t end = i + 1;
        while (end < sorted.size() && sorted[end] == sorted[i]) ++end;
        ++profile.distinct;
        const auto count = static_cast<std::int64_t>(end - i);
        if (most.size() < TopShown || count > most.back().first) {
            const auto place = std::find_if(most.begin(), most.end(), [&](const auto& m) { return m.first < count; });
            most.insert(place, {count, sorted[i]});
            if (most.size() > TopShown) most.pop_back();
        }
        i = end;
    }
    for (const auto& [count, value] : most)
        profile.top.push_back({profile.type == ColumnType::DateTime
                                   ? formatDateTime(static_cast<std::int64_t>(value), false)
                                   : formatExact(value),
                               count});
}

/// Everything that needs the values in order.
void profileSorted(std::vector<double> values, ColumnProfile& profile) {
    if (values.empty()) return;
    const Moments moments = momentsOf(values);
    std::sort(values.begin(), values.end());
    const double q1 = quantileOfSorted(values, 0.25);
    const double q3 = quantileOfSorted(values, 0.75);
    profile.min = values.front();
    profile.max = values.back();
    profile.mean = moments.mean;
    if (values.size() > 1) profile.sd = std::sqrt(moments.m2 / (moments.n - 1));
    profile.quartile1 = q1;
    profile.median = quantileOfSorted(values, 0.5);
    profile.quartile3 = q3;
    const double reach = 1.5 * (q3 - q1);
    const auto below = std::lower_bound(values.begin(), values.end(), q1 - reach) - values.begin();
    const auto above = values.end() - std::upper_bound(values.begin(), values.end(), q3 + reach);
    profile.outliers = below + above;
    profile.histogram = histogramOf(values, q3 - q1);
    countDistinct(values, profile);
}

template <typename T>
std::vector<double> known(const Column& column, const T& values) {
    std::vector<double> result;
    result.reserve(column.rows() - column.missing().count());
    for (std::size_t row = 0; row < column.rows(); ++row)
        if (!column.isMissing(row)) result.push_back(static_cast<double>(values[row]));
    return result;
}

void keepTop(std::vector<LevelCount> all, ColumnProfile& profile) {
    profile.distinct = static_cast<std::int64_t>(all.size());
    const auto shown = all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), TopShown));
    std::partial_sort(all.begin(), shown, all.end(), [](const LevelCount& a, const LevelCount& b) {
        return a.count != b.count ? a.count > b.count : naturalLess(a.level, b.level);
    });
    profile.top.assign(all.begin(), shown);
}

void profileCategory(const Column& column, ColumnProfile& profile) {
    std::vector<std::int64_t> counts(column.levels().size());
    for (std::size_t row = 0; row < column.rows(); ++row)
        if (!column.isMissing(row)) ++counts[column.codes()[row]];
    std::vector<LevelCount> all;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] > 0) all.push_back({column.levels()[i], counts[i]});
    keepTop(std::move(all), profile);
}

void profileText(const Column& column, ColumnProfile& profile) {
    std::unordered_map<std::string_view, std::int64_t> counts;
    for (std::size_t row = 0; row < column.rows(); ++row)
        if (!column.isMissing(row)) ++counts[column.texts().at(row)];
    std::vector<LevelCount> all;
    all.reserve(counts.size());
    for (const auto& [text, count] : counts) all.push_back({std::string(text), count});
    keepTop(std::move(all), profile);
}

void profileDateTime(const Column& column, ColumnProfile& profile) {
    const DateTimeValues& values = column.dateTimes();
    profileSorted(known(column, values.micros), profile);
    if (!profile.min) return;
    profile.first = formatDateTime(static_cast<std::int64_t>(*profile.min), values.dateOnly);
    profile.last = formatDateTime(static_cast<std::int64_t>(*profile.max), values.dateOnly);
    if (values.dateOnly)
        for (LevelCount& top : profile.top) top.level = top.level.substr(0, top.level.find(' '));
}

ColumnProfile profileColumn(const Column& column) {
    ColumnProfile profile;
    profile.name = column.name();
    profile.type = column.type();
    profile.rows = static_cast<std::int64_t>(column.rows());
    profile.missing = static_cast<std::int64_t>(column.missing().count());
    switch (column.type()) {
        case ColumnType::Number:
            profileSorted(known(column, column.numbers()), profile);
            break;
        case ColumnType::Category:
            profileCategory(column, profile);
            break;
        case ColumnType::Text:
            profileText(column, profile);
            break;
        case ColumnType::DateTime:
            profileDateTime(column, profile);
            break;
        case ColumnType::Image:
        case ColumnType::Sparse:
            break;  // nothing beyond the counts of rows and missing cells
    }
    return profile;
}

/// Rows that equal an earlier one. Rows of one hash are compared cell by cell.
std::int64_t countDuplicateRows(const Table& table, const JobContext& context) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> keys(table.rows());
    const std::vector<Range> parts = chunks(table.rows(), Grain);
    parallelFor(parts.size(), [&](std::size_t i) {
        context.throwIfStopped();
        for (std::size_t row = parts[i].begin; row < parts[i].end; ++row) {
            std::uint64_t hash = 0;
            for (const ColumnPtr& column : table.columns()) hash = addToHash(hash, hashCell(*column, row));
            keys[row] = {hash, static_cast<std::uint32_t>(row)};
        }
    });
    std::sort(keys.begin(), keys.end());
    const auto same = [&](std::size_t a, std::size_t b) {
        return std::all_of(table.columns().begin(), table.columns().end(),
                           [&](const ColumnPtr& column) { return sameCell(*column, a, b); });
    };
    std::int64_t duplicates = 0;
    for (std::size_t i = 0; i < keys.size();) {
        std::size_t end = i + 1;
        std::vector<std::uint32_t> distinct = {keys[i].second};
        for (; end < keys.size() && keys[end].first == keys[i].first; ++end) {
            const bool known = std::any_of(distinct.begin(), distinct.end(),
                                           [&](std::uint32_t row) { return same(row, keys[end].second); });
            duplicates += known;
            if (!known) distinct.push_back(keys[end].second);
        }
        i = end;
    }
    return duplicates;
}

std::string percent(std::int64_t part, std::int64_t whole) {
    return formatNumber(100.0 * static_cast<double>(part) / static_cast<double>(whole), 2) + " %";
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
    return profile.type == ColumnType::Number && namedLikeIdentifier(profile.name) && wholeNumbers(column);
}

void findInColumn(const ColumnProfile& profile, const Column& column, std::vector<Finding>& findings) {
    constexpr std::int64_t ManyLevels = 50;
    const std::int64_t known = profile.rows - profile.missing;
    if (profile.rows == 0) return;
    if (known == 0) {
        findings.push_back({profile.name, "Every cell is missing: the column says nothing.", ""});
        return;
    }
    if (profile.missing > 0)
        findings.push_back({profile.name,
                            percent(profile.missing, profile.rows) + " of the cells are missing (" +
                                formatCount(profile.missing) + " of " + formatCount(profile.rows) + ").",
                            "impute"});
    if (profile.distinct == 1) {
        findings.push_back(
            {profile.name, "The column is constant: every cell is \"" + profile.top.front().level + "\".", ""});
        return;
    }
    if (looksLikeIdentifier(profile, column))
        findings.push_back(
            {profile.name,
             "Every cell is different: this looks like an identifier, which predicts nothing for new rows.", ""});
    else if (profile.type == ColumnType::Category && profile.distinct > ManyLevels)
        findings.push_back(
            {profile.name,
             "The column has " + formatCount(profile.distinct) + " categories; one column for each would be many.",
             "target-encode"});
    if (!profile.top.empty() && known >= 100 && profile.top.front().count * 100 >= known * 99)
        findings.push_back({profile.name,
                            "The column is nearly constant: " + percent(profile.top.front().count, known) +
                                " of the cells are \"" + profile.top.front().level + "\".",
                            ""});
}

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
    if (!column.histogram.counts.empty())
        json["histogram"] = {{"low", optionalNumber(column.histogram.low)},
                             {"high", optionalNumber(column.histogram.high)},
                             {"counts", column.histogram.counts}};
    return json;
}

}  // namespace

TableProfile profile(const Table& table, JobContext& context) {
    TableProfile result;
    result.rows = static_cast<std::int64_t>(table.rows());
    result.missingCells = static_cast<std::int64_t>(table.missingCells());
    result.columns.resize(table.columnCount());
    // Counting duplicates is one more unit of work beside the columns.
    parallelFor(table.columnCount() + 1, [&](std::size_t i) {
        context.throwIfStopped();
        if (i == 0)
            result.duplicateRows = countDuplicateRows(table, context);
        else
            result.columns[i - 1] = profileColumn(table.column(i - 1));
    });
    for (std::size_t i = 0; i < table.columnCount(); ++i)
        findInColumn(result.columns[i], table.column(i), result.findings);
    if (result.duplicateRows > 0)
        result.findings.push_back(
            {"",
             formatCount(result.duplicateRows) +
                 (result.duplicateRows == 1 ? " row repeats an earlier one." : " rows repeat earlier ones."),
             "drop-duplicates"});
    return result;
}

nlohmann::json profileToJson(const TableProfile& profile, const ReadResult& read) {
    nlohmann::json columns = nlohmann::json::array();
    for (const ColumnProfile& column : profile.columns) columns.push_back(columnToJson(column));
    nlohmann::json warnings = nlohmann::json::array();
    for (const Warning& warning : read.warnings) warnings.push_back(warning.text());
    for (const Finding& finding : profile.findings)
        warnings.push_back(finding.column.empty() ? finding.sentence : finding.column + ": " + finding.sentence);
    nlohmann::json findings = nlohmann::json::array();
    for (const Finding& finding : profile.findings)
        findings.push_back({{"column", finding.column}, {"sentence", finding.sentence}, {"step", finding.remedyStep}});
    return {{"rows", profile.rows},
            {"bytes", read.bytes},
            {"sha256", read.sha256},
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
            {"findings", std::move(findings)},
            {"warnings", std::move(warnings)}};
}

}  // namespace holdout
