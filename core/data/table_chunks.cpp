// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/table_chunks.h"

#include "data/arff_chunks.h"
#include "data/csv_chunks.h"
#include "data/memory_need.h"

namespace holdout {

std::unique_ptr<TableChunks> openTableChunks(const std::filesystem::path& path, const ReadOptions& options, std::size_t chunkBytes) {
    const std::string_view kind = streamedFormat(path);
    if (kind == "arff") return openArffChunks(path, options, chunkBytes);
    if (!kind.empty() && kind != "csv")
        throw Error("This format cannot be read in pieces.", {.file = path.filename().string()},
                    "Convert it to CSV or ARFF first: holdout-cli convert.");
    return openCsvChunks(path, options, chunkBytes);
}

}  // namespace holdout
