// SPDX-License-Identifier: GPL-3.0-or-later
#include "tuning_problem.h"

#include <cmath>
#include <iostream>
#include <numbers>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "experiment/experiment_spec.h"
#include "experiment/runner.h"

namespace holdout::bench {

namespace {

using nlohmann::json;
using Vector = std::vector<double>;

double branin(const Vector& x) {
    const double pi = std::numbers::pi, a = x[1] - 5.1 / (4 * pi * pi) * x[0] * x[0] + 5 / pi * x[0] - 6;
    return a * a + 10 * (1 - 1 / (8 * pi)) * std::cos(x[0]) + 10;
}

double hartmann6(const Vector& x) {
    static constexpr double alpha[] = {1, 1.2, 3, 3.2};
    static constexpr double a[4][6] = {
        {10, 3, 17, 3.5, 1.7, 8}, {0.05, 10, 17, 0.1, 8, 14}, {3, 3.5, 1.7, 10, 17, 8}, {17, 8, 0.05, 10, 0.1, 14}};
    static constexpr double p[4][6] = {{1312, 1696, 5569, 124, 8283, 5886},
                                       {2329, 4135, 8307, 3736, 1004, 9991},
                                       {2348, 1451, 3522, 2883, 3047, 6650},
                                       {4047, 8828, 8732, 5743, 1091, 381}};
    double sum = 0;
    for (int i = 0; i < 4; ++i) {
        double exponent = 0;
        for (std::size_t j = 0; j < 6; ++j) exponent += a[i][j] * std::pow(x[j] - 1e-4 * p[i][j], 2);
        sum -= alpha[i] * std::exp(-exponent);
    }
    return sum;
}

double rosenbrock(const Vector& x) {
    double sum = 0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i)
        sum += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(1 - x[i], 2);
    return sum;
}

double ackley(const Vector& x) {
    double squares = 0, cosines = 0;
    for (const double v : x) {
        squares += v * v;
        cosines += std::cos(2 * std::numbers::pi * v);
    }
    const auto n = static_cast<double>(x.size());
    return -20 * std::exp(-0.2 * std::sqrt(squares / n)) - std::exp(cosines / n) + 20 + std::numbers::e;
}

TuningProblem function(std::string name, double (*f)(const Vector&), std::vector<std::pair<double, double>> box,
                       double minimum) {
    TuningProblem problem{.name = std::move(name), .minimum = minimum};
    for (std::size_t j = 0; j < box.size(); ++j) {
        Dimension dimension;
        dimension.name = "x" + std::to_string(j);
        dimension.low = box[j].first;
        dimension.high = box[j].second;
        problem.space.push_back(std::move(dimension));
    }
    problem.cost = [f, count = box.size()](const Point& point) {
        Vector x;
        for (std::size_t j = 0; j < count; ++j) x.push_back(std::get<double>(point.at("x" + std::to_string(j))));
        return f(x);
    };
    return problem;
}

/// The questions that are tuned, each cheap enough for thousands of trials.
const std::pair<const char*, const char*> setSpecs[] = {
    {"tune_titanic", R"({"data": {"source": "tabular/titanic.csv", "target": "survived", "ignore": ["name"]},
        "prepare": [{"step": "impute", "columns": "numbers", "with": "median"}, {"step": "one-hot"}],
        "model": {"id": "boosting", "trees": 30, "validation_fraction": 0},
        "tune": {"metric": "log-loss", "space": {"learning_rate": {"low": 0.01, "high": 1, "scale": "log"},
            "max_leaves": {"low": 2, "high": 64}, "lambda": {"low": 0.001, "high": 100, "scale": "log"},
            "row_share": {"low": 0.3, "high": 1}, "column_share": {"low": 0.3, "high": 1}}}})"},
    {"tune_diabetes", R"({"data": {"source": "tabular/pima_diabetes.csv", "target": "diabetes"},
        "prepare": [{"step": "standardize"}], "model": {"id": "logistic", "penalty": "elastic-net"},
        "tune": {"metric": "log-loss", "space": {"lambda": {"low": 1e-5, "high": 1, "scale": "log"}, "l1_ratio": {"low": 0, "high": 1}}}})"},
    {"tune_breast_cancer", R"({"data": {"source": "tabular/breast_cancer_wdbc.csv", "target": "diagnosis"},
        "model": {"id": "tree"},
        "tune": {"metric": "log-loss", "space": {"max_depth": {"low": 1, "high": 12}, "min_samples_leaf": {"low": 1, "high": 60},
            "ccp_alpha": {"low": 1e-5, "high": 0.1, "scale": "log"}, "criterion": {"choices": ["gini", "entropy"]}}}})"},
    {"tune_concrete", R"({"data": {"source": "tabular/concrete.csv", "target": "compressive_strength"},
        "model": {"id": "boosting", "trees": 40, "validation_fraction": 0}, "metrics": ["rmse"],
        "tune": {"metric": "rmse", "space": {"learning_rate": {"low": 0.01, "high": 1, "scale": "log"},
            "max_leaves": {"low": 2, "high": 64}, "lambda": {"low": 0.001, "high": 100, "scale": "log"},
            "column_share": {"low": 0.3, "high": 1}}}})"},
};

