// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiment/experiment_spec.h"

namespace holdout {

/// The rows as `spec` wants them: sealed ones set aside, then its edits applied. `read` is the file as it was read. In the
/// result `table` holds the rows that may be looked at, and `sealed` those that may not, both edited; warnings of the
/// edits come after those of the file. In parallel on the surrounding arena. Throws Error and Cancelled.
ReadResult shapeData(const ReadResult& read, const DataSpec& spec, const EditRegistry& edits, JobContext& context);

/// The same, with where the rows stood in the file.
struct ShapedData {
    ReadResult read;
    std::optional<RowIds> rows;  ///< of the file, ascending: those of `read.table`; none when it holds them all
};
ShapedData shapeDataWithRows(const ReadResult& read, const DataSpec& spec, const EditRegistry& edits, JobContext& context);

/// Rows of a new file as the edits of the training data would have them: renamings, formulas and spellings, but no row is
/// removed. Edits of columns that the new file lacks (the target) are passed over.
Table shapeNewRows(const Table& table, const std::vector<EditSpec>& specs, const EditRegistry& edits, JobContext& context);

}  // namespace holdout
