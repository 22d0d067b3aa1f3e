// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/digest.h"

#include <sodium.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "base/error.h"

namespace holdout {

struct Digest::State {
    crypto_hash_sha256_state state;
};

Digest::Digest() : m_state(std::make_unique<State>()) {
    crypto_hash_sha256_init(&m_state->state);
}

Digest::~Digest() = default;

void Digest::add(std::string_view bytes) {
    crypto_hash_sha256_update(&m_state->state, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string Digest::hex() {
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(&m_state->state, hash);
    std::string text(2 * sizeof hash + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), hash, sizeof hash);
    text.pop_back();
    return text;
}

std::string sha256(std::string_view bytes) {
    Digest digest;
    digest.add(bytes);
    return digest.hex();
}

std::string sha256OfFile(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw Error(std::string("The file cannot be opened: ") + std::strerror(errno) + ".", {.file = path.string()},
                    "Check that it exists and that you may read it.");
    Digest digest;
    std::vector<char> buffer(1 << 20);
    while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || file.gcount() > 0)
        digest.add({buffer.data(), static_cast<std::size_t>(file.gcount())});
    return digest.hex();
}

}  // namespace holdout
