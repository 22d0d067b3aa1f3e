// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/huge_pages.h"

#include <sys/mman.h>

#include <cstdint>

namespace holdout {

void preferHugePages(void* memory, std::size_t bytes) {
#ifdef MADV_HUGEPAGE
    constexpr std::uintptr_t Huge = std::uintptr_t{1} << 21;
    const auto begin = (reinterpret_cast<std::uintptr_t>(memory) + Huge - 1) / Huge * Huge;
    const auto end = (reinterpret_cast<std::uintptr_t>(memory) + bytes) / Huge * Huge;
    if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#else
    static_cast<void>(memory);
    static_cast<void>(bytes);
#endif
}

}  // namespace holdout
