// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "tune/goals.h"
#include "tune/parzen.h"
#include "tune/sampling.h"
#include "tune/sobol.h"

namespace holdout {
namespace {

constexpr int drawsPerTrial = 48;

const std::vector<ParamSpec> specs = withStudyParams({
    trialsParam(),
    initialTrialsParam("Evenly spread trials before the densities of good and bad ones are first compared.",
                       10, 1),
    batchParam(),
});

/// Tries next where good trials lie denser than bad ones; with a second goal, good are those of the first fronts (Ozaki,
/// Tanigaki, Watanabe, Onishi 2020, GECCO).
class TpeSearch final : public Sampler {
public:
    TpeSearch(const Params& params, const SearchProblem& problem)
        : m_trials(static_cast<std::size_t>(params.integer("trials"))),
          m_batch(static_cast<std::size_t>(params.integer("batch"))),
          m_initial(static_cast<std::size_t>(params.integer("initial"))),
          m_goals{problem.direction, problem.against},
          m_seed(problem.seed),
          m_encoding(problem.space) {}

    std::size_t total() const override { return m_trials; }

    std::vector<Proposal> propose(const std::vector<Trial>& finished) override {
        const std::size_t own = ownTrials(finished);
        std::vector<Proposal> proposals;
        if (own >= m_trials) return proposals;
        const std::size_t left = m_trials - own;
        if (finished.size() < m_initial) {
            const SobolSequence sobol(m_encoding.size(), m_seed.derive("spread"));
            for (std::size_t i = 0; i < std::min(left, m_initial - finished.size()); ++i)
                proposals.push_back({m_encoding.decode(sobol.point(static_cast<std::uint32_t>(own + i)))});
            return proposals;
        }
        std::vector<Eigen::VectorXd> points, pending;
        std::vector<const Trial*> scored;
        for (const Trial& trial : finished) {
            points.push_back(m_encoding.encode(trial.params));
            scored.push_back(&trial);
        }
        const std::vector<double> costs = orderingCosts(scored, m_goals);
        for (std::size_t i = 0; i < std::min(left, m_batch); ++i) {
            pending.push_back(
                parzenProposal(m_encoding, points, costs, pending, drawsPerTrial, m_seed.derive("trial", own + i)));
            proposals.push_back({m_encoding.decode(pending.back())});
        }
        return proposals;
    }

private:
    std::size_t m_trials, m_batch, m_initial;
    Goals m_goals;
    Seed m_seed;
    SpaceEncoding m_encoding;
};

}  // namespace

SearchInfo tpeSearchInfo() {
    return {"tpe",
            "Tree of Parzen estimators",
            "Compares where good and bad trials lie. Quick for thousands of trials, and at ease with choices.",
            specs,
            [](const Params& params, const SearchProblem& problem) -> std::unique_ptr<Sampler> {
                return std::make_unique<TpeSearch>(params, problem);
            },
            "trials"};
}

}  // namespace holdout
