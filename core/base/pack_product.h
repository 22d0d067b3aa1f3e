// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstring>

#include <Eigen/Core>

namespace holdout {

// Products of matrices of float or double without a copy of either: a tile of `Packs` vectors × `Count` columns of sums
// stays in registers. Each lane is a sum of its own, over the terms in their order, so that neither the width of the
// vectors nor how the rows and columns are cut changes a bit.

/// As many numbers as one vector of the processor holds.
inline constexpr Eigen::Index packBytes = 64;
template <typename Scalar>
inline constexpr Eigen::Index packLanes = packBytes / static_cast<Eigen::Index>(sizeof(Scalar));

template <typename Scalar>
struct PackOf {
    typedef Scalar type __attribute__((vector_size(packBytes), aligned(alignof(Scalar)), may_alias));
};
template <typename Scalar>
using Pack = typename PackOf<Scalar>::type;

/// Numbers rounded up to whole vectors.
template <typename Scalar>
Eigen::Index wholePacks(Eigen::Index count) {
    return (count + packLanes<Scalar> - 1) / packLanes<Scalar> * packLanes<Scalar>;
}

/// out(row, column) = start(row, column) + sum over terms of left(row, term) * right(term, column)
template <typename Scalar>
struct PackProduct {
    const Scalar* left = nullptr;  ///< rows lie together, in whole vectors: those past `rows` are read, not used
    Eigen::Index leftStep = 0;     ///< from term to term
    const Scalar* right = nullptr;
    Eigen::Index rightStep = 0;    ///< from column to column where terms lie together; else from term to term
    const Scalar* start = nullptr; ///< rows lie together; null: 0
    Eigen::Index startStep = 0;    ///< from column to column; 0: the same for all
    Scalar* out = nullptr;         ///< rows lie together
    Eigen::Index outStep = 0;      ///< from column to column
    Eigen::Index rows = 0, columns = 0, terms = 0;
};

namespace detail {

template <typename Scalar, int Packs, int Count, bool TermsTogether>
void packTile(const PackProduct<Scalar>& product, Eigen::Index row, Eigen::Index column) {
    using Eigen::Index;
    constexpr Index lanes = packLanes<Scalar>;
    const auto kept = static_cast<std::size_t>(std::min(Packs * lanes, product.rows - row)) * sizeof(Scalar);
    const Index perTerm = TermsTogether ? 1 : product.rightStep;
    const Index perColumn = TermsTogether ? product.rightStep : 1;
    Pack<Scalar> sums[Count][Packs] = {};
    if (product.start)
        for (int c = 0; c < Count; ++c)
            std::memcpy(sums[c], product.start + (column + c) * product.startStep + row, kept);
    const Scalar* left = product.left + row;
    const Scalar* right = product.right + column * perColumn;
    for (Index term = 0; term < product.terms; ++term, left += product.leftStep, right += perTerm) {
        Pack<Scalar> packs[Packs];
        for (int p = 0; p < Packs; ++p) packs[p] = *reinterpret_cast<const Pack<Scalar>*>(left + p * lanes);
        for (int c = 0; c < Count; ++c)
            for (int p = 0; p < Packs; ++p) sums[c][p] += right[c * perColumn] * packs[p];
    }
    for (int c = 0; c < Count; ++c) std::memcpy(product.out + (column + c) * product.outStep + row, sums[c], kept);
}

template <typename Scalar, int Packs, bool TermsTogether, typename Between>
void packRows(const PackProduct<Scalar>& product, Eigen::Index row, Between& between) {
    Eigen::Index column = 0;
    const auto tiles = [&]<int Count>() {
        for (; column + Count <= product.columns; column += Count) {
            packTile<Scalar, Packs, Count, TermsTogether>(product, row, column);
            between();
        }
    };
    tiles.template operator()<12>();
    tiles.template operator()<4>();
    tiles.template operator()<1>();
}

struct Nothing {
    void operator()() const {}
};

}  // namespace detail

/// Computes it on the calling thread. `TermsTogether`: the terms of a column of `right` lie together, else the columns
/// of a term do. `termsAtOnce` are summed before the next of them are looked at: what stays in cache. `between` is called
/// after each tile of sums, while memory has nothing to do.
template <bool TermsTogether, typename Scalar, typename Between = const detail::Nothing>
void multiplyPacks(const PackProduct<Scalar>& product, Eigen::Index termsAtOnce, Between&& between = {}) {
    using Eigen::Index;
    constexpr Index lanes = packLanes<Scalar>;
    for (Index term = 0; term < product.terms; term += termsAtOnce) {
        PackProduct<Scalar> part = product;
        part.left += term * product.leftStep;
        part.right += term * (TermsTogether ? 1 : product.rightStep);
        part.terms = std::min(termsAtOnce, product.terms - term);
        if (term > 0) {
            part.start = product.out;
            part.startStep = product.outStep;
        }
        Index row = 0;
        for (; row + lanes < product.rows; row += 2 * lanes) detail::packRows<Scalar, 2, TermsTogether>(part, row, between);
        if (row < product.rows) detail::packRows<Scalar, 1, TermsTogether>(part, row, between);
    }
}

}  // namespace holdout
