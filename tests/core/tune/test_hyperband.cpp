// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <map>

#include "tune/study.h"

using namespace holdout;

namespace {

SearchSpace twoNumbers() {
    return {{.name = "a", .low = 0, .high = 1}, {.name = "b", .low = 0, .high = 1}};
}

/// Where the best are: at a = 0.3, and the more the larger the budget.
double scoreOf(const Trial& trial) {
    return std::abs(std::get<double>(trial.params.at("a")) - 0.3) / trial.budget;
}

}  // namespace

/// Trials of Hyperband in order: how many begin, with what share of the budget, and which go on.
class HyperbandTest : public QObject {
    Q_OBJECT
    const SearchRegistry m_searches = builtinSearches();

    std::unique_ptr<Sampler> sampler(const char* id, const ParamSet& params, double least = 1.0 / 27) const {
        const SearchInfo& info = m_searches.require(id);
        return info.make(Params(info.params, params, info.id), {.space = twoNumbers(), .seed = Seed{5}, .leastBudget = least});
    }

    /// Batch by batch; each batch is of one budget.
    static std::vector<std::vector<Trial>> run(Sampler& search) {
        std::vector<std::vector<Trial>> batches;
        std::vector<Trial> finished;
        for (auto proposals = search.propose(finished); !proposals.empty(); proposals = search.propose(finished)) {
            batches.emplace_back();
            for (const Proposal& proposal : proposals) {
                Trial trial{.number = finished.size(), .params = proposal.params, .budget = proposal.budget};
                trial.score = scoreOf(trial);
                batches.back().push_back(trial);
                finished.push_back(std::move(trial));
            }
        }
        return batches;
    }

    static std::vector<std::size_t> sizes(const std::vector<std::vector<Trial>>& batches) {
        std::vector<std::size_t> result;
        for (const auto& batch : batches) result.push_back(batch.size());
        return result;
    }

private slots:
    /// Li et al. 2018, table 1, with R = 27 in place of 81: s = 3 … 0.
    void bracketsAreThoseOfThePaper() {
        const auto search = sampler("hyperband", {});
        const auto batches = run(*search);
        QCOMPARE(sizes(batches), (std::vector<std::size_t>{27, 9, 3, 1, 12, 4, 1, 6, 2, 4}));
        const std::vector<double> budgets{1. / 27, 1. / 9, 1. / 3, 1, 1. / 9, 1. / 3, 1, 1. / 3, 1, 1};
        std::size_t total = 0;
        for (std::size_t i = 0; i < batches.size(); ++i) {
            QVERIFY(std::abs(batches[i].front().budget - budgets[i]) < 1e-12);
            total += batches[i].size();
        }
        QCOMPARE(search->total(), total);
    }

    void theBestOfARungGoOn() {
        const auto search = sampler("hyperband", {});
        const auto batches = run(*search);
        std::vector<Trial> first = batches[0];
        std::stable_sort(first.begin(), first.end(), [](const Trial& a, const Trial& b) { return a.score < b.score; });
        for (std::size_t i = 0; i < batches[1].size(); ++i) QVERIFY(batches[1][i].params == first[i].params);
    }

    void firstBudgetsCanBeFewer() {
        ParamSet params;
        params.set("brackets", std::int64_t{2});
        QCOMPARE(sizes(run(*sampler("hyperband", params))), (std::vector<std::size_t>{27, 9, 3, 1, 12, 4, 1}));
        params.set("least", 1.0 / 9);
        params.set("rounds", std::int64_t{2});
        QCOMPARE(sizes(run(*sampler("hyperband", params))), (std::vector<std::size_t>{9, 3, 1, 5, 1, 9, 3, 1, 5, 1}));
        params.set("brackets", std::int64_t{20});
        params.set("rounds", std::int64_t{1});
        QCOMPARE(sizes(run(*sampler("hyperband", params))), (std::vector<std::size_t>{9, 3, 1, 5, 1, 3}));
    }

    /// A budget below what can be told from nothing (one epoch of few) is not begun with.
    void theLeastBudgetIsThatOfTheModel() {
        QCOMPARE(sizes(run(*sampler("hyperband", {}, 1.0 / 3))), (std::vector<std::size_t>{3, 1, 2}));
    }

    void aModelProposesBetterPointsThanChance() {
        ParamSet params;
        params.set("rounds", std::int64_t{4});
        const auto meanOfLastRound = [&](const char* id) {
            const auto batches = run(*sampler(id, params));
            const std::vector<Trial>& first = batches[3 * batches.size() / 4];
            double sum = 0;
            for (const Trial& trial : first) sum += std::abs(std::get<double>(trial.params.at("a")) - 0.3);
            return sum / static_cast<double>(first.size());
        };
        QVERIFY(meanOfLastRound("bohb") < 0.8 * meanOfLastRound("hyperband"));
    }
};

QTEST_APPLESS_MAIN(HyperbandTest)
#include "test_hyperband.moc"
