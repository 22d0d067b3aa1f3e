// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "experiment/experiment_spec.h"

namespace holdout {

/// `catalog`, whose models can start from others in files: "PROJECT.holdout#RUN" (without a run: its last finished
/// one), or a model that was saved alone. Relative paths are taken from the working directory.
Catalog withModelFiles(const Catalog& catalog);

/// What `spec` starts from; empty when it starts from nothing, or cannot.
std::string startReference(const ModelSpec& spec, const Catalog& catalog);
/// Takes a relative reference of the specification's model from `folder`.
void anchorStart(ExperimentSpec& spec, const Catalog& catalog, const std::filesystem::path& folder);

}  // namespace holdout
