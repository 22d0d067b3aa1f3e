// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include "base/job_context.h"
#include "prepare/image/image_ops.h"

namespace holdout {

/// A column of make(row, picture) for each image of `column`, in parallel; missing cells stay missing. All pictures
/// that `make` gives back have `channels` channels. `stop` may be empty: then nothing stops it.
ColumnPtr mappedImages(const Column& column, int channels, const std::stop_token& stop,
                       const std::function<Picture(std::size_t, Picture)>& make);

}  // namespace holdout
