// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/picture.h"

namespace holdout {

QImage pictureImage(const Column& column, std::size_t row) {
    if (column.isMissing(row)) return {};
    const ImageValues& images = column.images();
    const ImageSize size = images.sizes[row];
    const QImage::Format format = images.channels == 3 ? QImage::Format_RGB888 : QImage::Format_Grayscale8;
    // The bytes belong to the column: what is given away must outlive it.
    return QImage(images.at(row).data(), size.width, size.height, size.width * images.channels, format).copy();
}

QImage fittedPicture(const QImage& picture, int side) {
    if (picture.isNull()) return {};
    const bool isSmall = picture.width() <= side && picture.height() <= side;
    return picture.scaled(side, side, Qt::KeepAspectRatio, isSmall ? Qt::FastTransformation : Qt::SmoothTransformation);
}

}  // namespace holdout
