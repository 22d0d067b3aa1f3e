// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/seed.h"
#include "data/dataset.h"
#include "param/param_set.h"

namespace holdout {

/// One way of parting the rows of a dataset. Positions index the dataset's rows; both lists are sorted
/// and have no position in common. `test` holds each position once; `train` may repeat positions (`bootstrap` only).
struct Fold {
    int repeat = 0;
    int index = 0;
    std::vector<std::uint32_t> train;
    std::vector<std::uint32_t> test;
};

/// How rows are parted, as the person configured it.
struct SplitSpec {
    std::string id = "k-fold";
    ParamSet params;

    bool operator==(const SplitSpec&) const = default;
};

class Splitter {
public:
    virtual ~Splitter() = default;
    /// Throws Error when the rows do not suffice (more folds than rows, no fold column …). `warnings` takes
    /// what the person should know (a class with fewer rows than folds).
    virtual std::vector<Fold> split(const Dataset& data, Seed seed, Warnings& warnings) const = 0;
};

struct SplitInfo {
    std::string_view id;
    std::string_view label;
    std::string_view sentence;
    ParamSpecs params;
    std::unique_ptr<const Splitter> (*make)(const Params& params);
};

class SplitRegistry {
public:
    explicit SplitRegistry(std::vector<SplitInfo> splits) : m_splits(std::move(splits)) {}
    const std::vector<SplitInfo>& all() const { return m_splits; }
    const SplitInfo* find(std::string_view id) const;
    const SplitInfo& require(std::string_view id) const;

private:
    std::vector<SplitInfo> m_splits;
};

SplitRegistry builtinSplits();

std::vector<Fold> makeFolds(const SplitSpec& spec, const SplitRegistry& splits, const Dataset& data, Seed seed,
                            Warnings& warnings);

}  // namespace holdout
