// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <set>

#include "tune/hypervolume_improvement.h"
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
             "posterior. With a second goal it is always the hypervolume to be expected.",
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
/// (Jones, Schonlau, Welch 1998; Snoek, Larochelle, Adams 2012). With a second goal: one of each, and an improvement of
/// their Pareto front.
class BayesSearch final : public Sampler {
public:
    BayesSearch(const Params& params, const SearchProblem& problem)
        : m_trials(static_cast<std::size_t>(params.integer("trials"))),
          m_batch(static_cast<std::size_t>(params.integer("batch"))),
          m_initial(static_cast<std::size_t>(params.integer("initial"))),
          m_kind(kindOf(params.text("acquisition"))),
          m_kappa(params.real("kappa")),
          m_goals{problem.direction, problem.against},
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
        return proposed(finished, std::min(left, m_batch));
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

    /// Positions of the trials that are modelled, and their costs.
    struct Modelled {
        std::vector<Eigen::VectorXd> taken;  ///< of all trials
        Eigen::MatrixXd points;
        std::vector<const Trial*> trials;    ///< a row of `points` each
    };

    Modelled modelledOf(const std::vector<Trial>& finished) const {
        Modelled modelled;
        std::vector<const Trial*> all;
        for (const Trial& trial : finished) {
            modelled.taken.push_back(m_encoding.encode(trial.params));
            all.push_back(&trial);
        }
        const std::vector<double> costs = orderingCosts(all, m_goals);
        const std::vector<std::size_t> kept =
            modelledTrials(Eigen::Map<const Eigen::VectorXd>(costs.data(), static_cast<Eigen::Index>(costs.size())));
        modelled.points.resize(static_cast<Eigen::Index>(kept.size()), m_encoding.size());
        for (std::size_t i = 0; i < kept.size(); ++i) {
            modelled.points.row(static_cast<Eigen::Index>(i)) = modelled.taken[kept[i]];
            modelled.trials.push_back(all[kept[i]]);
        }
        return modelled;
    }

    template <typename Cost>
    static Eigen::VectorXd costsOf(const Modelled& modelled, Cost cost) {
        Eigen::VectorXd costs(modelled.points.rows());
        for (Eigen::Index i = 0; i < costs.size(); ++i) costs[i] = cost(*modelled.trials[static_cast<std::size_t>(i)]);
        return costs;
    }

    std::vector<Proposal> proposed(const std::vector<Trial>& finished, std::size_t count) {
        Modelled modelled = modelledOf(finished);
        const Eigen::VectorXd costs = costsOf(modelled, [&](const Trial& t) { return costOf(t, m_goals.direction); });
        if (m_goals.against != SecondGoal::None) return proposedForBoth(modelled, costs, finished.size(), count);
        std::vector<Eigen::VectorXd>& taken = modelled.taken;
        const ScoreModel model(m_encoding, modelled.points, costs, m_state);
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
            surrogate = believed(surrogate, *point);
            taken.push_back(*point);
        }
        return proposals;
    }

    /// The next of a batch takes this one's mean for its score (Ginsbourger, Le Riche, Carraro 2010).
    static Surrogate believed(const Surrogate& surrogate, const Eigen::VectorXd& point) {
        Eigen::VectorXd mean, variance;
        surrogate.posterior(point.transpose(), mean, variance);
        return surrogate.with(point, mean[0]);
    }

    /// A surrogate for each goal; the next trial is where the front's hypervolume is expected to grow most.
    std::vector<Proposal> proposedForBoth(Modelled& modelled, const Eigen::VectorXd& costs, std::size_t finished,
                                          std::size_t count) {
        m_state.isStraight = m_secondState.isStraight = true;
        const Eigen::VectorXd seconds =
            costsOf(modelled, [&](const Trial& t) { return secondCostOf(t, m_goals.against); });
        Surrogate first = ScoreModel(m_encoding, modelled.points, costs, m_state).surrogate(),
                  second = ScoreModel(m_encoding, modelled.points, seconds, m_secondState).surrogate();
        std::vector<Proposal> proposals;
        for (std::size_t i = 0; i < count; ++i) {
            const Seed seed = m_seed.derive("trial", finished + i);
            std::vector<GoalPair> points;
            for (Eigen::Index k = 0; k < first.values().size(); ++k)
                points.push_back({first.values()[k], second.values()[k]});
            const HypervolumeImprovement worth(first, second, points, referenceOf(points));
            // Candidates gather around one after another of the front.
            const std::vector<std::size_t> front = nonDominated(points);
            RandomStream random(seed.derive("centre"));
            const Eigen::VectorXd centre = first.points().row(static_cast<Eigen::Index>(front[random.below(front.size())]));
            const auto point =
                bestPoint(m_encoding, worth, Region::whole(m_encoding.size()), centre, modelled.taken, seed);
            if (!point) break;
            proposals.push_back({m_encoding.decode(*point)});
            if (i + 1 == count) break;
            first = believed(first, *point);
            second = believed(second, *point);
            modelled.taken.push_back(*point);
        }
        return proposals;
    }

    std::size_t m_trials, m_batch, m_initial;
    AcquisitionKind m_kind;
    double m_kappa;
    Goals m_goals;
    Seed m_seed;
    SpaceEncoding m_encoding;
    ScoreModelState m_state, m_secondState;  ///< of the score, and of the second goal
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
