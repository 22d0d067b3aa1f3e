// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "split/builtin_splits.h"
#include "split/dealing.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "k-fold";

const ParamSpec kSpecs[] = {
    {.id = "folds",
     .label = "Folds",
     .help = "How many parts; each is held out once.",
     .fallback = std::int64_t{10},
     .rule = IntegerRange{2, 1'000'000},
     .usual = {{2, 20}}},
    {.id = "repeats",
     .label = "Repeats",
     .help = "How often the rows are dealt anew. More repeats steady the mean score.",
     .fallback = std::int64_t{1},
     .rule = IntegerRange{1, 1000},
     .usual = {{1, 10}}},
    {.id = "stratify",
     .label = "Keep class shares",
     .help = "Gives every fold the same share of each class. Regression has no classes and ignores this.",
     .fallback = true,
     .rule = AnyBool{}},
    {.id = "shuffle",
     .label = "Shuffle",
     .help = "Deals rows in random order. Without it, folds are blocks in the order of the file.",
     .fallback = true,
     .rule = AnyBool{}},
};

/// Deals positions into `folds` runs of consecutive entries whose sizes differ by at most one; the runs that are one
/// longer begin at fold `start`. Returns the fold after the last longer one.
std::size_t deal(const std::vector<std::uint32_t>& positions, std::size_t folds, std::size_t start,
                 std::vector<std::uint32_t>& assignment) {
    const std::size_t longer = positions.size() % folds;
    std::size_t next = 0;
    for (std::size_t fold = 0; fold < folds; ++fold) {
        const bool isLonger = (fold + folds - start) % folds < longer;
        for (std::size_t end = next + positions.size() / folds + isLonger; next < end; ++next)
            assignment[positions[next]] = static_cast<std::uint32_t>(fold);
    }
    return (start + longer) % folds;
}

class KFold final : public Splitter {
public:
    explicit KFold(const Params& params)
        : m_folds(params.integer("folds")),
          m_repeats(params.integer("repeats")),
          m_stratify(params.flag("stratify")),
          m_shuffle(params.flag("shuffle")) {}

    std::vector<Fold> split(const Dataset& data, Seed seed, Warnings& warnings) const override {
        requireEnough(m_folds, data.size(), "rows");
        warnOfGroups(data, kId, warnings);
        std::vector<std::vector<std::uint32_t>> parts;
        if (m_stratify && data.target.task == Task::Classification) {
            parts = positionsByClass(data.target);
            warnOfSmallClasses(parts, data.target, warnings);
        } else {
            parts.push_back(allPositions(data.size()));
        }
        if (m_repeats > 1 && !m_shuffle)
            addOnce(warnings, {"Without shuffling, every repeat gives the same folds.", {.parameter = "repeats"}});
        std::vector<Fold> folds;
        for (int repeat = 0; repeat < m_repeats; ++repeat) {
            for (Fold& fold :
                 once(parts, data.size(), seed.derive("repeat", static_cast<std::uint64_t>(repeat)), repeat))
                folds.push_back(std::move(fold));
        }
        return folds;
    }

private:
    /// Classes are dealt one after another, each going on at the fold where the one before stopped: so class counts and
    /// fold sizes both differ by at most one.
    std::vector<Fold> once(std::vector<std::vector<std::uint32_t>> parts, std::size_t rows, Seed seed,
                           int repeat) const {
        RandomStream random(seed);
        const auto count = static_cast<std::size_t>(m_folds);
        std::vector<std::uint32_t> assignment(rows);
        std::size_t start = 0;
        for (std::vector<std::uint32_t>& part : parts) {
            if (m_shuffle) random.shuffle(part);
            start = deal(part, count, start, assignment);
        }
        return foldsOfAssignment(assignment, count, repeat);
    }

    void warnOfSmallClasses(const std::vector<std::vector<std::uint32_t>>& parts, const Target& target,
                            Warnings& warnings) const {
        for (std::size_t c = 0; c < parts.size(); ++c)
            if (!parts[c].empty() && static_cast<std::int64_t>(parts[c].size()) < m_folds)
                addOnce(warnings, {"The class " + target.labels[c] + " has " + std::to_string(parts[c].size()) +
                                       (parts[c].size() == 1 ? " row" : " rows") + " for " + std::to_string(m_folds) +
                                       " folds: some folds are scored without it.",
                                   {.column = target.name, .parameter = "folds"}});
    }

    std::int64_t m_folds;
    std::int64_t m_repeats;
    bool m_stratify;
    bool m_shuffle;
};

}  // namespace

SplitInfo kFoldSplit() {
    return {
        .id = kId,
        .label = "K-fold cross-validation",
        .sentence =
            "Deals the rows into folds and holds each out once, so that every row is scored by a model that never saw "
            "it. The usual choice.",
        .params = kSpecs,
        .make = [](const Params& params) -> std::unique_ptr<const Splitter> {
            return std::make_unique<KFold>(params);
        }};
}

}  // namespace holdout
