// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/sampling.h"

namespace holdout {
namespace {

const ParamSpec specs[] = {
    {.id = "trials",
     .label = "Trials",
     .help = "How many points are tried.",
     .fallback = std::int64_t{50},
     .rule = IntegerRange{1, 100'000},
     .scale = Scale::Log,
     .usual = std::pair(10.0, 1000.0)},
};

/// Independent points, uniform on each dimension's scale (Bergstra, Bengio 2012, JMLR 13).
class RandomSearch final : public Sampler {
public:
    RandomSearch(std::size_t trials, SearchSpace space, Seed seed) : m_trials(trials), m_space(std::move(space)), m_seed(seed) {}

    std::vector<Point> propose(const std::vector<Trial>& finished) const override {
        std::vector<Point> points;
        for (std::size_t i = finished.size(); i < m_trials; ++i) {
            // A point belongs to its trial: a longer search begins with the same points.
            RandomStream random(m_seed.derive("trial", i));
            Point point;
            for (const Dimension& dimension : m_space) point[dimension.name] = valueAt(dimension, random.uniform());
            points.push_back(std::move(point));
        }
        return points;
    }

    std::size_t total() const override { return m_trials; }

private:
    std::size_t m_trials;
    SearchSpace m_space;
    Seed m_seed;
};

}  // namespace

SearchInfo randomSearchInfo() {
    return {"random", "Random", "Tries points drawn at random. The better choice when there are more than two or three parameters.", specs,
            [](const Params& params, const SearchSpace& space, Seed seed) -> std::unique_ptr<const Sampler> {
                return std::make_unique<RandomSearch>(static_cast<std::size_t>(params.integer("trials")), space, seed);
            }};
}

}  // namespace holdout
