// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/cholesky.h"

#include <Eigen/Cholesky>
#include <atomic>

#include "base/parallel.h"

namespace holdout {
namespace {

using Eigen::Index;

constexpr Index blockSize = 128;
/// Columns that are solved for between two looks at the stop button.
constexpr Index solvedColumns = 48;

std::vector<Range> blocksOf(Index begin, Index end, Index width = blockSize) {
    std::vector<Range> blocks =
        chunks(static_cast<std::size_t>(std::max<Index>(0, end - begin)), static_cast<std::size_t>(width));
    for (Range& block : blocks) {
        block.begin += static_cast<std::size_t>(begin);
        block.end += static_cast<std::size_t>(begin);
    }
    return blocks;
}

Index start(const Range& range) {
    return static_cast<Index>(range.begin);
}

Index length(const Range& range) {
    return static_cast<Index>(range.size());
}

}  // namespace

bool factorise(Eigen::MatrixXd& matrix, const JobContext& context) {
    const Index size = matrix.rows();
    for (Index begin = 0; begin < size; begin += blockSize) {
        context.throwIfStopped();
        const Index width = std::min(blockSize, size - begin);
        auto corner = matrix.block(begin, begin, width, width);
        const Eigen::LLT<Eigen::MatrixXd> factor(corner);
        if (factor.info() != Eigen::Success) return false;
        corner.triangularView<Eigen::Lower>() = factor.matrixL();
        const std::vector<Range> below = blocksOf(begin + width, size);
        const Eigen::MatrixXd lower = corner;
        parallelFor(below.size(), [&](std::size_t i) {
            auto panel = matrix.block(start(below[i]), begin, length(below[i]), width);
            lower.transpose().triangularView<Eigen::Upper>().solveInPlace<Eigen::OnTheRight>(panel);
        });
        parallelFor(below.size(), [&](std::size_t i) {
            // The last rows have the most columns: they begin first.
            const Range& rows = below[below.size() - 1 - i];
            const Index columns = start(rows) + length(rows) - start(below[0]);
            matrix.block(start(rows), start(below[0]), length(rows), columns).noalias() -=
                matrix.block(start(rows), begin, length(rows), width) *
                matrix.block(start(below[0]), begin, columns, width).transpose();
        });
    }
    return true;
}

Eigen::MatrixXd solveLower(const Eigen::MatrixXd& factor, const Eigen::MatrixXd& right, const JobContext& context) {
    Eigen::MatrixXd solved = right;
    const std::vector<Range> columns = blocksOf(0, right.cols(), solvedColumns);
    parallelFor(columns.size(), [&](std::size_t i) {
        context.throwIfStopped();
        auto part = solved.middleCols(start(columns[i]), length(columns[i]));
        factor.triangularView<Eigen::Lower>().solveInPlace(part);
    });
    return solved;
}

Eigen::MatrixXd inverseOf(const Eigen::MatrixXd& factor, const JobContext& context) {
    const Index size = factor.rows();
    Eigen::MatrixXd inverse = Eigen::MatrixXd::Zero(size, size);
    const std::vector<Range> columns = blocksOf(0, size, solvedColumns);
    parallelFor(columns.size(), [&](std::size_t i) {
        context.throwIfStopped();
        // Columns of L^-1 are 0 above the diagonal: the rows before this block need no work.
        const Index begin = start(columns[i]), rest = size - begin;
        auto part = inverse.block(begin, begin, rest, length(columns[i]));
        part.diagonal().setOnes();
        const auto corner = factor.block(begin, begin, rest, rest);
        corner.triangularView<Eigen::Lower>().solveInPlace(part);
        auto whole = inverse.middleCols(begin, length(columns[i]));
        factor.transpose().triangularView<Eigen::Upper>().solveInPlace(whole);
    });
    return inverse;
}

}  // namespace holdout
