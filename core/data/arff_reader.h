// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/file_format.h"

namespace holdout {

/// Attribute-Relation File Format (Weka's manual, "ARFF"): numeric, nominal, string and date attributes, dense and
/// sparse rows, quotes, remarks, '?' for missing. Row weights become a column named "weight". Nominal levels keep
/// the order of their declaration. Relational attributes are refused.
bool isArff(const FileSource& source);
ReadResult readArff(const FileSource& source, const ReadOptions& options, JobContext& context);

}  // namespace holdout
