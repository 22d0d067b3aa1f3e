// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
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
    {.id = "stratify",
     .label = "Keep class shares",
     .help = "Deals the groups so that each fold gets about the same share of each class, as far as whole groups allow. "
             "Regression has no classes and ignores this.",
     .fallback = false,
     .rule = AnyBool{}},
};

/// How many rows of each class each group has.
using ClassCounts = std::vector<std::vector<double>>;

/// Deals groups to folds so that the shares of each class vary least between folds: groups of the most uneven classes
/// first, each to the fold where the mean over classes of the standard deviation of shares becomes least (the fold with
/// the fewest rows among equals). After scikit-learn's StratifiedGroupKFold.
class StratifiedDealer {
public:
    StratifiedDealer(ClassCounts groups, std::size_t folds)
        : m_groups(std::move(groups)), m_classes(m_groups.front().size()), m_totals(m_classes),
          m_shares(folds, std::vector<double>(m_classes)), m_squares(m_classes), m_rows(folds) {
        for (const std::vector<double>& counts : m_groups)
            for (std::size_t c = 0; c < m_classes; ++c) m_totals[c] += counts[c];
    }

    std::vector<std::uint32_t> foldOfGroups() {
        std::vector<double> unevenness;
        for (const std::vector<double>& counts : m_groups) unevenness.push_back(deviation(counts));
        std::vector<std::uint32_t> order = allPositions(m_groups.size());
        std::stable_sort(order.begin(), order.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return unevenness[a] > unevenness[b]; });
        std::vector<std::uint32_t> foldOf(m_groups.size());
        for (const std::uint32_t group : order) foldOf[group] = static_cast<std::uint32_t>(place(m_groups[group]));
        return foldOf;
    }

private:
    static double deviation(const std::vector<double>& values) {
        const auto n = static_cast<double>(values.size());
        const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
        double sum = 0;
        for (const double value : values) sum += (value - mean) * (value - mean);
        return std::sqrt(sum / n);
    }

    /// The mean deviation of shares if `counts` went to `fold`. The sum of a class's shares is the same whichever fold
    /// they go to, so that sums of squares suffice.
    double unevennessWith(const std::vector<double>& counts, std::size_t fold) const {
        const auto folds = static_cast<double>(m_shares.size());
        double sum = 0;
        for (std::size_t c = 0; c < m_classes; ++c) {
            const double before = m_shares[fold][c], after = before + counts[c] / m_totals[c];
            double all = counts[c] / m_totals[c];
            for (const std::vector<double>& shares : m_shares) all += shares[c];
            const double squares = m_squares[c] - before * before + after * after;
            sum += std::sqrt(std::max(0.0, squares / folds - all / folds * (all / folds)));
        }
        return sum / static_cast<double>(m_classes);
    }

    std::size_t place(const std::vector<double>& counts) {
        constexpr double Close = 1e-9;
        std::size_t best = 0;
        double least = unevennessWith(counts, 0);
        for (std::size_t fold = 1; fold < m_shares.size(); ++fold) {
            const double uneven = unevennessWith(counts, fold);
            const bool isEqual = std::abs(uneven - least) <= Close;
            if (isEqual ? m_rows[fold] >= m_rows[best] : uneven > least) continue;
            best = fold;
            least = uneven;
        }
        for (std::size_t c = 0; c < m_classes; ++c) {
            double& share = m_shares[best][c];
            m_squares[c] -= share * share;
            share += counts[c] / m_totals[c];
            m_squares[c] += share * share;
            m_rows[best] += counts[c];
        }
        return best;
    }

    const ClassCounts m_groups;
    const std::size_t m_classes;
    std::vector<double> m_totals;               ///< rows of each class
    std::vector<std::vector<double>> m_shares;  ///< by fold, then class: part of the class's rows
    std::vector<double> m_squares;              ///< by class: sum over folds of squared shares
    std::vector<double> m_rows;
};

class GroupKFold final : public Splitter {
public:
    explicit GroupKFold(const Params& params) : m_folds(params.integer("folds")), m_stratify(params.flag("stratify")) {}

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
        const bool hasClasses = m_stratify && data.target.task == Task::Classification;
        const std::vector<std::uint32_t> foldOf = hasClasses ? assignStratified(groups, data.target) : assign(groups);
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

    std::vector<std::uint32_t> assignStratified(const LabelledRows& groups, const Target& target) const {
        ClassCounts counts(groups.values.size(), std::vector<double>(target.labels.size()));
        for (std::size_t row = 0; row < groups.value.size(); ++row)
            ++counts[groups.value[row]][static_cast<std::size_t>(target.classes[row])];
        return StratifiedDealer(std::move(counts), static_cast<std::size_t>(m_folds)).foldOfGroups();
    }

    std::int64_t m_folds;
    bool m_stratify;
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
