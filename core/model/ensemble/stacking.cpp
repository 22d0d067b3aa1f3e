// SPDX-License-Identifier: GPL-3.0-or-later
#include <atomic>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "base/parallel.h"
#include "model/ensemble/ensembles.h"
#include "model/ensemble/member_fitting.h"
#include "model/ensemble/votes.h"
#include "model/model_json.h"
#include "model/training_checks.h"

namespace holdout {
namespace {

using Eigen::Index;
using Rows = std::vector<std::uint32_t>;

std::vector<ParamSpec> ownParams() {
    return {{.id = "folds",
             .label = "Folds",
             .help = "The rows are dealt to so many parts; what a model says of a part comes from a fit without it. More: "
                     "fits like the final ones, and more time.",
             .fallback = std::int64_t{5},
             .rule = IntegerRange{2, 50},
             .group = ParamGroup::Training,
             .usual = std::pair{2.0, 10.0}},
            {.id = "final_lambda",
             .label = "Penalty of the final model",
             .help = "How strongly the final ridge or logistic regression is held back from trusting one model alone.",
             .fallback = 1e-4,
             .rule = RealRange{.low = 0},
             .scale = Scale::Log,
             .group = ParamGroup::Regularisation,
             .usual = std::pair{1e-6, 1.0}}};
}

/// Of a target of numbers: its mean and standard deviation, by which the final model sees all answers.
struct AnswerScale {
    double mean = 0;
    double deviation = 1;
};

/// What the models say, side by side, as features of the final model: values, the probability of the second of two
/// classes, or those of all classes.
Features answersOf(const std::vector<Predictions>& said, const std::vector<Member>& members, const AnswerScale& scale) {
    Features answers;
    const Index rows = static_cast<Index>(said.front().size());
    const Index classes = said.front().probabilities.cols(), each = classes <= 2 ? 1 : classes;
    answers.values.resize(rows, each * static_cast<Index>(said.size()));
    for (std::size_t m = 0; m < said.size(); ++m) {
        auto block = answers.values.middleCols(static_cast<Index>(m) * each, each);
        if (classes == 0)
            block.col(0) = (said[m].values.array() - scale.mean) / scale.deviation;
        else if (classes <= 2)
            block.col(0) = said[m].probabilities.col(classes - 1);
        else
            block = said[m].probabilities;
        for (Index k = 0; k < each; ++k)
            answers.names.push_back(members[m].label + (each == 1 ? "" : " " + std::to_string(k + 1)));
    }
    return answers;
}

class StackingModel final : public Model {
public:
    /// `last` is empty when there were too few rows to learn it: the models' answers are averaged.
    StackingModel(std::shared_ptr<const MemberParams> params, Team team, std::optional<Member> last, AnswerScale scale,
                  Warnings warnings)
        : m_params(std::move(params)),
          m_team(std::move(team)),
          m_last(std::move(last)),
          m_scale(scale),
          m_warnings(std::move(warnings)) {}

    Predictions predict(const Features& features) const override {
        const std::vector<Predictions> said = predictAll(m_team, m_params->models(), features);
        if (!m_last) return voted(said, Vote::Soft);
        Predictions predictions = m_last->model->predict(answersOf(said, m_team.members, m_scale));
        if (predictions.probabilities.size() == 0)
            predictions.values = (predictions.values * m_scale.deviation).array() + m_scale.mean;
        return predictions;
    }

    Warnings warnings() const override { return m_warnings; }

    std::string summary() const override {
        if (!m_last) return "Mean of " + namesOf(m_team.members);
        std::string text = "Weighs " + namesOf(m_team.members);
        const auto found = m_last->model->coefficients();
        if (!found || found->weights.cols() != 1 || found->weights.rows() != static_cast<Index>(m_team.members.size()))
            return text;
        for (Index m = 0; m < found->weights.rows(); ++m)
            text += (m == 0 ? ": " : ", ") + formatNumber(found->weights(m, 0), 3);
        return text;
    }

    nlohmann::json save() const override {
        nlohmann::json state{{"final", m_last ? toJson(std::vector{*m_last}) : nlohmann::json()},
                             {"mean", m_scale.mean},
                             {"deviation", m_scale.deviation},
                             {"warnings", toJson(m_warnings)}};
        addTo(state, m_team);
        return state;
    }

