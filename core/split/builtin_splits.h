// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "split/splitter.h"

namespace holdout {

// One for each way of splitting, in its own file; builtinSplits() lists them.
SplitInfo holdOutSplit();
SplitInfo kFoldSplit();
SplitInfo groupKFoldSplit();
SplitInfo leaveOneOutSplit();
SplitInfo timeSeriesSplit();
SplitInfo bootstrapSplit();
SplitInfo predefinedSplit();

}  // namespace holdout