/// A file read, its folds dealt: what every point of a problem is scored on.
struct TuningSet {
    explicit TuningSet(const json& question, const std::filesystem::path& folder)
        : spec(specFromJson(question, catalog, searches)) {
        JobContext context{{}, {}, silent, Seed{1}};
        data = makeDataset(readData(spec.data, catalog.edits, folder, context).table, spec.data.roles, spec.data.task);
        Warnings warnings;
        folds = makeFolds(spec.validate, catalog.splits, data, Seed{1}, warnings);
    }

    double cost(const Point& point) {
        JobContext context{{}, {}, silent, Seed{1}};
        const std::string& metric = spec.tune->metric;
        const PipelineSpec pipeline = withParams(spec.pipeline, point, catalog);
        const auto results = evaluateFolds(data, pipeline, folds, {metric}, catalog, context, {});
        double sum = 0;
        for (const FoldResult& fold : results) sum += fold.scores.at(metric);
        const double score = sum / static_cast<double>(results.size());
        return catalog.metrics.require(metric).direction == Direction::HigherIsBetter ? -score : score;
    }

    Catalog catalog = builtinCatalog();
    SearchRegistry searches = builtinSearches();
    SilentProgress silent;
    ExperimentSpec spec;
    Dataset data;
    std::vector<Fold> folds;
};

json describe(const Dimension& dimension) {
    json object = {{"name", dimension.name},       {"low", dimension.low},
                   {"high", dimension.high},       {"log", dimension.scale == Scale::Log},
                   {"integer", dimension.integer}, {"choices", json::array()}};
    for (const ParamValue& choice : dimension.choices) object["choices"].push_back(valueToJson(choice));
    return object;
}

Point pointFrom(const SearchSpace& space, const json& object) {
    Point point;
    for (const Dimension& dimension : space) {
        const json& value = object.at(dimension.name);
        if (!dimension.choices.empty())
            point[dimension.name] = value.get<std::string>();
        else if (dimension.integer)
            point[dimension.name] = value.get<std::int64_t>();
        else
            point[dimension.name] = value.get<double>();
    }
    return point;
}

}  // namespace

std::vector<TuningProblem> tuningFunctions() {
    return {function("tune_branin", branin, {{-5, 10}, {0, 15}}, 0.397887),
            function("tune_hartmann6", hartmann6, std::vector<std::pair<double, double>>(6, {0, 1}), -3.32237),
            function("tune_rosenbrock4", rosenbrock, std::vector<std::pair<double, double>>(4, {-2.048, 2.048}), 0),
            function("tune_ackley5", ackley, std::vector<std::pair<double, double>>(5, {-15, 30}), 0)};
}

std::vector<std::string> tuningSetNames() {
    std::vector<std::string> names;
    for (const auto& [name, spec] : setSpecs) names.emplace_back(name);
    return names;
}

TuningProblem tuningSet(const std::string& name, const std::filesystem::path& folder) {
    for (const auto& [known, question] : setSpecs) {
        if (known != name) continue;
        const auto set = std::make_shared<TuningSet>(json::parse(question), folder);
        return {.name = name, .space = set->spec.tune->space, .cost = [set](const Point& point) {
                    return set->cost(point);
                }};
    }
    throw Error("There is no tuning problem " + name + ".");
}

int serveProblem(const TuningProblem& problem) {
    json space = json::array();
    for (const Dimension& dimension : problem.space) space.push_back(describe(dimension));
    std::cout << space.dump() << std::endl;
    for (std::string line; std::getline(std::cin, line);)
        std::cout << json(problem.cost(pointFrom(problem.space, json::parse(line)))).dump() << std::endl;
    return 0;
}

}  // namespace holdout::bench
