// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/bayes/naive_bayes.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <optional>

#include "base/format.h"
#include "base/parallel.h"
#include "model/bayes/class_moments.h"
#include "model/class_scores.h"
#include "model/model_json.h"
#include "model/training_checks.h"

namespace holdout {
namespace {

using Eigen::Index;

const ParamSpec kParams[] = {
    {.id = "kind",
     .label = "Features are",
     .help =
         "What is assumed of a feature within a class: a normal distribution of measurements, counts as of words, or "
         "yes and no. By the features: yes and no when all are 0 or 1, counts when all are whole or mostly 0 and none is "
         "negative, else measurements.",
     .fallback = std::string("auto"),
     .rule = OneOf{{{"auto", "By the features"},
                    {"gaussian", "Measurements (Gaussian)"},
                    {"multinomial", "Counts (multinomial)"},
                    {"bernoulli", "Yes and no (Bernoulli)"}}}},
    {.id = "alpha",
     .label = "Smoothing",
     .help =
         "How many times each feature is taken to have been seen in each class beforehand (Laplace), so that what a "
         "class never showed is rare, not impossible.",
     .fallback = 1.0,
     .rule = RealRange{.low = 0, .lowOpen = true},
     .scale = Scale::Log,
     .when = EnabledWhen{"kind", {"auto", "multinomial", "bernoulli"}},
     .group = ParamGroup::Regularisation,
     .usual = std::pair{1e-3, 10.0}},
    {.id = "var_smoothing",
     .label = "Least variance",
     .help = "Part of the largest variance of any feature that is added to all variances, so that a feature that is "
             "constant in a class does not decide alone.",
     .fallback = 1e-9,
     .rule = RealRange{.low = 0},
     .scale = Scale::Log,
     .when = EnabledWhen{"kind", {"auto", "gaussian"}},
     .group = ParamGroup::Regularisation,
     .usual = std::pair{1e-12, 1e-1}},
    {.id = "threshold",
     .label = "Yes above",
     .help = "A feature counts as yes where it is greater than this.",
     .fallback = 0.0,
     .rule = RealRange{},
     .when = EnabledWhen{"kind", {"bernoulli"}},
     .usual = std::pair{0.0, 1.0}},
};

/// All three are of one form: the score of class k is offsets[k] + sum_j linear(k, j) v_j + quadratic(k, j) (x_j -
/// centre(k, j))² where v_j is the cell, or whether it exceeds the threshold.
struct Scores {
    CellRule rule;
    Eigen::VectorXd offsets;    ///< one a class
    Eigen::MatrixXd linear;     ///< columns × classes; empty for Gaussian
    Eigen::MatrixXd centres;    ///< columns × classes; of Gaussian only
    Eigen::MatrixXd quadratic;  ///< -1 / 2 variance; of Gaussian only
};

/// Rows that are scored together, for one class and column after another.
constexpr std::size_t rowsPerPiece = 256;

enum class Kind { Gaussian, Multinomial, Bernoulli };

constexpr std::pair<Kind, std::string_view> kKinds[] = {
    {Kind::Gaussian, "Gaussian"}, {Kind::Multinomial, "Multinomial"}, {Kind::Bernoulli, "Bernoulli"}};

std::string_view nameOf(Kind kind) {
    for (const auto& [known, name] : kKinds)
        if (known == kind) return name;
    return {};
}

/// What was counted, from which the scores follow: kept so that new rows can be counted to it.
struct Counted {
    Kind kind = Kind::Gaussian;
    ClassMoments moments;  ///< squares of Gaussian only

