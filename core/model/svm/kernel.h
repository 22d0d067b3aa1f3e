// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

namespace holdout {

enum class KernelKind {
    Linear,      ///< x'z
    Polynomial,  ///< (gamma x'z + coef0)^degree
    Rbf,         ///< exp(-gamma |x - z|²)
    Sigmoid      ///< tanh(gamma x'z + coef0)
};

struct Kernel {
    KernelKind kind = KernelKind::Rbf;
    double gamma = 1;
    double coef0 = 0;
    int degree = 3;
};

/// Rows laid out so that the kernel of all of them with one row is found a register of rows at a time. Products and
/// distances are summed in float64 in the order of the columns; distances are differences squared, so that nothing
/// cancels. Immutable; threads may share it.
class KernelRows {
public:
    /// The rows `rows` of `values`, in that order.
    KernelRows(const Eigen::MatrixXd& values, std::span<const std::uint32_t> rows, Kernel kernel);

    Eigen::Index size() const { return m_size; }
    /// size() rounded up: what outputs have room for. Beyond the last row they hold no meaning, but finite numbers.
    Eigen::Index padded() const { return m_values.rows(); }
    const Kernel& kernel() const { return m_kernel; }

    /// Kernel of row `row` with every row, on all threads when that is worth while.
    void rowOf(Eigen::Index row, Eigen::Ref<Eigen::VectorXf> out) const;
    /// Kernel of each row with itself.
    Eigen::VectorXd diagonal() const;
    /// Kernel of any row, of as many columns, with every row: in float64, on this thread. The bits depend on `query`
    /// alone.
    void with(const Eigen::RowVectorXd& query, Eigen::Ref<Eigen::VectorXd> out) const;
    /// The row itself.
    Eigen::RowVectorXd row(Eigen::Index index) const { return m_values.row(index); }
    Eigen::MatrixXd values() const { return m_values.topRows(m_size); }

private:
    void inner(const Eigen::RowVectorXd& query, Eigen::Index begin, Eigen::Index count, double* sums) const;

    Kernel m_kernel;
    Eigen::Index m_size;
    Eigen::MatrixXd m_values;  ///< padded rows × columns
};

}  // namespace holdout
