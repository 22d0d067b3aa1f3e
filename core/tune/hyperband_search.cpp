// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "tune/goals.h"
#include "tune/parzen.h"
#include "tune/sampling.h"

namespace holdout {
namespace {

constexpr int drawsPerTrial = 48;
constexpr double randomShare = 1.0 / 3;  ///< of BOHB's points, which no model has a part in

ParamSpec etaParam() {
    return {.id = "eta",
            .label = "Keep one in",
            .help = "Of so many trials the best goes on, with so many times the budget.",
            .fallback = std::int64_t{3},
            .rule = IntegerRange{2, 16},
            .usual = std::pair(2.0, 6.0)};
}

ParamSpec leastParam() {
    return {.id = "least",
            .label = "Smallest budget",
            .help = "The share of the full budget that a trial gets at first, at least.",
            .fallback = 0.037,  // 1/27 in few digits: three rungs of one in three below the full budget
            .rule = RealRange{.low = 0, .high = 1, .lowOpen = true},
            .scale = Scale::Log,
            .usual = std::pair(0.001, 1.0)};
}

ParamSpec resourceParam() {
    return {.id = "resource",
            .label = "Budget of",
            .help =
                "What a trial is first given little of: epochs or trees, or training rows. By itself, epochs or trees "
                "where the model "
                "has them.",
            .fallback = std::string("auto"),
            .rule = OneOf{{{"auto", "What the model has"}, {"epochs", "Epochs or trees"}, {"rows", "Training rows"}}}};
}

ParamSpec roundsParam() {
    return {.id = "rounds",
            .label = "Rounds",
            .help = "How many times all brackets are run.",
            .fallback = std::int64_t{1},
            .rule = IntegerRange{1, 1000},
            .usual = std::pair(1.0, 10.0)};
}

ParamSpec bracketsParam() {
    return {.id = "brackets",
            .label = "First budgets",
            .help = "How many of them a round begins with, from the smallest. The largest guard against scores that mislead "
                    "while the budget is small, and cost the most. 0 takes all.",
            .fallback = std::int64_t{0},
            .rule = IntegerRange{0, 20},
            .usual = std::pair(0.0, 5.0)};
}

const std::vector<ParamSpec> halvingSpecs = withStudyParams({{.id = "trials",
                                                              .label = "Trials at first",
                                                              .help = "How many points begin with the smallest budget.",
                                                              .fallback = std::int64_t{27},
                                                              .rule = IntegerRange{2, 100'000},
                                                              .scale = Scale::Log,
                                                              .usual = std::pair(9.0, 1000.0)},
                                                             etaParam(),
                                                             leastParam(),
                                                             resourceParam()});
const std::vector<ParamSpec> bandSpecs =
    withStudyParams({roundsParam(), etaParam(), leastParam(), bracketsParam(), resourceParam()});

/// One row of successive halving: how many trials begin, and with what share of the budget.
struct Bracket {
    std::size_t trials;
    double budget;
};

/// Li et al. 2018, JMLR 18 (algorithm 1): from many trials with little to few with all.
std::vector<Bracket> hyperbandBrackets(double eta, double least, std::int64_t rounds, std::int64_t taken) {
    const int most = static_cast<int>(std::floor(std::log(1 / least) / std::log(eta) + 1e-9));
    const int last = taken > 0 ? std::max(0, most + 1 - static_cast<int>(taken)) : 0;
    std::vector<Bracket> brackets;
    for (std::int64_t round = 0; round < rounds; ++round)
        for (int s = most; s >= last; --s)
            brackets.push_back({static_cast<std::size_t>(std::ceil((most + 1.0) / (s + 1.0) * std::pow(eta, s) - 1e-9)),
                                std::pow(eta, -s)});
    return brackets;
}

/// Successive halving (Jamieson, Talwalkar 2016): trials begin with little, and the best go on with more. In brackets
/// of several first budgets: Hyperband. With points from densities of good and bad trials: BOHB (Falkner, Klein, Hutter
/// 2018).
class HalvingSearch final : public Sampler {
public:
    HalvingSearch(std::vector<Bracket> brackets, double eta, bool usesModel, const SearchProblem& problem)
        : m_brackets(std::move(brackets)),
          m_eta(eta),
          m_usesModel(usesModel),
          m_goals{problem.direction, problem.against},
          m_seed(problem.seed),
          m_encoding(problem.space) {}

    std::size_t total() const override {
        std::size_t sum = 0;
        for (const Bracket& bracket : m_brackets) {
            double budget = bracket.budget;
            for (std::size_t count = bracket.trials; count > 0; count = kept(count), budget *= m_eta) {
                sum += count;
                if (isFull(budget)) break;
            }
        }
        return sum;
    }

    /// Walks the brackets through the trials that are there, to the first rung that is not.
    std::vector<Proposal> propose(const std::vector<Trial>& finished) override {
        std::vector<const Trial*> own;
        for (const Trial& trial : finished)
            if (!trial.isProposed) own.push_back(&trial);
        std::size_t at = 0;
        for (const Bracket& bracket : m_brackets) {
            std::size_t count = bracket.trials;
            double budget = bracket.budget;
            if (at >= own.size()) return firstRung(finished, own.size(), bracket);
            while (!isFull(budget)) {
                const std::vector<const Trial*> best = bestOf({own.begin() + static_cast<std::ptrdiff_t>(at),
                                                               own.begin() + static_cast<std::ptrdiff_t>(at + count)});
                at += count;
                count = best.size();
                budget = std::min(1.0, budget * m_eta);
                if (count == 0) break;
                if (at >= own.size()) return nextRung(best, budget);
            }
            at += count;
        }
        return {};
    }

private:
    static bool isFull(double budget) { return budget >= 1 - 1e-9; }
    std::size_t kept(std::size_t count) const {
        return static_cast<std::size_t>(static_cast<double>(count) / m_eta + 1e-9);
    }

    /// Those of a rung that go on, by the score, or with a second goal front by front (Schmucker, Donini, Zafar,
    /// Salinas, Archambeau 2021); a failed trial never does.
    std::vector<const Trial*> bestOf(std::vector<const Trial*> rung) const {
        const std::size_t most = kept(rung.size());
        std::erase_if(rung, [](const Trial* trial) { return std::isnan(trial->score); });
        const std::vector<double> costs = orderingCosts(rung, m_goals);
        std::vector<std::size_t> order(rung.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return costs[a] < costs[b]; });
        std::vector<const Trial*> best;
        for (std::size_t i = 0; i < std::min(most, order.size()); ++i) best.push_back(rung[order[i]]);
        return best;
    }

    std::vector<Proposal> nextRung(const std::vector<const Trial*>& best, double budget) const {
        std::vector<Proposal> proposals;
        for (const Trial* trial : best) proposals.push_back({trial->params, isFull(budget) ? 1.0 : budget});
        return proposals;
    }

    std::vector<Proposal> firstRung(const std::vector<Trial>& finished, std::size_t own, const Bracket& bracket) const {
        std::vector<Eigen::VectorXd> points, pending;
        std::vector<double> costs;
        if (m_usesModel) takeModelled(finished, points, costs);
        std::vector<Proposal> proposals;
        for (std::size_t i = 0; i < bracket.trials; ++i) {
            const Seed seed = m_seed.derive("trial", own + i);
            RandomStream random(seed);
            Eigen::VectorXd position(m_encoding.size());
            for (double& value : position) value = random.uniform();
            if (!points.empty() && random.uniform() >= randomShare) {
                position = parzenProposal(m_encoding, points, costs, pending, drawsPerTrial, seed.derive("model"));
                pending.push_back(position);
            }
            proposals.push_back({m_encoding.decode(position), bracket.budget});
        }
        return proposals;
    }

    /// The trials of the largest budget that enough trials had.
    void takeModelled(const std::vector<Trial>& finished, std::vector<Eigen::VectorXd>& points,
                      std::vector<double>& costs) const {
        std::map<double, std::size_t, std::greater<>> countOf;
        for (const Trial& trial : finished)
            if (!std::isnan(trial.score)) ++countOf[trial.budget];
        const std::size_t enough = m_encoding.space().size() + 3;
        const auto budget =
            std::find_if(countOf.begin(), countOf.end(), [&](const auto& entry) { return entry.second >= enough; });
        if (budget == countOf.end()) return;
        std::vector<const Trial*> modelled;
        for (const Trial& trial : finished) {
            if (trial.budget != budget->first || std::isnan(trial.score)) continue;
            points.push_back(m_encoding.encode(trial.params));
            modelled.push_back(&trial);
        }
        costs = orderingCosts(modelled, m_goals);
    }

    std::vector<Bracket> m_brackets;
    double m_eta;
    bool m_usesModel;
    Goals m_goals;
    Seed m_seed;
    SpaceEncoding m_encoding;
};

double leastBudget(const Params& params, const SearchProblem& problem) {
    return std::min(1.0, std::max(params.real("least"), problem.leastBudget));
}

template <bool usesModel>
std::unique_ptr<Sampler> makeBand(const Params& params, const SearchProblem& problem) {
    const double eta = static_cast<double>(params.integer("eta"));
    return std::make_unique<HalvingSearch>(
        hyperbandBrackets(eta, leastBudget(params, problem), params.integer("rounds"), params.integer("brackets")), eta,
        usesModel, problem);
}

}  // namespace

SearchInfo halvingSearchInfo() {
    return {"halving", "Successive halving",
            "Begins many trials with few epochs or rows, and goes on with the best only.", halvingSpecs,
            [](const Params& params, const SearchProblem& problem) -> std::unique_ptr<Sampler> {
                const double eta = static_cast<double>(params.integer("eta")), least = leastBudget(params, problem);
                const double rungs = std::floor(std::log(1 / least) / std::log(eta) + 1e-9);
                const auto trials = static_cast<std::size_t>(params.integer("trials"));
                // As many rungs as leave a trial for the full budget.
                const double useful =
                    std::min(rungs, std::floor(std::log(static_cast<double>(trials)) / std::log(eta) + 1e-9));
                return std::make_unique<HalvingSearch>(std::vector<Bracket>{{trials, std::pow(eta, -useful)}}, eta,
                                                       false, problem);
            }};
}

SearchInfo hyperbandSearchInfo() {
    return {"hyperband",
            "Hyperband",
            "Successive halving from several first budgets. The choice for networks and boosting with many epochs or "
            "trees.",
            bandSpecs,
            makeBand<false>,
            "rounds"};
}

SearchInfo bohbSearchInfo() {
    return {"bohb",
            "Hyperband with a model",
            "Hyperband whose points come from where good trials lie, as in the tree of Parzen estimators.",
            bandSpecs,
            makeBand<true>,
            "rounds"};
}

}  // namespace holdout
