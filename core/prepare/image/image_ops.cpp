// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/image/image_ops.h"

#include <algorithm>
#include <cmath>

namespace holdout {
namespace {

/// Which values of a line make up one of another length, and with what weights.
struct Mix {
    int first = 0;
    std::vector<float> weights;
};

Mix enlarging(int from, int to, int at) {
    const double place = (at + 0.5) * from / to - 0.5;
    const int low = static_cast<int>(std::floor(place));
    const auto part = static_cast<float>(place - low);
    if (low < 0) return {0, {1}};
    if (low + 1 >= from) return {from - 1, {1}};
    return {low, {1 - part, part}};
}

Mix shrinking(int from, int to, int at) {
    const double begin = static_cast<double>(at) * from / to, end = static_cast<double>(at + 1) * from / to;
    Mix mix{static_cast<int>(begin), {}};
    for (int i = mix.first; i < from && i < end; ++i) {
        const double covered = std::min(end, i + 1.0) - std::max<double>(begin, i);
        if (covered > 1e-9) mix.weights.push_back(static_cast<float>(covered / (end - begin)));
    }
    return mix;
}

std::vector<Mix> mixesOf(int from, int to) {
    std::vector<Mix> mixes;
    for (int at = 0; at < to; ++at) mixes.push_back(to >= from ? enlarging(from, to, at) : shrinking(from, to, at));
    return mixes;
}

Picture blank(int height, int width, int channels) {
    Picture picture{height, width, channels, {}};
    picture.values.resize(static_cast<std::size_t>(height) * static_cast<std::size_t>(width) *
                          static_cast<std::size_t>(channels));
    return picture;
}

Picture withWidth(const Picture& from, int width) {
    if (from.width == width) return from;
    Picture to = blank(from.height, width, from.channels);
    const std::vector<Mix> mixes = mixesOf(from.width, width);
    for (int y = 0; y < from.height; ++y)
        for (int x = 0; x < width; ++x) {
            const Mix& mix = mixes[static_cast<std::size_t>(x)];
            for (std::size_t i = 0; i < mix.weights.size(); ++i)
                for (int c = 0; c < from.channels; ++c)
                    to.at(y, x, c) += mix.weights[i] * from.at(y, mix.first + static_cast<int>(i), c);
        }
    return to;
}

Picture withHeight(const Picture& from, int height) {
    if (from.height == height) return from;
    Picture to = blank(height, from.width, from.channels);
    const std::vector<Mix> mixes = mixesOf(from.height, height);
    for (int y = 0; y < height; ++y) {
        const Mix& mix = mixes[static_cast<std::size_t>(y)];
        for (std::size_t i = 0; i < mix.weights.size(); ++i)
            for (int x = 0; x < from.width; ++x)
                for (int c = 0; c < from.channels; ++c)
                    to.at(y, x, c) += mix.weights[i] * from.at(mix.first + static_cast<int>(i), x, c);
    }
    return to;
}

/// Between the four pixels about a place; beyond the edge, the edge itself.
float sampled(const Picture& picture, double y, double x, int channel) {
    const double insideY = std::clamp(y, 0.0, picture.height - 1.0);
    const double insideX = std::clamp(x, 0.0, picture.width - 1.0);
    const int top = static_cast<int>(insideY), left = static_cast<int>(insideX);
    const int bottom = std::min(top + 1, picture.height - 1), right = std::min(left + 1, picture.width - 1);
    const double down = insideY - top, across = insideX - left;
    const double above = (1 - across) * picture.at(top, left, channel) + across * picture.at(top, right, channel);
    const double below = (1 - across) * picture.at(bottom, left, channel) + across * picture.at(bottom, right, channel);
    return static_cast<float>((1 - down) * above + down * below);
}

}  // namespace

Picture pictureOf(const ImageValues& images, std::size_t row) {
    const auto pixels = images.at(row);
    return {images.sizes[row].height, images.sizes[row].width, images.channels, {pixels.begin(), pixels.end()}};
}

void appendPicture(const Picture& picture, ImageValues& images) {
    if (images.offsets.empty()) images.offsets.push_back(0);
    images.sizes.push_back({picture.height, picture.width});
    for (const float value : picture.values)
        images.pixels.push_back(static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 255.0F))));
    images.offsets.push_back(images.pixels.size());
}

Picture resized(const Picture& picture, int height, int width) {
    if (picture.values.empty()) return picture;
    return withHeight(withWidth(picture, width), height);
}

Picture grey(const Picture& picture) {
    if (picture.channels == 1) return picture;
    Picture to = blank(picture.height, picture.width, 1);
    for (int y = 0; y < to.height; ++y)
        for (int x = 0; x < to.width; ++x)
            to.at(y, x, 0) = 0.299F * picture.at(y, x, 0) + 0.587F * picture.at(y, x, 1) + 0.114F * picture.at(y, x, 2);
    return to;
}

Picture coloured(const Picture& picture) {
    if (picture.channels == 3) return picture;
    Picture to = blank(picture.height, picture.width, 3);
    for (std::size_t i = 0; i < to.values.size(); ++i) to.values[i] = picture.values[i / 3];
    return to;
}

Picture stretched(const Picture& picture) {
    if (picture.values.empty()) return picture;
    const auto [low, high] = std::ranges::minmax(picture.values);
    if (low == high) return picture;
    Picture to = picture;
    for (float& value : to.values) value = (value - low) * 255.0F / (high - low);
    return to;
}

Picture squared(const Picture& picture) {
    const int side = std::min(picture.height, picture.width);
    const int top = (picture.height - side) / 2, left = (picture.width - side) / 2;
    Picture to = blank(side, side, picture.channels);
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x)
            for (int c = 0; c < to.channels; ++c) to.at(y, x, c) = picture.at(top + y, left + x, c);
    return to;
}

Picture warped(const Picture& picture, const std::array<double, 4>& matrix, double shiftY, double shiftX) {
    Picture to = blank(picture.height, picture.width, picture.channels);
    const double middleY = (picture.height - 1) / 2.0, middleX = (picture.width - 1) / 2.0;
    for (int y = 0; y < to.height; ++y)
        for (int x = 0; x < to.width; ++x) {
            const double offY = y - middleY - shiftY, offX = x - middleX - shiftX;
            const double fromY = middleY + matrix[0] * offY + matrix[1] * offX;
            const double fromX = middleX + matrix[2] * offY + matrix[3] * offX;
            for (int c = 0; c < to.channels; ++c) to.at(y, x, c) = sampled(picture, fromY, fromX, c);
        }
    return to;
}

}  // namespace holdout
