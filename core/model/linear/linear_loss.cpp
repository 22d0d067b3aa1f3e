// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/linear_loss.h"

namespace holdout {
namespace {

/// A sample's sums as they would be of all rows.
void scale(LossSums& sums, double factor) {
    sums.loss *= factor;
    sums.gradient *= factor;
    sums.hessian *= factor;
}

/// The kernels fill the lower triangle of each pair of outputs.
void mirror(Eigen::MatrixXd& hessian, Eigen::Index width, Eigen::Index outputs) {
    for (Eigen::Index k = 0; k < outputs; ++k)
        for (Eigen::Index l = k; l < outputs; ++l) {
            auto pair = hessian.block(l * width, k * width, width, width);
            pair.triangularView<Eigen::StrictlyUpper>() = pair.transpose();
            if (l > k) hessian.block(k * width, l * width, width, width) = pair.transpose();
        }
}

}  // namespace

LossSums& LossSums::operator+=(const LossSums& other) {
    loss += other.loss;
    gradient += other.gradient;
    if (hessian.size() > 0) hessian += other.hessian;
    return *this;
}

void LinearLoss::addRows(Range rows, std::size_t stride, const Eigen::MatrixXd& point,
                         std::span<const Eigen::Index> columns, LossSums& sums) const {
    LossBlock work(point.rows(), outputs());
    work.block.col(0).setOnes();
    for (std::size_t begin = rows.begin; begin < rows.end; begin += stride * kBlockRows) {
        work.begin = begin;
        work.end = std::min<std::size_t>(begin + kBlockRows, static_cast<std::size_t>(m_design.rows()));
        m_design.loadShares(begin, work.shares);
        m_design.load(begin, columns, work.block, 1);
        work.scores.noalias() = work.block * point;
        sums.loss += addLoss(work);
        addProduct(work.block, work.residuals, sums.gradient);
        if (sums.hessian.size() > 0) addCurvature(work, sums.hessian);
    }
}

LossSums LinearLoss::evaluate(const Eigen::MatrixXd& point, std::span<const Eigen::Index> columns,
                              Derivatives derivatives, JobContext& context, RowSample sample) const {
    const bool whole = columns.size() == m_design.allColumns().size() && sample.stride == 1;
    if (m_design.isSparse() && whole && derivatives == Derivatives::First) return evaluateByColumns(point, context);
    const Eigen::Index size = derivatives == Derivatives::Second ? point.size() : 0;
    const LossSums zero{0, Eigen::MatrixXd::Zero(point.rows(), point.cols()), Eigen::MatrixXd::Zero(size, size)};
    const auto rows = static_cast<std::size_t>(m_design.rows());
    // Pieces of whole strides, so that a sample takes the same blocks however the rows are cut.
    const std::size_t step = sample.stride * kBlockRows, grain = (rowGrain(rows) + step - 1) / step * step;
    LossSums sums = parallelSum(rows, grain, zero, [&](Range part) {
        context.throwIfStopped();
        LossSums own = zero;
        addRows(part, sample.stride, point, columns, own);
        return own;
    });
    mirror(sums.hessian, point.rows(), size > 0 ? point.cols() : 0);
    if (sample.stride > 1) scale(sums, 1 / sampledShare(sample));
    return sums;
}

LossSums LinearLoss::evaluateByColumns(const Eigen::MatrixXd& point, JobContext& context) const {
    const Eigen::Index columns = m_design.columns();
    Eigen::MatrixXd scores(m_design.rows(), outputs());
    for (Eigen::Index k = 0; k < outputs(); ++k)
        scores.col(k) = m_design.times(point.col(k).tail(columns), context).array() + point(0, k);
    const RowDerivatives rows = atScores(scores, context);
    LossSums sums{rows.loss, Eigen::MatrixXd(point.rows(), point.cols()), {}};
    for (Eigen::Index k = 0; k < outputs(); ++k) {
        sums.gradient(0, k) = rows.residuals.col(k).sum();
        sums.gradient.col(k).tail(columns) = m_design.cross(rows.residuals.col(k), context);
    }
    return sums;
}

RowDerivatives LinearLoss::atScores(const Eigen::MatrixXd& scores, JobContext& context) const {
    context.throwIfStopped();
    RowDerivatives all{0, Eigen::MatrixXd(scores.rows(), outputs()), {}};
    if (outputs() == 1) all.curvatures.resize(scores.rows());
    const auto count = static_cast<std::size_t>(scores.rows());
    all.loss = parallelSum(count, 4 * kBlockRows, 0.0, [&](Range part) {
        LossBlock work(1, outputs());
        double loss = 0;
        for (work.begin = part.begin; work.begin < part.end; work.begin = work.end) {
            work.end = std::min<std::size_t>(work.begin + kBlockRows, part.end);
            const auto from = static_cast<Eigen::Index>(work.begin), own = static_cast<Eigen::Index>(work.end) - from;
            m_design.loadShares(work.begin, work.shares);
            work.scores.topRows(own) = scores.middleRows(from, own);
            work.scores.bottomRows(kBlockRows - own).setZero();
            loss += addLoss(work);
            all.residuals.middleRows(from, own) = work.residuals.topRows(own);
            if (outputs() == 1)
                all.curvatures.segment(from, own) = work.shares.head(own).cwiseProduct(work.scores.col(0).head(own));
        }
        return loss;
    });
    return all;
}

double LinearLoss::sampledShare(RowSample sample) const {
    double share = 0;
    const Eigen::Index step = static_cast<Eigen::Index>(sample.stride) * kBlockRows;
    for (Eigen::Index begin = 0; begin < m_design.rows(); begin += step)
        share += m_design.shares().segment(begin, std::min(kBlockRows, m_design.rows() - begin)).sum();
    return share;
}

}  // namespace holdout
