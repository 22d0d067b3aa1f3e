// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace holdout {

/// SHA-256 as 64 lower-case hexadecimal digits, fed piece by piece (OpenSSL).
class Digest {
public:
    Digest();
    ~Digest();
    Digest(const Digest&) = delete;
    Digest& operator=(const Digest&) = delete;

    void add(std::string_view bytes);
    template <typename T>
    void addValues(std::span<const T> values) {
        add({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
    }
    /// Ends the digest; call once.
    std::string hex();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

std::string sha256(std::string_view bytes);
/// Reads the file in pieces. Throws Error when it cannot be read.
std::string sha256OfFile(const std::filesystem::path& path);

}  // namespace holdout
