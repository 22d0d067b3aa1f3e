// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/fresh_rows.h"

#include <numeric>

#include "prepare/recipe_fresh_rows.h"

namespace holdout {
namespace {

/// Without its added rows: what the steps before the first augmenting one made of the rows that are asked for.
TrainingFrame chosenRows(const TrainingFrame& base, const std::vector<std::uint32_t>& positions,
                         std::span<const std::uint32_t> rows) {
    std::vector<std::uint32_t> chosen;
    chosen.reserve(rows.size());
    for (const std::uint32_t row : rows) chosen.push_back(positions[row]);
    TrainingFrame frame = base.gather(chosen);
    frame.positions.resize(rows.size());
    std::iota(frame.positions.begin(), frame.positions.end(), 0U);
    return frame;
}

TrainingFrame addedPart(const TrainingFrame& frame) {
    std::vector<std::uint32_t> last(frame.added);
    std::iota(last.begin(), last.end(), static_cast<std::uint32_t>(frame.rows.size() - frame.added));
    return frame.gather(last);
}

}  // namespace

RecipeFreshRows::RecipeFreshRows(TrainingFrame base, std::vector<std::shared_ptr<const FittedStep>> steps,
                                 std::vector<std::uint32_t> positions)
    : m_base(std::move(base)), m_steps(std::move(steps)), m_positions(std::move(positions)) {
    for (std::size_t i = 0; i < m_steps.size(); ++i)
        if (m_steps[i]->augmentation()) m_last = i;
}

AddedRows RecipeFreshRows::added(std::span<const std::uint32_t> rows, std::int64_t epoch, JobContext& context) const {
    TrainingFrame frame = chosenRows(m_base, m_positions, rows);
    StepNotes notes;  // said once, when the recipe was fitted
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        context.throwIfStopped();
        if (const Augmentation* augmentation = m_steps[i]->augmentation()) {
            const TrainingFrame more = augmentation->added(frame, epoch, context);
            frame = withAdded(std::move(frame), more);
            if (i == m_last) frame = addedPart(frame);  // the others served to make these
        } else {
            frame.table = m_steps[i]->apply(frame.table, notes);
        }
    }
    AddedRows result{toFeatures(frame.table), std::move(frame.target), std::move(frame.weights), {}};
    for (const std::uint32_t position : frame.positions) result.origins.push_back(rows[position]);
    return result;
}

}  // namespace holdout
