// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <filesystem>
#include <vector>

#include "document/guess_experiment.h"

namespace holdout {

/// A data set that comes with the program.
struct Sample {
    QString file;
    QString name;
    QString sentence;
    QString kind;       ///< "three classes, missing cells"
    int rows = 0;
    int columns = 0;
    DataHint hint;
};

/// As `resources/samples/samples.json` lists them.
std::vector<Sample> builtinSamples();

/// The sample as a file that a project can refer to, in the application's data folder. Throws Error when it cannot be
/// written there.
std::filesystem::path extractedSample(const Sample& sample);

}  // namespace holdout
