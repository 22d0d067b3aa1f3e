// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/moments.h"

#include <Eigen/Dense>

namespace holdout {
namespace {

// Up to here each piece of rows sums its own Gram matrix; beyond, those sums would be larger than the data.
constexpr Eigen::Index kFewColumns = 128;

struct GramSums {
    Eigen::MatrixXd gram;
    Eigen::VectorXd cross;
    GramSums& operator+=(const GramSums& other) {
        gram += other.gram;
        cross += other.cross;
        return *this;
    }
};

void loadTarget(const Eigen::VectorXd& target, double mean, std::size_t begin, BlockVector& block) {
    const auto from = static_cast<Eigen::Index>(begin);
    const Eigen::Index count = std::min(kBlockRows, target.size() - from);
    block.head(count) = target.segment(from, count).array() - mean;
    block.tail(kBlockRows - count).setZero();
}

GramSums gramOfRows(const DesignMatrix& design, const Eigen::VectorXd& target, double mean, Range rows) {
    const Eigen::Index columns = design.columns();
    GramSums sums{Eigen::MatrixXd::Zero(columns, columns), Eigen::VectorXd::Zero(columns)};
    Block block(kBlockRows, columns), weighted(kBlockRows, columns);
    BlockVector shares, values;
    for (std::size_t begin = rows.begin; begin < rows.end; begin += kBlockRows) {
        design.load(begin, design.allColumns(), block);
        design.loadShares(begin, shares);
        weighted = block.array().colwise() * shares.array();
        addGram(block, weighted, sums.gram);
        if (target.size() == 0) continue;
        loadTarget(target, mean, begin, values);
        addCrossProduct(weighted, values, sums.cross);
    }
    return sums;
}

Eigen::MatrixXd mirrored(Eigen::MatrixXd lower) {
    lower.triangularView<Eigen::StrictlyUpper>() = lower.transpose();
    return lower;
}

}  // namespace

double weightedMean(const Eigen::VectorXd& values, const Eigen::VectorXd& shares) {
    // Two passes: the second mends the rounding of the first.
    const double first = shares.dot(values);
    return first + (shares.array() * (values.array() - first)).sum();
}

Eigen::MatrixXd tiledGram(const Eigen::MatrixXd& matrix, JobContext& context) {
    constexpr std::size_t kTile = 128;
    const std::vector<Range> tiles = chunks(static_cast<std::size_t>(matrix.cols()), kTile);
    Eigen::MatrixXd result(matrix.cols(), matrix.cols());
    parallelFor(tiles.size() * tiles.size(), [&](std::size_t index) {
        const Range& a = tiles[index / tiles.size()];
        const Range& b = tiles[index % tiles.size()];
        if (a.begin < b.begin) return;
        context.throwIfStopped();
        const auto i = static_cast<Eigen::Index>(a.begin), height = static_cast<Eigen::Index>(a.size());
        const auto j = static_cast<Eigen::Index>(b.begin), width = static_cast<Eigen::Index>(b.size());
        result.block(i, j, height, width).noalias() =
            matrix.middleCols(i, height).transpose() * matrix.middleCols(j, width);
    });
    return mirrored(std::move(result));
}

Moments moments(const DesignMatrix& design, const Eigen::VectorXd& target, JobContext& context) {
    Moments found;
    if (target.size() > 0) {
        found.mean = weightedMean(target, design.shares());
        found.variance = (design.shares().array() * (target.array() - found.mean).square()).sum();
    }
    const Eigen::Index columns = design.columns();
    if (columns > kFewColumns) {
        const Eigen::MatrixXd whole = design.weighted();
        found.gram = tiledGram(whole, context);
        if (target.size() > 0)
            found.cross = whole.transpose() * (design.shares().array().sqrt() * (target.array() - found.mean)).matrix();
        return found;
    }
    const auto rows = static_cast<std::size_t>(design.rows());
    GramSums sums =
        parallelSum(rows, rowGrain(rows),
                    GramSums{Eigen::MatrixXd::Zero(columns, columns), Eigen::VectorXd::Zero(columns)}, [&](Range part) {
                        context.throwIfStopped();
                        return gramOfRows(design, target, found.mean, part);
                    });
    found.gram = mirrored(std::move(sums.gram));
    found.cross = std::move(sums.cross);
    return found;
}

Eigen::MatrixXd gram(const DesignMatrix& design, JobContext& context) {
    return moments(design, {}, context).gram;
}

Eigen::VectorXd residualCross(const DesignMatrix& design, const Eigen::VectorXd& target, double intercept,
                              const Eigen::VectorXd& weights, JobContext& context) {
    const Eigen::Index columns = design.columns();
    const auto rows = static_cast<std::size_t>(design.rows());
    return parallelSum(rows, rowGrain(rows), Eigen::VectorXd(Eigen::VectorXd::Zero(columns)), [&](Range part) {
        context.throwIfStopped();
        Eigen::VectorXd cross = Eigen::VectorXd::Zero(columns);
        Block block(kBlockRows, columns);
        BlockVector shares, residual;
        for (std::size_t begin = part.begin; begin < part.end; begin += kBlockRows) {
            design.load(begin, design.allColumns(), block);
            design.loadShares(begin, shares);
            loadTarget(target, intercept, begin, residual);
            residual.noalias() -= block * weights;
            residual.array() *= shares.array();
            addCrossProduct(block, residual, cross);
        }
        return cross;
    });
}

}  // namespace holdout
