// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout {

// Models that put others together. `models` are those that they may take; each info keeps them alive.

/// The mean of several models' answers, or the class that most of them name (Kittler, Hatef, Duin, Matas 1998).
ModelInfo votingInfo(std::shared_ptr<const ModelRegistry> models);
/// A final model learns from what the others say of rows that they have not seen (Wolpert 1992; Ting, Witten 1999).
ModelInfo stackingInfo(std::shared_ptr<const ModelRegistry> models);

}  // namespace holdout
