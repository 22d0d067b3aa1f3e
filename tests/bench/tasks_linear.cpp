// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "base/parallel.h"
#include "model_task.h"

namespace holdout::bench {

namespace {

using Eigen::Index;

/// Mean of squares plus penalty |w|^2 / n, as the peers' scorer counts it, and R² on the test rows.
nlohmann::json leastSquaresScore(const Rows& rows, const Model& model, double penalty) {
    const Line line = lineOf(model);
    const Eigen::VectorXd residual =
        rows.target.values.array() - line.intercept - (rows.features.values * line.weights).array();
    const double objective = residual.squaredNorm() + penalty * line.weights.squaredNorm();
    return {{"objective", objective / static_cast<double>(residual.size())}, {"r2", testR2(rows, line)}};
}

Outcome ols(const std::filesystem::path& folder) {
    return timeFit(loadRows(folder, "reg_tall", Task::Regression), "linear", nlohmann::json::object(),
                   [](const Rows& rows, const Model& model) { return leastSquaresScore(rows, model, 0); });
}

/// alpha = 1 on the sum of squares is lambda = 1 / n on half their mean.
Outcome ridge(const std::filesystem::path& folder) {
    const Rows rows = loadRows(folder, "reg_mid", Task::Regression);
    return timeFit(rows, "ridge", {{"lambda", 1.0 / static_cast<double>(rows.target.size())}},
                   [](const Rows& data, const Model& model) { return leastSquaresScore(data, model, 1); });
}

/// 100 penalties, log-spaced from the smallest that zeroes every coefficient down to `ratio` times it.
std::vector<double> lassoGrid(const Rows& rows, double ratio) {
    constexpr int count = 100;
    const Eigen::VectorXd centred = rows.target.values.array() - rows.target.values.mean();
    const double largest =
        (rows.features.values.transpose() * centred).cwiseAbs().maxCoeff() / static_cast<double>(centred.size());
    std::vector<double> lambdas(count);
    for (int i = 0; i < count; ++i)
        lambdas[static_cast<std::size_t>(i)] = largest * std::pow(ratio, static_cast<double>(i) / (count - 1));
    return lambdas;
}

/// As the peers' scorer: mean objective over the path, its worst duality gap as a part of the null model's objective,
/// best R² on the test rows.
nlohmann::json lassoScore(const Rows& rows, const std::vector<double>& lambdas, const Models& models) {
    const Eigen::MatrixXd x = rows.features.values.rowwise() - rows.features.values.colwise().mean();
    const Eigen::VectorXd y = rows.target.values.array() - rows.target.values.mean();
    const auto n = static_cast<double>(y.size());
    const double null = y.squaredNorm() / (2 * n);
    double sum = 0, worst = 0, best = -std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < lambdas.size(); ++k) {
        const Line line = lineOf(*models[k]);
        const Eigen::VectorXd residual = y - x * line.weights;
        const double objective = residual.squaredNorm() / (2 * n) + lambdas[k] * line.weights.lpNorm<1>();
        const double scale = std::min(1.0, n * lambdas[k] / (x.transpose() * residual).cwiseAbs().maxCoeff());
        const double dual = null - (y - scale * residual).squaredNorm() / (2 * n);
        sum += objective;
        worst = std::max(worst, (objective - dual) / null);
        best = std::max(best, testR2(rows, line));
    }
    return {{"objective", sum / static_cast<double>(lambdas.size())}, {"gap", worst}, {"r2", best}};
}

Outcome lassoPath(const std::filesystem::path& folder, const std::string& name, double ratio) {
    const Rows rows = loadRows(folder, name, Task::Regression);
    const std::vector<double> lambdas = lassoGrid(rows, ratio);
    // Weights to 1e-5 of the target's deviation: a smaller duality gap than the peers' own tolerances leave.
    return timePath(rows, "lasso",
                    rows.target.size() < rows.features.names.size() ? nlohmann::json{{"tolerance", 1e-5}}
                                                                    : nlohmann::json::object(),
                    lambdas, [&](const Rows& data, const Models& models) { return lassoScore(data, lambdas, models); });
}

/// 10 folds in row order and all rows, on one path; then the model of all rows with the least mean squared error of the
/// folds. Everything that the peers do is inside the clock.
Outcome elasticNetCv(const std::filesystem::path& folder) {
    constexpr std::size_t folds = 10;
    const Rows rows = loadRows(folder, "reg_wide", Task::Regression);
    const std::size_t count = rows.target.size();
    std::vector<double> lambdas = lassoGrid(rows, 1e-2);
    for (double& lambda : lambdas) lambda /= 0.5;
    const auto estimator = makeEstimator("elastic-net", {{"l1_ratio", 0.5}, {"tolerance", 1e-5}}, Task::Regression);
    std::vector<RowCounts> parts(folds + 1, RowCounts(count, 1));
    for (std::size_t i = 0; i < count; ++i) parts[i * folds / count][i] = 0;
    std::vector<Models> models(parts.size());
    std::size_t best = 0;
    const Eigen::VectorXd noWeights;
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    const auto work = [&] {
        estimator->folds()->fitFolds({rows.features, rows.target, noWeights}, parts, lambdas, context,
                                     [&](std::size_t f, Models fitted) { models[f] = std::move(fitted); });
        std::vector<double> errors(lambdas.size(), 0);
        parallelFor(lambdas.size(), [&](std::size_t k) {
            for (std::size_t f = 0; f < folds; ++f) {
                const Line line = lineOf(*models[f][k]);
                const auto begin = static_cast<Index>((f * count + folds - 1) / folds);
                const auto end = static_cast<Index>(((f + 1) * count + folds - 1) / folds);
                Eigen::VectorXd said = Eigen::VectorXd::Zero(end - begin);
                for (Index j = 0; j < line.weights.size(); ++j)
                    if (line.weights[j] != 0) said += line.weights[j] * rows.features.values.col(j).segment(begin, end - begin);
                errors[k] += (rows.target.values.segment(begin, end - begin).array() - line.intercept - said.array())
                                 .square()
                                 .sum();
            }
        });
        best = static_cast<std::size_t>(std::min_element(errors.begin(), errors.end()) - errors.begin());
    };
    Outcome outcome;
    outcome.timing = timed(work, [&] { models.assign(parts.size(), {}); });
    outcome.quality = {{"r2", testR2(rows, lineOf(*models[folds][best]))}};
    outcome.settings =
        "elastic-net, l1_ratio 0.5, 10 folds in row order and all rows, one path of 100 values of lambda";
    return outcome;
}

/// As the peers' scorer: the mean objective over the path, its worst duality gap (each intercept first brought to its
/// optimum) as a part of the null model's objective, the best accuracy on the test rows.
nlohmann::json l1LogisticScore(const Rows& rows, const std::vector<double>& lambdas, const Models& models) {
    const Eigen::MatrixXd& x = rows.features.values;
    const auto n = static_cast<double>(x.rows());
    Eigen::ArrayXd truth(x.rows());
    for (Index i = 0; i < truth.size(); ++i) truth[i] = rows.target.classes[static_cast<std::size_t>(i)];
    const Eigen::ArrayXd sign = 2 * truth - 1;
    const double share = truth.mean(), null = -(share * std::log(share) + (1 - share) * std::log(1 - share));
    const auto logistic = [](const Eigen::ArrayXd& z) -> Eigen::ArrayXd { return (1 + (-z).exp()).inverse(); };
    double sum = 0, worst = 0, best = 0;
    for (std::size_t k = 0; k < lambdas.size(); ++k) {
        const Line line = lineOf(*models[k]);
        const Eigen::ArrayXd scores = (x * line.weights).array();
        const Eigen::ArrayXd margins = sign * (scores + line.intercept);
        const double value =
            ((-margins.abs()).exp().log1p() + (-margins).max(0)).mean() + lambdas[k] * line.weights.lpNorm<1>();
        double intercept = line.intercept;
        for (int step = 0; step < 20; ++step) {
            const Eigen::ArrayXd p = logistic(scores + intercept);
            intercept -= (p - truth).sum() / std::max((p * (1 - p)).sum(), 1e-12);
        }
        Eigen::ArrayXd u = logistic(-sign * (scores + intercept));
        u *= std::min(1.0, n * lambdas[k] / (x.transpose() * (sign * u).matrix()).cwiseAbs().maxCoeff());
        const double dual = -(u * u.max(1e-300).log() + (1 - u) * (-u).log1p()).mean();
        sum += value;
        worst = std::max(worst, (value - dual) / null);
        best = std::max(best, testAccuracy(rows, *models[k]));
    }
    return {{"objective", sum / static_cast<double>(lambdas.size())}, {"gap", worst}, {"accuracy", best}};
}

/// reg_wide's first 1,000 columns; the class is y > 0.
Rows wideClasses(const std::filesystem::path& folder) {
    Rows rows = loadRows(folder, "reg_wide", Task::Regression);
    const auto cut = [](Features& features, Target& target) {
        features.values = features.values.leftCols(1000).eval();
        features.names.resize(1000);
        target.task = Task::Classification;
        target.labels = {"0", "1"};
        for (const double value : target.values) target.classes.push_back(value > 0 ? 1 : 0);
    };
    cut(rows.features, rows.target);
    cut(rows.testFeatures, rows.testTarget);
    return rows;
}

Outcome logisticL1Path(const std::filesystem::path& folder) {
    const Rows rows = wideClasses(folder);
    Rows numbers = rows;
    numbers.target.values = (rows.target.values.array() > 0).cast<double>();
    const std::vector<double> lambdas = lassoGrid(numbers, 2e-2);
    // A smaller duality gap than the peers leave.
    return timePath(rows, "logistic", {{"penalty", "l1"}, {"tolerance", 6e-4}}, lambdas,
                    [&](const Rows& data, const Models& models) { return l1LogisticScore(data, lambdas, models); });
}

/// C = 1 on the sum of squared hinges is lambda = 1 / n on their mean.
Outcome linearSvm(const std::filesystem::path& folder) {
    const Rows rows = loadRows(folder, "clf_tall", Task::Classification);
    return timeFit(rows, "linear-svm", {{"lambda", 1.0 / static_cast<double>(rows.target.size())}},
                   [](const Rows& data, const Model& model) {
                       return nlohmann::json{{"accuracy", testAccuracy(data, model)}};
                   });
}

/// One pass in pieces of 10,000 rows, each learnt from by an update, as the peers' partial fits. Pieces are cut before the
/// clock starts: theirs are views, which are not copied either.
Outcome stochasticGradient(const std::filesystem::path& folder) {
    constexpr Index piece = 10'000;
    const Rows rows = loadRows(folder, "clf_tall", Task::Classification);
    const auto estimator = makeEstimator("sgd", {{"epochs", 1}, {"shuffle", false}, {"lambda", 1e-4}}, Task::Classification);
    const Eigen::VectorXd noWeights;
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    std::shared_ptr<const Model> model;
    std::vector<std::pair<Features, Target>> pieces;
    for (Index begin = 0; begin < rows.features.rows(); begin += piece) {
        const Index count = std::min(piece, rows.features.rows() - begin);
        Target target{.task = Task::Classification, .name = rows.target.name, .values = {}, .classes = {}, .labels = rows.target.labels};
        target.classes.assign(rows.target.classes.begin() + begin, rows.target.classes.begin() + begin + count);
        pieces.emplace_back(Features{rows.features.values.middleRows(begin, count), rows.features.names}, std::move(target));
    }
    const auto work = [&] {
        for (const auto& [features, target] : pieces)
            model = model ? estimator->updater()->update(*model, {features, target, noWeights}, context)
                          : estimator->fit({features, target, noWeights}, context);
    };
    Outcome outcome;
    outcome.timing = timed(work, [&] { model.reset(); });
    outcome.quality = {{"accuracy", testAccuracy(rows, *model)}};
    outcome.settings = "sgd, log loss, lambda 1e-4, averaged, one update per 10,000 rows";
    return outcome;
}

/// Log of the probability that the model gives to each row's own class.
Eigen::VectorXd logProbabilities(const Coefficients& coefficients, const Features& features, const Target& target) {
    Eigen::MatrixXd scores = (features.values * coefficients.weights).rowwise() + coefficients.intercepts.transpose();
    if (scores.cols() == 1) {  // two classes: the first one's score is 0
        scores.conservativeResize(Eigen::NoChange, 2);
        scores.col(1).swap(scores.col(0));
        scores.col(0).setZero();
    }
    const Eigen::VectorXd largest = scores.rowwise().maxCoeff();
    Eigen::VectorXd result = -((scores.colwise() - largest).array().exp().rowwise().sum().log() + largest.array());
    for (Index i = 0; i < result.size(); ++i) result[i] += scores(i, target.classes[static_cast<std::size_t>(i)]);
    return result;
}

/// The peers' objective at C = 1 and, on the test rows, log loss and accuracy.
nlohmann::json logisticScore(const Rows& rows, const Model& model) {
    const Coefficients coefficients = model.coefficients().value();
    const double penalty = coefficients.weights.squaredNorm() / (2 * static_cast<double>(rows.target.size()));
    return {{"objective", penalty - logProbabilities(coefficients, rows.features, rows.target).mean()},
            {"logloss", -logProbabilities(coefficients, rows.testFeatures, rows.testTarget).mean()},
            {"accuracy", testAccuracy(rows, model)}};
}

/// C = 1 on the sum of losses is lambda = 1 / n on their mean.
Outcome logisticRegression(const std::filesystem::path& folder, const std::string& name) {
    const Rows rows = loadRows(folder, name, Task::Classification);
    return timeFit(rows, "logistic", {{"lambda", 1.0 / static_cast<double>(rows.target.size())}}, logisticScore);
}

/// One row at a time, as a service is asked, and the batch of all test rows.
Outcome predictLatency(const std::filesystem::path& folder) {
    Rows rows = loadRows(folder, "clf_tall", Task::Classification);
    std::vector<int> first(20'000);
    std::iota(first.begin(), first.end(), 0);
    const Features few{rows.features.values(first, Eigen::all), rows.features.names};
    Target classes = rows.target;
    classes.classes.resize(first.size());
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    const Eigen::VectorXd noWeights;
    const auto estimator = makeEstimator("logistic", {{"lambda", 1.0 / 20'000}}, Task::Classification);
    const auto model = estimator->fit({few, classes, noWeights}, context);

    std::vector<double> microseconds;
    double sum = 0;  // keeps the answers from being left out
    for (Index i = 0; i < 2000; ++i) {
        const Features row{rows.testFeatures.values.row(i), rows.testFeatures.names};
        const auto start = std::chrono::steady_clock::now();
        sum += model->predict(row).probabilities(0, 1);
        microseconds.push_back(
            std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(microseconds.begin(), microseconds.end());
    Predictions all;
    Outcome outcome;
    outcome.timing = timed([&] { all = model->predict(rows.testFeatures); }, [&] { all = {}; });
    outcome.quality = {{"accuracy", testAccuracy(rows, *model)},
                       {"mean_probability_of_2000", sum / 2000},
                       {"rows_per_second", static_cast<double>(rows.testTarget.size()) / outcome.timing.median()},
                       {"single_row_us_p50", microseconds[microseconds.size() / 2]},
                       {"single_row_us_p99", microseconds[microseconds.size() * 99 / 100]}};
    outcome.settings = "logistic, predict() of 100,000 rows, then of 2,000 rows one by one";
    return outcome;
}

}  // namespace

std::vector<BenchTask> linearTasks() {
    using Folder = const std::filesystem::path&;
    return {{"ols", ols},
            {"ridge", ridge},
            {"lasso_path_wide", [](Folder folder) { return lassoPath(folder, "reg_wide", 1e-2); }},
            {"lasso_path_tall", [](Folder folder) { return lassoPath(folder, "reg_mid", 1e-3); }},
            {"logistic", [](Folder folder) { return logisticRegression(folder, "clf_tall"); }},
            {"enet_cv", elasticNetCv},
            {"logistic_l1_path", logisticL1Path},
            {"linear_svm", linearSvm},
            {"sgd", stochasticGradient},
            {"predict", predictLatency},
            {"multinomial", [](Folder folder) { return logisticRegression(folder, "clf_mid"); }}};
}

}  // namespace holdout::bench