    static std::shared_ptr<const Model> load(const std::shared_ptr<const MemberParams>& params,
                                             const nlohmann::json& state) {
        std::optional<Member> last;
        if (!state.at("final").is_null()) last = membersFromJson(state.at("final"), params->models()).front();
        return std::make_shared<StackingModel>(
            params, teamFromJson(state, params->models()), std::move(last),
            AnswerScale{state.at("mean").get<double>(), state.at("deviation").get<double>()},
            warningsFromJson(state.at("warnings")));
    }

private:
    std::shared_ptr<const MemberParams> m_params;
    Team m_team;
    std::optional<Member> m_last;
    AnswerScale m_scale;
    Warnings m_warnings;
};

/// The rows that count, dealt to parts: each class by itself, so that all parts have their share of it. Fewer parts than
/// asked for where a class has fewer rows; none where no row could be held out.
std::vector<Rows> dealt(const TrainingSet& training, std::int64_t parts, Seed seed) {
    const Target& target = training.target;
    std::vector<Rows> groups(target.task == Task::Classification ? static_cast<std::size_t>(target.classCount()) : 1);
    for (std::uint32_t row = 0; row < target.size(); ++row)
        if (training.weights.size() == 0 || training.weights[row] > 0)
            groups[target.classes.empty() ? 0 : static_cast<std::size_t>(target.classes[row])].push_back(row);
    // Of fewer rows than four, a part would leave one alone to learn from.
    const std::size_t least = target.task == Task::Classification ? 2 : 4;
    std::size_t smallest = static_cast<std::size_t>(parts);
    for (const Rows& group : groups) smallest = std::min(smallest, group.size() < least ? 0 : group.size());
    std::vector<Rows> dealt(smallest);
    std::size_t next = 0;
    for (std::size_t g = 0; g < groups.size() && smallest > 0; ++g) {
        RandomStream random(seed.derive("group", g));
        random.shuffle(groups[g]);
        for (const std::uint32_t row : groups[g]) dealt[next++ % smallest].push_back(row);
    }
    for (Rows& rows : dealt) std::sort(rows.begin(), rows.end());
    return dealt;
}

/// All rows of the other parts, ascending.
Rows others(const std::vector<Rows>& parts, std::size_t left) {
    Rows rows;
    for (std::size_t p = 0; p < parts.size(); ++p)
        if (p != left) rows.insert(rows.end(), parts[p].begin(), parts[p].end());
    std::sort(rows.begin(), rows.end());
    return rows;
}

class StackingEstimator final : public Estimator {
public:
    StackingEstimator(std::shared_ptr<const MemberParams> members, const Params& params, Task task)
        : m_members(std::move(members)),
          m_specs(m_members->chosen(params, task)),
          m_folds(params.integer("folds")),
          m_lambda(params.real("final_lambda")) {}

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 1);
        if (training.target.task == Task::Classification) requireAllClasses(training);
        const std::vector<Rows> parts = dealt(training, m_folds, context.seed.derive("folds"));
        const MemberFitter fitter(m_members->models(), m_specs, training);
        const std::size_t fits = parts.size() + 1;
        std::vector<Member> members(fitter.size());
        std::vector<std::vector<Predictions>> heldOut(parts.size(), std::vector<Predictions>(fitter.size()));
        std::atomic<std::size_t> done{0};
        parallelFor(fits * members.size(), [&](std::size_t task) {
            const std::size_t m = task / fits, part = task % fits;
            if (part == parts.size())
                members[m] = fitter.onAllRows(m, context.derive("all rows"));
            else
                heldOut[part][m] = fitter.heldOut(m, others(parts, part), parts[part], context.derive("part", part));
            context.progress.report(static_cast<double>(++done) / static_cast<double>(fits * members.size()),
                                    "Fitting the models of the ensemble on all rows but a part");
        });
        Warnings warnings = warningsOf(members);
        AnswerScale scale;
        std::optional<Member> last;
        if (parts.empty())
            warnings.push_back({"There are too few rows to hold some of each class out: the models' answers are averaged "
                                "instead of weighed.",
                                {.parameter = "folds"}});
        else
            last = lastModel(training, parts, members, heldOut, scale, context);
        return std::make_shared<StackingModel>(m_members, Team{std::move(members), fitter.encoder()}, std::move(last),
                                               scale, std::move(warnings));
    }

private:
    /// Ridge or logistic regression on what was said of rows that were held out.
    Member lastModel(const TrainingSet& training, const std::vector<Rows>& parts, const std::vector<Member>& members,
                     const std::vector<std::vector<Predictions>>& heldOut, AnswerScale& scale,
                     JobContext& context) const {
        const bool numbers = training.target.task == Task::Regression;
        Rows rows;
        for (const Rows& part : parts) rows.insert(rows.end(), part.begin(), part.end());
        Target target = training.target.gather(rows);
        Eigen::VectorXd weights;
        if (training.weights.size() > 0) weights = training.weights(rows);
        if (numbers) {
            const Eigen::VectorXd shares = rowShares({training.features, target, weights});
            scale.mean = shares.dot(target.values);
            const double deviation = std::sqrt(shares.dot((target.values.array() - scale.mean).square().matrix()));
            if (deviation > 0) scale.deviation = deviation;
            target.values = (target.values.array() - scale.mean) / scale.deviation;
        }
        Features answers;
        Index first = 0;
        for (const std::vector<Predictions>& said : heldOut) {
            Features part = answersOf(said, members, scale);
            if (first == 0) {
                answers.names = part.names;
                answers.values.resize(static_cast<Index>(rows.size()), part.values.cols());
            }
            answers.values.middleRows(first, part.values.rows()) = part.values;
            first += part.values.rows();
        }
        const ModelInfo& info = m_members->models().require(numbers ? "ridge" : "logistic");
        ParamSet params;
        params.set(pathParameter, m_lambda);
        JobContext own = context.derive("final model");
        return {std::string(info.id), std::string(info.label),
                info.make(Params(info.params, params, info.id), target.task)->fit({answers, target, weights}, own)};
    }

    std::shared_ptr<const MemberParams> m_members;
    std::vector<ModelSpec> m_specs;
    std::int64_t m_folds;
    double m_lambda;
};

}  // namespace

ModelInfo stackingInfo(std::shared_ptr<const ModelRegistry> models) {
    const auto members = std::make_shared<const MemberParams>(std::move(models), ownParams());
    return {.id = "stacking",
            .label = "Stacking",
            .sentence = "Several models of your choice, and a final one that learns whom to trust from what they say of "
                        "rows they have not seen. Slower than voting, and seldom worse. Missing cells and categories "
                        "need no step: models that take them get them as they are.",
            .can = {.classification = true, .regression = true, .weights = true, .sparse = true, .raw = memberCells},
            .params = members->specs(),
            .make = [members](const Params& params, Task task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<StackingEstimator>(members, params, task);
            },
            .load = [members](const nlohmann::json& state) { return StackingModel::load(members, state); }};
}

}  // namespace holdout
