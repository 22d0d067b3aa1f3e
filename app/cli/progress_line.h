// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "base/job_context.h"

namespace holdout::cli {

/// Progress on stderr: a line that is drawn anew on a terminal, now and then a line elsewhere, nothing when quiet.
class ProgressLine final : public Progress {
public:
    explicit ProgressLine(bool isQuiet);
    ~ProgressLine() override;
    void report(double fraction, std::string_view what) override;
    void trace(const TracePoint&) override {}

private:
    using Clock = std::chrono::steady_clock;

    const bool m_isQuiet;
    const bool m_isTerminal;
    const Clock::time_point m_start = Clock::now();
    std::mutex m_mutex;
    Clock::time_point m_shown = m_start;
    bool m_isDrawn = false;
};

}  // namespace holdout::cli
