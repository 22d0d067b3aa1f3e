// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "base/parallel.h"
#include "model/linear/gram_kernel.h"
#include "model/linear/sparse_columns.h"
#include "model/model.h"

namespace holdout {

/// Coefficients on the features' own scale.
struct RawCoefficients {
    Eigen::MatrixXd weights;     ///< all features × outputs
    Eigen::VectorXd intercepts;  ///< one an output
};

/// How the varying columns of a set of rows are brought to mean 0 and standard deviation 1, and their weights back.
struct Standardisation {
    std::vector<Eigen::Index> kept;  ///< the columns that vary, among all
    Eigen::VectorXd means, scales;   ///< one a kept column
    Eigen::Index width = 0;          ///< how many columns there are

    /// What `penalty` on a coefficient of the features' own scale is on one of the standardised: penalty / scale^power.
    Eigen::VectorXd penalties(double penalty, int power) const;
    /// Back to the features' own scale; constant columns get weight 0. `intercepts`: of the standardised features.
    RawCoefficients toRaw(const Eigen::MatrixXd& weights, const Eigen::VectorXd& intercepts) const;
    /// The other way: intercepts in the first row, then the weights of the kept columns.
    Eigen::MatrixXd fromRaw(const RawCoefficients& raw) const;
};

/// The training features as the solvers see them: each column with weighted mean 0 and standard deviation 1, constant
/// columns left out, rows with their shares of the total weight. The standardised numbers are made block by block
/// while they are in cache and never stored; they do not change what is optimised (the penalties are
/// scaled back), only how well it is conditioned. Keeps references: the training set must outlive it.
class DesignMatrix {
public:
    /// Throws Error when a column's values are too large to be squared.
    DesignMatrix(const TrainingSet& training, JobContext& context);
    /// Of dense features, taken as standardised by `scale`.
    DesignMatrix(const TrainingSet& training, Standardisation scale);
    /// Takes another standardisation of the same columns.
    void restandardise(Standardisation scale) { m_scale = std::move(scale); }

    Eigen::Index rows() const { return m_shares.size(); }
    bool isSparse() const { return m_sparseRows != nullptr; }
    /// How many columns vary.
    Eigen::Index columns() const { return m_scale.means.size(); }
    const Eigen::VectorXd& shares() const { return m_shares; }
    /// Name of the varying column `column`.
    const std::string& name(Eigen::Index column) const {
        return m_names[static_cast<std::size_t>(m_scale.kept[static_cast<std::size_t>(column)])];
    }
    const Standardisation& standardisation() const { return m_scale; }
    double mean(Eigen::Index column) const { return m_scale.means[column]; }
    double scale(Eigen::Index column) const { return m_scale.scales[column]; }
    /// The column as it came; of dense features.
    auto raw(Eigen::Index column) const { return m_values.col(m_scale.kept[static_cast<std::size_t>(column)]); }
    Eigen::VectorXd penalties(double penalty, int power) const { return m_scale.penalties(penalty, power); }

    /// All varying columns, in order.
    const std::vector<Eigen::Index>& allColumns() const { return m_all; }
    /// Fills `block` from its column `offset` on with the standardised rows [begin, begin + kBlockRows) of the varying
    /// columns `columns`; rows beyond the last are zeros.
    void load(std::size_t begin, std::span<const Eigen::Index> columns, Block& block, Eigen::Index offset = 0) const;
    /// The same of any rows, at most kBlockRows, and all varying columns.
    void gather(std::span<const std::uint32_t> rows, Block& block, Eigen::Index offset) const;
    /// The shares of the rows of a block, then zeros.
    void loadShares(std::size_t begin, BlockVector& shares) const;

    /// All standardised rows, each times the root of its share: for problems that need them whole.
    Eigen::MatrixXd weighted() const { return weighted(m_all); }
    /// The same of some of the varying columns.
    Eigen::MatrixXd weighted(std::span<const Eigen::Index> columns) const;
    /// The standardised values of varying columns, one a column of `target`.
    void standardise(std::span<const Eigen::Index> columns, Eigen::Ref<Eigen::MatrixXd> target) const;
    // Products with the standardised rows, in time of the cells that are not 0 when the features are sparse.
    /// Z * weights, one entry a row.
    Eigen::VectorXd times(const Eigen::VectorXd& weights, const JobContext& context) const;
    /// Z' * vector, one entry a varying column.
    Eigen::VectorXd cross(const Eigen::VectorXd& vector, const JobContext& context) const;

    RawCoefficients toRaw(const Eigen::MatrixXd& weights, const Eigen::VectorXd& intercepts) const {
        return m_scale.toRaw(weights, intercepts);
    }
    /// "colour is the same in every row: its weight is 0." and the like; empty when every column varies.
    Warnings constantWarnings() const;

private:
    void measureDense(JobContext& context);
    void measureSparse();
    /// Standardised columns, each row times its factor.
    void scaledColumns(std::span<const Eigen::Index> columns, const Eigen::VectorXd& factors,
                       Eigen::Ref<Eigen::MatrixXd> result) const;
    void loadSparse(Eigen::Index column, std::size_t begin, Eigen::Index count, double* target) const;
    void keep(Eigen::Index column, double mean, double variance);

    const Eigen::MatrixXd& m_values;
    const SparseRows* m_sparseRows;  ///< null for dense features
    std::optional<SparseColumns> m_sparseColumns;
    const std::vector<std::string>& m_names;
    Standardisation m_scale;
    std::vector<Eigen::Index> m_all;
    Eigen::VectorXd m_shares;
};

/// Rows for one piece of parallel work: few enough pieces that their sums stay small, the same on any number of
/// threads.
std::size_t rowGrain(std::size_t rows);

/// "a, b and c"; long lists end with "and 12 more".
std::string listedNames(const std::vector<std::string>& names);

}  // namespace holdout
