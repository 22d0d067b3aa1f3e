// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include <Eigen/Core>

namespace holdout {

/// What a row costs, by its score z and its truth. With several outputs Log is the log loss of softmax, and Hinge that
/// of each class against the others.
enum class SgdLoss {
    Log,      ///< log(1 + exp(-z)) for the second of two classes
    Hinge,    ///< max(0, 1 - z) for the second of two classes
    Squared,  ///< (z - y)² / 2
    Huber     ///< as squared up to `huberWidth`, then a straight line
};

/// The length of step t = 1, 2, …
enum class SgdSchedule {
    Constant,        ///< rate
    InverseScaling,  ///< rate / t^power
    Optimal          ///< rate (1 + rate lambda t)^-c with c = 3/4 when averaging, else 1 (Bottou 2012, section 5)
};

/// Stochastic gradient descent on a linear model, one row after another (Bottou 2012, Stochastic Gradient Descent Tricks).
/// The L2 part of the penalty shrinks the weights in each step; the L1 part is the cumulative penalty of Tsuruoka, Tsujii,
/// Ananiadou (2009, ACL), which leaves exact zeros. Intercepts are not penalised. Knows numbers only. Not thread-safe.
class LinearSgd {
public:
    struct Settings {
        SgdLoss loss = SgdLoss::Log;
        double lambda = 0, l1Ratio = 0;
        SgdSchedule schedule = SgdSchedule::Optimal;
        double rate = 0.1, power = 0.25;
        bool average = true;
        double huberWidth = 1.35;
    };

    /// All that a step changes: going on from a copy gives the same bits.
    struct State {
        std::int64_t steps = 0;
        Eigen::MatrixXd weights;     ///< features × outputs
        Eigen::VectorXd intercepts;  ///< one an output
        /// Means over the steps, later ones counting more (Shamir, Zhang 2013, ICML, polynomial decay of order 3). Empty
        /// without averaging.
        Eigen::MatrixXd meanWeights;
        Eigen::VectorXd meanIntercepts;
        double l1Due = 0;           ///< the penalty that each weight could have had so far
        Eigen::MatrixXd l1Applied;  ///< and what it has had; empty without L1
    };
    static State start(Eigen::Index features, Eigen::Index outputs, const Settings& settings);

    LinearSgd(const Settings& settings, State state);

    /// One step. `row`: features; `truth`: the value, or the class; `importance` multiplies the loss.
    void step(const double* row, double truth, double importance);
    /// What weights() and intercepts() say of a row, to be asked before its step.
    void judge(const double* row, double truth);
    // Of the row that was last judged: its scores, what it costs, and whether its class is right.
    const Eigen::VectorXd& scores() const { return m_scores; }
    double lastLoss() const { return m_loss; }
    bool lastWasRight() const { return m_right; }
    /// The length of the next step.
    double nextRate() const;

    const State& state() const { return m_state; }
    /// The means when averaging, else the weights of the last step.
    const Eigen::MatrixXd& weights() const { return m_settings.average ? m_state.meanWeights : m_state.weights; }
    const Eigen::VectorXd& intercepts() const {
        return m_settings.average ? m_state.meanIntercepts : m_state.intercepts;
    }

private:
    enum class Wanted { Slopes, Loss };
    void score(const double* row, const Eigen::MatrixXd& weights, const Eigen::VectorXd& intercepts);
    void measure(double truth, Wanted wanted);
    void move(Eigen::Index output, const double* row, double rate, double slope, double share);

    Settings m_settings;
    State m_state;
    Eigen::VectorXd m_scores, m_slopes;
    double m_loss = 0;
    bool m_right = false;
};

}  // namespace holdout
