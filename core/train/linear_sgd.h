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

/// What one row costs, by its scores.
struct RowLoss {
    enum class Wanted { Slopes, Loss };

    RowLoss(SgdLoss kind, double huberWidth, Eigen::Index outputs);
    /// Slopes alone where the loss, whose logarithm takes as long as all else, is not wanted.
    void measure(double truth, Wanted wanted);

    SgdLoss kind;
    double huberWidth;
    Eigen::VectorXd scores, slopes;  ///< in: one an output; out: the loss's derivatives by them
    double loss = 0;
    bool right = false;  ///< whether the class is that of the truth
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
    /// Rows on their way through steps, each scored before its own.
    struct Block {
        Block(Eigen::Index features, Eigen::Index rows);

        Eigen::MatrixXd rows;         ///< a column a row: its features, 1, and zeros up to whole registers
        Eigen::VectorXd truths;       ///< the value, or the class
        Eigen::VectorXd importances;  ///< multiply the loss; above 0
        Eigen::Index count = 0;       ///< of rows that are filled
        Eigen::VectorXd judged;       ///< what weights() said of each row before its step; of one output
    };
    /// Sums over rows of importance times: 1, the loss, whether the class was right, the squared error, the squared truth.
    struct Sums {
        double weight = 0, loss = 0, right = 0, squares = 0, spread = 0;
        /// A row that was measured for its loss.
        void add(const RowLoss& row, double truth, double importance);
        Sums& operator+=(const Sums& other);
    };
    static State start(Eigen::Index features, Eigen::Index outputs, const Settings& settings);

    LinearSgd(const Settings& settings, State state);

    /// One step. `row`: features; `truth`: the value, or the class; `importance` multiplies the loss.
    void step(const double* row, double truth, double importance);
    /// A step for each row of a block, in their order: to rounding the same as judge() and step(), and quicker.
    void walk(Block& block);
    /// What a block's rows cost before their steps, once it was walked: of the last one, or of any when sumsLater(), even
    /// while another is being walked.
    Sums sumsOf(const Block& block) const;
    bool sumsLater() const { return isQuick(); }
    /// What weights() and intercepts() say of a row, to be asked before its step.
    void judge(const double* row, double truth);
    // Of the row that was last judged: its scores, what it costs, and whether its class is right.
    const Eigen::VectorXd& scores() const { return m_row.scores; }
    double lastLoss() const { return m_row.loss; }
    bool lastWasRight() const { return m_row.right; }
    /// The length of the next step.
    double nextRate() const { return rateOf(m_settings, m_state.steps + 1); }
    /// Of step t = 1, 2, …
    static double rateOf(const Settings& settings, std::int64_t step);
    /// `importance`, or as much of it as a step of `rate` may have. The slope of a squared loss grows with the distance, so
    /// that on a row far longer than those that the rate was chosen for a step would land further from its truth than it
    /// began, the next further still: there it lands on the truth. `squaredLength`: of the row's features and its 1.
    static double steadyImportance(const Settings& settings, double rate, double importance, double squaredLength);

    const State& state() const { return m_state; }
    /// The means when averaging, else the weights of the last step.
    const Eigen::MatrixXd& weights() const { return m_settings.average ? m_state.meanWeights : m_state.weights; }
    const Eigen::VectorXd& intercepts() const {
        return m_settings.average ? m_state.meanIntercepts : m_state.intercepts;
    }

private:
    void score(const double* row, const Eigen::MatrixXd& weights, const Eigen::VectorXd& intercepts);
    bool isQuick() const;
    void walkQuickly(Block& block);
    void move(Eigen::Index output, const double* row, double rate, double slope, double share);

    Settings m_settings;
    State m_state;
    RowLoss m_row;
    Sums m_sums;  ///< of the block that was walked last, when it was done row by row
};

}  // namespace holdout
