// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "tune/sampling.h"
#include "tune/sobol.h"
#include "tune/space_encoding.h"

namespace holdout {
namespace {

const std::vector<ParamSpec> specs = withStudyParams({
    trialsParam(),
    {.id = "draw",
     .label = "Drawn",
     .help = "Independently; as a Latin hypercube, in which every parameter's values are evenly spread; or as Sobol's "
             "sequence, in "
             "which the points of all parameters together are.",
     .fallback = std::string("uniform"),
     .rule =
         OneOf{{{"uniform", "Independently"}, {"latin-hypercube", "Latin hypercube"}, {"sobol", "Sobol sequence"}}}},
});

/// Points that no score has a part in, uniform on each dimension's scale (Bergstra, Bengio 2012, JMLR 13).
class RandomSearch final : public Sampler {
public:
    RandomSearch(const Params& params, const SearchProblem& problem)
        : m_trials(static_cast<std::size_t>(params.integer("trials"))),
          m_draw(params.text("draw")),
          m_encoding(problem.space),
          m_seed(problem.seed) {}

    /// A point belongs to its trial: a longer search begins with the same points, but for a Latin hypercube, which has
    /// as many slices as trials.
    std::vector<Proposal> propose(const std::vector<Trial>& finished) override {
        std::vector<Proposal> proposals;
        const std::size_t own = ownTrials(finished);
        Eigen::MatrixXd cube;
        if (m_draw == "latin-hypercube" && own < m_trials)
            cube = latinHypercube(static_cast<Eigen::Index>(m_trials), m_encoding.size(), m_seed.derive("cube"));
        for (std::size_t i = own; i < m_trials; ++i)
            proposals.push_back({m_encoding.decode(
                cube.size() > 0 ? Eigen::VectorXd(cube.row(static_cast<Eigen::Index>(i))) : position(i))});
        return proposals;
    }

    std::size_t total() const override { return m_trials; }

private:
    Eigen::VectorXd position(std::size_t i) const {
        if (m_draw == "sobol")
            return SobolSequence(m_encoding.size(), m_seed.derive("sobol")).point(static_cast<std::uint32_t>(i));
        RandomStream random(m_seed.derive("trial", i));
        Eigen::VectorXd result(m_encoding.size());
        for (double& value : result) value = random.uniform();
        return result;
    }

    std::size_t m_trials;
    std::string m_draw;
    SpaceEncoding m_encoding;
    Seed m_seed;
};

}  // namespace

SearchInfo randomSearchInfo() {
    return {"random",
            "Random",
            "Tries points drawn at random. The better choice when there are more than two or three parameters.",
            specs,
            [](const Params& params, const SearchProblem& problem) -> std::unique_ptr<Sampler> {
                return std::make_unique<RandomSearch>(params, problem);
            },
            "trials"};
}

}  // namespace holdout
