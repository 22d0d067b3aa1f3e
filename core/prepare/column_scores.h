// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"

namespace holdout {

// How much one number column tells of the target, by the rows where it is there; 0 when it is constant there.

/// Classes: F of the one-way analysis of variance. Numbers: F of the simple linear regression, (n - 2) r² / (1 - r²).
/// The largest double when the column tells all.
double fScore(const Column& column, const Target& target);

/// Mutual information in nats between the column and the target, numbers cut into ten intervals of equal frequency
/// (Cover, Thomas 2006, Elements of Information Theory, eq. 2.28, with shares for probabilities).
double mutualInformation(const Column& column, const Target& target);

}  // namespace holdout
