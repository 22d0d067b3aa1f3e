// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <set>

#include "tune/point_search.h"
#include "tune/sampling.h"
#include "tune/score_model.h"
#include "tune/sobol.h"

namespace holdout {
namespace {

const OneOf acquisitions{{{"log-ei", "Log expected improvement"},
                          {"ei", "Expected improvement"},
                          {"noisy-ei", "Noisy expected improvement"},
                          {"ucb", "Confidence bound"},
                          {"thompson", "Thompson sampling"}}};

const std::vector<ParamSpec> specs = withStudyParams({
    trialsParam(),
    {.id = "acquisition",
     .label = "Acquisition",
     .help = "What makes a point worth the next trial: the improvement to be expected (its logarithm is easier to "
             "maximise; the "
             "noisy form does not trust the best score seen), the optimistic end of the band, or a draw from the "
             "posterior.",
     .fallback = std::string("log-ei"),
     .rule = acquisitions},
    {.id = "kappa",
     .label = "Optimism",
     .help = "How many standard deviations the confidence bound lies from the mean: more explores more.",
     .fallback = 2.0,
     .rule = RealRange{.low = 0, .high = 100},
     .when = EnabledWhen{"acquisition", {"ucb"}},
     .usual = std::pair(0.0, 5.0)},
    initialTrialsParam(
        "Evenly spread trials before the model of the score is first used. 0 takes a number that suits the space.", 0,
        0),
    batchParam(),
});

AcquisitionKind kindOf(const std::string& id) {
    if (id == "ei") return AcquisitionKind::ExpectedImprovement;
    if (id == "noisy-ei") return AcquisitionKind::NoisyExpectedImprovement;
    if (id == "ucb") return AcquisitionKind::ConfidenceBound;
    if (id == "thompson") return AcquisitionKind::Thompson;
    return AcquisitionKind::LogExpectedImprovement;
}

/// Evenly spread trials first, then a Gaussian process of the score proposes where an improvement is to be expected
/// (Jones, Schonlau, Welch 1998; Snoek, Larochelle, Adams 2012).
class BayesSearch final : public Sampler {
public:
    BayesSearch(const Params& params, const SearchProblem& problem)
        : m_trials(static_cast<std::size_t>(params.integer("trials"))),
          m_batch(static_cast<std::size_t>(params.integer("batch"))),
          m_initial(static_cast<std::size_t>(params.integer("initial"))),
          m_kind(kindOf(params.text("acquisition"))),
          m_kappa(params.real("kappa")),
          m_direction(problem.direction),
          m_seed(problem.seed),
          m_encoding(problem.space) {
        // Whatever the number of trials: a longer study begins as a shorter one. Few, because the model itself spreads
        // trials where it knows least: on the benchmark's eight problems more of them only came later to the same
        // place.
        if (m_initial == 0) m_initial = 3 + problem.space.size() / 2;
    }

    std::size_t total() const override { return m_trials; }

    std::vector<Proposal> propose(const std::vector<Trial>& finished) override {
        const std::size_t own = ownTrials(finished);
        if (own >= m_trials) return {};
        const std::size_t left = m_trials - own;
        const auto scored =
            std::count_if(finished.begin(), finished.end(), [](const Trial& t) { return !std::isnan(t.score); });
        // What a person proposed, or a fork has taken along, spreads the trials as well.
        if (finished.size() < m_initial) return spread(finished, std::min(left, m_initial - finished.size()));
        if (scored < 2) return spread(finished, std::min(left, m_batch));
        return modelled(finished, std::min(left, m_batch));
    }

private:
    /// Points of Sobol's sequence that were not tried yet; fewer where the space has no others.
    std::vector<Proposal> spread(const std::vector<Trial>& finished, std::size_t count) const {
        constexpr std::uint32_t mostSkipped = 256;
        const SobolSequence sobol(m_encoding.size(), m_seed.derive("spread"));
        std::set<Point> taken;
        for (const Trial& trial : finished) taken.insert(trial.params);
        std::vector<Proposal> proposals;
        const auto first = static_cast<std::uint32_t>(ownTrials(finished));
        for (std::uint32_t i = 0; proposals.size() < count && i < count + mostSkipped; ++i) {
            Point point = m_encoding.decode(sobol.point(first + i));
            if (taken.insert(point).second) proposals.push_back({std::move(point)});
        }
        return proposals;
    }

    std::vector<Proposal> modelled(const std::vector<Trial>& finished, std::size_t count) {
        std::vector<Eigen::VectorXd> taken;
        Eigen::VectorXd costs(static_cast<Eigen::Index>(finished.size()));
        for (std::size_t i = 0; i < finished.size(); ++i) {
            taken.push_back(m_encoding.encode(finished[i].params));
            costs[static_cast<Eigen::Index>(i)] = costOf(finished[i], m_direction);
        }
        const std::vector<std::size_t> kept = modelledTrials(costs);
        Eigen::MatrixXd points(static_cast<Eigen::Index>(kept.size()), m_encoding.size());
        Eigen::VectorXd keptCosts(points.rows());
        for (Eigen::Index i = 0; i < points.rows(); ++i) {
            points.row(i) = taken[kept[static_cast<std::size_t>(i)]];
            keptCosts[i] = costs[static_cast<Eigen::Index>(kept[static_cast<std::size_t>(i)])];
        }
        const ScoreModel model(m_encoding, points, keptCosts, m_state);
        Surrogate surrogate = model.surrogate();
        std::vector<Proposal> proposals;
        for (std::size_t i = 0; i < count; ++i) {
            const Seed seed = m_seed.derive("trial", finished.size() + i);
            Eigen::Index best;
            surrogate.values().minCoeff(&best);
            const Eigen::VectorXd centre = surrogate.points().row(best);
            const Acquisition acquisition(m_kind, surrogate, m_kappa, seed);
            const auto point =
                bestPoint(m_encoding, acquisition, Region::whole(m_encoding.size()), centre, taken, seed);
            if (!point) break;
            proposals.push_back({m_encoding.decode(*point)});
            if (i + 1 == count) break;
            // The next of the batch takes this one's mean for its score (Ginsbourger, Le Riche, Carraro 2010).
            Eigen::VectorXd mean, variance;
            surrogate.posterior(point->transpose(), mean, variance);
            surrogate = surrogate.with(*point, mean[0]);
            taken.push_back(*point);
        }
        return proposals;
    }

    std::size_t m_trials, m_batch, m_initial;
    AcquisitionKind m_kind;
    double m_kappa;
    Direction m_direction;
    Seed m_seed;
    SpaceEncoding m_encoding;
    ScoreModelState m_state;
};

}  // namespace

SearchInfo bayesSearchInfo() {
    return {
        "bayes",
        "Bayesian (Gaussian process)",
        "Learns the score over the parameters and tries next where it may be best. The choice when trials take long.",
        specs,
        [](const Params& params, const SearchProblem& problem) -> std::unique_ptr<Sampler> {
            return std::make_unique<BayesSearch>(params, problem);
        },
        "trials"};
}

}  // namespace holdout
