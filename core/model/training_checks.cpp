// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/training_checks.h"

#include "base/format.h"

namespace holdout {
namespace {

std::size_t rowsWithWeight(const TrainingSet& training) {
    return training.weights.size() == 0 ? training.target.size()
                                        : static_cast<std::size_t>((training.weights.array() > 0).count());
}

}  // namespace

void requireRows(const TrainingSet& training, std::size_t least) {
    const std::size_t rows = rowsWithWeight(training);
    if (rows >= least) return;
    throw Error("The model needs at least " + std::to_string(least) + (least == 1 ? " row" : " rows") +
                    " to learn from, but there " + (rows == 1 ? "is " : "are ") + std::to_string(rows) + ".",
                {}, "Give it more rows, or drop fewer of them in the recipe.");
}

void requireAtMostRows(const TrainingSet& training, std::size_t most, std::string_view who) {
    const std::size_t rows = rowsWithWeight(training);
    if (rows <= most) return;
    throw Error(std::string(who) + " learns from at most " + formatCount(static_cast<std::int64_t>(most)) +
                    " rows, but there are " + formatCount(static_cast<std::int64_t>(rows)) + ".",
                {.parameter = "model"}, "Train it on a sample of the rows, or choose another model.");
}

void requireAllClasses(const TrainingSet& training) {
    const Target& target = training.target;
    std::vector<bool> seen(target.labels.size(), false);
    std::size_t missing = seen.size();
    for (std::size_t i = 0; i < target.classes.size() && missing > 0; ++i) {
        const auto label = static_cast<std::size_t>(target.classes[i]);
        if (seen[label] || (training.weights.size() > 0 && !(training.weights[static_cast<Eigen::Index>(i)] > 0))) continue;
        seen[label] = true;
        --missing;
    }
    for (std::size_t k = 0; k < seen.size(); ++k)
        if (!seen[k])
            throw Error("No training row is of the class " + target.labels[k] + " of " + target.name + ".",
                        {.column = target.name},
                        "Stratify the split, take fewer folds, or leave that class out of the data.");
}

Eigen::VectorXd rowShares(const TrainingSet& training) {
    const auto rows = static_cast<Eigen::Index>(training.target.size());
    if (training.weights.size() == 0) return Eigen::VectorXd::Constant(rows, 1.0 / static_cast<double>(rows));
    return training.weights / training.weights.sum();
}

}  // namespace holdout
