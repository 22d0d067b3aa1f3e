// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/radix_sort.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

namespace holdout {
namespace {

constexpr int DigitBits = 11;
constexpr std::size_t Digits = 6;
constexpr std::size_t Buckets = std::size_t{1} << DigitBits;
/// Below this, comparing is as fast.
constexpr std::size_t FewestForRadix = 2048;

/// Keys that ascend as the numbers do: the sign turned round, and all other bits of negative numbers.
std::uint64_t keyOf(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    return bits ^ (static_cast<std::uint64_t>(static_cast<std::int64_t>(bits) >> 63) | (std::uint64_t{1} << 63));
}

double valueOf(std::uint64_t key) {
    return std::bit_cast<double>(key ^ (((key >> 63) - 1) | (std::uint64_t{1} << 63)));
}

std::size_t digitOf(std::uint64_t key, std::size_t digit) {
    return key >> (digit * DigitBits) & (Buckets - 1);
}

struct KeyedPosition {
    std::uint64_t key;
    std::uint32_t position;
};

std::uint64_t keyIn(std::uint64_t key) {
    return key;
}
std::uint64_t keyIn(const KeyedPosition& item) {
    return item.key;
}

template <typename Item>
void sortByKeys(std::vector<Item>& items) {
    std::vector<std::array<std::size_t, Buckets>> counts(Digits);
    for (auto& count : counts) count.fill(0);
    for (const Item& item : items)
        for (std::size_t digit = 0; digit < Digits; ++digit) ++counts[digit][digitOf(keyIn(item), digit)];
    std::vector<Item> other(items.size());
    for (std::size_t digit = 0; digit < Digits; ++digit) {
        auto& places = counts[digit];
        if (places[digitOf(keyIn(items.front()), digit)] == items.size()) continue;
        std::exclusive_scan(places.begin(), places.end(), places.begin(), std::size_t{0});
        for (const Item& item : items) other[places[digitOf(keyIn(item), digit)]++] = item;
        items.swap(other);
    }
}

}  // namespace

void radixSort(std::vector<double>& values) {
    if (values.size() < FewestForRadix) {
        std::sort(values.begin(), values.end(), [](double a, double b) { return keyOf(a) < keyOf(b); });
        return;
    }
    std::vector<std::uint64_t> keys(values.size());
    std::transform(values.begin(), values.end(), keys.begin(), keyOf);
    sortByKeys(keys);
    std::transform(keys.begin(), keys.end(), values.begin(), valueOf);
}

std::vector<std::uint32_t> radixOrder(std::span<const double> values) {
    std::vector<KeyedPosition> items(values.size());
    // 0 and -0 are equal numbers: their order is that of their positions.
    for (std::size_t i = 0; i < values.size(); ++i) items[i] = {keyOf(values[i] + 0.0), static_cast<std::uint32_t>(i)};
    if (items.size() < FewestForRadix)
        std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    else
        sortByKeys(items);
    std::vector<std::uint32_t> order(items.size());
    std::transform(items.begin(), items.end(), order.begin(), [](const KeyedPosition& item) { return item.position; });
    return order;
}

}  // namespace holdout
