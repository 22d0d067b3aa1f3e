// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/ensemble/members.h"

namespace holdout {

/// Fits members of an ensemble, on all rows of a training set or on some. Const calls may come from several threads.
class MemberFitter {
public:
    /// Throws Error when a member cannot take the weights that there are.
    MemberFitter(const ModelRegistry& models, std::vector<ModelSpec> specs, const TrainingSet& training);

    std::size_t size() const { return m_specs.size(); }
    /// What raw cells are for the members that take none, learnt from all rows.
    const std::shared_ptr<const CellEncoder>& encoder() const { return m_encoder; }
    /// Member `index` on all rows. The bits depend on the seed of `context` and on the index. Throws as Estimator::fit,
    /// saying which member it was.
    Member onAllRows(std::size_t index, const JobContext& context) const;
    /// The same on `rows` alone, and what it says of the rows `asked`.
    Predictions heldOut(std::size_t index, const std::vector<std::uint32_t>& rows,
                        const std::vector<std::uint32_t>& asked, const JobContext& context) const;

private:
    std::shared_ptr<const Model> fit(std::size_t index, const TrainingSet& training, const JobContext& context) const;
    const ModelInfo& infoOf(std::size_t index) const { return m_models.require(m_specs[index].id); }

    const ModelRegistry& m_models;
    std::vector<ModelSpec> m_specs;
    const TrainingSet& m_training;
    std::shared_ptr<const CellEncoder> m_encoder;
    MemberFeatures m_features;
};

}  // namespace holdout
