// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/image/image_columns.h"

#include "base/parallel.h"

namespace holdout {

ColumnPtr mappedImages(const Column& column, int channels, const std::stop_token& stop,
                       const std::function<Picture(std::size_t, Picture)>& make) {
    const ImageValues& from = column.images();
    const std::vector<Range> parts = chunks(column.rows(), 64);
    std::vector<ImageValues> made(parts.size());
    parallelFor(parts.size(), [&](std::size_t part) {
        for (std::size_t row = parts[part].begin; row < parts[part].end; ++row) {
            if (stop.stop_requested()) throw Cancelled{};
            appendPicture(column.isMissing(row) ? Picture{} : make(row, pictureOf(from, row)), made[part]);
        }
    });
    ImageValues all{.channels = channels, .sizes = {}, .offsets = {0}, .pixels = {}};
    for (const ImageValues& part : made) {
        const std::uint64_t before = all.offsets.back();
        all.sizes.insert(all.sizes.end(), part.sizes.begin(), part.sizes.end());
        for (std::size_t i = 1; i < part.offsets.size(); ++i) all.offsets.push_back(before + part.offsets[i]);
        all.pixels.insert(all.pixels.end(), part.pixels.begin(), part.pixels.end());
    }
    return std::make_shared<const Column>(column.name(), std::move(all), column.missing());
}

}  // namespace holdout
