// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

namespace holdout {

// Tests of whether two models, or several, differ by more than chance. Pure functions; any thread may call.
// P-values are two-sided.

/// P(F <= f) with `above` and `below` degrees of freedom.
double fCdf(double f, double above, double below);

struct TestResult {
    double statistic = 0;
    double pValue = 1;
};

/// The 5×2 cv F test of ten differences of scores, those of a repeat's two folds side by side (Alpaydin 1999, Neural
/// Computation 11). F has 10 and 5 degrees of freedom. With no variance at all, p is 1 for equal scores and NaN else.
TestResult fiveByTwoF(const std::vector<double>& differences);

/// McNemar's exact test: of the rows on which just one model is right, `firstOnly` by the first and `secondOnly` by the
/// second; binomial with 1/2 (McNemar 1947; Edwards 1948). The statistic is the lesser of the two.
TestResult mcNemar(std::int64_t firstOnly, std::int64_t secondOnly);

/// Wilcoxon's signed-rank test (1945). Differences of 0 are left out. Exact for fewer than 50 others without ties, else
/// normal with corrections for ties and continuity: as R's wilcox.test. The statistic is the sum of the positive ranks.
TestResult wilcoxonSignedRank(const std::vector<double>& differences);

/// Posterior probabilities that the mean difference lies below, within and above the region of practical equivalence
/// [-rope, rope] (Corani, Benavoli 2015, Machine Learning 100; Benavoli, Corani, Demšar, Zaffalon 2017, JMLR 18).
struct Posterior {
    double below = 0, within = 0, above = 0;
};
/// `testToTrain`: test rows by training rows, which stands for the correlation of the folds. Two differences or more.
Posterior bayesianCorrelatedT(const std::vector<double>& differences, double testToTrain, double rope);

/// P-values adjusted for being several (Holm 1979), in the order given.
std::vector<double> holmAdjusted(const std::vector<double>& pValues);

/// Friedman's test of `ranksOf(scores)` in the form of Iman and Davenport (1980), as Demšar (2006, JMLR 7) advises.
struct FriedmanResult {
    std::vector<double> meanRanks;  ///< of each model; 1 is best
    double chiSquare = 0;           ///< Friedman's own statistic
    TestResult imanDavenport;
    double criticalDifference = 0;  ///< of mean ranks, at 5 % (Nemenyi 1963)
};
/// `scores`: data sets × models, two or more of either; higher is better.
FriedmanResult friedman(const Eigen::MatrixXd& scores);

/// P(Q <= q) of the studentised range of `groups` normal variables with known variance.
double studentizedRangeCdf(double q, int groups);
/// Its 95 % point by the root of 2: Nemenyi's q (2.343 for 3 models).
double nemenyiQ(int models);

}  // namespace holdout
