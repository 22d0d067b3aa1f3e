// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "param/param_spec.h"

namespace holdout {

/// The walk of a slider over the range of a number: from its position to a value with few digits, and back.
class SliderScale {
public:
    /// None for rules that are no numbers, and for ranges without both ends.
    static std::optional<SliderScale> of(const ParamSpec& spec);

    int positions() const { return m_positions; }
    /// Two or three significant digits, inside the range.
    double valueAt(int position) const;
    /// The nearest position; values outside go to an end.
    int positionOf(double value) const;
    double low() const { return m_low; }
    double high() const { return m_high; }

private:
    double m_low = 0, m_high = 1;
    bool m_log = false, m_integer = false;
    int m_positions = 0;
};

}  // namespace holdout
