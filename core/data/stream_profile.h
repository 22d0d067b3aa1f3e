// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include "base/seed.h"
#include "data/profile.h"
#include "data/row_sample.h"

namespace holdout {

/// The profile of rows that come in pieces. Rows, missing cells, least, greatest, mean and standard deviation, and how often
/// each category occurs, are of all rows; quantiles, skewness, histograms, distinct numbers and texts, duplicates, patterns
/// and findings are of a random sample of them. Not thread-safe.
class StreamProfile {
public:
    StreamProfile(std::size_t sampleRows, Seed seed) : m_sample(sampleRows, seed) {}

    void add(const Table& piece);
    TableProfile finish(JobContext& context);
    std::uint64_t rows() const { return m_sample.seen(); }
    /// The sample, behind `finish`.
    const Table& sample() const { return m_sampled; }

private:
    struct Sums {
        std::int64_t missing = 0;
        double count = 0, mean = 0, squares = 0;  ///< of numbers
        double min = 0, max = 0;
        std::int64_t first = 0, last = 0;         ///< of moments
        bool dateOnly = true;
        std::map<std::string, std::int64_t> levels;
        bool tooManyLevels = false;
    };
    static void addNumbers(const Column& column, Sums& sums);
    static void addMoments(const Column& column, Sums& sums);
    static void addLevels(const Column& column, Sums& sums);
    static void complete(const Sums& sums, std::int64_t rows, ColumnProfile& column);

    RowSample m_sample;
    Table m_sampled;
    std::vector<Sums> m_sums;
};

}  // namespace holdout
