// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/design_matrix.h"

namespace holdout {

/// Some columns of a problem, each row times the root of its share, and their Gram matrix: what paths over the same rows
/// work on, taken once for all of them. Only grows. An entry's bits depend on its two columns alone.
class SharedColumns {
public:
    explicit SharedColumns(const DesignMatrix& design)
        : m_design(design), m_places(static_cast<std::size_t>(design.columns()), -1), m_values(design.rows(), 0) {}

    /// Takes in those of the columns that are missing.
    void add(const std::vector<Eigen::Index>& columns);
    Eigen::Index size() const { return m_count; }
    /// Where a column is that was taken in.
    Eigen::Index place(Eigen::Index column) const { return m_places[static_cast<std::size_t>(column)]; }

    Eigen::Ref<const Eigen::MatrixXd> values() const { return m_values.leftCols(m_count); }
    Eigen::Ref<const Eigen::MatrixXd> gram() const { return m_gram.topLeftCorner(m_count, m_count); }

private:
    const DesignMatrix& m_design;
    std::vector<Eigen::Index> m_places;
    Eigen::Index m_count = 0;
    Eigen::MatrixXd m_values, m_gram;  ///< with room for more
};

/// The columns of one path among shared ones, and their Gram matrix over that path's own rows: the shared one less the
/// rows that it leaves out. On the scale on which the columns have mean 0 and standard deviation 1 in its own rows.
class FoldColumns {
public:
    /// `counts` of the rows of `all`; null for the path over all of them. `fold`: these rows. Keeps references to all three.
    FoldColumns(const DesignMatrix& all, const SharedColumns& shared, const DesignMatrix& fold, const RowCounts* counts);

    Eigen::Index size() const { return static_cast<Eigen::Index>(m_places.size()); }
    Eigen::Ref<const Eigen::MatrixXd> gram() const { return m_gram.topLeftCorner(size(), size()); }
    /// Takes in varying columns of the fold, which the shared ones hold already.
    void add(const std::vector<Eigen::Index>& columns);
    /// The products of the columns from `begin` on with `rooted`, a value a row times the root of its share in the fold;
    /// the values have mean 0 in the fold.
    Eigen::VectorXd cross(Eigen::Index begin, const Eigen::VectorXd& rooted) const;
    /// The columns times weights, each row times the root of its share in the fold.
    Eigen::VectorXd combined(const Eigen::VectorXd& weights) const;

    /// The column of all rows that the fold's varying column `column` is.
    Eigen::Index among(Eigen::Index column) const { return m_among[static_cast<std::size_t>(column)]; }
    // The fold's column is (the column of all rows - shift) * stretch.
    const Eigen::VectorXd& shifts() const { return m_shifts; }
    const Eigen::VectorXd& stretches() const { return m_stretches; }

private:
    void reserve(Eigen::Index size);

    const SharedColumns& m_shared;
    Eigen::VectorXd m_shifts, m_stretches;  ///< a fold's varying column
    std::vector<Eigen::Index> m_among;      ///< likewise
    double m_part = 1;                      ///< of the total weight that the fold's rows have
    std::vector<Eigen::Index> m_others;     ///< rows that it does not count once
    Eigen::VectorXd m_less;                 ///< how much less than once it counts them
    Eigen::VectorXd m_roots;                ///< root of a row's share over that in all rows
    Eigen::VectorXd m_allRoots;             ///< roots of the rows' shares in all rows
    std::vector<Eigen::Index> m_columns, m_places;  ///< in the fold, and among the shared
    Eigen::MatrixXd m_left;                 ///< the shared columns' m_others, with room for more
    Eigen::MatrixXd m_gram;                 ///< with room for more
};

}  // namespace holdout
