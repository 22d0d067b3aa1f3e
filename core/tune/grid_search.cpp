// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <set>

#include "base/format.h"
#include "tune/sampling.h"

namespace holdout {
namespace {

/// More would not be looked through by anyone, nor finish.
constexpr double mostTrials = 100'000;

const std::vector<ParamSpec> specs = withStudyParams({
    {.id = "points",
     .label = "Points per parameter",
     .help = "How many values of each parameter are tried, evenly spaced on its scale, both ends among them.",
     .fallback = std::int64_t{7},
     .rule = IntegerRange{1, 1000},
     .usual = std::pair(2.0, 20.0)},
});

/// Every combination; the first dimension varies slowest. Combinations that differ in nothing that matters are one.
class GridSearch final : public Sampler {
public:
    GridSearch(int points, const SearchSpace& space) {
        double total = 1;
        std::vector<std::vector<ParamValue>> values;
        for (const Dimension& dimension : space) {
            values.push_back(gridValues(dimension, points));
            total *= static_cast<double>(values.back().size());
        }
        if (total > mostTrials)
            throw Error("The grid would have " + formatNumber(total, 6) + " points.", {.parameter = "points"},
                        "Take fewer points per parameter, fewer parameters, or the random search.");
        std::set<Point> seen;
        for (std::size_t i = 0; i < static_cast<std::size_t>(total); ++i) {
            Point point;
            std::size_t rest = i;
            for (std::size_t d = space.size(); d-- > 0;) {
                point[space[d].name] = values[d][rest % values[d].size()];
                rest /= values[d].size();
            }
            point = withoutInactive(space, std::move(point));
            if (seen.insert(point).second) m_points.push_back({std::move(point)});
        }
    }

    std::vector<Proposal> propose(const std::vector<Trial>& finished) override {
        const std::size_t done = std::min(ownTrials(finished), m_points.size());
        return {m_points.begin() + static_cast<std::ptrdiff_t>(done), m_points.end()};
    }

    std::size_t total() const override { return m_points.size(); }

private:
    std::vector<Proposal> m_points;
};

}  // namespace

SearchInfo gridSearchInfo() {
    return {"grid", "Grid",
            "Tries every combination of a few values of each parameter. Thorough, for one to three parameters.", specs,
            [](const Params& params, const SearchProblem& problem) -> std::unique_ptr<Sampler> {
                return std::make_unique<GridSearch>(static_cast<int>(params.integer("points")), problem.space);
            }};
}

}  // namespace holdout
