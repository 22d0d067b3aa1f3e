// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/hash_parts.h"

#include <utility>

namespace holdout {
namespace {

constexpr std::size_t Grain = 1 << 14;

std::size_t partOf(std::uint64_t hash) {
    static_assert(HashParts::Count == 256);
    return hash >> 56;
}

}  // namespace

HashParts partByHash(std::size_t rows, JobContext& context, const std::function<void(Range, std::uint64_t*)>& hash) {
    const std::vector<Range> ranges = chunks(rows, Grain);
    std::vector<std::uint64_t> hashes(rows);
    std::vector<std::array<std::size_t, HashParts::Count>> next(ranges.size());
    parallelFor(ranges.size(), [&](std::size_t i) {
        context.throwIfStopped();
        hash(ranges[i], hashes.data() + ranges[i].begin);
        next[i].fill(0);
        for (std::size_t row = ranges[i].begin; row < ranges[i].end; ++row) ++next[i][partOf(hashes[row])];
    });
    HashParts parts;
    std::size_t place = 0;
    for (std::size_t part = 0; part < HashParts::Count; ++part) {
        parts.begins[part] = place;
        for (auto& counts : next) place += std::exchange(counts[part], place);
    }
    parts.begins[HashParts::Count] = place;
    parts.keys.resize(rows);
    parallelFor(ranges.size(), [&](std::size_t i) {
        for (std::size_t row = ranges[i].begin; row < ranges[i].end; ++row)
            parts.keys[next[i][partOf(hashes[row])]++] = {hashes[row], static_cast<RowId>(row)};
    });
    return parts;
}

}  // namespace holdout
