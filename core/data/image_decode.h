// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/column.h"

namespace holdout {

/// A decoded picture: 1 channel (grey) or 3, row by row.
struct Picture {
    ImageSize size;
    std::int32_t channels = 1;
    std::vector<std::uint8_t> pixels;
};

bool isPicture(std::string_view bytes);
/// Decodes a PNG (libpng) or JPEG (libjpeg) of at most 16 million pixels; what is transparent becomes white, 16 bits
/// become 8. Throws Error, with `name` for the file, for what is damaged or too large. Thread-safe.
Picture decodePicture(std::string_view bytes, const std::string& name);
/// Grey as three equal channels; what is coloured stays.
void makeColoured(Picture& picture);

}  // namespace holdout
