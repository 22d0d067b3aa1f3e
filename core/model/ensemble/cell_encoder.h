// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout {

/// Makes numbers of raw cells, for the members of an ensemble that take none: a missing number becomes the median of
/// the rows that it was learnt from, a category a column for each label, 1 where the row has it. A missing or unknown
/// category is 0 in all of them, and 1 in a column of its own where those rows had missing ones too.
///
/// Learnt by the ensemble on the rows of each fit, so that what is held out in stacking has no part in it. Immutable.
class CellEncoder {
public:
    /// Learns from the rows of `training` whose weight is not 0; weights count as repeated rows would.
    explicit CellEncoder(const TrainingSet& training);

    /// Whether `features` hold raw cells; else they can be taken as they are.
    static bool isNeeded(const Features& features);
    /// Dense features without raw cells. Requires the columns that it learnt from. Throws Error as `dense`.
    Features encoded(const Features& features) const;

    nlohmann::json save() const;
    static CellEncoder load(const nlohmann::json& state);

private:
    struct Column {
        double fill = 0;                  ///< of a number
        std::vector<std::string> labels;  ///< none: a number
        bool missing = false;             ///< has a column for missing categories

        std::size_t width() const { return labels.empty() ? 1 : labels.size() + (missing ? 1 : 0); }
    };

    CellEncoder() = default;

    std::vector<Column> m_columns;
};

}  // namespace holdout
