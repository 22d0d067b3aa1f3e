// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/optimizer.h"

#include <cmath>

namespace holdout {

namespace {

template <typename Vector>
auto part(Vector& values, Range range) {
    return values.segment(static_cast<Eigen::Index>(range.begin), static_cast<Eigen::Index>(range.size())).array();
}

template <typename Scalar>
class Sgd final : public Optimizer<Scalar> {
public:
    using Vector = typename Optimizer<Scalar>::Vector;

    Sgd(std::size_t parameters, const SgdSettings& settings)
        : m_rate(static_cast<Scalar>(settings.learningRate)),
          m_momentum(static_cast<Scalar>(settings.momentum)),
          m_nesterov(settings.nesterov),
          m_velocity(Vector::Zero(static_cast<Eigen::Index>(parameters))) {}

    void beginStep() override {}

    void update(Range range, const Vector& gradient, Vector& parameters) override {
        auto velocity = part(m_velocity, range);
        const auto slope = part(gradient, range);
        velocity = m_momentum * velocity - m_rate * slope;
        if (m_nesterov)
            part(parameters, range) += m_momentum * velocity - m_rate * slope;
        else
            part(parameters, range) += velocity;
    }

private:
    Scalar m_rate;
    Scalar m_momentum;
    bool m_nesterov;
    Vector m_velocity;
};

template <typename Scalar>
class Adam final : public Optimizer<Scalar> {
public:
    using Vector = typename Optimizer<Scalar>::Vector;

    Adam(std::size_t parameters, const AdamSettings& settings)
        : m_settings(settings),
          m_mean(Vector::Zero(static_cast<Eigen::Index>(parameters))),
          m_square(Vector::Zero(static_cast<Eigen::Index>(parameters))) {}

    void beginStep() override {
        ++m_steps;
        m_rate = static_cast<Scalar>(m_settings.learningRate / (1 - std::pow(m_settings.decay1, m_steps)));
        m_squareScale = static_cast<Scalar>(1 / std::sqrt(1 - std::pow(m_settings.decay2, m_steps)));
    }

    void update(Range range, const Vector& gradient, Vector& parameters) override {
        const auto decay1 = static_cast<Scalar>(m_settings.decay1);
        const auto decay2 = static_cast<Scalar>(m_settings.decay2);
        const auto keep1 = static_cast<Scalar>(1 - m_settings.decay1);
        const auto keep2 = static_cast<Scalar>(1 - m_settings.decay2);
        const auto epsilon = static_cast<Scalar>(m_settings.epsilon);
        auto mean = part(m_mean, range);
        auto square = part(m_square, range);
        const auto slope = part(gradient, range);
        mean = decay1 * mean + keep1 * slope;
        square = decay2 * square + keep2 * slope * slope;
        part(parameters, range) -= m_rate * mean / (square.sqrt() * m_squareScale + epsilon);
    }

private:
    AdamSettings m_settings;
    Vector m_mean;
    Vector m_square;
    double m_steps = 0;
    Scalar m_rate = 0;
    Scalar m_squareScale = 1;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> makeSgd(std::size_t parameters, const SgdSettings& settings) {
    return std::make_unique<Sgd<Scalar>>(parameters, settings);
}

template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> makeAdam(std::size_t parameters, const AdamSettings& settings) {
    return std::make_unique<Adam<Scalar>>(parameters, settings);
}

template std::unique_ptr<Optimizer<float>> makeSgd<float>(std::size_t, const SgdSettings&);
template std::unique_ptr<Optimizer<double>> makeSgd<double>(std::size_t, const SgdSettings&);
template std::unique_ptr<Optimizer<float>> makeAdam<float>(std::size_t, const AdamSettings&);
template std::unique_ptr<Optimizer<double>> makeAdam<double>(std::size_t, const AdamSettings&);

}  // namespace holdout
