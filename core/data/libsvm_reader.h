// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/file_format.h"

namespace holdout {

/// Lines "label index:value index:value …" (Chang, Lin: LIBSVM's README): the columns "label", "f1", "f2", …; what a
/// line does not name is 0.
bool isLibsvm(const FileSource& source);
ReadResult readLibsvm(const FileSource& source, const ReadOptions& options, JobContext& context);

}  // namespace holdout
