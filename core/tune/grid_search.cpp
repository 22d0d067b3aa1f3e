// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "tune/sampling.h"

namespace holdout {
namespace {

/// More would not be looked through by anyone, nor finish.
constexpr double mostTrials = 100'000;

const ParamSpec specs[] = {
    {.id = "points",
     .label = "Points per parameter",
     .help = "How many values of each parameter are tried, evenly spaced on its scale, both ends among them.",
     .fallback = std::int64_t{7},
     .rule = IntegerRange{1, 1000},
     .usual = std::pair(2.0, 20.0)},
};

/// Every combination; the first dimension varies slowest.
class GridSearch final : public Sampler {
public:
    GridSearch(int points, const SearchSpace& space) {
        double total = 1;
        for (const Dimension& dimension : space) {
            m_names.push_back(dimension.name);
            m_values.push_back(gridValues(dimension, points));
            total *= static_cast<double>(m_values.back().size());
        }
        if (total > mostTrials)
            throw Error("The grid would have " + formatNumber(total, 6) + " points.", {.parameter = "points"},
                        "Take fewer points per parameter, fewer parameters, or the random search.");
        m_total = static_cast<std::size_t>(total);
    }

    std::vector<Point> propose(const std::vector<Trial>& finished) const override {
        if (!finished.empty()) return {};
        std::vector<Point> points(m_total);
        for (std::size_t i = 0; i < m_total; ++i) {
            std::size_t rest = i;
            for (std::size_t d = m_values.size(); d-- > 0;) {
                points[i][m_names[d]] = m_values[d][rest % m_values[d].size()];
                rest /= m_values[d].size();
            }
        }
        return points;
    }

    std::size_t total() const override { return m_total; }

private:
    std::vector<std::string> m_names;
    std::vector<std::vector<ParamValue>> m_values;
    std::size_t m_total = 0;
};

}  // namespace

SearchInfo gridSearchInfo() {
    return {"grid", "Grid", "Tries every combination of a few values of each parameter. Thorough, for one to three parameters.", specs,
            [](const Params& params, const SearchSpace& space, Seed) -> std::unique_ptr<const Sampler> {
                return std::make_unique<GridSearch>(static_cast<int>(params.integer("points")), space);
            }};
}

}  // namespace holdout
