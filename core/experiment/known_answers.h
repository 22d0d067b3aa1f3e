// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "data/dataset.h"

namespace holdout {

/// The rows of `column` whose answer can be compared with a model's: those that are there, and of a class of `like`.
/// `truth` becomes these answers, coded as `like` has its own. Requires a number column where `like` has numbers.
RowIds knownAnswers(const Column& column, const Target& like, Target& truth);

/// The weights of these rows by the column `name`; none when it is empty.
Eigen::VectorXd weightsOf(const Table& table, const std::string& name, const RowIds& rows);

}  // namespace holdout
