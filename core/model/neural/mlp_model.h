// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/model.h"
#include "model/neural/network.h"

namespace holdout {

/// What a network's value means in the target's own units: scale * value + offset.
struct TargetScale {
    double offset = 0;
    double scale = 1;
};

/// How the fit went, for a person.
struct MlpRecord {
    std::vector<TracePoint> trace;
    std::int64_t bestEpoch = 0;
    std::int64_t epochs = 0;
    Warnings warnings;
};

class MlpModel final : public Model {
public:
    MlpModel(Network<float> network, TargetScale target, MlpRecord record);

    /// A row's prediction has the same bits whatever other rows are asked for with it.
    Predictions predict(const Features& features) const override;
    std::vector<TracePoint> trace() const override { return m_record.trace; }
    Warnings warnings() const override { return m_record.warnings; }
    /// "8-32-16-2, best epoch 48 of 68"
    std::string summary() const override;
    nlohmann::json save() const override;
    /// Throws Error when `state` is not what `save` wrote.
    static std::shared_ptr<const Model> load(const nlohmann::json& state);

    const Network<float>& network() const { return m_network; }

private:
    Network<float> m_network;
    TargetScale m_target;
    MlpRecord m_record;
};

}  // namespace holdout
