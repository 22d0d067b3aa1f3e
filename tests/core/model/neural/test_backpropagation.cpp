// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <numeric>

#include "model/neural/backpropagation.h"

using namespace holdout;

namespace {

using Eigen::Index;

NetworkRows<double> randomRows(const NetworkShape& shape, Index count, Seed seed) {
    RandomStream random(seed);
    NetworkRows<double> rows;
    rows.inputs = Eigen::MatrixXd::NullaryExpr(shape.inputs(), count, [&] { return random.normal(); });
    rows.weights = Eigen::VectorXd::NullaryExpr(count, [&] { return random.uniform(0.5, 1.5); });
    if (shape.output() == NetworkOutput::Value)
        rows.values = Eigen::VectorXd::NullaryExpr(count, [&] { return random.normal(); });
    else
        for (Index i = 0; i < count; ++i)
            rows.classes.push_back(static_cast<int>(random.below(static_cast<std::uint64_t>(shape.outputs()))));
    return rows;
}

std::vector<std::uint32_t> positions(Index count) {
    std::vector<std::uint32_t> result(static_cast<std::size_t>(count));
    std::iota(result.begin(), result.end(), 0U);
    return result;
}

double penaltyOf(const Network<double>& network, NetworkPenalty penalty) {
    double sum = 0;
    for (std::size_t layer = 0; layer < network.shape().layers(); ++layer)
        sum += penalty.l1 * network.weights(layer).lpNorm<1>() + penalty.l2 / 2 * network.weights(layer).squaredNorm();
    return sum;
}

/// Largest difference between the gradient and central differences, as a part of the largest derivative.
double worstGradientError(const NetworkShape& shape, double dropout, NetworkPenalty penalty, Index count) {
    const Seed seed{11};
    Network<double> network(shape, seed);
    // Biases of 0 would put a row whose hidden units are all off exactly on the kink of the next layer's relu.
    RandomStream random(seed.derive("biases"));
    for (std::size_t layer = 0; layer < shape.layers(); ++layer)
        for (Index i = 0; i < shape.outputs(layer); ++i)
            network.parameters()[shape.biasesAt(layer) + i] = 0.1 * random.normal();
    const NetworkRows<double> rows = randomRows(shape, count, seed.derive("rows"));
    const std::vector<std::uint32_t> order = positions(count);
    Backpropagation<double> backpropagation(shape, order.size(), dropout, penalty);
    const auto loss = [&] {
        return backpropagation.run(network, rows, order, seed, [](Range) {}) + penaltyOf(network, penalty);
    };
    loss();
    const Eigen::VectorXd gradient = backpropagation.gradient();
    double worst = 0;
    for (Index i = 0; i < gradient.size(); ++i) {
        const double at = network.parameters()[i];
        const double step = 1e-6;
        network.parameters()[i] = at + step;
        const double above = loss();
        network.parameters()[i] = at - step;
        const double below = loss();
        network.parameters()[i] = at;
        worst = std::max(worst, std::abs((above - below) / (2 * step) - gradient[i]));
    }
    return worst / gradient.lpNorm<Eigen::Infinity>();
}

}  // namespace

class BackpropagationTest : public QObject {
    Q_OBJECT
private slots:
    void gradientIsThatOfTheLoss_data() {
        QTest::addColumn<int>("activation");
        QTest::addColumn<int>("output");
        QTest::addColumn<double>("dropout");
        QTest::addColumn<double>("l1");
        QTest::addColumn<double>("l2");
        const auto relu = static_cast<int>(Activation::Relu);
        const auto tanh = static_cast<int>(Activation::Tanh);
        const auto classes = static_cast<int>(NetworkOutput::ClassScores);
        const auto value = static_cast<int>(NetworkOutput::Value);
        QTest::newRow("tanh, classes") << tanh << classes << 0.0 << 0.0 << 0.0;
        QTest::newRow("tanh, value") << tanh << value << 0.0 << 0.0 << 0.0;
        QTest::newRow("relu, classes") << relu << classes << 0.0 << 0.0 << 0.0;
        QTest::newRow("relu, value, dropout") << relu << value << 0.4 << 0.0 << 0.0;
        QTest::newRow("tanh, classes, dropout") << tanh << classes << 0.4 << 0.0 << 0.0;
        QTest::newRow("tanh, classes, penalties") << tanh << classes << 0.0 << 0.01 << 0.1;
    }
    void gradientIsThatOfTheLoss() {
        QFETCH(int, activation);
        QFETCH(int, output);
        QFETCH(double, dropout);
        QFETCH(double, l1);
        QFETCH(double, l2);
        const auto kind = static_cast<NetworkOutput>(output);
        const NetworkShape shape({5, 7, 6, kind == NetworkOutput::Value ? 1 : 3}, static_cast<Activation>(activation),
                                 kind);
        // Central differences err by about step² (1e-12) and by rounding, 1e-16 / step = 1e-10; relu's kinks are
        // further than a step away for this seed. 100 rows fill more than one chunk.
        const double error = worstGradientError(shape, dropout, {l1, l2}, 100);
        QVERIFY2(error < 1e-7, qPrintable(QString::number(error)));
    }

