// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/model.h"
#include "model/neural/network.h"
#include "model/neural/network_rows.h"

namespace holdout {

/// How the fit went, for a person.
struct NetworkRecord {
    std::vector<TracePoint> trace;
    std::int64_t bestEpoch = 0;
    std::int64_t epochs = 0;
    Warnings warnings;
    std::string origin;             ///< what was taken over from another model; empty when nothing was
    std::vector<LayerView> layers;  ///< at the end
};

/// A trained network of any layers.
class NetworkModel final : public Model {
public:
    NetworkModel(Network<float> network, TargetScale target, NetworkRecord record);

    /// A row's prediction has the same bits whatever other rows are asked for with it.
    Predictions predict(const Features& features) const override;
    std::vector<TracePoint> trace() const override { return m_record.trace; }
    std::vector<LayerView> layers() const override { return m_record.layers; }
    std::vector<FilterView> filters() const override;
    Warnings warnings() const override { return m_record.warnings; }
    /// "8-32-16-2, best epoch 48 of 68"
    std::string summary() const override;
    nlohmann::json save() const override;
    /// Throws Error when `state` is not what `save` wrote.
    static std::shared_ptr<const Model> load(const nlohmann::json& state);

    const Network<float>& network() const { return m_network; }
    const TargetScale& targetScale() const { return m_target; }
    const NetworkRecord& record() const { return m_record; }

private:
    Network<float> m_network;
    TargetScale m_target;
    NetworkRecord m_record;
};

}  // namespace holdout
