// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/goals.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "tune/sampling.h"

namespace holdout {
namespace {

constexpr double leastSeconds = 1e-6;
constexpr double none = std::numeric_limits<double>::infinity();

bool isFinite(const GoalPair& point) {
    return std::isfinite(point[0]) && std::isfinite(point[1]);
}

/// Positions of finite points by the first cost, equal ones by the second.
std::vector<std::size_t> byFirstCost(const std::vector<GoalPair>& points) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < points.size(); ++i)
        if (isFinite(points[i])) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return points[a] < points[b]; });
    return order;
}

/// The fronts one behind the other, each by the first cost ascending.
std::vector<std::vector<std::size_t>> fronts(const std::vector<GoalPair>& points) {
    std::vector<std::vector<std::size_t>> result;
    for (const std::size_t i : byFirstCost(points)) {
        // A front's last point has its least second cost, and those of later fronts are greater: the first front
        // that does not beat the point takes it.
        const auto front = std::partition_point(result.begin(), result.end(), [&](const std::vector<std::size_t>& f) {
            return points[f.back()][1] <= points[i][1];
        });
        if (front == result.end())
            result.push_back({i});
        else
            front->push_back(i);
    }
    return result;
}

/// How much room each point of a front has, in parts of the front's extent; its ends have most.
std::vector<double> crowding(const std::vector<std::size_t>& front, const std::vector<GoalPair>& points) {
    std::vector<double> room(front.size(), none);
    const double width = points[front.back()][0] - points[front.front()][0],
                 height = points[front.front()][1] - points[front.back()][1];
    for (std::size_t k = 1; k + 1 < front.size(); ++k)
        room[k] = (points[front[k + 1]][0] - points[front[k - 1]][0]) / width +
                  (points[front[k - 1]][1] - points[front[k + 1]][1]) / height;
    return room;
}

double fullBudget(const std::vector<Trial>& trials) {
    double budget = 0;
    for (const Trial& trial : trials)
        if (trial.state == TrialState::Complete) budget = std::max(budget, trial.budget);
    return budget;
}

}  // namespace

double secondCostOf(const Trial& trial, SecondGoal against) {
    if (against == SecondGoal::None || std::isnan(trial.score)) return std::nan("");
    if (against == SecondGoal::Size) return std::log(static_cast<double>(std::max<std::int64_t>(1, trial.bytes)));
    return std::log(std::max(leastSeconds, trial.seconds));
}

GoalPair goalPairOf(const Trial& trial, const Goals& goals) {
    return {costOf(trial, goals.direction), secondCostOf(trial, goals.against)};
}

std::vector<double> orderingCosts(const std::vector<const Trial*>& trials, const Goals& goals) {
    std::vector<double> costs(trials.size(), std::nan(""));
    if (goals.against == SecondGoal::None) {
        for (std::size_t i = 0; i < trials.size(); ++i) costs[i] = costOf(*trials[i], goals.direction);
        return costs;
    }
    std::vector<GoalPair> points;
    for (const Trial* trial : trials) points.push_back(goalPairOf(*trial, goals));
    double place = 0;
    for (const std::vector<std::size_t>& front : fronts(points)) {
        const std::vector<double> room = crowding(front, points);
        std::vector<std::size_t> order(front.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return room[a] > room[b]; });
        for (const std::size_t k : order) costs[front[k]] = place++;
    }
    return costs;
}

std::vector<std::size_t> nonDominated(const std::vector<GoalPair>& points) {
    std::vector<std::size_t> front;
    for (const std::size_t i : byFirstCost(points))
        if (front.empty() || points[i][1] < points[front.back()][1]) front.push_back(i);
    return front;
}

double hypervolume(const std::vector<GoalPair>& points, const GoalPair& reference) {
    double area = 0, top = reference[1];
    for (const std::size_t i : nonDominated(points)) {
        if (points[i][0] >= reference[0]) break;
        if (points[i][1] >= top) continue;
        area += (reference[0] - points[i][0]) * (top - points[i][1]);
        top = points[i][1];
    }
    return area;
}

std::vector<std::size_t> paretoFront(const std::vector<Trial>& trials, Direction direction, SecondGoal against) {
    const double budget = fullBudget(trials);
    const Goals goals{direction, against == SecondGoal::Size ? SecondGoal::Size : SecondGoal::Time};
    std::vector<GoalPair> points;
    for (const Trial& trial : trials) {
        const bool counts = trial.state == TrialState::Complete && trial.budget == budget;
        points.push_back(counts ? goalPairOf(trial, goals) : GoalPair{none, none});
    }
    std::vector<std::size_t> front = nonDominated(points);
    std::reverse(front.begin(), front.end());  // the best score first -> the cheapest first
    return front;
}

double frontShare(const std::vector<Trial>& trials, const Goals& goals) {
    const double budget = fullBudget(trials);
    std::vector<GoalPair> points;
    for (const Trial& trial : trials) {
        if (trial.state != TrialState::Complete || trial.budget != budget) continue;
        if (const GoalPair point = goalPairOf(trial, goals); isFinite(point)) points.push_back(point);
    }
    if (points.empty()) return 0;
    for (std::size_t g = 0; g < 2; ++g) {
        const auto [least, most] = std::minmax_element(points.begin(), points.end(),
                                                       [g](const GoalPair& a, const GoalPair& b) { return a[g] < b[g]; });
        const double low = (*least)[g], extent = (*most)[g] - low;
        for (GoalPair& point : points) point[g] = extent > 0 ? (point[g] - low) / extent : 0;
    }
    return hypervolume(points, {1, 1});
}

}  // namespace holdout
