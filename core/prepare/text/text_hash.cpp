// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/text/text_hash.h"

#include <bit>
#include <cstring>

namespace holdout {
namespace {

std::uint32_t scrambled(std::uint32_t block) {
    return std::rotl(block * 0xcc9e2d51U, 15) * 0x1b873593U;
}

}  // namespace

std::uint32_t murmur3(std::string_view bytes) {
    std::uint32_t hash = 0;
    std::size_t at = 0;
    for (; at + 4 <= bytes.size(); at += 4) {
        std::uint32_t block = 0;
        std::memcpy(&block, bytes.data() + at, 4);
        hash = std::rotl(hash ^ scrambled(block), 13) * 5 + 0xe6546b64U;
    }
    std::uint32_t rest = 0;
    for (std::size_t i = bytes.size(); i-- > at;) rest = rest << 8 | static_cast<unsigned char>(bytes[i]);
    hash ^= scrambled(rest);
    hash ^= static_cast<std::uint32_t>(bytes.size());
    hash = (hash ^ hash >> 16) * 0x85ebca6bU;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35U;
    return hash ^ hash >> 16;
}

HashedTerm hashedTerm(std::string_view term, std::size_t width) {
    const auto hash = static_cast<std::int32_t>(murmur3(term));
    // The size of the smallest number is no 32-bit number itself: 64 bits hold it.
    const std::int64_t size = hash < 0 ? -static_cast<std::int64_t>(hash) : hash;
    return {static_cast<std::int32_t>(size % static_cast<std::int64_t>(width)), hash < 0 ? -1.0 : 1.0};
}

}  // namespace holdout
