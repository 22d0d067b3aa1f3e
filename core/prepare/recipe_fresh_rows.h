// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "prepare/augmentation.h"
#include "prepare/fresh_rows.h"

namespace holdout {

/// Runs the steps of a fitted recipe from its first augmenting one on, with another seed in each epoch.
class RecipeFreshRows final : public FreshRows {
public:
    /// `base`: the training rows before the first of `steps`, which augments. `positions`: where in `base` each row of
    /// the training set stands.
    RecipeFreshRows(TrainingFrame base, std::vector<std::shared_ptr<const FittedStep>> steps,
                    std::vector<std::uint32_t> positions);

    AddedRows added(std::span<const std::uint32_t> rows, std::int64_t epoch, JobContext& context) const override;

private:
    TrainingFrame m_base;
    std::vector<std::shared_ptr<const FittedStep>> m_steps;
    std::vector<std::uint32_t> m_positions;
    std::size_t m_last = 0;  ///< the last augmenting step
};

}  // namespace holdout
