// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "base/parallel.h"
#include "model/linear/gram_kernel.h"
#include "model/model.h"

namespace holdout {

/// Coefficients on the features' own scale.
struct RawCoefficients {
    Eigen::MatrixXd weights;     ///< all features × outputs
    Eigen::VectorXd intercepts;  ///< one an output
};

/// The training features as the solvers see them: each column with weighted mean 0 and standard deviation 1, constant
/// columns left out, rows with their shares of the total weight. The standardised numbers are made block by block
/// while they are in cache and never stored; they do not change what is optimised (the penalties are
/// scaled back), only how well it is conditioned. Keeps references: the training set must outlive it.
class DesignMatrix {
public:
    /// Throws Error when a column's values are too large to be squared.
    DesignMatrix(const TrainingSet& training, JobContext& context);

    Eigen::Index rows() const { return m_values.rows(); }
    /// How many columns vary.
    Eigen::Index columns() const { return m_means.size(); }
    const Eigen::VectorXd& shares() const { return m_shares; }
    /// Name of the varying column `column`.
    const std::string& name(Eigen::Index column) const {
        return m_names[static_cast<std::size_t>(m_kept[static_cast<std::size_t>(column)])];
    }
    double mean(Eigen::Index column) const { return m_means[column]; }
    double scale(Eigen::Index column) const { return m_scales[column]; }
    /// The column as it came.
    auto raw(Eigen::Index column) const { return m_values.col(m_kept[static_cast<std::size_t>(column)]); }
    /// What `penalty` on a coefficient of the features' own scale is on one of the standardised: penalty / scale^power.
    Eigen::VectorXd penalties(double penalty, int power) const;

    /// All varying columns, in order.
    const std::vector<Eigen::Index>& allColumns() const { return m_all; }
    /// Fills `block` from its column `offset` on with the standardised rows [begin, begin + kBlockRows) of the varying
    /// columns `columns`; rows beyond the last are zeros.
    void load(std::size_t begin, std::span<const Eigen::Index> columns, Block& block, Eigen::Index offset = 0) const;
    /// The shares of the rows of a block, then zeros.
    void loadShares(std::size_t begin, BlockVector& shares) const;

    /// All standardised rows, each times the root of its share: for problems that need them whole.
    Eigen::MatrixXd weighted() const;

    /// Back to the features' own scale; constant columns get weight 0. `intercepts`: of the standardised features.
    RawCoefficients toRaw(const Eigen::MatrixXd& weights, const Eigen::VectorXd& intercepts) const;
    /// "colour is the same in every row: its weight is 0." and the like; empty when every column varies.
    Warnings constantWarnings() const;

private:
    const Eigen::MatrixXd& m_values;
    const std::vector<std::string>& m_names;
    std::vector<Eigen::Index> m_kept, m_all;
    Eigen::VectorXd m_means, m_scales, m_shares;
};

/// Rows for one piece of parallel work: few enough pieces that their sums stay small, the same on any number of
/// threads.
std::size_t rowGrain(std::size_t rows);

/// "a, b and c"; long lists end with "and 12 more".
std::string listedNames(const std::vector<std::string>& names);

}  // namespace holdout
