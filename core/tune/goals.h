// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <vector>

#include "tune/study.h"

namespace holdout {

// A study with a second goal looks for trials that no other beats in both: their score, and what they cost (seconds or
// bytes, which are weighed by their logarithm: half is half, whether of a minute or of a second).

/// What the trials of a study are judged by.
struct Goals {
    Direction direction = Direction::LowerIsBetter;
    SecondGoal against = SecondGoal::None;
};

/// Two costs of a trial, both better when lower.
using GoalPair = std::array<double, 2>;

/// Natural logarithm of a trial's seconds, or of the bytes of its model; NaN for a failed one, or without a second goal.
double secondCostOf(const Trial& trial, SecondGoal against);
/// The score as a cost, and secondCostOf.
GoalPair goalPairOf(const Trial& trial, const Goals& goals);

/// A number for each trial by which they can be put in order, lower first; NaN when it failed. Without a second goal the
/// score as a cost. With one, fronts after one another (non-dominated sorting), and in a front those first that have most
/// room around them (crowding distance): Deb, Pratap, Agarwal, Meyarivan 2002, IEEE TEVC 6.
std::vector<double> orderingCosts(const std::vector<const Trial*>& trials, const Goals& goals);

/// Positions of the points that no other beats in both costs, by the first cost ascending. Of equal points the first only.
/// Points that are not finite are left out.
std::vector<std::size_t> nonDominated(const std::vector<GoalPair>& points);
/// The area between points and `reference` that they dominate (Zitzler, Thiele 1998, PPSN V). Points beyond the
/// reference in either cost have none.
double hypervolume(const std::vector<GoalPair>& points, const GoalPair& reference);

/// Positions of trials that no other beats in both score and the second goal (seconds, unless sizes are asked for), the
/// cheapest first: the Pareto front. Complete trials of the full budget only.
std::vector<std::size_t> paretoFront(const std::vector<Trial>& trials, Direction direction,
                                     SecondGoal against = SecondGoal::Time);
/// The hypervolume of that front, as a share (0 … 1) of the rectangle from the best to the worst that the trials of the
/// full budget reached in either goal. Of the same trials it is always the same; it does not compare two studies, whose
/// rectangles differ. 0 without trials.
double frontShare(const std::vector<Trial>& trials, const Goals& goals);

}  // namespace holdout
