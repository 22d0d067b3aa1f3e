// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "data/csv_reader.h"

namespace holdout {

/// How a file is compressed, told from its first bytes.
enum class Packing { None, Gzip, Zstd };
Packing packingOf(std::string_view bytes);
std::string_view packingName(Packing packing);  ///< "", "gzip", "zstd"

/// The text in a gzip or zstd file, of all its members one after another. Throws Error when the file is damaged or
/// cut off, and when the text would be longer than 16 MB and 100 times the file: no honest table is.
std::string unpacked(std::string_view bytes, Packing packing, const std::string& name, JobContext& context);

/// The text of a file as UTF-8 without byte order mark: a piece of `bytes`, or of `buffer` where they are encoded in
/// another way, which `format` then tells.
std::string_view utf8Of(std::string_view bytes, std::string& buffer, CsvFormat& format);

/// SHA-256 of the bytes; answers a cancel.
std::string digestOf(std::string_view bytes, const JobContext& context);

/// Against files that make much of little: memory for cells of which the file holds nothing. Thread-safe.
class CellBudget {
public:
    /// Ten bytes for each of the file's, and 64 MB.
    CellBudget(std::uint64_t bytes, std::string name)
        : m_left(static_cast<std::int64_t>(10 * bytes + 64'000'000)), m_name(std::move(name)) {}
    /// Throws Error when the budget does not suffice.
    void charge(std::uint64_t bytes);

private:
    std::atomic<std::int64_t> m_left;
    std::string m_name;
};

}  // namespace holdout
