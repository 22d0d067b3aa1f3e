// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/base64.h"

#include <sodium.h>

namespace holdout {

std::string toBase64(std::span<const std::byte> bytes) {
    if (bytes.empty()) return {};  // the library wants no null pointer
    std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();  // the terminating zero
    return text;
}

bool fromBase64(const std::string& text, std::span<std::byte> bytes) {
    if (bytes.empty()) return text.empty();
    std::size_t read = 0;
    const int failed = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                                         text.size(), nullptr, &read, nullptr, sodium_base64_VARIANT_ORIGINAL);
    return failed == 0 && read == bytes.size();
}

std::size_t base64Size(const std::string& text) {
    std::size_t size = text.size() / 4 * 3;
    for (std::size_t i = text.size(); i > 0 && text[i - 1] == '='; --i) --size;
    return size;
}

}  // namespace holdout
