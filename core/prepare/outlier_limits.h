// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "prepare/step.h"

namespace holdout {

/// The parameters that all steps for outliers have.
std::array<ParamSpec, 5> outlierSpecs();

/// Between which values a cell of a number column is no outlier; both are finite.
struct OutlierLimits {
    std::string column;
    double low = 0;
    double high = 0;
    std::uint64_t outside = 0;  ///< training cells
    bool spread = false;        ///< false: the training rows have none by this method, and nothing is an outlier

    bool isOutlier(double value) const { return value < low || value > high; }
    /// "age: 3 training cells outside 2 to 71"
    std::string sentence() const;
};

/// How limits are drawn:
///   z-score  mean ± threshold × sd (sd divides by n)
///   iqr      Q1 - threshold × (Q3 - Q1) … Q3 + threshold × (Q3 - Q1) (Tukey 1977, Exploratory Data Analysis, 2D;
///            quartiles are type 7)
///   mad      |0.6745 (x - median) / MAD| <= threshold (Iglewicz, Hoaglin 1993, How to Detect and Handle Outliers, 3.2)
class OutlierRule {
public:
    /// Reads the parameters of `outlierSpecs`.
    explicit OutlierRule(const Params& params);

    /// Of the chosen columns of the training table. Warns of columns without spread. Throws Error.
    std::vector<OutlierLimits> learn(const Table& table, std::string_view step, StepNotes& notes,
                                     const JobContext& context) const;

private:
    OutlierLimits limitsOf(const Column& column) const;

    std::string m_columns;
    std::string m_method;
    double m_threshold = 0;
};

}  // namespace holdout
