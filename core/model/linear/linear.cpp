// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/linear.h"

#include "model/linear/least_squares.h"
#include "model/linear/linear_model.h"
#include "model/training_checks.h"

namespace holdout {
namespace {

class LinearEstimator final : public Estimator {
public:
    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 2);
        const DesignMatrix design(training, context);
        LeastSquaresFit fit = leastSquares(design, training.target.values, context);
        return makeLinearModel(training, design, std::move(fit.coefficients), fit.warnings);
    }
};

}  // namespace

ModelInfo linearInfo() {
    return {.id = "linear",
            .label = "Linear regression",
            .sentence =
                "The weighted sum of the features with the least squared error. Quick, easy to read, and a good first "
                "try when there are many more rows than features.",
            .can = {.regression = true, .weights = true, .coefficients = true},
            .params = {},
            .make = [](const Params&, Task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<LinearEstimator>();
            },
            .load = &LinearModel::load};
}

}  // namespace holdout
