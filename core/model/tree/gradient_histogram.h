// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "base/parallel.h"
#include "model/tree/bins.h"
#include "model/tree/growth.h"

namespace holdout {

/// First and second derivative of the loss by a row's score, and how often the row counts: added up in one instruction.
/// float32, as sums of so many noisy numbers need no more.
struct alignas(16) GradientCell {
    using Four = float __attribute__((vector_size(16)));
    Four values{};

    static GradientCell of(double gradient, double curvature, double count) {
        return {Four{static_cast<float>(gradient), static_cast<float>(curvature), static_cast<float>(count), 0}};
    }
    double gradient() const { return static_cast<double>(values[0]); }
    double curvature() const { return static_cast<double>(values[1]); }
    double count() const { return static_cast<double>(values[2]); }
};

/// The same in double, of a whole node.
struct GradientSum {
    double gradient = 0;
    double curvature = 0;
    double count = 0;

    GradientSum& operator+=(const GradientCell& cell) {
        gradient += cell.gradient();
        curvature += cell.curvature();
        count += cell.count();
        return *this;
    }
    GradientSum operator-(const GradientSum& other) const {
        return {gradient - other.gradient, curvature - other.curvature, count - other.count};
    }
    /// Twice what the best constant step lowers the loss by (Chen, Guestrin 2016, equation 6).
    double score(double lambda) const { return gradient * gradient / (curvature + lambda); }
};

/// What a split must respect.
struct GradientRules {
    double lambda = 1;
    double minSamplesLeaf = 20;
};

/// Sums of gradients by bin of each of some features, for the rows of a node (Ke et al. 2017). The bits do not depend
/// on the number of threads: rows are cut into blocks by their number alone, and blocks are added in order.
class GradientHistogram {
public:
    GradientHistogram() = default;
    /// `columns` are the features that the histogram is about. Throws Cancelled.
    GradientHistogram(const BinnedFeatures& features, std::span<const std::uint32_t> columns,
                      std::span<const std::uint32_t> rows, const std::vector<GradientCell>& gradients,
                      const JobContext& context);

    /// The other part's histogram of the same whole: this, less `part`.
    void subtract(const GradientHistogram& part);

    /// The split that lowers the loss most; feature -1 when none is allowed.
    Split best(const BinnedFeatures& features, std::span<const std::uint32_t> columns,
               const GradientRules& rules) const;

private:
    Split bestOf(const FeatureBins& bins, const GradientCell* cells, std::uint32_t column,
                 const GradientRules& rules) const;

    std::vector<GradientCell> m_cells;  ///< columns × maxBins
};

}  // namespace holdout
