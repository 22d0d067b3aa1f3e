// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <numeric>

#include "base/format.h"
#include "split/builtin_splits.h"
#include "split/dealing.h"
#include "split/labelled_rows.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "group-k-fold";

const ParamSpec kSpecs[] = {
    {.id = "folds",
     .label = "Folds",
     .help = "How many parts; each is held out once. No more than there are groups.",
     .fallback = std::int64_t{5},
     .rule = IntegerRange{2, 1'000'000},
     .usual = {{2, 20}}},
};

class GroupKFold final : public Splitter {
public:
    explicit GroupKFold(const Params& params) : m_folds(params.integer("folds")) {}

    std::vector<Fold> split(const Dataset& data, Seed, Warnings&) const override {
        if (!data.groups)
            throw Error("group-k-fold needs a column that says which group each row belongs to.",
                        {.parameter = "group"},
                        "Give a column the role of group on the Data page, or name it under data.group.");
        const LabelledRows groups = labelledRows(*data.groups);
        const auto absent = std::count(groups.value.begin(), groups.value.end(), LabelledRows::absent);
        if (absent > 0)
            throw Error(formatCount(absent) + " rows belong to no group.", {.column = data.groups->name()},
                        "Fill the missing cells of the group column.");
        requireEnough(m_folds, groups.values.size(), "groups");
        const std::vector<std::uint32_t> foldOf = assign(groups);
        std::vector<std::uint32_t> assignment;
        for (const std::uint32_t group : groups.value) assignment.push_back(foldOf[group]);
        return foldsOfAssignment(assignment, static_cast<std::size_t>(m_folds), 0);
    }

private:
    /// The largest group first, each to the fold that has the fewest rows so far (the first among equals).
    std::vector<std::uint32_t> assign(const LabelledRows& groups) const {
        std::vector<std::size_t> sizes(groups.values.size()), filled(static_cast<std::size_t>(m_folds));
        for (const std::uint32_t group : groups.value) ++sizes[group];
        std::vector<std::uint32_t> order = allPositions(sizes.size());
        std::stable_sort(order.begin(), order.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return sizes[a] > sizes[b]; });
        std::vector<std::uint32_t> foldOf(sizes.size());
        for (const std::uint32_t group : order) {
            const auto lightest = std::min_element(filled.begin(), filled.end());
            foldOf[group] = static_cast<std::uint32_t>(lightest - filled.begin());
            *lightest += sizes[group];
        }
        return foldOf;
    }

    std::int64_t m_folds;
};

}  // namespace

SplitInfo groupKFoldSplit() {
    return {
        .id = kId,
        .label = "Grouped k-fold",
        .sentence =
            "K-fold that keeps all rows of a group (a patient, a customer) on one side, so that a model is scored on "
            "groups it never saw. Folds get as even in size as the groups allow.",
        .params = kSpecs,
        .make = [](const Params& params) -> std::unique_ptr<const Splitter> {
            return std::make_unique<GroupKFold>(params);
        }};
}

}  // namespace holdout
