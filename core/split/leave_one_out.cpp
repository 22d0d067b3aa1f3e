// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "split/builtin_splits.h"
#include "split/dealing.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "leave-one-out";
/// As many models are trained as there are rows, and the lists of training rows take 4 bytes a pair of rows.
constexpr std::size_t kMostRows = 10'000;

class LeaveOneOut final : public Splitter {
public:
    std::vector<Fold> split(const Dataset& data, Seed, Warnings& warnings) const override {
        const auto rows = static_cast<std::int64_t>(data.size());
        if (data.size() < 2)
            throw Error("leave-one-out needs two rows or more, but the data have " + formatCount(rows) + ".",
                        {.parameter = "split"}, "Use data with more rows.");
        if (data.size() > kMostRows)
            throw Error(
                "leave-one-out would train " + formatCount(rows) + " models, one for each row.", {.parameter = "split"},
                "Use k-fold: with more than " + formatCount(kMostRows) + " rows it says the same in far less time.");
        warnOfGroups(data, kId, warnings);
        return foldsOfAssignment(allPositions(data.size()), data.size(), 0);
    }
};

}  // namespace

SplitInfo leaveOneOutSplit() {
    return {
        .id = kId,
        .label = "Leave one out",
        .sentence =
            "Holds out each row once and trains on all others: as many models as rows. For very small data. Scores are "
            "of one row each, so ROC AUC and the like are not defined for a fold.",
        .params = {},
        .make = [](const Params&) -> std::unique_ptr<const Splitter> { return std::make_unique<LeaveOneOut>(); }};
}

}  // namespace holdout
