// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/file_format.h"

namespace holdout {

/// One JSON object a line, or one array of objects. Members of nested objects are columns named "outer.inner"; lists
/// stand as their JSON text; true and false are categories; null and absent members are missing.
bool isJsonLines(const FileSource& source);
ReadResult readJsonLines(const FileSource& source, const ReadOptions& options, JobContext& context);

}  // namespace holdout
