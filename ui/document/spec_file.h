// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "experiment/experiment_spec.h"

namespace holdout {

/// Writes the experiment as the file that `holdout-cli run` takes: the same numbers come out there, to the last bit. Throws Error
/// when the disk refuses; a file that was there is then as it was.
void writeSpecification(const ExperimentSpec& spec, const std::filesystem::path& path);

}  // namespace holdout
