// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/job_context.h"
#include "data/column.h"
#include "prepare/text/terms.h"

namespace holdout {

/// How often a term stands in the texts of a column.
struct TermCount {
    std::string term;
    std::uint64_t total = 0;
    std::uint64_t rows = 0;  ///< texts that have it
};

/// All terms of a text column, in order of their bytes. Missing cells are empty texts. Runs in parallel. Throws Error
/// as TermReader does, Cancelled.
std::vector<TermCount> countTerms(const Column& column, const TermRule& rule, const JobContext& context);

/// What cells of a term matrix hold.
enum class TermWeight {
    Counts,
    Binary,  ///< 1 where the term stands
    TfIdf    ///< count × idf
};

/// The features that terms become: one for each of `terms`, or `hashed` places that terms share.
struct TermFeatures {
    TermRule rule;
    TermWeight weight = TermWeight::TfIdf;
    bool logCounts = false;  ///< 1 + ln(count) for the count
    bool unitLength = true;  ///< each row is divided by its Euclidean length
    std::size_t hashed = 0;  ///< 0: none
    std::vector<std::string> terms;
    std::vector<double> idf;  ///< one a feature; for TfIdf

    std::size_t width() const { return hashed > 0 ? hashed : terms.size(); }
};

/// Finds the feature of a term. Immutable; threads may share it. `features` must outlive it.
class TermIndex {
public:
    explicit TermIndex(const TermFeatures& features);
    /// One row for each text, sparse; an empty one for a missing cell. In parallel; the same bits on any number of
    /// threads.
    SparseRows rowsOf(const Column& column) const;

private:
    const TermFeatures& m_features;
    std::unordered_map<std::string_view, std::int32_t> m_places;
};

/// idf of a feature that `rows` of `all` texts have: ln((1 + all) / (1 + rows)) + 1, as though one more text had every
/// term once (scikit-learn's smooth_idf).
double smoothIdf(std::uint64_t rows, std::size_t all);

}  // namespace holdout
