// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/design_matrix.h"

namespace holdout {

/// The weighted mean of a loss and its derivatives at one point.
struct LossSums {
    double loss = 0;
    Eigen::MatrixXd gradient;  ///< shaped as the point
    Eigen::MatrixXd hessian;   ///< of the point's entries in column-major order; empty unless asked for

    LossSums& operator+=(const LossSums& other);
};

/// A loss of given scores: its weighted mean, and row by row what its derivatives are made of.
struct RowDerivatives {
    double loss = 0;
    Eigen::MatrixXd residuals;   ///< share times the loss's derivative by the score, a column an output
    Eigen::VectorXd curvatures;  ///< share times its second derivative; of losses of one output
};

enum class Derivatives { First, Second };

/// Every `stride`th block of rows, as a sample of all of them; 1 takes all.
struct RowSample {
    std::size_t stride = 1;
};

/// A block of rows under way through a loss. `shares` are 0 for rows beyond the last.
struct LossBlock {
    LossBlock(Eigen::Index width, Eigen::Index outputs)
        : block(kBlockRows, width),
          weighted(kBlockRows, width),
          scores(kBlockRows, outputs),
          residuals(kBlockRows, outputs) {}

    std::size_t begin = 0, end = 0;  ///< rows
    Block block, weighted;           ///< the rows with a column of ones before them; room for them with weights
    Block scores;                    ///< in: a column an output
    Block residuals;                 ///< out: share times the loss's derivative by the score
    BlockVector shares;
};

/// A mean over rows of a convex loss of the rows' scores, as a function of a point: a matrix of (1 + columns) × outputs
/// for the standardised features, whose first row holds the intercepts.
class LinearLoss {
public:
    explicit LinearLoss(const DesignMatrix& design) : m_design(design) {}
    virtual ~LinearLoss() = default;

    const DesignMatrix& design() const { return m_design; }
    virtual Eigen::Index outputs() const { return 1; }
    /// A good point for no features at all.
    virtual Eigen::RowVectorXd nullIntercepts() const = 0;
    /// About the largest curvature by a score: what a gradient step may safely assume.
    virtual double curvatureBound() const = 0;

    /// One parallel pass over the rows; the weights of columns that are not in `columns` are taken as 0. Of a sample:
    /// what its rows say of all, each counted in proportion.
    LossSums evaluate(const Eigen::MatrixXd& point, std::span<const Eigen::Index> columns, Derivatives derivatives,
                      JobContext& context, RowSample sample = {}) const;
    /// The loss and its first derivatives by products with one column after another: the quick way for sparse features,
    /// and for many columns most of whose weights are 0.
    LossSums evaluateByColumns(const Eigen::MatrixXd& point, JobContext& context) const;
    /// `scores`: rows × outputs.
    RowDerivatives atScores(const Eigen::MatrixXd& scores, JobContext& context) const;
    /// The part of the total weight that the rows of a sample have; 0 when they cannot stand for all.
    virtual double sampledShare(RowSample sample) const;

protected:
    /// The sum over the block's rows of share * loss; fills its residuals. With one output the scores become the loss's
    /// second derivatives.
    virtual double addLoss(LossBlock& rows) const = 0;
    /// Adds the curvature of the block's rows to the lower triangle of each pair of outputs k <= l of `hessian`. Called
    /// after addLoss.
    virtual void addCurvature(LossBlock& rows, Eigen::MatrixXd& hessian) const = 0;

private:
    void addRows(Range rows, std::size_t stride, const Eigen::MatrixXd& point, std::span<const Eigen::Index> columns,
                 LossSums& sums) const;

    const DesignMatrix& m_design;
};

}  // namespace holdout
