// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <functional>
#include <span>
#include <vector>

#include "base/job_context.h"
#include "base/parallel.h"
#include "data/table.h"

namespace holdout {

struct HashKey {
    std::uint64_t hash;
    RowId row;

    bool operator<(const HashKey& other) const { return hash != other.hash ? hash < other.hash : row < other.row; }
};

/// Rows by the highest bits of their hashes, so that equal rows are in one part and parts can be worked on side by side.
/// Within a part, rows ascend.
struct HashParts {
    static constexpr std::size_t Count = 256;
    std::vector<HashKey> keys;
    std::array<std::size_t, Count + 1> begins{};

    std::span<HashKey> part(std::size_t i) { return std::span(keys).subspan(begins[i], begins[i + 1] - begins[i]); }
    std::span<const HashKey> part(std::size_t i) const {
        return std::span<const HashKey>(keys).subspan(begins[i], begins[i + 1] - begins[i]);
    }
};

/// `hash(range, hashes)` writes the hash of each row of the range, over the 0 that stands there. Throws Cancelled.
HashParts partByHash(std::size_t rows, JobContext& context, const std::function<void(Range, std::uint64_t*)>& hash);

}  // namespace holdout
