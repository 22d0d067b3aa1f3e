// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/file_format.h"

namespace holdout {

/// MNIST's format (LeCun, Cortes, Burges): three dimensions are grey pictures, four with 3 at the end coloured ones;
/// their labels come from the file beside it whose name has "labels" for "images". One dimension is a column, two are a
/// table.
bool isIdx(const FileSource& source);
ReadResult readIdx(const FileSource& source, const ReadOptions& options, JobContext& context);

}  // namespace holdout
