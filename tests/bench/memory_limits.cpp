// SPDX-License-Identifier: GPL-3.0-or-later
#include "memory_limits.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <thread>
#include <vector>

#include "base/huge_pages.h"
#include "base/parallel.h"

namespace holdout::bench {

namespace {

/// Resident pages that belong to no file.
double ownBytes() {
    std::ifstream file("/proc/self/statm");
    double size = 0, resident = 0, shared = 0;
    file >> size >> resident >> shared;
    return (resident - shared) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

double peakOwnBytes(const std::function<void()>& work) {
    ::malloc_trim(0);  // what was freed before belongs to the system again
    const double before = ownBytes();
    double most = before;
    {
        std::jthread watcher([&](std::stop_token stop) {
            while (!stop.stop_requested()) {
                most = std::max(most, ownBytes());
                std::this_thread::sleep_for(std::chrono::microseconds(500));
            }
        });
        work();
    }
    return std::max(most, ownBytes()) - before;
}

double readBandwidth() {
    constexpr std::size_t Words = std::size_t{1} << 26;  // 512 MB
    constexpr std::size_t Grain = std::size_t{1} << 18;
    constexpr int Passes = 5;
    std::vector<std::uint64_t> array;
    resizeOnHugePages(array, Words);
    double least = 1e9;
    std::uint64_t sum = 0;
    for (int pass = 0; pass < Passes; ++pass) {
        const auto begin = std::chrono::steady_clock::now();
        sum += parallelSum(Words, Grain, std::uint64_t{0}, [&](Range range) {
            std::uint64_t part = 0;
            for (std::size_t i = range.begin; i < range.end; ++i) part += array[i];
            return part;
        });
        least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    // The sum is 0, which the compiler does not know.
    return static_cast<double>(Words * sizeof(std::uint64_t)) / least + static_cast<double>(sum);
}

}  // namespace holdout::bench
