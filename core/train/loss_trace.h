// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>
#include <vector>

#include "base/job_context.h"

namespace holdout {

/// Keeps the learning curve of a fit and publishes each point as it comes.
class LossTrace {
public:
    explicit LossTrace(Progress& progress) : m_progress(progress) {}

    /// Begins with the points of a fit that was interrupted, and publishes them.
    void restore(std::vector<TracePoint> points) {
        m_points = std::move(points);
        for (const TracePoint& point : m_points) m_progress.trace(point);
    }

    void add(const TracePoint& point) {
        m_points.push_back(point);
        m_points.back().layers = nullptr;
        m_points.back().model = nullptr;
        m_progress.trace(point);
    }
    const std::vector<TracePoint>& points() const { return m_points; }
    std::vector<TracePoint> take() { return std::move(m_points); }

private:
    Progress& m_progress;
    std::vector<TracePoint> m_points;
};

}  // namespace holdout
