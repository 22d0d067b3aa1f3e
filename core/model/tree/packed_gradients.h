// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/job_context.h"
#include "model/tree/gradient_cell.h"
#include "model/tree/large_vector.h"

namespace holdout {

/// Derivatives of the loss by rows' scores, each rounded at random to 7 bits and packed with a count of 1 into one
/// integer: half the memory of cells, sums that are exact in any order, and one addition for all three. Rounding up as
/// often as the part cut off says leaves sums unbiased (Shi et al. 2022, "Quantized training of gradient boosting
/// decision trees"). Any number of threads may read.
class PackedGradients {
public:
    /// Sums of at most so many rows fit into one integer.
    static constexpr std::size_t mostRows = 65535;

    /// Of `rows`, out of `cells`, which are by row of the data as what `[]` gives. isEmpty() when packing would not do:
    /// for few rows, for rows that count other than once, and where few derivatives are so large that the others would
    /// drown in the rounding. Throws Cancelled.
    PackedGradients(std::span<const std::uint32_t> rows, const LargeVector<GradientCell>& cells,
                    const JobContext& context) {
        pack(rows, cells, context);
    }
    PackedGradients() = default;
    /// The same in the room of what was packed before.
    void pack(std::span<const std::uint32_t> rows, const LargeVector<GradientCell>& cells, const JobContext& context);

    bool isEmpty() const { return m_isEmpty; }
    std::uint64_t operator[](std::uint32_t row) const { return m_packed[row]; }
    const std::uint64_t* at(std::uint32_t row) const { return &m_packed[row]; }

    /// A sum of packed derivatives. Steps are powers of 2: products are exact.
    GradientCell unpack(std::uint64_t sum) const {
        using Parts = std::int32_t __attribute__((vector_size(16)));
        const Parts parts{static_cast<std::int32_t>(static_cast<std::int64_t>(sum) >> gradientShift),
                          static_cast<std::int32_t>(sum >> curvatureShift & curvatureMask),
                          static_cast<std::int32_t>(sum & countMask), 0};
        return {__builtin_convertvector(parts, GradientCell::Four) * m_steps};
    }

private:
    // 17 bits of count, 23 of curvature, which is not negative, 24 of gradient with its sign.
    static constexpr int curvatureShift = 17;
    static constexpr int gradientShift = 40;
    static constexpr std::uint64_t countMask = (std::uint64_t{1} << curvatureShift) - 1;
    static constexpr std::uint64_t curvatureMask = (std::uint64_t{1} << (gradientShift - curvatureShift)) - 1;

    bool m_isEmpty = true;
    LargeVector<std::uint64_t> m_packed;  ///< by row of the data
    GradientCell::Four m_steps{1, 1, 1, 0};
};

}  // namespace holdout
