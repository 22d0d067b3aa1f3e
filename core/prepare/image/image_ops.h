// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/seed.h"
#include "data/column.h"

namespace holdout {

/// A picture to work on: channels together, row by row, each value 0 … 255.
struct Picture {
    int height = 0;
    int width = 0;
    int channels = 1;
    std::vector<float> values;

    float& at(int y, int x, int channel) { return values[index(y, x, channel)]; }
    float at(int y, int x, int channel) const { return values[index(y, x, channel)]; }

private:
    std::size_t index(int y, int x, int channel) const {
        return static_cast<std::size_t>((y * width + x) * channels + channel);
    }
};

Picture pictureOf(const ImageValues& images, std::size_t row);
/// Rounded to whole numbers and held within 0 … 255.
void appendPicture(const Picture& picture, ImageValues& images);

/// Made larger by bilinear interpolation, smaller by the mean of the area that each pixel covers; pixel centres lie at
/// half coordinates. Each direction by itself.
Picture resized(const Picture& picture, int height, int width);
/// Luma of ITU-R BT.601: 0.299 red + 0.587 green + 0.114 blue.
Picture grey(const Picture& picture);
/// The same value in red, green and blue.
Picture coloured(const Picture& picture);
/// Stretched so that the darkest value becomes 0 and the lightest 255; a picture of one value stays as it is.
Picture stretched(const Picture& picture);
/// Cut to the largest square in the middle.
Picture squared(const Picture& picture);

/// The picture under a linear map about its centre and a shift: the pixel at (y, x) comes from
/// centre + matrix · ((y, x) - centre - shift), bilinear. Outside, the nearest pixel of the edge goes on.
Picture warped(const Picture& picture, const std::array<double, 4>& matrix, double shiftY, double shiftX);

}  // namespace holdout
