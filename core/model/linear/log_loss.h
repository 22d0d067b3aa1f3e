// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/design_matrix.h"

namespace holdout {

/// The weighted mean log loss and its derivatives at one point.
struct LogLossSums {
    double loss = 0;
    Eigen::MatrixXd gradient;  ///< shaped as the point
    Eigen::MatrixXd hessian;   ///< of the point's entries in column-major order; empty unless asked for

    LogLossSums& operator+=(const LogLossSums& other);
};

enum class Derivatives { First, Second };

/// The mean log loss of a linear classifier on the standardised features, as a function of a point: a matrix of
/// (1 + columns) × outputs, whose first row holds the intercepts. Two classes have one output, the log odds of the
/// second; more have one output each (symmetric softmax).
class LogLoss {
public:
    LogLoss(const DesignMatrix& design, const Target& target);

    const DesignMatrix& design() const { return m_design; }
    Eigen::Index outputs() const { return m_classes == 2 ? 1 : m_classes; }
    /// The best point for no features at all: the log of the classes' shares.
    Eigen::RowVectorXd nullIntercepts() const;

    /// One parallel pass over the rows; the weights of columns that are not in `columns` are taken as 0.
    LogLossSums evaluate(const Eigen::MatrixXd& point, std::span<const Eigen::Index> columns, Derivatives derivatives,
                         JobContext& context) const;

private:
    struct Workspace;
    void addRows(Range rows, const Eigen::MatrixXd& point, std::span<const Eigen::Index> columns,
                 LogLossSums& sums) const;
    void binaryBlock(Workspace& work, std::size_t begin, LogLossSums& sums) const;
    void softmaxBlock(Workspace& work, std::size_t begin, LogLossSums& sums) const;

    const DesignMatrix& m_design;
    const std::vector<int>& m_truth;
    int m_classes;
};

}  // namespace holdout
