// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/text/term_matrix.h"

#include <algorithm>

#include "base/parallel.h"
#include "prepare/text/text_hash.h"

namespace holdout {
namespace {

constexpr std::size_t kRowsAtOnce = 512;

struct Counted {
    std::uint64_t total = 0;
    std::uint64_t rows = 0;
    std::size_t lastRow = static_cast<std::size_t>(-1);
};

struct ViewHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
using Counts = std::unordered_map<std::string, Counted, ViewHash, std::equal_to<>>;

Counts countRange(const Column& column, const TermRule& rule, Range rows, const JobContext& context) {
    TermReader reader(rule);
    Counts counts;
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
        if (row % 64 == 0) context.throwIfStopped();
        for (const std::string_view term : reader.terms(column.texts().at(row))) {
            auto found = counts.find(term);
            if (found == counts.end()) found = counts.emplace(term, Counted{}).first;
            Counted& counted = found->second;
            ++counted.total;
            counted.rows += counted.lastRow != row;
            counted.lastRow = row;
        }
    }
    return counts;
}

/// One feature of one text while it is put together.
struct Cell {
    std::int32_t place;
    double count;
};

/// Cells of the same place added up, ascending.
void merge(std::vector<Cell>& cells) {
    std::ranges::sort(cells, {}, &Cell::place);
    std::size_t kept = 0;
    for (const Cell& cell : cells) {
        if (kept > 0 && cells[kept - 1].place == cell.place)
            cells[kept - 1].count += cell.count;
        else
            cells[kept++] = cell;
    }
    cells.resize(kept);
}

double valueOf(const Cell& cell, const TermFeatures& features) {
    if (features.weight == TermWeight::Binary) return cell.count != 0 ? 1 : 0;
    double value = cell.count;
    // Hashed terms may cancel, or leave less than nothing: the size is what counts.
    if (features.logCounts && value != 0) value = std::copysign(1 + std::log(std::abs(value)), value);
    return features.weight == TermWeight::TfIdf ? value * features.idf[static_cast<std::size_t>(cell.place)] : value;
}

void pushRow(const std::vector<Cell>& cells, const TermFeatures& features, SparseRows& rows) {
    const std::size_t from = rows.values.size();
    double squares = 0;
    for (const Cell& cell : cells) {
        const double value = valueOf(cell, features);
        if (value == 0) continue;
        rows.columns.push_back(cell.place);
        rows.values.push_back(value);
        squares += value * value;
    }
    if (features.unitLength && squares > 0) {
        const double length = std::sqrt(squares);
        for (std::size_t i = from; i < rows.values.size(); ++i) rows.values[i] /= length;
    }
    rows.endRow();
}

}  // namespace

std::vector<TermCount> countTerms(const Column& column, const TermRule& rule, const JobContext& context) {
    const std::vector<Range> parts = chunks(column.rows(), kRowsAtOnce);
    std::vector<Counts> counts(parts.size());
    parallelFor(parts.size(), [&](std::size_t i) { counts[i] = countRange(column, rule, parts[i], context); });
    Counts all;
    for (Counts& part : counts) {
        context.throwIfStopped();
        for (auto& [term, counted] : part) {
            Counted& sum = all[term];
            sum.total += counted.total;
            sum.rows += counted.rows;
        }
        part = {};
    }
    std::vector<TermCount> terms;
    terms.reserve(all.size());
    for (const auto& [term, counted] : all) terms.push_back({term, counted.total, counted.rows});
    std::ranges::sort(terms, {}, &TermCount::term);
    return terms;
}

TermIndex::TermIndex(const TermFeatures& features) : m_features(features) {
    m_places.reserve(features.terms.size());
    for (std::size_t i = 0; i < features.terms.size(); ++i)
        m_places.emplace(features.terms[i], static_cast<std::int32_t>(i));
}

SparseRows TermIndex::rowsOf(const Column& column) const {
    const std::vector<Range> parts = chunks(column.rows(), kRowsAtOnce);
    std::vector<SparseRows> made(parts.size());
    parallelFor(parts.size(), [&](std::size_t i) {
        TermReader reader(m_features.rule);
        std::vector<Cell> cells;
        for (std::size_t row = parts[i].begin; row < parts[i].end; ++row) {
            cells.clear();
            for (const std::string_view term : reader.terms(column.texts().at(row))) {
                if (m_features.hashed > 0) {
                    const HashedTerm hashed = hashedTerm(term, m_features.hashed);
                    cells.push_back({hashed.place, hashed.sign});
                } else if (const auto found = m_places.find(term); found != m_places.end()) {
                    cells.push_back({found->second, 1});
                }
            }
            merge(cells);
            pushRow(cells, m_features, made[i]);
        }
    });
    SparseRows all;
    all.width = m_features.width();
    all.offsets.reserve(column.rows() + 1);
    for (const SparseRows& part : made) {
        const std::int64_t from = all.offsets.back();
        for (std::size_t i = 1; i < part.offsets.size(); ++i) all.offsets.push_back(from + part.offsets[i]);
        all.columns.insert(all.columns.end(), part.columns.begin(), part.columns.end());
        all.values.insert(all.values.end(), part.values.begin(), part.values.end());
    }
    return all;
}

double smoothIdf(std::uint64_t rows, std::size_t all) {
    return std::log((1 + static_cast<double>(all)) / (1 + static_cast<double>(rows))) + 1;
}

}  // namespace holdout