    nlohmann::json save() const {
        return {{"kind", nameOf(kind)},
                {"weights", toJson(moments.weights)},
                {"sums", toPackedJson(moments.sums)},
                {"squares", toPackedJson(moments.squares)}};
    }
    static std::optional<Counted> load(const nlohmann::json& state) {
        if (!state.contains("counted")) return std::nullopt;  // of an earlier version
        const nlohmann::json& from = state["counted"];
        Counted counted{Kind::Gaussian,
                        {vectorFromJson(from.at("weights")), matrixFromPackedJson(from.at("sums")),
                         matrixFromPackedJson(from.at("squares"))}};
        for (const auto& [kind, name] : kKinds)
            if (from.at("kind") == name) counted.kind = kind;
        return counted;
    }
};

class NaiveBayesModel final : public Model {
public:
    NaiveBayesModel(Scores scores, std::string summary, std::optional<Counted> counted)
        : m_scores(std::move(scores)), m_summary(std::move(summary)), m_counted(std::move(counted)) {}

    const std::optional<Counted>& counted() const { return m_counted; }
    CellRule rule() const { return m_scores.rule; }

    Predictions predict(const Features& features) const override {
        Eigen::MatrixXd sums(features.rows(), m_scores.offsets.size());
        const std::vector<Range> pieces = chunks(static_cast<std::size_t>(features.rows()), rowsPerPiece);
        parallelFor(pieces.size(), [&](std::size_t i) {
            if (features.sparse)
                scoreSparse(*features.sparse, pieces[i], sums);
            else
                scoreDense(features.values, pieces[i], sums);
        });
        return fromProbabilities(softmax(std::move(sums)));
    }

    std::string summary() const override { return m_summary; }

    nlohmann::json save() const override {
        nlohmann::json state = {{"summary", m_summary},
                                {"indicator", m_scores.rule.indicator},
                                {"threshold", m_scores.rule.threshold},
                                {"offsets", toJson(m_scores.offsets)},
                                {"linear", toJson(m_scores.linear)},
                                {"centres", toJson(m_scores.centres)},
                                {"quadratic", toJson(m_scores.quadratic)}};
        if (m_counted) state["counted"] = m_counted->save();
        return state;
    }

    static std::shared_ptr<const Model> load(const nlohmann::json& state) {
        Scores scores{{state.at("indicator").get<bool>(), state.at("threshold").get<double>()},
                      vectorFromJson(state.at("offsets")),
                      matrixFromJson(state.at("linear")),
                      matrixFromJson(state.at("centres")),
                      matrixFromJson(state.at("quadratic"))};
        return std::make_shared<NaiveBayesModel>(std::move(scores), state.at("summary").get<std::string>(),
                                                 Counted::load(state));
    }

private:
    double read(double value) const {
        return m_scores.rule.indicator ? (value > m_scores.rule.threshold ? 1 : 0) : value;
    }

    void scoreDense(const Eigen::MatrixXd& values, Range range, Eigen::MatrixXd& sums) const {
        for (Index k = 0; k < sums.cols(); ++k) {
            double* sum = &sums(static_cast<Index>(range.begin), k);
            std::fill_n(sum, range.size(), m_scores.offsets[k]);
            for (Index j = 0; j < values.cols(); ++j) {
                const double* cells = &values(static_cast<Index>(range.begin), j);
                if (m_scores.linear.size() > 0) {
                    const double factor = m_scores.linear(j, k);
                    for (std::size_t i = 0; i < range.size(); ++i) sum[i] += factor * read(cells[i]);
                } else {
                    const double centre = m_scores.centres(j, k), factor = m_scores.quadratic(j, k);
                    for (std::size_t i = 0; i < range.size(); ++i)
                        sum[i] += factor * (cells[i] - centre) * (cells[i] - centre);
                }
            }
        }
    }

