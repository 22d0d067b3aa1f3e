// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <bitset>
#include <limits>
#include <vector>

#include "model/tree/bins.h"
#include "model/tree/gradient_cell.h"
#include "model/tree/growth.h"

namespace holdout {

/// Between which values a node must answer, so that features keep to the direction that they are held to.
struct StepBounds {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();

    /// The Newton step for `sum`, drawn into the bounds.
    double step(const GradientSum& sum, double lambda) const {
        const double divisor = sum.curvature + lambda;
        return std::clamp(divisor > 0 ? -sum.gradient / divisor : 0.0, low, high);
    }
};

/// Which way the answer may go as a feature grows.
enum class Monotone : std::int8_t { Free = 0, Increasing = 1, Decreasing = -1 };

/// What a split must respect.
struct GradientRules {
    double lambda = 1;
    double minSamplesLeaf = 20;
    double categoryLambda = 10;      ///< added to lambda where more than four categories are parted
    std::vector<Monotone> monotone;  ///< one a feature; empty when all are free
};

/// A split by the gradients' histogram. Numbers: `code` and `threshold`, as of Split; the threshold is infinite when
/// values are parted from what is missing.
struct GradientSplit : Split {
    bool missingGoesLeft = false;
    bool isCategory = false;
    std::bitset<BinnedFeatures::maxBins> leftBins;  ///< of categories
    double leftStep = 0, rightStep = 0;             ///< Newton steps, within the node's bounds

    bool goesLeft(std::size_t bin, std::size_t missingBin) const {
        if (isCategory) return leftBins[bin];
        return bin == missingBin ? missingGoesLeft : bin <= code;
    }
};

/// The best split of a node by one feature, from its `cells`: one a bin, and then, where some are, that of missing values.
/// Feature -1 when none is allowed.
///
/// Numbers: each threshold, with the missing values on either side, and the missing values alone; what is missing goes
/// with most rows where no row of the node lacks the value (Chen, Guestrin 2016, section 3.4).
///
/// Categories: they are put in the order of gradient / curvature, and parted there. Of all groupings in two, the best is
/// among these: the score is convex in the sums of a side (Fisher 1958; Breiman et al. 1984, section 4.2.2), whatever
/// lambda, unless the limit on rows rules it out. More than four are held back by `categoryLambda`, as groups of many can
/// be found to fit anything (Ke et al. 2017).
///
/// With bounds or a direction, scores are those of the steps that are allowed (as LightGBM's basic method has it).
GradientSplit bestSplit(const FeatureBins& bins, const GradientCell* cells, std::uint32_t column,
                        const GradientRules& rules, const StepBounds& bounds);

}  // namespace holdout
