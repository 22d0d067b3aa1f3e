// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "evaluate/statistics.h"
#include "tune/goals.h"
#include "tune/hypervolume_improvement.h"

using namespace holdout;

namespace {

constexpr std::size_t dimensions = 4;
constexpr GoalPair zdtReference{1.1, 2};
/// Between the reference and the front f2 = 1 - √f1: 1 + 2/3, and beyond f1 = 1 the whole height.
const double zdtMost = 1 + 2.0 / 3 + 0.1 * 2;

/// Zitzler, Deb, Thiele 2000, Evolutionary Computation 8 (ZDT1).
GoalPair zdt1(const Point& point) {
    double rest = 0;
    for (std::size_t d = 1; d < dimensions; ++d) rest += std::get<double>(point.at("x" + std::to_string(d)));
    const double first = std::get<double>(point.at("x0")), g = 1 + 9 * rest / (dimensions - 1);
    return {first, g * (1 - std::sqrt(first / g))};
}

/// The hypervolume that `id` reaches with 60 trials. The score is f2; the other goal, f1, are logarithms of seconds.
double reached(std::string_view id, SecondGoal against, std::uint64_t seed) {
    const SearchRegistry searches = builtinSearches();
    const SearchInfo& info = searches.require(id);
    ParamSet params;
    params.set("trials", std::int64_t{60});
    SearchProblem problem{.seed = Seed{seed}, .against = against};
    for (std::size_t d = 0; d < dimensions; ++d) problem.space.push_back({.name = "x" + std::to_string(d), .low = 0, .high = 1});
    const auto sampler = info.make(Params(info.params, params, info.id), problem);
    std::vector<Trial> trials;
    std::vector<GoalPair> points;
    for (std::vector<Proposal> proposals; !(proposals = sampler->propose(trials)).empty();)
        for (const Proposal& proposal : proposals) {
            points.push_back(zdt1(proposal.params));
            Trial& trial = trials.emplace_back();
            trial.number = trials.size() - 1;
            trial.params = proposal.params;
            trial.score = points.back()[1];
            trial.seconds = std::exp(points.back()[0]);
        }
    return hypervolume(points, zdtReference);
}

std::vector<double> reachedBySeeds(std::string_view id, SecondGoal against) {
    std::vector<double> volumes(10);
    parallelFor(volumes.size(), [&](std::size_t seed) { volumes[seed] = reached(id, against, seed); });
    return volumes;
}

Surrogate wave(double phase) {
    Eigen::MatrixXd points(5, 2);
    points << 0.1, 0.2, 0.9, 0.4, 0.4, 0.8, 0.6, 0.1, 0.3, 0.5;
    Eigen::VectorXd values(5);
    for (Eigen::Index i = 0; i < 5; ++i) values[i] = std::sin(4 * points(i, 0) + phase) + std::cos(3 * points(i, 1));
    return Surrogate(points, values, {{false, false}}, {Eigen::Vector2d(-1, -0.8), 0, -9});
}

std::vector<GoalPair> valuesOf(const Surrogate& first, const Surrogate& second) {
    std::vector<GoalPair> points;
    for (Eigen::Index i = 0; i < first.values().size(); ++i) points.push_back({first.values()[i], second.values()[i]});
    return points;
}

}  // namespace

class GoalsTest : public QObject {
    Q_OBJECT
private slots:
    void areasAreAdded() {
        const std::vector<GoalPair> points{{1, 3}, {2, 1}, {2.5, 2.5}, {5, 0}, {NAN, 0}};
        QCOMPARE(nonDominated(points), (std::vector<std::size_t>{0, 1, 3}));
        // Up to (4, 4): the first 3 × 1, the second another 2 × 2; the third is dominated, the fourth beyond.
        QCOMPARE(hypervolume(points, {4, 4}), 3.0 + 4.0);
        QCOMPARE(hypervolume({}, {4, 4}), 0.0);
    }

    void frontsComeOneAfterAnother() {
        std::vector<Trial> trials(6);
        const double scores[] = {1, 2, 3, 2, 3, NAN}, seconds[] = {3, 2, 1, 3, 3, 1};
        std::vector<const Trial*> pointers;
        for (std::size_t i = 0; i < trials.size(); ++i) {
            trials[i].score = scores[i];
            trials[i].seconds = seconds[i];
            pointers.push_back(&trials[i]);
        }
        const std::vector<double> costs = orderingCosts(pointers, {Direction::LowerIsBetter, SecondGoal::Time});
        // The ends of the first front, its middle, then (2, 3), then (3, 3).
        QCOMPARE((std::vector<double>(costs.begin(), costs.begin() + 5)), (std::vector<double>{0, 2, 1, 3, 4}));
        QVERIFY(std::isnan(costs[5]));
        QCOMPARE(orderingCosts(pointers, {Direction::HigherIsBetter, SecondGoal::None})[2], -3.0);
    }

