// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace holdout {

/// Asks the system to give the memory in pages of 2 MB where it can: a table of 500 MB then costs 250 page faults in place
/// of 122,000. Only pages that lie wholly in it are asked for; without effect where the system knows no such pages.
void preferHugePages(void* memory, std::size_t bytes);

/// Grows an empty vector to `count` values of 0, on huge pages when it is large.
template <typename T>
void resizeOnHugePages(std::vector<T>& values, std::size_t count) {
    values.reserve(count);
    preferHugePages(values.data(), values.capacity() * sizeof(T));
    values.resize(count);
}

}  // namespace holdout
