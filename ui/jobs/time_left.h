// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

namespace holdout {

/// Estimates how long a job still takes from how fast its fraction has grown: the speed is smoothed
/// exponentially over some seconds, longer for long jobs, so that the estimate neither jumps nor lags for ever.
class TimeLeft {
public:
    /// `elapsed` in seconds since the start, growing; `fraction` in 0 … 1.
    void observe(double elapsed, double fraction);
    /// None in the first half second, and while nothing has moved.
    std::optional<double> seconds() const;

private:
    double m_elapsed = 0;
    double m_fraction = 0;
    double m_speed = 0;   ///< fraction a second
};

}  // namespace holdout
