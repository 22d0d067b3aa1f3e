// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace holdout {

/// MurmurHash3 for 32 bits (Appleby 2011), with seed 0: the hash that scikit-learn's HashingVectorizer takes.
std::uint32_t murmur3(std::string_view bytes);

/// Where a term goes among `width` features, and with which sign: features that share a place then cancel on average
/// (Weinberger et al. 2009, ICML, eq. 2). As scikit-learn's FeatureHasher.
struct HashedTerm {
    std::int32_t place = 0;
    double sign = 1;
};
HashedTerm hashedTerm(std::string_view term, std::size_t width);

}  // namespace holdout
