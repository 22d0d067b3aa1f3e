// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/leave_one_out.h"

#include <Eigen/QR>
#include <algorithm>
#include <chrono>
#include <cmath>

namespace holdout {
namespace {

/// Below this, 1 - leverage has lost too many digits for 1e-9.
constexpr double kLeastFreedom = 1e-5;
/// Beyond this many numbers the factorisation of the whole matrix is no longer quick.
constexpr Eigen::Index kMostNumbers = 20'000'000;

bool isLeaveOneOut(const std::vector<Fold>& folds, std::size_t rows) {
    return rows >= 3 && folds.size() == rows && std::all_of(folds.begin(), folds.end(), [&](const Fold& fold) {
               return fold.test.size() == 1 && fold.train.size() == rows - 1;
           });
}

/// Steps that only move and stretch single columns, which changes no prediction of least squares.
bool movesColumnsOnly(const StepSpec& step) {
    return step.id == "standardize" || step.id == "min-max" || step.id == "robust-scale";
}

/// The penalty of the closed form; none when there is none for this pipeline.
std::optional<double> penaltyOf(const PipelineSpec& spec, const Catalog& catalog) {
    const bool isRidge = spec.model.id == "ridge";
    if (!isRidge && spec.model.id != "linear") return std::nullopt;
    const ModelInfo& info = catalog.models.require(spec.model.id);
    checkParams(info.params, spec.model.params, spec.model.id);
    const double lambda = isRidge ? std::get<double>(valueOrFallback(info.params, spec.model.params, "lambda")) : 0;
    for (const StepSpec& step : spec.prepare)
        if (step.enabled && (lambda > 0 || !movesColumnsOnly(step))) return std::nullopt;
    return lambda;
}

}  // namespace

std::optional<Eigen::VectorXd> leaveOneOutPredictions(const Eigen::MatrixXd& features, const Eigen::VectorXd& target,
                                                      double lambda) {
    const Eigen::Index rows = features.rows(), columns = features.cols();
    if (rows < 3 || (lambda == 0 && columns + 2 > rows)) return std::nullopt;
    // Columns with mean 0 and size 1 change nothing but the condition; the penalty is stretched back.
    const Eigen::Index extra = lambda > 0 ? columns : 0;
    Eigen::MatrixXd design = Eigen::MatrixXd::Zero(rows + extra, columns + 1);
    const double centre = target.mean();
    for (Eigen::Index c = 0; c < columns; ++c) {
        design.col(c).head(rows) = features.col(c).array() - features.col(c).mean();
        const double size = std::sqrt(design.col(c).head(rows).squaredNorm() / static_cast<double>(rows));
        if (!(size > 0)) return std::nullopt;
        design.col(c).head(rows) /= size;
        if (lambda > 0) design(rows + c, c) = std::sqrt(lambda * static_cast<double>(rows - 1)) / size;
    }
    design.col(columns).head(rows).setOnes();
    Eigen::VectorXd goal = Eigen::VectorXd::Zero(rows + extra);
    goal.head(rows) = target.array() - centre;
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(design);
    if (qr.rank() < columns + 1) return std::nullopt;
    Eigen::MatrixXd q = Eigen::MatrixXd::Identity(rows + extra, columns + 1);
    q.applyOnTheLeft(qr.householderQ());
    const Eigen::VectorXd fitted = q * (q.transpose() * goal);
    Eigen::VectorXd predicted(rows);
    for (Eigen::Index i = 0; i < rows; ++i) {
        const double freedom = 1 - q.row(i).squaredNorm();
        if (!(freedom > kLeastFreedom)) return std::nullopt;
        predicted[i] = target[i] - (goal[i] - fitted[i]) / freedom;
    }
    return predicted;
}

std::optional<std::vector<FoldResult>> closedFormLeaveOneOut(const Dataset& data, const PipelineSpec& spec,
                                                             const std::vector<Fold>& folds,
                                                             const std::vector<std::string>& metrics,
                                                             const Catalog& catalog, JobContext& context) {
    if (data.target.task != Task::Regression || data.weights.size() > 0 || !isLeaveOneOut(folds, data.size()))
        return std::nullopt;
    const std::optional<double> lambda = penaltyOf(spec, catalog);
    if (!lambda) return std::nullopt;
    const bool areNumbers = std::all_of(
        data.features.columns().begin(), data.features.columns().end(),
        [](const ColumnPtr& column) { return column->type() == ColumnType::Number && !column->missing().any(); });
    if (!areNumbers || data.features.columnCount() == 0) return std::nullopt;
    const auto start = std::chrono::steady_clock::now();
    const Features features = toFeatures(data.features);
    if (features.sparse || features.values.size() > kMostNumbers) return std::nullopt;
    context.throwIfStopped();
    const auto predicted = leaveOneOutPredictions(features.values, data.target.values, *lambda);
    if (!predicted) return std::nullopt;
    std::vector<FoldResult> results(folds.size());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    for (std::size_t f = 0; f < folds.size(); ++f) {
        const std::uint32_t row = folds[f].test.front();
        FoldResult& result = results[f];
        result.repeat = folds[f].repeat;
        result.index = folds[f].index;
        result.trainRows = static_cast<std::int64_t>(folds[f].train.size());
        result.testRows = {data.rows[row]};
        result.predictions.values = Eigen::VectorXd::Constant(1, (*predicted)[row]);
        const Target truth = data.target.gather(folds[f].test);
        for (const std::string& id : metrics)
            result.scores[id] = catalog.metrics.require(id).score(truth, result.predictions, {});
        result.modelSummary = "in closed form, without a refit";
        result.seconds = seconds / static_cast<double>(folds.size());
    }
    return results;
}

}  // namespace holdout
