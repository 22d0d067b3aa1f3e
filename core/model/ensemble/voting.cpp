// SPDX-License-Identifier: GPL-3.0-or-later
#include <atomic>
#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "model/ensemble/ensembles.h"
#include "model/ensemble/member_fitting.h"
#include "model/ensemble/votes.h"
#include "model/training_checks.h"

namespace holdout {

Predictions voted(const std::vector<Predictions>& said, Vote vote) {
    const auto share = 1.0 / static_cast<double>(said.size());
    if (said.front().probabilities.size() == 0) {
        Predictions mean;
        mean.values = Eigen::VectorXd::Zero(said.front().values.size());
        for (const Predictions& one : said) mean.values += share * one.values;
        return mean;
    }
    Eigen::MatrixXd shares = Eigen::MatrixXd::Zero(said.front().probabilities.rows(), said.front().probabilities.cols());
    for (const Predictions& one : said) {
        if (vote == Vote::Soft)
            shares += share * one.probabilities;
        else
            for (Eigen::Index row = 0; row < shares.rows(); ++row)
                shares(row, one.classes[static_cast<std::size_t>(row)]) += share;
    }
    return fromProbabilities(std::move(shares));
}

namespace {

ParamSpec voteParam() {
    return {.id = "vote",
            .label = "Vote",
            .help = "Classification: the mean of the models' probabilities, so that a sure one counts more, or one vote "
                    "each for the class that it finds most probable. Numbers are always averaged.",
            .fallback = std::string("soft"),
            .rule = OneOf{{{"soft", "Probabilities"}, {"hard", "Classes"}}}};
}

class VotingModel final : public Model {
public:
    VotingModel(std::shared_ptr<const MemberParams> params, Team team, Vote vote)
        : m_params(std::move(params)), m_team(std::move(team)), m_vote(vote) {}

    Predictions predict(const Features& features) const override {
        return voted(predictAll(m_team, m_params->models(), features), m_vote);
    }
    Warnings warnings() const override { return warningsOf(m_team.members); }
    std::string summary() const override {
        return (m_vote == Vote::Soft ? "Mean of " : "Votes of ") + namesOf(m_team.members);
    }
    nlohmann::json save() const override {
        nlohmann::json state{{"vote", m_vote == Vote::Soft ? "soft" : "hard"}};
        addTo(state, m_team);
        return state;
    }

private:
    std::shared_ptr<const MemberParams> m_params;
    Team m_team;
    Vote m_vote;
};

Vote voteOf(std::string_view name) {
    return name == "hard" ? Vote::Hard : Vote::Soft;
}

class VotingEstimator final : public Estimator {
public:
    VotingEstimator(std::shared_ptr<const MemberParams> members, const Params& params, Task task)
        : m_members(std::move(members)), m_specs(m_members->chosen(params, task)), m_vote(voteOf(params.text("vote"))) {}

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 1);
        const MemberFitter fitter(m_members->models(), m_specs, training);
        std::vector<Member> members(fitter.size());
        std::atomic<std::size_t> done{0};
        parallelFor(members.size(), [&](std::size_t m) {
            members[m] = fitter.onAllRows(m, context);
            context.progress.report(static_cast<double>(++done) / static_cast<double>(members.size()),
                                    "Fitting the models of the ensemble");
        });
        return std::make_shared<VotingModel>(m_members, Team{std::move(members), fitter.encoder()}, m_vote);
    }

private:
    std::shared_ptr<const MemberParams> m_members;
    std::vector<ModelSpec> m_specs;
    Vote m_vote;
};

}  // namespace

ModelInfo votingInfo(std::shared_ptr<const ModelRegistry> models) {
    const auto members = std::make_shared<const MemberParams>(std::move(models), std::vector{voteParam()});
    return {.id = "voting",
            .label = "Voting",
            .sentence = "The mean of several models of your choice: often better than the best of them, as their errors "
                        "differ. Missing cells and categories need no step: models that take them get them as they "
                        "are.",
            .can = {.classification = true, .regression = true, .weights = true, .sparse = true, .raw = memberCells},
            .params = members->specs(),
            .make = [members](const Params& params, Task task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<VotingEstimator>(members, params, task);
            },
            .load = [members](const nlohmann::json& state) -> std::shared_ptr<const Model> {
                return std::make_shared<VotingModel>(members, teamFromJson(state, members->models()),
                                                     voteOf(state.at("vote").get<std::string>()));
            }};
}

}  // namespace holdout