    void gradientOfAWideLayerIsPutTogetherFromItsBlocks() {
        // 40 outputs: blocks of 816 inputs, so that the first layer has two.
        const NetworkShape shape({830, 40, 2}, Activation::Tanh, NetworkOutput::ClassScores);
        const Seed seed{5};
        const Network<double> network(shape, seed);
        const NetworkRows<double> rows = randomRows(shape, 10, seed);
        Backpropagation<double> backpropagation(shape, 10, 0, {});
        Index covered = 0;
        backpropagation.run(network, rows, positions(10), seed,
                            [&](Range range) { covered += static_cast<Index>(range.size()); });
        QCOMPARE(covered, shape.parameters());
        for (const Index i : {Index{0}, Index{816 * 40 - 1}, Index{816 * 40}, Index{830 * 40 - 1}, Index{830 * 40}}) {
            Network<double> moved = network;
            moved.parameters()[i] += 1e-6;
            const double above = meanLoss(moved, rows);
            moved.parameters()[i] -= 2e-6;
            const double below = meanLoss(moved, rows);
            // meanLoss divides by the sum of weights, a batch by its rows.
            const double slope = (above - below) / 2e-6 * rows.weights.sum() / 10;
            QVERIFY(std::abs(slope - backpropagation.gradient()[i]) < 1e-8);
        }
    }

    void batchLossIsTheMeanLoss() {
        const NetworkShape shape({4, 6, 3}, Activation::Relu, NetworkOutput::ClassScores);
        const Network<double> network(shape, Seed{2});
        NetworkRows<double> rows = randomRows(shape, 300, Seed{3});
        rows.weights *= 300 / rows.weights.sum();
        Backpropagation<double> backpropagation(shape, 300, 0, {});
        const double batch = backpropagation.run(network, rows, positions(300), Seed{}, [](Range) {});
        QVERIFY(std::abs(batch - meanLoss(network, rows)) < 1e-12);
        QVERIFY(std::abs(backpropagation.gradientNorm() - backpropagation.gradient().norm()) < 1e-12);
    }

    /// Inverted dropout leaves the expected input of the next layer as it is without. A network whose hidden units are
    /// all positive and whose output is linear shows that: its loss gradient by the output is linear in them.
    void dropoutKeepsTheExpectation() {
        const NetworkShape shape({1, 50, 1}, Activation::Relu, NetworkOutput::Value);
        Network<double> network(shape, Seed{1});
        network.parameters().setOnes();
        NetworkRows<double> rows;
        rows.inputs = Eigen::MatrixXd::Constant(1, 20'000, 1.0);
        rows.weights = Eigen::VectorXd::Ones(20'000);
        rows.values = Eigen::VectorXd::Zero(20'000);
        const double rate = 0.3;
        Backpropagation<double> backpropagation(shape, 20'000, rate, {});
        backpropagation.run(network, rows, positions(20'000), Seed{4}, [](Range) {});
        // Each hidden unit is 2: the output is 101 without dropout, and so is the mean derivative by the last bias.
        const double mean = backpropagation.gradient()[shape.biasesAt(1)];
        // An output's variance is 50 * 4 * rate / (1 - rate): five standard errors.
        const double error = std::sqrt(200 * rate / (1 - rate) / 20'000);
        QVERIFY(std::abs(mean - 101) < 5 * error);
        QVERIFY(std::abs(mean - 101) > 1e-9);
    }

    void largeScoresDoNotOverflow() {
        const Eigen::Vector3f scores(1000, 0, -1000);
        Eigen::VectorXf gradient(3);
        QCOMPARE(crossEntropy(scores, 0, gradient), 0.0);
        QCOMPARE(crossEntropy(scores, 2, gradient), 2000.0);
        QCOMPARE(gradient[2], -1.0F);
    }
};

QTEST_APPLESS_MAIN(BackpropagationTest)
#include "test_backpropagation.moc"
