// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_clock.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <numeric>
#include <string>

namespace holdout::bench {

namespace {

double cpuSeconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// CPU seconds in which any core of this machine worked, or was withheld by its host.
double machineBusySeconds() {
    std::ifstream file("/proc/stat");
    std::string label;
    double user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, steal = 0;
    file >> label >> user >> nice >> system >> idle >> wait >> irq >> softirq >> steal;
    return (user + nice + system + irq + softirq + steal) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double statusMegabytes(const std::string& field) {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(field)) return std::stod(line.substr(field.size() + 1)) / 1024;
    return 0;
}

bool enough(const std::vector<double>& walls) {
    const double sum = std::accumulate(walls.begin(), walls.end(), 0.0);
    return sum > 40 || walls.size() >= 15 || (walls.size() >= 3 && sum > 2);
}

double wallSeconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

double Timing::median() const {
    std::vector<double> sorted = walls;
    std::sort(sorted.begin(), sorted.end());
    const std::size_t middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

double Timing::least() const {
    return *std::min_element(walls.begin(), walls.end());
}

Timing timed(const std::function<void()>& work, const std::function<void()>& release) {
    std::ofstream("/proc/self/clear_refs") << "5";  // the peak starts anew
    Timing timing;
    timing.startMegabytes = statusMegabytes("VmRSS");
    const double allBefore = machineBusySeconds();
    const double ownBefore = cpuSeconds();
    const double begin = wallSeconds();
    double cpu = 0;
    while (timing.walls.empty() || !enough(timing.walls)) {
        release();
        const double cpuBefore = cpuSeconds();
        const double wallBefore = wallSeconds();
        work();
        timing.walls.push_back(wallSeconds() - wallBefore);
        cpu += cpuSeconds() - cpuBefore;
    }
    timing.cpuSeconds = cpu / static_cast<double>(timing.walls.size());
    const double others = machineBusySeconds() - allBefore - (cpuSeconds() - ownBefore);
    timing.othersBusyCores = std::max(0.0, others / (wallSeconds() - begin));
    timing.peakMegabytes = statusMegabytes("VmHWM");
    return timing;
}

}  // namespace holdout::bench
