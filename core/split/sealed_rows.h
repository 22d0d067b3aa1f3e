// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "data/dataset.h"

namespace holdout {

/// Rows that are set aside as a file is read, to be looked at once, at the end.
struct SealedSpec {
    double fraction = 0.2;
    bool stratify = true;    ///< keeps the share of each class; regression has none
    std::uint64_t seed = 1;  ///< of its own: another seed of the experiment must not deal the rows anew

    bool operator==(const SealedSpec&) const = default;
};

/// The rows of `table`, ascending, that are set aside. `table` is as it was read, before any edit, so that no edit changes
/// which rows they are. Each row has a number that depends on `sha256` (of the file), the seed and its place alone; those
/// with the lowest are taken, of each class when stratified. `target` may be null: then there are no classes.
/// Throws Error when no row, or every row, would be set aside.
RowIds sealedRows(const Table& table, const std::string& sha256, const SealedSpec& spec, const Column* target,
                  std::optional<Task> task);

}  // namespace holdout
