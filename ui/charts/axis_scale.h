// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cmath>
#include <span>
#include <vector>

#include "insight/chart.h"

namespace holdout {

/// Where a label stands on an axis: a coordinate and its text.
struct Tick {
    double at = 0;
    QString text;
};

/// Values of a chart's axis and the linear coordinates that are drawn: log10 of the value on a log axis, else the value.
class AxisScaling {
public:
    /// `low` and `high`: values of the data. The axis's own limits go first; the rest gets a margin of `margin` of the range.
    AxisScaling(const Axis& axis, double low, double high, double margin);
    AxisScaling() = default;

    /// NaN where a log axis has no place for the value.
    double coordinate(double value) const;
    std::vector<double> coordinates(std::span<const double> values) const;
    /// The value that a coordinate stands for.
    double value(double coordinate) const { return m_log ? std::pow(10, coordinate) : coordinate; }
    double low() const { return m_low; }
    double high() const { return m_high; }
    /// Coordinate → 0 … 1 along the axis.
    double share(double coordinate) const { return (coordinate - m_low) / (m_high - m_low); }
    const QString& label() const { return m_label; }
    bool isCategorical() const { return !m_categories.empty(); }
    /// What a person reads for a value: the name of a category, else the number.
    QString words(double value) const;

    /// Ticks at 1, 2, 2.5 or 5 times a power of ten, at decades on a log axis, or at categories (at 0, 1, … plus
    /// `categoryOffset`); at most `most`.
    std::vector<Tick> ticks(int most, double categoryOffset = 0) const;

private:
    std::vector<Tick> linearTicks(int most) const;
    std::vector<Tick> logTicks(int most) const;

    QString m_label;
    std::vector<std::string> m_categories;
    bool m_log = false;
    double m_low = 0, m_high = 1;
};

/// Least and greatest of the finite numbers seen; on a log axis only of the positive ones.
struct Extent {
    double low = INFINITY, high = -INFINITY;
    void add(double value, AxisScale scale = AxisScale::Linear);
    void add(std::span<const double> values, AxisScale scale = AxisScale::Linear);
};

}  // namespace holdout
