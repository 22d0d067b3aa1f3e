// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/linear_steps.h"

#include <cmath>

namespace holdout::linear_steps {
namespace {

using Eigen::Index;

using Register = double __attribute__((vector_size(64), aligned(8), may_alias));
static_assert(sizeof(Register) / sizeof(double) == kLanesTogether);

Register load(const double* from) { return *reinterpret_cast<const Register*>(from); }
void store(double* to, const Register& lanes) { *reinterpret_cast<Register*>(to) = lanes; }

double sum(const Register& lanes) {
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

template <int Registers>
double product(const Register (&weights)[Registers], const double* row) {
    Register total = weights[0] * load(row);
    for (int r = 1; r < Registers; ++r) total += weights[r] * load(row + r * kLanesTogether);
    return sum(total);
}

template <SgdLoss Loss>
double slopeAt(double score, double truth, double huberWidth) {
    if constexpr (Loss == SgdLoss::Log) {
        // The probability of the other class; exp never overflows.
        const double margin = truth > 0 ? score : -score, small = std::exp(-std::abs(margin));
        const double wrong = (margin >= 0 ? small : 1.0) / (1 + small);
        return truth > 0 ? -wrong : wrong;
    } else if constexpr (Loss == SgdLoss::Hinge) {
        const double margin = truth > 0 ? score : -score;
        return margin < 1 ? (truth > 0 ? -1.0 : 1.0) : 0.0;
    } else if constexpr (Loss == SgdLoss::Huber) {
        const double rest = score - truth;
        return std::abs(rest) > huberWidth ? std::copysign(huberWidth, rest) : rest;
    } else {
        return score - truth;
    }
}

template <SgdLoss Loss, bool Average, int Registers>
void runOf(const Plan& plan, double huberWidth, Lanes& lanes) {
    Register weights[Registers], means[Registers], shrinks[Registers];
    for (int r = 0; r < Registers; ++r) {
        weights[r] = load(lanes.weights + r * kLanesTogether);
        means[r] = load(lanes.means + r * kLanesTogether);
        for (int k = 0; k < kLanesTogether; ++k) shrinks[r][k] = r * kLanesTogether + k < plan.features ? 1 : 0;
    }
    const double* row = plan.rows;
    for (Index i = 0; i < plan.count; ++i, row += Registers * kLanesTogether) {
        const double score = product<Registers>(weights, row);
        plan.judged[i] = Average ? product<Registers>(means, row) : score;
        const double along = plan.rates[i] * slopeAt<Loss>(score, plan.truths[i], huberWidth);
        const double less = 1 - plan.keeps[i], share = plan.shares[i];
        for (int r = 0; r < Registers; ++r) {
            weights[r] = (weights[r] - less * shrinks[r] * weights[r]) - along * load(row + r * kLanesTogether);
            if constexpr (Average) means[r] += share * (weights[r] - means[r]);
        }
    }
    for (int r = 0; r < Registers; ++r) {
        store(lanes.weights + r * kLanesTogether, weights[r]);
        store(lanes.means + r * kLanesTogether, means[r]);
    }
}

template <SgdLoss Loss, bool Average>
void runOfWidth(const Plan& plan, double huberWidth, Lanes& lanes) {
    switch (strideFor(plan.features) / kLanesTogether) {
        case 1: return runOf<Loss, Average, 1>(plan, huberWidth, lanes);
        case 2: return runOf<Loss, Average, 2>(plan, huberWidth, lanes);
        case 3: return runOf<Loss, Average, 3>(plan, huberWidth, lanes);
        case 4: return runOf<Loss, Average, 4>(plan, huberWidth, lanes);
        case 5: return runOf<Loss, Average, 5>(plan, huberWidth, lanes);
        case 6: return runOf<Loss, Average, 6>(plan, huberWidth, lanes);
        case 7: return runOf<Loss, Average, 7>(plan, huberWidth, lanes);
        default: return runOf<Loss, Average, 8>(plan, huberWidth, lanes);
    }
}

template <SgdLoss Loss>
void runOfLoss(const Plan& plan, double huberWidth, bool average, Lanes& lanes) {
    if (average)
        runOfWidth<Loss, true>(plan, huberWidth, lanes);
    else
        runOfWidth<Loss, false>(plan, huberWidth, lanes);
}

}  // namespace

void run(const Plan& plan, SgdLoss loss, double huberWidth, bool average, Lanes& lanes) {
    switch (loss) {
        case SgdLoss::Log: return runOfLoss<SgdLoss::Log>(plan, huberWidth, average, lanes);
        case SgdLoss::Hinge: return runOfLoss<SgdLoss::Hinge>(plan, huberWidth, average, lanes);
        case SgdLoss::Squared: return runOfLoss<SgdLoss::Squared>(plan, huberWidth, average, lanes);
        case SgdLoss::Huber: return runOfLoss<SgdLoss::Huber>(plan, huberWidth, average, lanes);
    }
}

}  // namespace holdout::linear_steps
