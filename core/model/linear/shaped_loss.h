// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/linear_loss.h"

namespace holdout {

/// What a loss is at one score, with its first and second derivative by the score.
struct LossAtScore {
    double value = 0, slope = 0, curvature = 0;
};

/// The loss of one score a row against one answer a row. `Shape` is called as shape(score, answer) -> LossAtScore, and
/// gives nullScore(answers, shares) and curvatureBound(). Keeps a reference to `answers`.
template <typename Shape>
class ShapedLoss final : public LinearLoss {
public:
    ShapedLoss(const DesignMatrix& design, const Eigen::VectorXd& answers, Shape shape)
        : LinearLoss(design), m_answers(answers), m_shape(shape) {}

    Eigen::RowVectorXd nullIntercepts() const override {
        return Eigen::RowVectorXd::Constant(1, m_shape.nullScore(m_answers, design().shares()));
    }
    double curvatureBound() const override { return m_shape.curvatureBound(); }

private:
    /// Leaves the curvature in the scores.
    double addLoss(LossBlock& rows) const override {
        double loss = 0;
        rows.residuals.setZero();
        for (std::size_t i = rows.begin; i < rows.end; ++i) {
            const auto row = static_cast<Eigen::Index>(i - rows.begin);
            const LossAtScore at = m_shape(rows.scores(row, 0), m_answers[static_cast<Eigen::Index>(i)]);
            loss += rows.shares[row] * at.value;
            rows.residuals(row, 0) = rows.shares[row] * at.slope;
            rows.scores(row, 0) = at.curvature;
        }
        return loss;
    }

    void addCurvature(LossBlock& rows, Eigen::MatrixXd& hessian) const override {
        const auto count = static_cast<Eigen::Index>(rows.end - rows.begin);
        rows.scores.bottomRows(kBlockRows - count).setZero();
        rows.weighted = rows.block.array().colwise() * (rows.shares.array() * rows.scores.col(0).array());
        addGram(rows.block, rows.weighted, hessian);
    }

    const Eigen::VectorXd& m_answers;
    Shape m_shape;
};

/// exp(score) - answer * score: Poisson regression, without the part that no weight changes.
struct PoissonShape {
    double curvature = 1;  ///< the mean answer

    LossAtScore operator()(double score, double answer) const {
        const double rate = std::exp(score);
        return {rate - answer * score, rate - answer, rate};
    }
    double nullScore(const Eigen::VectorXd& answers, const Eigen::VectorXd& shares) const {
        return std::log(answers.dot(shares));
    }
    double curvatureBound() const { return curvature; }
};

/// Half the squared error up to `threshold`, beyond it a straight line (Huber 1964).
struct HuberShape {
    double threshold = 1;

    LossAtScore operator()(double score, double answer) const {
        const double error = score - answer;
        if (std::abs(error) <= threshold) return {0.5 * error * error, error, 1};
        return {threshold * (std::abs(error) - 0.5 * threshold), std::copysign(threshold, error), 0};
    }
    double nullScore(const Eigen::VectorXd& answers, const Eigen::VectorXd& shares) const {
        return answers.dot(shares);
    }
    double curvatureBound() const { return 1; }
};

/// The square of how far a margin is below 1, for answers -1 and 1.
struct SquaredHingeShape {
    LossAtScore operator()(double score, double answer) const {
        const double missing = 1 - answer * score;
        if (missing <= 0) return {};
        return {missing * missing, -2 * answer * missing, 2};
    }
    double nullScore(const Eigen::VectorXd& answers, const Eigen::VectorXd& shares) const {
        return answers.dot(shares);
    }
    double curvatureBound() const { return 2; }
};

}  // namespace holdout
