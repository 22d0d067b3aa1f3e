// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

namespace holdout::bench {

/// Wall seconds of each run, CPU seconds of an average run, memory at its peak and before the first run, and the cores
/// that other programs used meanwhile.
struct Timing {
    std::vector<double> walls;
    double cpuSeconds = 0;
    double peakMegabytes = 0;
    double startMegabytes = 0;
    double othersBusyCores = 0;

    double median() const;
    double least() const;
};

/// Runs `work` as the peers' harness does: 3 times and 2 s at least, 15 times at most, not again once 40 s are spent.
/// `release` frees the last answer before the next run, outside the clock.
Timing timed(const std::function<void()>& work, const std::function<void()>& release);

}  // namespace holdout::bench
