// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/out_of_bag.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/format.h"
#include "base/parallel.h"

namespace holdout {

namespace {

constexpr std::size_t rowsPerTask = 1024;

/// Sums over rows, from which accuracy or R² comes.
struct Sums {
    double count = 0;
    double right = 0;
    double value = 0;
    double square = 0;
    double error = 0;

    Sums& operator+=(const Sums& other) {
        count += other.count;
        right += other.right;
        value += other.value;
        square += other.square;
        error += other.error;
        return *this;
    }
};

/// Adds up the answers to rows[part] of the trees that did not draw them: outputs × rows, and how many trees answered.
std::vector<int> answersOf(const TrainingSet& training, const CountedRows& rows, Range part,
                           const std::vector<DecisionTree>& trees, const std::vector<CountedRows>& drawn,
                           Eigen::MatrixXd& sums) {
    std::vector<int> answered(part.size(), 0);
    for (std::size_t t = 0; t < trees.size(); ++t) {
        const std::vector<std::uint32_t>& in = drawn[t].rows;
        auto next = std::lower_bound(in.begin(), in.end(), rows.rows[part.begin]);
        for (std::size_t i = 0; i < part.size(); ++i) {
            const std::uint32_t row = rows.rows[part.begin + i];
            if (next != in.end() && *next == row) {
                ++next;
                continue;
            }
            const double* answer = trees[t].answer(training.features.values, row);
            for (std::int32_t k = 0; k < trees[t].outputs; ++k) sums(k, static_cast<Eigen::Index>(i)) += answer[k];
            ++answered[i];
        }
    }
    return answered;
}

Sums sumsOf(const TrainingSet& training, const CountedRows& rows, Range part, const std::vector<DecisionTree>& trees,
            const std::vector<CountedRows>& drawn, double centre) {
    Eigen::MatrixXd answers = Eigen::MatrixXd::Zero(trees[0].outputs, static_cast<Eigen::Index>(part.size()));
    const std::vector<int> answered = answersOf(training, rows, part, trees, drawn, answers);
    Sums sums;
    for (std::size_t i = 0; i < part.size(); ++i) {
        if (answered[i] == 0) continue;
        const double count = rows.counts[part.begin + i];
        const std::uint32_t row = rows.rows[part.begin + i];
        const auto answer = answers.col(static_cast<Eigen::Index>(i));
        sums.count += count;
        if (training.target.task == Task::Classification) {
            Eigen::Index best = 0;
            answer.maxCoeff(&best);
            sums.right += best == training.target.classes[row] ? count : 0;
            continue;
        }
        const double value = training.target.values[row] - centre;
        sums.value += count * value;
        sums.square += count * value * value;
        sums.error += count * std::pow(answer[0] / answered[i] - centre - value, 2);
    }
    return sums;
}

}  // namespace

double outOfBagScore(const TrainingSet& training, const CountedRows& rows, const std::vector<DecisionTree>& trees,
                     const std::vector<CountedRows>& drawn, const JobContext& context) {
    const bool numbers = training.target.task == Task::Regression;
    // Squares about any value of the target keep their digits better than about 0.
    const double centre = numbers ? training.target.values[rows.rows[0]] : 0;
    const Sums sums = parallelSum(rows.rows.size(), rowsPerTask, Sums{}, [&](Range part) {
        context.throwIfStopped();
        return sumsOf(training, rows, part, trees, drawn, centre);
    });
    if (sums.count == 0) return std::numeric_limits<double>::quiet_NaN();
    if (!numbers) return sums.right / sums.count;
    const double spread = sums.square - sums.value * sums.value / sums.count;
    return spread > 0 ? 1 - sums.error / spread : std::numeric_limits<double>::quiet_NaN();
}

std::string outOfBagText(const TrainingSet& training, const CountedRows& rows, const std::vector<DecisionTree>& trees,
                         const std::vector<CountedRows>& drawn, const JobContext& context) {
    const double score = outOfBagScore(training, rows, trees, drawn, context);
    if (!std::isfinite(score)) return {};
    return std::string(", out-of-bag ") + (training.target.task == Task::Regression ? "R² " : "accuracy ") +
           formatNumber(score, 3);
}

}  // namespace holdout
