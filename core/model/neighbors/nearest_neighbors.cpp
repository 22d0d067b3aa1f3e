// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neighbors/nearest_neighbors.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "model/model_json.h"
#include "model/neighbors/neighbors.h"
#include "model/training_checks.h"

namespace holdout {
namespace {

using Eigen::Index;

const ParamSpec kParams[] = {
    {.id = "k",
     .label = "Neighbours",
     .help = "How many of the nearest training rows answer for a row. Few follow every quirk, many smooth.",
     .fallback = std::int64_t{5},
     .rule = IntegerRange{1, 10000},
     .group = ParamGroup::Regularisation,
     .usual = std::pair{1.0, 50.0}},
    {.id = "weights",
     .label = "Neighbours count",
     .help =
         "All the same, or the nearer the more: by 1 / distance. A row that is there in training answers alone then.",
     .fallback = std::string("uniform"),
     .rule = OneOf{{{"uniform", "All the same"}, {"distance", "Nearer ones more"}}}},
    {.id = "metric",
     .label = "Distance",
     .help =
         "Euclidean: straight lines. Manhattan: the sum along the features, less moved by one that is far off. Cosine: "
         "the angle only, as for word counts. Scale the features first: a wide one decides alone.",
     .fallback = std::string("euclidean"),
     .rule = OneOf{{{"euclidean", "Euclidean"}, {"manhattan", "Manhattan"}, {"cosine", "Cosine"}}}},
};

constexpr std::pair<std::string_view, Distance> kDistances[] = {
    {"euclidean", Distance::Euclidean}, {"manhattan", Distance::Manhattan}, {"cosine", Distance::Cosine}};

Distance distanceOf(const std::string& id) {
    for (const auto& [name, kind] : kDistances)
        if (name == id) return kind;
    throw Error("There is no distance named " + id + ".", {.parameter = "metric"},
                "Choose euclidean, manhattan or cosine.");
}

/// What the training rows answer.
struct Answers {
    Task task = Task::Classification;
    Eigen::VectorXd answers;  ///< one a row; of classes their numbers
    std::int64_t classCount = 0;

    std::int64_t classOf(std::uint32_t row) const { return static_cast<std::int64_t>(answers[row]); }
};

struct Rule {
    std::size_t k = 5;
    bool byDistance = false;
    Distance distance = Distance::Euclidean;
};

class NearestNeighborsModel final : public Model {
public:
    /// `points`: a training row in each column.
    NearestNeighborsModel(Eigen::MatrixXd points, Answers answers, Rule rule)
        : m_points(std::move(points)),
          m_answers(std::move(answers)),
          m_rule(rule),
          m_index(makeNeighborIndex(m_points, rule.distance)) {}

    Predictions predict(const Features& features) const override {
        const std::size_t k = std::min(m_rule.k, static_cast<std::size_t>(m_points.cols()));
        const NeighborTable table = m_index->nearest(features.values.transpose(), k);
        const bool numbers = m_answers.task == Task::Regression;
        Predictions predictions;
        Eigen::MatrixXd shares = Eigen::MatrixXd::Zero(numbers ? 0 : features.rows(), m_answers.classCount);
        if (numbers) predictions.values = Eigen::VectorXd::Zero(features.rows());
        std::vector<double> weights(k);
        for (Index i = 0; i < features.rows(); ++i) {
            const Neighbor* neighbors = &table.entries[static_cast<std::size_t>(i) * k];
            weigh(neighbors, weights);
            for (std::size_t n = 0; n < k; ++n) {
                if (numbers)
                    predictions.values[i] += weights[n] * m_answers.answers[neighbors[n].row];
                else
                    shares(i, m_answers.classOf(neighbors[n].row)) += weights[n];
            }
        }
        return numbers ? predictions : fromProbabilities(std::move(shares));
    }

    Warnings warnings() const override {
        const auto rows = static_cast<std::size_t>(m_points.cols());
        if (m_rule.k <= rows) return {};
        return {{"There are only " + formatCount(m_points.cols()) + " training rows: all of them answer for each row.",
                 {.parameter = "k"}}};
    }