    /// The score of a row of cells that are not kept, and what the kept ones change of it.
    void scoreSparse(const SparseRows& rows, Range range, Eigen::MatrixXd& sums) const {
        const bool isLinear = m_scores.linear.size() > 0;
        const double absent = read(0);
        Eigen::VectorXd base = m_scores.offsets;
        if (isLinear)
            base += absent * m_scores.linear.colwise().sum().transpose();
        else
            base +=
                (m_scores.quadratic.array() * m_scores.centres.array().square()).colwise().sum().matrix().transpose();
        for (std::size_t row = range.begin; row < range.end; ++row) {
            const auto columns = rows.columnsOf(row);
            const auto values = rows.valuesOf(row);
            for (Index k = 0; k < sums.cols(); ++k) {
                double sum = base[k];
                for (std::size_t i = 0; i < columns.size(); ++i) {
                    const Index j = columns[i];
                    if (isLinear)
                        sum += m_scores.linear(j, k) * (read(values[i]) - absent);
                    else
                        sum += m_scores.quadratic(j, k) * values[i] * (values[i] - 2 * m_scores.centres(j, k));
                }
                sums(static_cast<Index>(row), k) = sum;
            }
        }
    }

    Scores m_scores;
    std::string m_summary;
    std::optional<Counted> m_counted;
};

/// As the weights of words are: most cells are 0, however they are stored.
bool isMostlyZero(const Features& features) {
    const auto cells = static_cast<double>(features.rows()) * static_cast<double>(features.columns());
    const auto filled = features.sparse ? static_cast<double>(features.sparse->values.size())
                                        : static_cast<double>((features.values.array() != 0).count());
    return filled < cells / 2;
}

class NaiveBayesEstimator final : public Estimator, public Updater {
public:
    explicit NaiveBayesEstimator(const Params& params)
        : m_kind(params.text("kind")),
          m_alpha(params.real("alpha")),
          m_varSmoothing(params.real("var_smoothing")),
          m_threshold(params.real("threshold")) {}

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 1);
        requireAllClasses(training);
        const Kind kind = kindFor(training, context);
        return model({kind, momentsOf(kind, ruleOf(kind), training, context)}, ruleOf(kind));
    }

    const Updater* updater() const override { return this; }

    /// The same, to rounding, as fitting on the old rows and the new ones together, of the kind that the model is.
    std::shared_ptr<const Model> update(const Model& before, const TrainingSet& rows,
                                        JobContext& context) const override {
        context.throwIfStopped();
        requireRows(rows, 1);
        const auto* known = dynamic_cast<const NaiveBayesModel*>(&before);
        if (!known || !known->counted())
            throw Error(known ? "The model was saved by a version that did not keep its counts."
                              : "The model to go on with is not naive Bayes.",
                        {.parameter = "model"}, known ? "Train it again." : "Choose the model that it was fitted with.");
        const Counted& counted = *known->counted();
        if (counted.moments.sums.cols() != rows.features.columns() ||
            counted.moments.weights.size() != rows.target.classCount())
            throw Error("The new rows have other features or classes than those that the model was fitted on.", {},
                        "Prepare them with the model's own recipe.");
        if (counted.kind == Kind::Multinomial) refuseNegative(rows.features, valueKinds(rows.features, context));
        return model({counted.kind,
                      joined(counted.moments, momentsOf(counted.kind, known->rule(), rows, context))},
                     known->rule());
    }

private:
    Kind kindFor(const TrainingSet& training, const JobContext& context) const {
        if (m_kind == "gaussian") return Kind::Gaussian;
        if (m_kind == "bernoulli") return Kind::Bernoulli;
        const ValueKinds kinds = valueKinds(training.features, context);
        if (m_kind == "auto")
            return kinds.indicators                                                             ? Kind::Bernoulli
                   : kinds.counts || (kinds.negative < 0 && isMostlyZero(training.features)) ? Kind::Multinomial
                                                                                                : Kind::Gaussian;
        refuseNegative(training.features, kinds);
        return Kind::Multinomial;
    }

    static void refuseNegative(const Features& features, const ValueKinds& kinds) {
        if (kinds.negative < 0) return;
        const std::string& name = features.names[static_cast<std::size_t>(kinds.negative)];
        throw Error("Multinomial naive Bayes takes counts, but " + name + " has negative values.",
                    {.column = name, .parameter = "kind"},
                    "Choose Gaussian naive Bayes, or leave standardizing out of the recipe.");
    }

    CellRule ruleOf(Kind kind) const { return {kind == Kind::Bernoulli, m_threshold}; }

