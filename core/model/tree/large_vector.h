// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <new>
#include <vector>

#include "base/huge_pages.h"

namespace holdout {

/// Puts large arrays on large pages of memory where the system has them: rows read in the order of a tree's leaves are
/// spread over more small pages than a processor can keep the addresses of.
template <typename T>
struct LargePages {
    using value_type = T;

    LargePages() = default;
    template <typename Other>
    LargePages(const LargePages<Other>&) {}

    T* allocate(std::size_t count) {
        const std::size_t bytes = count * sizeof(T);
        if (bytes < page) return static_cast<T*>(::operator new(bytes, std::align_val_t{line}));
        void* memory = ::operator new(bytes, std::align_val_t{page});
        preferHugePages(memory, bytes);
        return static_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t count) {
        ::operator delete(memory, std::align_val_t{count * sizeof(T) < page ? line : page});
    }
    /// Values are left as they are where a vector only grows in size: each is written before it is read.
    template <typename Other>
    void construct(Other* at) {
        ::new (static_cast<void*>(at)) Other;
    }
    template <typename Other, typename First, typename... Rest>
    void construct(Other* at, First&& first, Rest&&... rest) {
        ::new (static_cast<void*>(at)) Other(static_cast<First&&>(first), static_cast<Rest&&>(rest)...);
    }

    bool operator==(const LargePages&) const { return true; }

private:
    static constexpr std::size_t page = std::size_t{1} << 21, line = 64;
};

/// A vector for arrays with a place for each row. `resize` leaves new values of simple types unset.
template <typename T>
using LargeVector = std::vector<T, LargePages<T>>;

}  // namespace holdout
