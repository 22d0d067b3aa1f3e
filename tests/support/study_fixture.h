// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "toy_data.h"
#include "tune/study.h"

namespace holdout::test {

/// What a study of toy data with two classes needs, and the study.
struct StudyFixture {
    StudyFixture(std::size_t rows, std::int64_t foldCount, std::vector<std::string> scored)
        : metrics(std::move(scored)), data(toyDataset(rows, 3, Task::Classification)) {
        Warnings warnings;
        SplitSpec split{.id = "k-fold"};
        split.params.set("folds", foldCount);
        folds = makeFolds(split, catalog.splits, data, Seed{3}, warnings);
    }

    StudyResult run(const PipelineSpec& base, const TuneSpec& tune, const std::vector<Trial>& known = {}, const TrialSink& sink = {},
                    std::stop_token stop = {}) {
        JobContext job{stop, {}, silent, Seed{7}};
        return runStudy(data, base, tune, folds, metrics, catalog, searches, known, job, sink);
    }

    const Catalog catalog = builtinCatalog();
    const SearchRegistry searches = builtinSearches();
    const std::vector<std::string> metrics;
    const Dataset data;
    std::vector<Fold> folds;
    SilentProgress silent;
};

}  // namespace holdout::test
