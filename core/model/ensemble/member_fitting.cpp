// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ensemble/member_fitting.h"

#include "model/feature_rows.h"

namespace holdout {
namespace {

std::vector<std::string> idsOf(const std::vector<ModelSpec>& specs) {
    std::vector<std::string> ids;
    for (const ModelSpec& spec : specs) ids.push_back(spec.id);
    return ids;
}

}  // namespace

MemberFitter::MemberFitter(const ModelRegistry& models, std::vector<ModelSpec> specs, const TrainingSet& training)
    : m_models(models),
      m_specs(std::move(specs)),
      m_training(training),
      m_encoder(std::make_shared<const CellEncoder>(training)),
      m_features(training.features, models, idsOf(m_specs), m_encoder.get()) {
    for (std::size_t m = 0; m < m_specs.size(); ++m)
        if (const auto refusal = infoOf(m).refusal(training.target.task, training.weights.size() > 0); !refusal.empty())
            throw Error(refusal, {.parameter = "model"});
}

std::shared_ptr<const Model> MemberFitter::fit(std::size_t index, const TrainingSet& training,
                                               const JobContext& context) const {
    context.throwIfStopped();
    const ModelInfo& info = infoOf(index);
    const auto estimator = info.make(Params(info.params, m_specs[index].params, info.id), training.target.task);
    SilentProgress silent;  // the ensemble says how many are fitted
    JobContext own = context.derive("member", index).reporting(silent);
    own.checkpoints = nullptr;  // several fit at once, and would keep theirs over one another
    own.pace = nullptr;
    try {
        return estimator->fit(training, own);
    } catch (const Error& error) {
        throw Error(std::string(info.label) + ": " + error.problem(), error.place(), error.remedy());
    }
}

Member MemberFitter::onAllRows(std::size_t index, const JobContext& context) const {
    const ModelInfo& info = infoOf(index);
    const TrainingSet training{m_features.of(info), m_training.target, m_training.weights};
    return {std::string(info.id), std::string(info.label), fit(index, training, context)};
}

Predictions MemberFitter::heldOut(std::size_t index, const std::vector<std::uint32_t>& rows,
                                  const std::vector<std::uint32_t>& asked, const JobContext& context) const {
    const Target target = m_training.target.gather(rows);
    Eigen::VectorXd weights;
    if (m_training.weights.size() > 0) weights = m_training.weights(rows);
    const ModelInfo& info = infoOf(index);
    if (info.can.raw != memberCells && CellEncoder::isNeeded(m_training.features)) {
        // The rows that are asked have no part in what missing cells become.
        const Features raw = gatheredRows(m_training.features, rows);
        const CellEncoder encoder({raw, target, weights});
        const Features features = encoder.encoded(raw);
        return fit(index, {features, target, weights}, context)
            ->predict(encoder.encoded(gatheredRows(m_training.features, asked)));
    }
    const Features& all = m_features.of(info);
    const Features features = gatheredRows(all, rows);
    return fit(index, {features, target, weights}, context)->predict(gatheredRows(all, asked));
}

}  // namespace holdout
