// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/network_steps.h"

#include <algorithm>
#include <cmath>

namespace holdout {

namespace {

using Eigen::Index;

constexpr std::size_t parametersPerTask = 32768;
constexpr std::size_t parametersPerPiece = 1024;  // with gradient and moments in the first cache

std::unique_ptr<Optimizer<float>> makeOptimizer(const NetworkTraining& settings, Index parameters) {
    const auto count = static_cast<std::size_t>(parameters);
    switch (settings.optimizer) {
        case OptimizerKind::Sgd:
            return makeSgd<float>(count, {0, false});
        case OptimizerKind::Momentum:
            return makeSgd<float>(count, {settings.momentum, false});
        case OptimizerKind::Nesterov:
            return makeSgd<float>(count, {settings.momentum, true});
        case OptimizerKind::RmsProp:
            return makeRmsProp<float>(count, {});
        case OptimizerKind::Adam:
        case OptimizerKind::AdamW:
            break;
    }
    return makeAdam<float>(count, {});
}

std::size_t batchRows(const NetworkTraining& settings, const NetworkRows<float>& rows) {
    const auto all = static_cast<std::size_t>(rows.size());
    return settings.method == TrainingMethod::MiniBatch ? std::min(settings.batchSize, all) : all;
}

/// AdamW leaves the L2 penalty out of the gradient.
NetworkLoss lossInGradient(const NetworkTraining& settings) {
    NetworkLoss loss = settings.loss;
    if (settings.method != TrainingMethod::Lbfgs && settings.optimizer == OptimizerKind::AdamW) loss.l2 = 0;
    return loss;
}

std::vector<char> frozenLayers(const NetworkTraining& settings) {
    std::vector<char> frozen;
    for (const double scale : settings.rateScales) frozen.push_back(scale == 0);
    return frozen;
}

}  // namespace

NetworkSteps::NetworkSteps(Network<float>& network, const NetworkRows<float>& rows, const NetworkTraining& settings)
    : m_network(network),
      m_rows(rows),
      m_settings(settings),
      m_optimizer(makeOptimizer(settings, network.shape().parameters())) {
    makeRoom();
}

void NetworkSteps::makeRoom() {
    const std::size_t wanted = batchRows(m_settings, m_rows);
    if (m_backpropagation && wanted <= m_room) return;
    m_room = wanted;
    m_backpropagation = std::make_unique<Backpropagation<float>>(m_network.shape(), m_room, lossInGradient(m_settings),
                                                                 frozenLayers(m_settings));
    m_backpropagation->watch(m_stop);
}

StepRule NetworkSteps::ruleOf(std::size_t layer, bool penalised) const {
    StepRule rule;
    if (!m_settings.rateScales.empty()) rule.rateScale = m_settings.rateScales[layer];
    if (!penalised) return rule;
    rule.l1 = m_settings.l1;
    if (m_settings.optimizer == OptimizerKind::AdamW) rule.decay = m_settings.loss.l2;
    return rule;
}

NetworkSteps::Outcome NetworkSteps::step(std::span<const std::uint32_t> positions, double rate, Seed noise) {
    using Stretch = Backpropagation<float>::Stretch;
    m_optimizer->beginStep(rate);
    const bool clips = m_settings.clip > 0;
    Outcome outcome;
    outcome.loss = m_backpropagation->run(m_network, m_rows, positions, noise, [&](const Stretch& stretch) {
        // A gradient that may be clipped must be known as a whole first.
        if (clips) return;
        const StepRule rule = ruleOf(stretch.layer, stretch.penalised);
        for (std::size_t begin = stretch.range.begin; begin < stretch.range.end; begin += parametersPerPiece)
            m_optimizer->update({begin, std::min(begin + parametersPerPiece, stretch.range.end)},
                                m_backpropagation->gradient(), m_network.parameters(), rule);
    });
    outcome.gradientNorm = m_backpropagation->gradientNorm();
    outcome.stepSize = rate;
    if (!std::isfinite(outcome.loss)) return outcome;
    if (clips) moveClipped();
    if (m_settings.maxNorm > 0) shortenWeights();
    m_backpropagation->follow(m_network.statistics());
    return outcome;
}

/// Pascanu, Mikolov, Bengio 2013.
void NetworkSteps::moveClipped() {
    const double norm = m_backpropagation->gradientNorm();
    const float scale = norm > m_settings.clip ? static_cast<float>(m_settings.clip / norm) : 1.0F;
    const Eigen::VectorXf gradient = m_backpropagation->gradient() * scale;
    for (std::size_t i = 0; i < m_network.shape().size(); ++i) {
        const ParameterPlace& place = m_network.shape().place(i);
        if (place.count() == 0 || ruleOf(i, false).rateScale == 0) continue;
        const auto begin = static_cast<std::size_t>(place.weights);
        const std::vector<Range> parts = chunks(static_cast<std::size_t>(place.weightCount()), parametersPerTask);
        parallelFor(parts.size(), [&](std::size_t part) {
            m_optimizer->update({begin + parts[part].begin, begin + parts[part].end}, gradient, m_network.parameters(),
                                ruleOf(i, place.penalised));
        });
        const auto biases = static_cast<std::size_t>(place.biases);
        m_optimizer->update({biases, biases + static_cast<std::size_t>(place.biasCount)}, gradient,
                            m_network.parameters(), ruleOf(i, false));
    }
}

/// Srebro, Shraibman 2005, as Srivastava et al. 2014 use it beside dropout.
void NetworkSteps::shortenWeights() {
    const auto most = static_cast<float>(m_settings.maxNorm);
    for (std::size_t i = 0; i < m_network.shape().size(); ++i) {
        if (!m_network.shape().place(i).penalised || ruleOf(i, false).rateScale == 0) continue;
        auto weights = m_network.weights(i);
        const Eigen::ArrayXf norms = weights.rowwise().norm();
        if ((norms > most).any())
            weights.array().colwise() *= (norms > most).select(most / norms, Eigen::ArrayXf::Ones(norms.size()));
    }
}

double NetworkSteps::lossAt(const Eigen::VectorXd& point, Eigen::VectorXd& gradient,
                            std::span<const std::uint32_t> positions, Seed noise, double& dataLoss) {
    m_network.parameters() = point.cast<float>();
    dataLoss = m_backpropagation->run(m_network, m_rows, positions, noise, [](const auto&) {});
    gradient = m_backpropagation->gradient().cast<double>();
    return dataLoss + penalty();
}

NetworkSteps::Outcome NetworkSteps::iterate(std::span<const std::uint32_t> positions, Seed noise) {
    Lbfgs::Place place{m_network.parameters().cast<double>(), {}, 0};
    Outcome outcome;
    bool isFirst = true;
    double lastLoss = 0;
    const auto function = [&](const Eigen::VectorXd& point, Eigen::VectorXd& gradient) {
        const double value = lossAt(point, gradient, positions, noise, lastLoss);
        if (isFirst) {
            outcome.loss = lastLoss;
            outcome.gradientNorm = gradient.norm();
        }
        isFirst = false;
        return value;
    };
    outcome.isOptimum = !m_lbfgs.iterate(function, place, outcome.stepSize);
    m_network.parameters() = place.point.cast<float>();
    m_backpropagation->follow(m_network.statistics());
    return outcome;
}

double NetworkSteps::penalty() const {
    double sum = 0;
    for (std::size_t i = 0; i < m_network.shape().size(); ++i)
        if (m_network.shape().place(i).penalised)
            sum += m_settings.l1 * static_cast<double>(m_network.weights(i).lpNorm<1>()) +
                   m_settings.loss.l2 / 2 * static_cast<double>(m_network.weights(i).squaredNorm());
    return sum;
}

StepsState NetworkSteps::state() const {
    return {m_optimizer->state(), m_lbfgs.pairs()};
}

void NetworkSteps::restore(StepsState state) {
    m_optimizer->restore(std::move(state.optimizer));
    m_lbfgs.restore(std::move(state.pairs));
}

}  // namespace holdout