    void shareOfTheFront() {
        std::vector<Trial> trials(3);
        const double scores[] = {0.5, 0.9, 0.7}, seconds[] = {1, 100, 10};
        for (std::size_t i = 0; i < 3; ++i) {
            trials[i].score = scores[i];
            trials[i].seconds = seconds[i];
        }
        // The middle of both goals, on the logarithm of seconds; the ends add nothing.
        QVERIFY(std::abs(frontShare(trials, {Direction::HigherIsBetter, SecondGoal::Time}) - 0.25) < 1e-12);
        QCOMPARE(frontShare({}, {Direction::HigherIsBetter, SecondGoal::Time}), 0.0);
    }

    /// Against the mean of what draws from both normals add: 200,000 of them, so within four standard errors of 1 % or so.
    void expectedImprovementIsThatOfDraws() {
        const Surrogate first = wave(0), second = wave(2);
        const std::vector<GoalPair> points = valuesOf(first, second);
        const GoalPair reference = referenceOf(points);
        const HypervolumeImprovement worth(first, second, points, reference);
        const double now = hypervolume(points, reference);
        RandomStream random(Seed{5});
        for (const auto& place : {Eigen::Vector2d(0.75, 0.75), Eigen::Vector2d(0.2, 0.9), Eigen::Vector2d(0.5, 0.4)}) {
            Eigen::VectorXd mean1, variance1, mean2, variance2;
            first.posterior(place.transpose(), mean1, variance1);
            second.posterior(place.transpose(), mean2, variance2);
            double sum = 0, squares = 0;
            constexpr int draws = 200'000;
            for (int i = 0; i < draws; ++i) {
                std::vector<GoalPair> with = points;
                const double a = mean1[0] + std::sqrt(variance1[0]) * random.normal();
                with.push_back({a, mean2[0] + std::sqrt(variance2[0]) * random.normal()});
                const double gain = hypervolume(with, reference) - now;
                sum += gain;
                squares += gain * gain;
            }
            const double mean = sum / draws, error = std::sqrt((squares / draws - mean * mean) / draws);
            const double closed = std::exp(worth.worth(place.transpose())[0]);
            QVERIFY2(std::abs(closed - mean) < 4 * error, qPrintable(QString("%1 for %2 ± %3").arg(closed).arg(mean).arg(error)));
        }
    }

    void slopesAreThoseOfDifferences() {
        const Surrogate first = wave(0), second = wave(2);
        const std::vector<GoalPair> points = valuesOf(first, second);
        const HypervolumeImprovement worth(first, second, points, referenceOf(points));
        constexpr double step = 1e-5;
        for (const auto& place : {Eigen::Vector2d(0.75, 0.75), Eigen::Vector2d(0.2, 0.9), Eigen::Vector2d(0.5, 0.4)}) {
            Eigen::VectorXd slope, unused;
            const double value = worth.worthAndSlope(place, slope);
            QVERIFY(std::abs(value - worth.worth(place.transpose())[0]) < 1e-10);
            for (Eigen::Index d = 0; d < 2; ++d) {
                Eigen::VectorXd up = place, down = place;
                up[d] += step;
                down[d] -= step;
                const double difference = (worth.worthAndSlope(up, unused) - worth.worthAndSlope(down, unused)) / (2 * step);
                QVERIFY(std::abs(difference - slope[d]) < 1e-5 * (1 + std::abs(slope[d])));
            }
        }
    }

    /// The issue's own wish: a search for both goals finds more of the front than one for the score, or than chance.
    void bothGoalsAreSearched() {
        const std::vector<double> both = reachedBySeeds("bayes", SecondGoal::Time),
                                  single = reachedBySeeds("bayes", SecondGoal::None),
                                  random = reachedBySeeds("random", SecondGoal::Time),
                                  parzen = reachedBySeeds("tpe", SecondGoal::Time),
                                  parzenSingle = reachedBySeeds("tpe", SecondGoal::None);
        const auto least = [](const std::vector<double>& v) { return *std::min_element(v.begin(), v.end()); };
        const auto greatest = [](const std::vector<double>& v) { return *std::max_element(v.begin(), v.end()); };
        for (const auto& [name, v] : {std::pair("bayes, both", both), {"bayes, score", single}, {"random", random},
                                      {"tpe, both", parzen}, {"tpe, score", parzenSingle}})
            qInfo("%-14s least %.4f median %.4f of %.4f", name, least(v), quantile(v, 0.5), zdtMost);
        QVERIFY(least(both) > greatest(single));
        QVERIFY(least(both) > greatest(random));
        QVERIFY(least(both) > 0.97 * zdtMost);
        QVERIFY(quantile(parzen, 0.5) > quantile(parzenSingle, 0.5));
        QVERIFY(quantile(parzen, 0.5) > quantile(random, 0.5));
    }

    void isTheSameAgain() {
        QCOMPARE(reached("bayes", SecondGoal::Time, 3), reached("bayes", SecondGoal::Time, 3));
        QCOMPARE(reached("tpe", SecondGoal::Time, 3), reached("tpe", SecondGoal::Time, 3));
    }
};

QTEST_APPLESS_MAIN(GoalsTest)
#include "test_goals.moc"
