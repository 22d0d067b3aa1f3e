// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "model/model.h"
#include "model/neural/network_rows.h"
#include "model/neural/network_training.h"

namespace holdout {

enum class HeadRule { Auto, Keep, Replace };

/// What is done with a network to start from.
struct TransferSettings {
    std::string freeze;  ///< names of layers, with commas between
    HeadRule head = HeadRule::Auto;
    double lowerRate = 1;  ///< of the learning rate, in the layers below the head
};

/// Layers between the inputs and the head.
struct NetworkBody {
    TensorShape input;
    std::vector<Layer> layers;
};

/// What models of networks have in common.
struct NetworkSettings {
    double validationFraction = 0.1;
    ClassWeights classWeights = ClassWeights::Equal;
    NetworkTraining training;
    TransferSettings transfer;
};

/// Fits networks: what their layers are is left to each model.
class NetworkEstimator : public Estimator, public Updater {
public:
    NetworkEstimator(NetworkSettings settings, Task task) : m_settings(std::move(settings)), m_task(task) {}

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override;
    /// One pass of mini-batches in the order of the rows. The running moments of the optimizer begin anew.
    std::shared_ptr<const Model> update(const Model& model, const TrainingSet& rows,
                                        JobContext& context) const override;
    const Updater* updater() const override { return this; }

protected:
    /// Throws Error when these features do not suit the model.
    virtual NetworkBody body(const Features& features) const = 0;

private:
    NetworkSettings m_settings;
    Task m_task;
};

/// A dense layer with what belongs to it: normalisation, activation, dropout. Names begin with `name`.
struct HiddenLayers {
    Activation activation = Activation::Relu;
    bool batchNorm = false;
    double dropout = 0;

    void finish(std::vector<Layer>& layers, const std::string& name) const;
};

}  // namespace holdout
