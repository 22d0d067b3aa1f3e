// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiment/run.h"

namespace holdout {

/// Opens the sealed rows: predicts them by the model that was trained on all other rows and scores that by the run's
/// metrics. Intervals are over rows, seeded by the run's seed. Rows whose target is missing, or of a class that the model
/// never saw, are left out and counted. The caller counts and dates the opening before it asks.
/// Throws Error when the run has no model or no sealed row can be scored.
SealedResult scoreSealed(const Run& run, const Table& sealed, const Catalog& catalog);

/// "2 rows, opening 1 of 2026-01-31T10:20:30Z"
std::string openingSentence(const SealedResult& result);

}  // namespace holdout
