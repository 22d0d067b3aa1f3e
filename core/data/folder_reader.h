// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/file_format.h"

namespace holdout {

/// A folder of folders, each named after the class of the files in it. With one more level above ("train", "test") that
/// is a column named "part". Files in natural order of their paths, so the rows do not depend on the disk.

/// PNG and JPEG pictures: the columns "image", "class" and "file". Decoded in parallel. Grey while all are, else
/// coloured; transparent parts become white. A damaged picture is a missing cell and a warning.
bool isImageFolder(const FileSource& source);
ReadResult readImageFolder(const FileSource& source, const ReadOptions& options, JobContext& context);

/// Texts (.txt, or files without an ending): the columns "text", "class" and "file".
bool isTextFolder(const FileSource& source);
ReadResult readTextFolder(const FileSource& source, const ReadOptions& options, JobContext& context);

}  // namespace holdout
