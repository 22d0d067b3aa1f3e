// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace holdout {

// Whether probabilities are what they say: of rows given 0.7, seven of ten should be positive. `isPositive` and
// `probabilities` have a value for each row. Pure functions.

struct ReliabilityBin {
    double predicted = 0;  ///< mean probability of the bin's rows
    double observed = 0;   ///< share of them that are positive
    std::size_t rows = 0;
};

enum class Binning { EqualWidth, EqualRows };

/// The bins that hold rows, ascending, with edges as scikit-learn's calibration_curve.
std::vector<ReliabilityBin> reliabilityBins(const std::vector<bool>& isPositive,
                                            const std::vector<double>& probabilities, std::size_t bins,
                                            Binning binning);
/// Expected calibration error: the mean distance of predicted and observed, weighted by rows (Naeini et al. 2015).
double expectedCalibrationError(const std::vector<ReliabilityBin>& bins);

/// Platt's recalibration (1999): 1 / (1 + exp(a * f + b)) of a score f, fitted by Newton's method with his smoothed
/// targets (Lin, Lin, Weng 2007).
struct PlattMap {
    double a = -1, b = 0;
    double at(double score) const;
};
PlattMap fitPlatt(const std::vector<bool>& isPositive, const std::vector<double>& scores);

/// Isotonic recalibration: the non-decreasing step function of least squared error, by pooling adjacent violators
/// (Barlow et al. 1972), linear between its knots and constant beyond them: as scikit-learn's IsotonicRegression.
struct IsotonicMap {
    std::vector<double> x, y;  ///< knots, ascending
    double at(double score) const;
};
IsotonicMap fitIsotonic(const std::vector<bool>& isPositive, const std::vector<double>& scores);

/// log(p / (1 - p)), with p kept off 0 and 1 by 1e-12: the score that Platt's map is fitted on.
double logit(double probability);

}  // namespace holdout
