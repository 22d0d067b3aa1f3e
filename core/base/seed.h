// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace holdout {

/// A seed that belongs to a unit of work. Children are derived by name and index,
/// never by order of execution, so that the thread that runs first does not matter.
/// Derivation: SplitMix64 finaliser (Steele, Lea, Flood 2014) over FNV-1a of the name.
class Seed {
public:
    constexpr explicit Seed(std::uint64_t value = 0) : m_value(value) {}

    Seed derive(std::string_view unit, std::uint64_t index = 0) const;
    std::uint64_t value() const { return m_value; }
    bool operator==(const Seed&) const = default;

private:
    std::uint64_t m_value;
};

/// Random numbers with the same bits on every platform and standard library:
/// xoshiro256** (Blackman, Vigna 2021) and our own distributions. Not thread-safe;
/// make one for each unit of work.
class RandomStream {
public:
    explicit RandomStream(Seed seed);

    std::uint64_t next();
    /// Uniform in [0, 1) with 53 bits.
    double uniform();
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// Uniform in 0 … bound - 1, unbiased (Lemire 2019). Requires bound > 0.
    std::uint64_t below(std::uint64_t bound);
    /// Standard normal, by the polar method of Marsaglia.
    double normal();

    template <typename T>
    void shuffle(std::vector<T>& values) {
        for (std::size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1], values[below(i)]);
    }

private:
    std::uint64_t m_state[4];
    double m_spare = 0;
    bool m_hasSpare = false;
};

}  // namespace holdout
