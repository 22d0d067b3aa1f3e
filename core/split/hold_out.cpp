// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "split/builtin_splits.h"
#include "split/dealing.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "hold-out";

const ParamSpec kSpecs[] = {
    {.id = "test",
     .label = "Share held out",
     .help = "The part of the rows that is kept for scoring, rounded up.",
     .fallback = 0.2,
     .rule = RealRange{.low = 0, .high = 1, .lowOpen = true, .highOpen = true},
     .usual = {{0.05, 0.5}}},
    {.id = "stratify",
     .label = "Keep class shares",
     .help = "Gives both parts the same share of each class. Regression has no classes and ignores this.",
     .fallback = true,
     .rule = AnyBool{}},
    {.id = "repeats",
     .label = "Repeats",
     .help = "How often the rows are parted anew.",
     .fallback = std::int64_t{1},
     .rule = IntegerRange{1, 10'000},
     .usual = {{1, 50}}},
};

/// How many of each class to hold out: its exact share rounded down, and the rows that are still wanted from the
/// classes with the largest remainders (Hamilton's method). The first class wins a tie.
std::vector<std::size_t> quotas(const std::vector<std::vector<std::uint32_t>>& parts, std::size_t rows,
                                std::size_t wanted) {
    std::vector<std::size_t> taken(parts.size()), order(parts.size());
    std::vector<std::size_t> remainder(parts.size());
    std::size_t sum = 0;
    for (std::size_t c = 0; c < parts.size(); ++c) {
        taken[c] = parts[c].size() * wanted / rows;
        remainder[c] = parts[c].size() * wanted % rows;
        sum += taken[c];
        order[c] = c;
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return remainder[a] > remainder[b]; });
    for (std::size_t i = 0; sum < wanted; ++i, ++sum) ++taken[order[i]];
    return taken;
}

class HoldOut final : public Splitter {
public:
    explicit HoldOut(const Params& params)
        : m_test(params.real("test")), m_stratify(params.flag("stratify")), m_repeats(params.integer("repeats")) {}

    std::vector<Fold> split(const Dataset& data, Seed seed, Warnings& warnings) const override {
        if (data.size() < 2)
            throw Error(
                "A part of " + formatCount(static_cast<std::int64_t>(data.size())) + " rows cannot be held out.",
                {.parameter = "test"}, "Use data with two rows or more.");
        warnOfGroups(data, kId, warnings);
        std::vector<std::vector<std::uint32_t>> parts;
        if (m_stratify && data.target.task == Task::Classification)
            parts = positionsByClass(data.target);
        else
            parts.push_back(allPositions(data.size()));
        const std::vector<std::size_t> taken = quotas(parts, data.size(), testRows(data.size()));
        warnOfAbsentClasses(parts, taken, data.target, warnings);
        std::vector<Fold> folds;
        for (int repeat = 0; repeat < m_repeats; ++repeat)
            folds.push_back(once(parts, taken, seed.derive("repeat", static_cast<std::uint64_t>(repeat)), repeat));
        return folds;
    }

private:
    std::size_t testRows(std::size_t rows) const {
        // The small subtraction undoes what rounding adds to a product that should be whole.
        const double exact = m_test * static_cast<double>(rows);
        const auto up = static_cast<std::size_t>(std::ceil(exact - 1e-9 * exact));
        return std::clamp<std::size_t>(up, 1, rows - 1);
    }

    static Fold once(std::vector<std::vector<std::uint32_t>> parts, const std::vector<std::size_t>& taken, Seed seed,
                     int repeat) {
        RandomStream random(seed);
        Fold fold{.repeat = repeat, .index = 0};
        for (std::size_t c = 0; c < parts.size(); ++c) {
            random.shuffle(parts[c]);
            const auto cut = parts[c].begin() + static_cast<std::ptrdiff_t>(taken[c]);
            fold.test.insert(fold.test.end(), parts[c].begin(), cut);
            fold.train.insert(fold.train.end(), cut, parts[c].end());
        }
        std::sort(fold.test.begin(), fold.test.end());
        std::sort(fold.train.begin(), fold.train.end());
        return fold;
    }

    static void warnOfAbsentClasses(const std::vector<std::vector<std::uint32_t>>& parts,
                                    const std::vector<std::size_t>& taken, const Target& target, Warnings& warnings) {
        if (parts.size() != target.labels.size()) return;
        for (std::size_t c = 0; c < parts.size(); ++c)
            if (!parts[c].empty() && (taken[c] == 0 || taken[c] == parts[c].size()))
                addOnce(warnings,
                        {"The class " + target.labels[c] + " has too few rows (" + std::to_string(parts[c].size()) +
                             ") to stand on both sides; it is only " + (taken[c] == 0 ? "trained on." : "held out."),
                         {.column = target.name, .parameter = "test"}});
    }

    double m_test;
    bool m_stratify;
    std::int64_t m_repeats;
};

}  // namespace

SplitInfo holdOutSplit() {
    return {.id = kId,
            .label = "Hold-out",
            .sentence =
                "Keeps a random part of the rows for scoring and trains on the rest. Quick, and enough for large data; "
                "on small data the score hangs on the luck of the draw.",
            .params = kSpecs,
            .make = [](const Params& params) -> std::unique_ptr<const Splitter> {
                return std::make_unique<HoldOut>(params);
            }};
}

}  // namespace holdout
