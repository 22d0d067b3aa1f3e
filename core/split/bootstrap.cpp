// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "split/builtin_splits.h"
#include "split/dealing.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "bootstrap";

const ParamSpec kSpecs[] = {
    {.id = "repeats",
     .label = "Resamples",
     .help = "How many samples with replacement are drawn.",
     .fallback = std::int64_t{25},
     .rule = IntegerRange{1, 100'000},
     .usual = {{10, 200}}},
    {.id = "estimate",
     .label = "Estimate",
     .help = "Out of bag: the score of rows never drawn, a little low. .632 weighs it with the score on the training rows "
             "(Efron 1983); .632+ trusts that score the less the more the model overfits (Efron, Tibshirani 1997).",
     .fallback = std::string("out-of-bag"),
     .rule = OneOf{{{"out-of-bag", "out of bag"}, {".632", ".632"}, {".632+", ".632+"}}}},
};

class Bootstrap final : public Splitter {
public:
    explicit Bootstrap(const Params& params) : m_repeats(params.integer("repeats")) {}

    std::vector<Fold> split(const Dataset& data, Seed seed, Warnings& warnings) const override {
        if (data.size() < 2)
            throw Error("The bootstrap needs two rows or more, but the data have " +
                            formatCount(static_cast<std::int64_t>(data.size())) + ".",
                        {.parameter = "split"}, "Use data with more rows.");
        warnOfGroups(data, kId, warnings);
        std::vector<Fold> folds;
        for (int repeat = 0; repeat < m_repeats; ++repeat)
            folds.push_back(once(data.size(), seed.derive("repeat", static_cast<std::uint64_t>(repeat)), repeat));
        return folds;
    }

private:
    /// A sample that leaves no row out of the bag tests nothing; with few rows it happens, and is drawn again.
    static Fold once(std::size_t rows, Seed seed, int repeat) {
        RandomStream random(seed);
        Fold fold{.repeat = repeat, .index = 0};
        while (fold.test.empty()) {
            std::vector<std::uint32_t> drawn(rows);
            for (std::size_t i = 0; i < rows; ++i) ++drawn[random.below(rows)];
            fold.train.clear();
            for (std::uint32_t row = 0; row < rows; ++row) {
                if (drawn[row] == 0) fold.test.push_back(row);
                fold.train.insert(fold.train.end(), drawn[row], row);
            }
        }
        return fold;
    }

    std::int64_t m_repeats;
};

}  // namespace

SplitInfo bootstrapSplit() {
    return {.id = kId,
            .label = "Bootstrap",
            .sentence =
                "Draws as many rows as there are, with replacement, trains on them and tests on the rows never drawn, "
                "about "
                "37 % (Efron 1983). Scores come out a little low: a sample holds fewer distinct rows than the data.",
            .params = kSpecs,
            .make = [](const Params& params) -> std::unique_ptr<const Splitter> {
                return std::make_unique<Bootstrap>(params);
            }};
}

}  // namespace holdout
