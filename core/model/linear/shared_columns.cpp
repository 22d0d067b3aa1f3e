// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/shared_columns.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/huge_pages.h"
#include "model/linear/column_products.h"

namespace holdout {
namespace {

using Eigen::Index;

constexpr std::size_t kColumnsAPiece = 128;

/// Room for `size` columns: a quarter more than asked for when it has to be made.
Index roomFor(Index size, Index room, Index most) {
    return size <= room ? room : std::min(size + size / 4 + 16, most);
}

/// conservativeResize that keeps the first `rowsUsed` rows and `columnsUsed` columns alone, on huge pages.
void resize(Eigen::MatrixXd& matrix, Index rows, Index columns, Index rowsUsed, Index columnsUsed) {
    Eigen::MatrixXd larger(rows, columns);
    preferHugePages(larger.data(), static_cast<std::size_t>(larger.size()) * sizeof(double));
    if (columnsUsed > 0) larger.topLeftCorner(rowsUsed, columnsUsed) = matrix.topLeftCorner(rowsUsed, columnsUsed);
    matrix = std::move(larger);
}

std::vector<Index> counting(std::size_t begin, std::size_t count) {
    std::vector<Index> numbers(count);
    std::iota(numbers.begin(), numbers.end(), static_cast<Index>(begin));
    return numbers;
}

}  // namespace

void SharedColumns::add(const std::vector<Index>& columns) {
    std::vector<Index> missing;
    for (const Index column : columns)
        if (place(column) < 0) missing.push_back(column);
    if (missing.empty()) return;
    const Index old = m_count, more = static_cast<Index>(missing.size());
    const Index room = roomFor(old + more, m_values.cols(), m_design.columns());
    if (room > m_values.cols()) {
        resize(m_values, m_design.rows(), room, m_design.rows(), old);
        resize(m_gram, room, room, old, old);
    }
    m_count = old + more;
    for (Index k = 0; k < more; ++k) m_places[static_cast<std::size_t>(missing[static_cast<std::size_t>(k)])] = old + k;
    auto fresh = m_values.middleCols(old, more);
    fresh = m_design.weighted(missing);
    const std::vector<Range> parts = chunks(static_cast<std::size_t>(m_count), kColumnsAPiece);
    parallelFor(parts.size(), [&](std::size_t part) {
        const auto begin = static_cast<Index>(parts[part].begin), count = static_cast<Index>(parts[part].size());
        columnProducts(m_values, counting(parts[part].begin, parts[part].size()), fresh, m_gram.block(begin, old, count, more));
    });
    m_gram.block(old, 0, more, old) = m_gram.block(0, old, old, more).transpose();
}

FoldColumns::FoldColumns(const DesignMatrix& all, const SharedColumns& shared, const DesignMatrix& fold,
                         const RowCounts* counts)
    : m_shared(shared), m_shifts(fold.columns()), m_stretches(fold.columns()), m_allRoots(all.shares().cwiseSqrt()) {
    const std::vector<Index>& own = fold.standardisation().kept;
    const std::vector<Index>& whole = all.standardisation().kept;
    auto next = whole.begin();
    for (Index j = 0; j < fold.columns(); ++j) {
        next = std::lower_bound(next, whole.end(), own[static_cast<std::size_t>(j)]);
        const Index place = next - whole.begin();
        m_among.push_back(place);
        m_shifts[j] = (fold.mean(j) - all.mean(place)) / all.scale(place);
        m_stretches[j] = all.scale(place) / fold.scale(j);
    }
    if (!counts) return;
    std::vector<double> less;
    m_roots.resize(all.rows());
    m_part = 0;
    for (Index i = 0; i < all.rows(); ++i) {
        const double count = (*counts)[static_cast<std::size_t>(i)];
        m_part += count * all.shares()[i];
        m_roots[i] = std::sqrt(count);
        if (count == 1 || all.shares()[i] == 0) continue;
        m_others.push_back(i);
        less.push_back(1 - count);
    }
    m_roots /= std::sqrt(m_part);
    m_less = Eigen::Map<const Eigen::VectorXd>(less.data(), static_cast<Index>(less.size()));
}

void FoldColumns::reserve(Index size) {
    const Index old = m_gram.cols(), room = roomFor(size, old, static_cast<Index>(m_among.size()));
    if (room == old) return;
    resize(m_gram, room, room, this->size(), this->size());
    if (!m_others.empty()) resize(m_left, m_less.size(), room, m_less.size(), this->size());
}

void FoldColumns::add(const std::vector<Index>& columns) {
    const Index old = size(), more = static_cast<Index>(columns.size());
    if (more == 0) return;
    reserve(old + more);
    for (const Index column : columns) {
        m_columns.push_back(column);
        m_places.push_back(m_shared.place(among(column)));
    }
    const Eigen::Ref<const Eigen::MatrixXd> values = m_shared.values(), whole = m_shared.gram();
    Eigen::MatrixXd fresh(m_less.size(), more);
    for (Index j = 0; j < more && !m_others.empty(); ++j) {
        const auto source = values.col(m_places[static_cast<std::size_t>(old + j)]);
        for (Index i = 0; i < m_less.size(); ++i) m_left(i, old + j) = source[m_others[static_cast<std::size_t>(i)]];
        fresh.col(j) = m_left.col(old + j).cwiseProduct(m_less);
    }
    const std::vector<Range> parts = chunks(static_cast<std::size_t>(old + more), kColumnsAPiece);
    parallelFor(parts.size(), [&](std::size_t part) {
        const auto begin = static_cast<Index>(parts[part].begin), count = static_cast<Index>(parts[part].size());
        auto block = m_gram.block(begin, old, count, more);
        if (m_others.empty())
            block.setZero();
        else
            columnProducts(m_left, counting(parts[part].begin, parts[part].size()), fresh, block);
        for (Index j = 0; j < more; ++j) {
            const Index column = m_columns[static_cast<std::size_t>(old + j)];
            const double* products = whole.col(m_places[static_cast<std::size_t>(old + j)]).data();
            for (Index i = 0; i < count; ++i) {
                const Index other = m_columns[static_cast<std::size_t>(begin + i)];
                const double sum = products[m_places[static_cast<std::size_t>(begin + i)]] - block(i, j);
                block(i, j) = (sum / m_part - m_shifts[other] * m_shifts[column]) * (m_stretches[other] * m_stretches[column]);
            }
        }
    });
    m_gram.block(old, 0, more, old) = m_gram.block(0, old, old, more).transpose();
}

Eigen::VectorXd FoldColumns::cross(Index begin, const Eigen::VectorXd& rooted) const {
    const Eigen::Ref<const Eigen::MatrixXd> values = m_shared.values();
    const Eigen::VectorXd right = m_roots.size() > 0 ? Eigen::VectorXd(m_roots.cwiseProduct(rooted)) : rooted;
    Eigen::VectorXd products(size() - begin);
    for (Index j = 0; j < products.size(); ++j) {
        const auto k = static_cast<std::size_t>(begin + j);
        products[j] = m_stretches[m_columns[k]] * values.col(m_places[k]).dot(right);
    }
    return products;
}

Eigen::VectorXd FoldColumns::combined(const Eigen::VectorXd& weights) const {
    Eigen::VectorXd stretched = Eigen::VectorXd::Zero(m_shared.size());
    double shift = 0;
    for (Index j = 0; j < weights.size(); ++j) {
        const auto k = static_cast<std::size_t>(j);
        const double weight = weights[j] * m_stretches[m_columns[k]];
        stretched[m_places[k]] = weight;
        shift += weight * m_shifts[m_columns[k]];
    }
    Eigen::VectorXd sums = combination(m_shared.values(), stretched);
    if (m_roots.size() == 0) return sums;
    return (sums - shift * m_allRoots).cwiseProduct(m_roots);
}

}  // namespace holdout
