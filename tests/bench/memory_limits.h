// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace holdout::bench {

/// The most memory of its own (no pages of mapped files, which the system may take back) that this process had while
/// `work` ran, in bytes, less what it had before: looked at every half millisecond.
double peakOwnBytes(const std::function<void()>& work);

/// Bytes a second that all threads of the surrounding arena read from memory, the best of several passes over an array far
/// larger than the caches.
double readBandwidth();

}  // namespace holdout::bench