    static ClassMoments momentsOf(Kind kind, CellRule rule, const TrainingSet& training, const JobContext& context) {
        ClassMoments moments = classMoments(training, rule, context);
        if (kind != Kind::Gaussian) moments.squares.resize(0, 0);
        return moments;
    }

    std::shared_ptr<const Model> model(Counted counted, CellRule rule) const {
        const ClassMoments& moments = counted.moments;
        Scores scores = counted.kind == Kind::Gaussian      ? gaussian(moments)
                        : counted.kind == Kind::Multinomial ? multinomial(moments)
                                                            : bernoulli(moments);
        scores.rule = rule;
        std::string summary = std::string(nameOf(counted.kind)) + ", " + formatCount(moments.sums.cols()) +
                              " features, " + formatCount(moments.weights.size()) + " classes";
        return std::make_shared<NaiveBayesModel>(std::move(scores), std::move(summary), std::move(counted));
    }

    static Eigen::VectorXd logPriors(const ClassMoments& moments) {
        return (moments.weights / moments.weights.sum()).array().log();
    }

    Scores gaussian(const ClassMoments& moments) const {
        const Eigen::VectorXd weights = moments.weights;
        const Eigen::MatrixXd means = weights.cwiseInverse().asDiagonal() * moments.sums;
        Eigen::MatrixXd variances = weights.cwiseInverse().asDiagonal() * moments.squares;
        // The variance of each feature over all classes: within them and between them.
        const Eigen::RowVectorXd shares = weights.transpose() / weights.sum();
        const Eigen::RowVectorXd centre = shares * means;
        const Eigen::RowVectorXd overall = shares * variances + shares * (means.rowwise() - centre).cwiseAbs2();
        const double largest = overall.size() > 0 ? overall.maxCoeff() : 0;
        variances.array() += m_varSmoothing * largest;
        // Where nothing varies and nothing is added, the features say nothing: any variance will do.
        variances = (variances.array() > 0).select(variances, std::numeric_limits<double>::min() * 1e16);
        Scores scores;
        scores.offsets = logPriors(moments);
        scores.offsets -= 0.5 * (2 * std::numbers::pi * variances.array()).log().rowwise().sum().matrix();
        scores.centres = means.transpose();
        scores.quadratic = (-0.5 * variances.array().inverse()).matrix().transpose();
        return scores;
    }

    Scores multinomial(const ClassMoments& moments) const {
        const Eigen::MatrixXd counts = moments.sums.array() + m_alpha;
        const Eigen::VectorXd totals = counts.rowwise().sum();
        Scores scores;
        scores.offsets = logPriors(moments);
        scores.linear = (counts.array().log().colwise() - totals.array().log()).matrix().transpose();
        return scores;
    }

    Scores bernoulli(const ClassMoments& moments) const {
        const Eigen::ArrayXXd counts = moments.sums.array() + m_alpha;
        const Eigen::ArrayXd totals = moments.weights.array() + 2 * m_alpha;
        const Eigen::ArrayXXd yes = counts.log().colwise() - totals.log();
        const Eigen::ArrayXXd no = ((-counts).colwise() + totals).log().colwise() - totals.log();
        Scores scores;
        scores.offsets = logPriors(moments);
        scores.linear = (yes - no).matrix().transpose();
        scores.offsets += no.rowwise().sum().matrix();
        return scores;
    }

    std::string m_kind;
    double m_alpha, m_varSmoothing, m_threshold;
};

}  // namespace

ModelInfo naiveBayesInfo() {
    return {.id = "naive-bayes",
            .label = "Naive Bayes",
            .sentence =
                "Takes features as independent within each class. Learns in one pass, from few rows or from text with "
                "very many words; a quick first answer.",
            .can = {.classification = true, .weights = true, .sparse = true, .update = true},
            .params = kParams,
            .make = [](const Params& params, Task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<NaiveBayesEstimator>(params);
            },
            .load = &NaiveBayesModel::load};
}

}  // namespace holdout
