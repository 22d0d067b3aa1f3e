// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "base/job_context.h"

namespace holdout::testing {

/// Keeps what whoever watches training is shown.
class TraceWatcher final : public Progress {
public:
    void report(double, std::string_view) override {}
    void trace(const TracePoint& point) override { points.push_back(point); }
    std::vector<TracePoint> points;
};

}  // namespace holdout::testing