    std::string summary() const override {
        return formatCount(static_cast<std::int64_t>(m_rule.k)) +
               (m_rule.k == 1 ? " nearest of " : " nearest neighbours of ") + formatCount(m_points.cols()) + " rows";
    }

    nlohmann::json save() const override {
        return {{"task", taskName(m_answers.task)},
                {"k", m_rule.k},
                {"by_distance", m_rule.byDistance},
                {"metric", kDistances[static_cast<std::size_t>(m_rule.distance)].first},
                {"classes", m_answers.classCount},
                {"points", toPackedJson(m_points)},
                {"answers", toPackedJson(m_answers.answers)}};
    }

    static std::shared_ptr<const Model> load(const nlohmann::json& state) {
        Rule rule{state.at("k").get<std::size_t>(), state.at("by_distance").get<bool>(),
                  distanceOf(state.at("metric").get<std::string>())};
        Answers answers{state.at("task") == taskName(Task::Regression) ? Task::Regression : Task::Classification,
                        matrixFromPackedJson(state.at("answers")), state.at("classes").get<std::int64_t>()};
        Eigen::MatrixXd points = matrixFromPackedJson(state.at("points"));
        const auto& known = answers.answers.array();
        const bool sound =
            rule.k > 0 && points.cols() > 0 && points.cols() == known.size() &&
            (answers.task == Task::Regression || (known >= 0 && known < static_cast<double>(answers.classCount)).all());
        if (!sound)
            throw Error("The rows of a saved nearest-neighbours model do not fit together.", {},
                        "Train the model again.");
        return std::make_shared<NearestNeighborsModel>(std::move(points), std::move(answers), rule);
    }

private:
    /// How much each neighbour counts; they sum to 1.
    void weigh(const Neighbor* neighbors, std::vector<double>& weights) const {
        const std::size_t k = weights.size();
        // 1 / distance of less would be infinite.
        constexpr double none = 1e-300;
        const bool exact = m_rule.byDistance && neighbors[0].distance < none;
        double sum = 0;
        for (std::size_t n = 0; n < k; ++n) {
            double distance = neighbors[n].distance;
            if (m_rule.distance == Distance::Euclidean) distance = std::sqrt(distance);
            weights[n] = !m_rule.byDistance ? 1 : exact ? (neighbors[n].distance < none ? 1 : 0) : 1 / distance;
            sum += weights[n];
        }
        for (double& weight : weights) weight /= sum;
    }

    Eigen::MatrixXd m_points;
    Answers m_answers;
    Rule m_rule;
    std::unique_ptr<const NeighborIndex> m_index;
};

class NearestNeighborsEstimator final : public Estimator {
public:
    explicit NearestNeighborsEstimator(const Params& params)
        : m_rule{static_cast<std::size_t>(params.integer("k")), params.text("weights") == "distance",
                 distanceOf(params.text("metric"))} {}

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 1);
        const Target& target = training.target;
        Answers answers{target.task, target.values, target.classCount()};
        if (target.task == Task::Classification)
            answers.answers =
                Eigen::Map<const Eigen::VectorXi>(target.classes.data(), static_cast<Index>(target.size()))
                    .cast<double>();
        return std::make_shared<NearestNeighborsModel>(training.features.values.transpose(), std::move(answers),
                                                       m_rule);
    }

private:
    Rule m_rule;
};

}  // namespace

ModelInfo nearestNeighborsInfo() {
    return {
        .id = "knn",
        .label = "Nearest neighbours",
        .sentence =
            "Answers as the most similar training rows did. Nothing to train and easy to grasp; slow for many rows, "
            "and lost among many features.",
        .can = {.classification = true, .regression = true},
        .params = kParams,
        .make = [](const Params& params, Task) -> std::unique_ptr<const Estimator> {
            return std::make_unique<NearestNeighborsEstimator>(params);
        },
        .load = &NearestNeighborsModel::load};
}

}  // namespace holdout
