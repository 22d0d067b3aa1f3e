// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <span>
#include <string>

namespace holdout {

static_assert(std::endian::native == std::endian::little, "numbers saved as base64 are little-endian");

/// Bytes as base64 (RFC 4648) with padding: for the many numbers of a saved model, which must keep every bit
/// (libsodium).
std::string toBase64(std::span<const std::byte> bytes);
/// Fills `bytes`. False when `text` is not base64 of exactly so many bytes.
bool fromBase64(const std::string& text, std::span<std::byte> bytes);
/// How many bytes `text` holds, if it is base64.
std::size_t base64Size(const std::string& text);

}  // namespace holdout
