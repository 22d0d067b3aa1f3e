// SPDX-License-Identifier: GPL-3.0-or-later
#include "progress_line.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>

#include "base/format.h"

namespace holdout::cli {

ProgressLine::ProgressLine(bool isQuiet) : m_isQuiet(isQuiet), m_isTerminal(isatty(STDERR_FILENO) == 1) {
}

ProgressLine::~ProgressLine() {
    if (m_isDrawn) std::fputs("\r\033[K", stderr);
}

void ProgressLine::report(double fraction, std::string_view what) {
    if (m_isQuiet) return;
    const std::lock_guard lock(m_mutex);
    const auto time = Clock::now();
    const auto pause = m_isTerminal ? std::chrono::milliseconds(100) : std::chrono::milliseconds(5000);
    if (time - m_shown < pause) return;
    m_shown = time;
    std::string line = std::to_string(static_cast<int>(std::floor(fraction * 100))) + " %  " + std::string(what);
    const double seconds = std::chrono::duration<double>(time - m_start).count();
    // An estimate from less than this part of the work would jump about.
    constexpr double enough = 0.02;
    if (fraction > enough && fraction < 1) line += ", " + formatDuration(seconds * (1 - fraction) / fraction) + " left";
    if (m_isTerminal) {
        std::fprintf(stderr, "\r\033[K%s", line.c_str());
        std::fflush(stderr);
        m_isDrawn = true;
    } else {
        std::fprintf(stderr, "%s\n", line.c_str());
    }
}

}  // namespace holdout::cli
