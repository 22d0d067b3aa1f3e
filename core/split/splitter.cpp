// SPDX-License-Identifier: GPL-3.0-or-later
#include "split/splitter.h"

#include "base/lookup.h"
#include "split/builtin_splits.h"

namespace holdout {

const SplitInfo* SplitRegistry::find(std::string_view id) const {
    return findById(m_splits, id);
}

const SplitInfo& SplitRegistry::require(std::string_view id) const {
    return requireById(m_splits, id, "split");
}

SplitRegistry builtinSplits() {
    std::vector<SplitInfo> splits;
    splits.push_back(holdOutSplit());
    splits.push_back(kFoldSplit());
    splits.push_back(groupKFoldSplit());
    splits.push_back(leaveOneOutSplit());
    splits.push_back(timeSeriesSplit());
    splits.push_back(bootstrapSplit());
    splits.push_back(predefinedSplit());
    return SplitRegistry(std::move(splits));
}

std::vector<Fold> makeFolds(const SplitSpec& spec, const SplitRegistry& splits, const Dataset& data, Seed seed,
                            Warnings& warnings) {
    const SplitInfo& info = splits.require(spec.id);
    return info.make(Params(info.params, spec.params, info.id))->split(data, seed, warnings);
}

}  // namespace holdout
