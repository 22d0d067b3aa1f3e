// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "experiment/project.h"

namespace holdout::cli {

/// What every command works with. Made once by main.
struct Surroundings {
    Catalog catalog = builtinCatalog();
    SearchRegistry searches = builtinSearches();
    std::stop_token stop;    ///< Ctrl-C
    bool isQuiet = false;
    bool wantsJson = false;
};

/// Each adds its subcommand to `app`. Its callback works, prints, and throws Error; `exitCode` is 0 unless set.
void addRun(CLI::App& app, Surroundings& with);
void addProfile(CLI::App& app, Surroundings& with);
void addCatalog(CLI::App& app, Surroundings& with);
void addPredict(CLI::App& app, Surroundings& with);
void addConvert(CLI::App& app, Surroundings& with);
void addReplay(CLI::App& app, Surroundings& with, int& exitCode);
void addStream(CLI::App& app, Surroundings& with, int& exitCode);
void addSample(CLI::App& app, Surroundings& with);
void addLearningCurve(CLI::App& app, Surroundings& with);
void addValidationCurve(CLI::App& app, Surroundings& with);

/// --quiet and --json.
void addCommonOptions(CLI::App& command, Surroundings& with);
/// Adds --threads: at most 1024, 0 takes all cores.
void addThreads(CLI::App& command, int& threads);

/// What is given on the command line of how a file is read.
struct ReadArguments {
    std::string delimiter, quote, decimal, encoding, comment, escape, thousands, sheet, table, query;
    std::vector<std::string> missing;
    std::optional<std::uint64_t> skip, headerRows;
    bool noHeader = false;

    /// Throws Error, as a specification with the same words would.
    ReadOptions options() const;
};
/// Adds --delimiter, --sheet, --query and the like.
void addReadArguments(CLI::App& command, ReadArguments& arguments);

/// Runs `work` on an arena of `threads`, with progress on stderr unless quiet.
void onArena(int threads, const Surroundings& with, const std::function<void(JobContext&)>& work);

/// Rows of cells as aligned columns, the first of them as headings.
std::string aligned(const std::vector<std::vector<std::string>>& rows);
/// `json` and a line feed on stdout. Text that is no UTF-8 is mended.
void printJson(const nlohmann::json& json);
std::string jsonText(const nlohmann::json& json);
/// Warnings on stderr.
void printWarnings(const Warnings& warnings);
/// Scores with their intervals, best trial, and warnings.
void printRun(const Run& run);

/// Throws Error when the project has none.
std::int64_t latestFinishedRun(const Project& project);

/// A table of the row numbers, predicted values, and the probability of each class.
Table predictionTable(const Predictions& predictions, const std::vector<std::string>& labels, const RowIds& rows);
/// The predictions of all folds, in the order of rows; truth beside them.
Table heldOutTable(const Run& run);

}  // namespace holdout::cli
