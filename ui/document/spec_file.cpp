// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/spec_file.h"

#include <nlohmann/json.hpp>

#include "data/csv_writer.h"

namespace holdout {

void writeSpecification(const ExperimentSpec& spec, const std::filesystem::path& path) {
    writeFileAtomically(path, specToJson(spec).dump(2) + "\n");
}

}  // namespace holdout
