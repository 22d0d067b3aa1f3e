// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/tree/gradient_histogram.h"
#include "model/tree/large_vector.h"

namespace holdout {

/// Rows and the scores that trees have added up for them. A target of numbers and one of two classes have one score
/// (the value; log odds of the second class), one of K classes K.
class ScoredRows {
public:
    /// `start` is the score of every row before the first tree.
    ScoredRows(const Target& target, CountedRows rows, const Eigen::VectorXd& start);

    /// `all`: the scores of each row of the data.
    void restart(const Eigen::MatrixXd& all);

    const std::vector<std::uint32_t>& rows() const { return m_rows.rows; }
    std::size_t size() const { return m_rows.rows.size(); }
    /// Score `output` of the row at `position` in rows().
    double& score(std::size_t position, std::size_t output) {
        return m_scores(static_cast<Eigen::Index>(position), static_cast<Eigen::Index>(output));
    }

    /// Works out what the scores mean, and the mean loss: half the squared error, or the negative log of the
    /// probability that the row's own class is given. Throws Cancelled.
    double refresh(const JobContext& context);
    /// Writes the derivatives of the loss by one score, as refresh found them, to the cell of each row: cells are by
    /// row of the data. Returns the mean squared gradient.
    double gradients(std::size_t output, LargeVector<GradientCell>& cells) const;

private:
    double refreshPart(Range part);

    const Target& m_target;
    CountedRows m_rows;
    Eigen::MatrixXd m_scores;
    Eigen::MatrixXd m_means;  ///< predicted value, or probabilities, as the scores mean them
    Eigen::VectorXd m_truth;  ///< values, or 1 for the second of two classes; empty for more classes
};

/// The constant scores of least loss. A class without rows has a very small share rather than none.
Eigen::VectorXd startScores(const Target& target, const CountedRows& rows);

}  // namespace holdout
