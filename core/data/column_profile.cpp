// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "base/format.h"
#include "base/parallel.h"
#include "base/quantile.h"
#include "base/radix_sort.h"
#include "data/cells.h"
#include "data/clean_text.h"
#include "data/hash_parts.h"
#include "data/profile.h"

namespace holdout {
namespace {

constexpr std::size_t Grain = 1 << 16;
constexpr std::size_t TopShown = 10;
constexpr int MostBins = 40;

/// Mean and central moments of a set of values: two passes, each summed over fixed chunks.
struct Moments {
    double mean = 0, m2 = 0, m3 = 0, m4 = 0;

    Moments& operator+=(const Moments& other) {
        mean += other.mean;
        m2 += other.m2;
        m3 += other.m3;
        m4 += other.m4;
        return *this;
    }
};

Moments momentsOf(const std::vector<double>& values) {
    const auto sum = parallelSum(values.size(), Grain, 0.0, [&](Range range) {
        return std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(range.begin),
                               values.begin() + static_cast<std::ptrdiff_t>(range.end), 0.0);
    });
    const double mean = sum / static_cast<double>(values.size());
    Moments moments = parallelSum(values.size(), Grain, Moments{}, [&](Range range) {
        Moments part;
        for (std::size_t i = range.begin; i < range.end; ++i) {
            const double x = values[i] - mean, square = x * x;
            part.mean += x;  // what rounding left of the mean
            part.m2 += square;
            part.m3 += square * x;
            part.m4 += square * square;
        }
        return part;
    });
    const auto n = static_cast<double>(values.size());
    moments.m2 -= moments.mean * moments.mean / n;
    moments.mean = mean + moments.mean / n;
    return moments;
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
    const auto binOf = [&](double value) { return std::clamp(static_cast<int>((value - histogram.low) / width), 0, bins - 1); };
    auto begin = sorted.begin();
    for (int bin = 0; bin < bins; ++bin) {
        const auto end = std::partition_point(begin, sorted.end(), [&](double value) { return binOf(value) <= bin; });
        histogram.counts[static_cast<std::size_t>(bin)] = end - begin;
        begin = end;
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
    radixSort(values);
    const double q1 = quantileOfSorted(values, 0.25);
    const double q3 = quantileOfSorted(values, 0.75);
    profile.min = values.front();
    profile.max = values.back();
    profile.mean = moments.mean;
    const auto n = static_cast<double>(values.size());
    if (values.size() > 1) profile.sd = std::sqrt(moments.m2 / (n - 1));
    if (moments.m2 > 0) {
        profile.skewness = moments.m3 / n / std::pow(moments.m2 / n, 1.5);
        profile.kurtosis = moments.m4 / n / (moments.m2 / n * (moments.m2 / n)) - 3;
    }
    for (const double p : {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99}) profile.quantiles.push_back({p, quantileOfSorted(values, p)});
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

struct Lengths {
    std::int64_t shortest = std::numeric_limits<std::int64_t>::max(), longest = 0, sum = 0;

    Lengths& operator+=(const Lengths& other) {
        shortest = std::min(shortest, other.shortest);
        longest = std::max(longest, other.longest);
        sum += other.sum;
        return *this;
    }
};

void measureTexts(const Column& column, ColumnProfile& profile) {
    const auto known = static_cast<double>(column.rows() - column.missing().count());
    if (known == 0) return;
    const Lengths all = parallelSum(column.rows(), Grain, Lengths{}, [&](Range range) {
        Lengths part;
        for (std::size_t row = range.begin; row < range.end; ++row) {
            if (column.isMissing(row)) continue;
            const auto length = static_cast<std::int64_t>(characterCount(column.texts().at(row)));
            part += {length, length, length};
        }
        return part;
    });
    profile.lengths = TextLengths{all.shortest, all.longest, static_cast<double>(all.sum) / known};
}

/// Texts are counted part by part of their hashes, so that no table of all of them is needed at once.
void profileText(const Column& column, ColumnProfile& profile, JobContext& context) {
    const TextValues& texts = column.texts();
    const HashParts parts = partByHash(column.rows(), context, [&](Range range, std::uint64_t* hashes) {
        for (std::size_t row = range.begin; row < range.end; ++row)
            hashes[row - range.begin] = addToHash(0, hashCell(column, row));
    });
    std::vector<std::vector<LevelCount>> found(HashParts::Count);
    std::vector<std::int64_t> distinct(HashParts::Count);
    parallelFor(HashParts::Count, [&](std::size_t i) {
        context.throwIfStopped();
        std::unordered_map<std::string_view, std::int64_t> counts;
        for (const HashKey& key : parts.part(i))
            if (!column.isMissing(key.row)) ++counts[texts.at(key.row)];
        distinct[i] = static_cast<std::int64_t>(counts.size());
        std::vector<std::pair<std::int64_t, std::string_view>> most;
        for (const auto& [text, count] : counts) most.emplace_back(count, text);
        const auto shown = most.begin() + static_cast<std::ptrdiff_t>(std::min(most.size(), TopShown));
        std::partial_sort(most.begin(), shown, most.end(), [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first > b.first : naturalLess(a.second, b.second);
        });
        for (auto each = most.begin(); each != shown; ++each) found[i].push_back({std::string(each->second), each->first});
    });
    std::vector<LevelCount> all;
    for (const auto& part : found) all.insert(all.end(), part.begin(), part.end());
    keepTop(std::move(all), profile);
    profile.distinct = std::accumulate(distinct.begin(), distinct.end(), std::int64_t{0});
    measureTexts(column, profile);
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

}  // namespace

ColumnProfile profileColumn(const Column& column, JobContext& context) {
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
            profileText(column, profile, context);
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

}  // namespace holdout
