// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>

#include "data/column.h"

namespace holdout {

/// The picture of a row of an image column, in its own memory; null where it is missing. Requires an image column.
QImage pictureImage(const Column& column, std::size_t row);

/// The same in a square of `side` pixels. Small ones are enlarged pixel by pixel, so that digits of 8 × 8 stay sharp.
QImage fittedPicture(const QImage& picture, int side);

}  // namespace holdout
