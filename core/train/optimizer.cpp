// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/optimizer.h"

#include <cmath>

namespace holdout {

namespace {

template <typename Vector>
auto part(Vector& values, Range range) {
    return values.segment(static_cast<Eigen::Index>(range.begin), static_cast<Eigen::Index>(range.size())).array();
}

/// Soft thresholding: what is nearer to 0 than its pull becomes 0.
template <typename Values, typename Pull>
void shrink(Values&& values, const Pull& pull) {
    using Scalar = typename std::decay_t<Values>::Scalar;
    values = values.sign() * (values.abs() - pull).max(Scalar(0));
}

/// What all share: the count of steps, the rate of the step, and moments by name.
template <typename Scalar>
class WithMoments : public Optimizer<Scalar> {
public:
    using Vector = typename Optimizer<Scalar>::Vector;

    WithMoments(std::size_t parameters, std::size_t moments)
        : m_moments(moments, Vector::Zero(static_cast<Eigen::Index>(parameters))) {}

    void beginStep(double learningRate) override {
        ++m_steps;
        m_rate = learningRate;
    }
    OptimizerState<Scalar> state() const override { return {m_steps, m_moments}; }
    void restore(OptimizerState<Scalar> state) override {
        m_steps = state.steps;
        m_moments = std::move(state.moments);
    }

protected:
    double rate(const StepRule& rule) const { return m_rate * rule.rateScale; }
    /// Decoupled weight decay, before the step.
    void decay(Range range, Vector& parameters, const StepRule& rule) const {
        if (rule.decay > 0) part(parameters, range) *= static_cast<Scalar>(1 - rate(rule) * rule.decay);
    }

    std::int64_t m_steps = 0;
    double m_rate = 0;
    std::vector<Vector> m_moments;
};

template <typename Scalar>
class Sgd final : public WithMoments<Scalar> {
public:
    using typename Optimizer<Scalar>::Vector;

    Sgd(std::size_t parameters, const SgdSettings& settings)
        : WithMoments<Scalar>(parameters, settings.momentum > 0 ? 1 : 0), m_settings(settings) {}

    void update(Range range, const Vector& gradient, Vector& parameters, const StepRule& rule) override {
        const auto rate = static_cast<Scalar>(this->rate(rule));
        const auto momentum = static_cast<Scalar>(m_settings.momentum);
        const auto slope = part(gradient, range);
        auto values = part(parameters, range);
        this->decay(range, parameters, rule);
        if (this->m_moments.empty()) {
            values -= rate * slope;
        } else {
            auto velocity = part(this->m_moments[0], range);
            velocity = momentum * velocity - rate * slope;
            if (m_settings.nesterov)
                values += momentum * velocity - rate * slope;
            else
                values += velocity;
        }
        // Momentum carries a gradient on over 1 / (1 - m) steps; the pull must come to as much.
        if (rule.l1 > 0) shrink(values, static_cast<Scalar>(this->rate(rule) * rule.l1 / (1 - m_settings.momentum)));
    }

private:
    SgdSettings m_settings;
};

template <typename Scalar>
class RmsProp final : public WithMoments<Scalar> {
public:
    using typename Optimizer<Scalar>::Vector;

    RmsProp(std::size_t parameters, const RmsPropSettings& settings)
        : WithMoments<Scalar>(parameters, 1), m_settings(settings) {}

    void update(Range range, const Vector& gradient, Vector& parameters, const StepRule& rule) override {
        const auto decay = static_cast<Scalar>(m_settings.decay);
        const auto keep = static_cast<Scalar>(1 - m_settings.decay);
        const auto epsilon = static_cast<Scalar>(m_settings.epsilon);
        const auto rate = static_cast<Scalar>(this->rate(rule));
        auto square = part(this->m_moments[0], range);
        const auto slope = part(gradient, range);
        auto values = part(parameters, range);
        this->decay(range, parameters, rule);
        square = decay * square + keep * slope * slope;
        values -= rate * slope / (square.sqrt() + epsilon);
        if (rule.l1 > 0) shrink(values, static_cast<Scalar>(rule.l1) * rate / (square.sqrt() + epsilon));
    }

private:
    RmsPropSettings m_settings;
};

template <typename Scalar>
class Adam final : public WithMoments<Scalar> {
public:
    using typename Optimizer<Scalar>::Vector;

    Adam(std::size_t parameters, const AdamSettings& settings)
        : WithMoments<Scalar>(parameters, 2), m_settings(settings) {}

    void beginStep(double learningRate) override {
        WithMoments<Scalar>::beginStep(learningRate);
        const auto steps = static_cast<double>(this->m_steps);
        m_meanScale = 1 / (1 - std::pow(m_settings.decay1, steps));
        m_squareScale = static_cast<Scalar>(1 / std::sqrt(1 - std::pow(m_settings.decay2, steps)));
    }

    void update(Range range, const Vector& gradient, Vector& parameters, const StepRule& rule) override {
        const auto decay1 = static_cast<Scalar>(m_settings.decay1);
        const auto decay2 = static_cast<Scalar>(m_settings.decay2);
        const auto keep1 = static_cast<Scalar>(1 - m_settings.decay1);
        const auto keep2 = static_cast<Scalar>(1 - m_settings.decay2);
        const auto epsilon = static_cast<Scalar>(m_settings.epsilon);
        const auto rate = static_cast<Scalar>(this->rate(rule) * m_meanScale);
        auto mean = part(this->m_moments[0], range);
        auto square = part(this->m_moments[1], range);
        const auto slope = part(gradient, range);
        auto values = part(parameters, range);
        this->decay(range, parameters, rule);
        mean = decay1 * mean + keep1 * slope;
        square = decay2 * square + keep2 * slope * slope;
        values -= rate * mean / (square.sqrt() * m_squareScale + epsilon);
        if (rule.l1 > 0)
            shrink(values, static_cast<Scalar>(rule.l1 * this->rate(rule)) / (square.sqrt() * m_squareScale + epsilon));
    }

private:
    AdamSettings m_settings;
    double m_meanScale = 1;
    Scalar m_squareScale = 1;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> makeSgd(std::size_t parameters, const SgdSettings& settings) {
    return std::make_unique<Sgd<Scalar>>(parameters, settings);
}

template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> makeRmsProp(std::size_t parameters, const RmsPropSettings& settings) {
    return std::make_unique<RmsProp<Scalar>>(parameters, settings);
}

template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> makeAdam(std::size_t parameters, const AdamSettings& settings) {
    return std::make_unique<Adam<Scalar>>(parameters, settings);
}

template std::unique_ptr<Optimizer<float>> makeSgd<float>(std::size_t, const SgdSettings&);
template std::unique_ptr<Optimizer<double>> makeSgd<double>(std::size_t, const SgdSettings&);
template std::unique_ptr<Optimizer<float>> makeRmsProp<float>(std::size_t, const RmsPropSettings&);
template std::unique_ptr<Optimizer<double>> makeRmsProp<double>(std::size_t, const RmsPropSettings&);
template std::unique_ptr<Optimizer<float>> makeAdam<float>(std::size_t, const AdamSettings&);
template std::unique_ptr<Optimizer<double>> makeAdam<double>(std::size_t, const AdamSettings&);

}  // namespace holdout
