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

double penaltyOf(const Network<double>& network, double l2) {
    double sum = 0;
    for (std::size_t i = 0; i < network.shape().size(); ++i)
        if (network.shape().place(i).penalised) sum += l2 / 2 * network.weights(i).squaredNorm();
    return sum;
}

/// A perceptron: relu or tanh between dense layers.
NetworkShape perceptron(std::vector<Index> widths, Activation activation, NetworkOutput output) {
    std::vector<Layer> layers;
    for (std::size_t i = 1; i < widths.size(); ++i) {
        layers.push_back({"layer" + std::to_string(i), DenseLayer{widths[i]}});
        if (i + 1 < widths.size()) layers.push_back({"activation", ActivationLayer{activation}});
    }
    return {{1, 1, widths[0]}, std::move(layers), output};
}

NetworkShape ofLayers(TensorShape input, std::vector<LayerKind> kinds,
                      NetworkOutput output = NetworkOutput::ClassScores) {
    std::vector<Layer> layers;
    for (LayerKind& kind : kinds) layers.push_back({"layer" + std::to_string(layers.size()), std::move(kind)});
    return {input, std::move(layers), output};
}

/// Random parameters all over, running statistics too.
Network<double> randomNetwork(const NetworkShape& shape, Seed seed) {
    Network<double> network(shape, seed);
    RandomStream random(seed.derive("all"));
    // Biases of 0 would put a row whose hidden units are all off exactly on the kink of the next layer's relu.
    for (Index i = 0; i < shape.parameters(); ++i) network.parameters()[i] += 0.1 * random.normal();
    for (Index i = 0; i < shape.statistics(); ++i) network.statistics()[i] += 0.5 * random.uniform();
    return network;
}

/// Largest difference between the gradient and central differences, as a part of the largest derivative.
double worstGradientError(const NetworkShape& shape, NetworkLoss settings, Index count, std::vector<char> frozen = {}) {
    const Seed seed{11};
    Network<double> network = randomNetwork(shape, seed);
    const NetworkRows<double> rows = randomRows(shape, count, seed.derive("rows"));
    const std::vector<std::uint32_t> order = positions(count);
    Backpropagation<double> backpropagation(shape, order.size(), settings, frozen);
    const auto loss = [&] {
        return backpropagation.run(network, rows, order, seed, [](const auto&) {}) + penaltyOf(network, settings.l2);
    };
    loss();
    const Eigen::VectorXd gradient = backpropagation.gradient();
    double worst = 0;
    for (std::size_t layer = 0; layer < shape.size(); ++layer) {
        const ParameterPlace& place = shape.place(layer);
        if (!frozen.empty() && frozen[layer]) {
            if (gradient.segment(place.weights, place.count()).cwiseAbs().sum() > 0) return INFINITY;
            continue;
        }
        for (Index i = place.weights; i < place.weights + place.count(); ++i) {
            const double at = network.parameters()[i];
            const double step = 1e-6;
            network.parameters()[i] = at + step;
            const double above = loss();
            network.parameters()[i] = at - step;
            const double below = loss();
            network.parameters()[i] = at;
            worst = std::max(worst, std::abs((above - below) / (2 * step) - gradient[i]));
        }
    }
    return worst / gradient.lpNorm<Eigen::Infinity>();
}

}  // namespace

class BackpropagationTest : public QObject {
    Q_OBJECT
private slots:
    void gradientIsThatOfTheLoss_data() {
        QTest::addColumn<int>("kind");
        QTest::newRow("dense") << 0;
        QTest::newRow("relu") << 1;
        QTest::newRow("tanh") << 2;
        QTest::newRow("sigmoid") << 3;
        QTest::newRow("dropout after relu") << 4;
        QTest::newRow("dropout of inputs, and after tanh") << 5;
        QTest::newRow("noise") << 6;
        QTest::newRow("batch normalisation of units") << 7;
        QTest::newRow("batch normalisation twice") << 8;
        QTest::newRow("convolution, one channel") << 9;
        QTest::newRow("convolution, several channels, stride, uneven zeros") << 10;
        QTest::newRow("convolution, many filters and a wide window") << 11;
        QTest::newRow("max pooling") << 12;
        QTest::newRow("average pooling, overlapping") << 13;
        QTest::newRow("batch normalisation of channels") << 14;
        QTest::newRow("a value") << 15;
        QTest::newRow("nine filters") << 16;
        QTest::newRow("dense, wider than vectors") << 17;
    }
    void gradientIsThatOfTheLoss() {
        QFETCH(int, kind);
        const ActivationLayer tanh{Activation::Tanh};
        const std::vector<std::pair<TensorShape, std::vector<LayerKind>>> networks = {
            {{1, 1, 5}, {DenseLayer{7}, DenseLayer{3}}},
            {{1, 1, 5},
             {DenseLayer{7}, ActivationLayer{Activation::Relu}, DenseLayer{6}, ActivationLayer{Activation::Relu},
              DenseLayer{3}}},
            {{1, 1, 5}, {DenseLayer{7}, tanh, DenseLayer{3}}},
            {{1, 1, 5}, {DenseLayer{7}, ActivationLayer{Activation::Sigmoid}, DenseLayer{3}}},
            {{1, 1, 5}, {DenseLayer{7}, ActivationLayer{Activation::Relu}, DropoutLayer{0.4}, DenseLayer{3}}},
            {{1, 1, 5}, {DropoutLayer{0.2}, DenseLayer{7}, tanh, DropoutLayer{0.4}, DenseLayer{3}}},
            {{1, 1, 5}, {NoiseLayer{0.3}, DenseLayer{7}, tanh, DenseLayer{3}}},
            {{1, 1, 5}, {DenseLayer{7}, BatchNormLayer{}, tanh, DenseLayer{3}}},
            {{1, 1, 5},
             {BatchNormLayer{}, DenseLayer{7}, BatchNormLayer{}, ActivationLayer{Activation::Sigmoid}, DenseLayer{3},
              BatchNormLayer{}}},
            {{6, 5, 1}, {ConvolutionLayer::same(4, 3), tanh, FlattenLayer{}, DenseLayer{3}}},
            {{7, 6, 3},
             {ConvolutionLayer{5, 3, 2, 2, 1, 0, 2, 1}, tanh, ConvolutionLayer{2, 2, 2, 1}, FlattenLayer{},
              DenseLayer{3}}},
            {{6, 9, 2},
             {ConvolutionLayer::same(35, 5), tanh, ConvolutionLayer::same(3, 3), tanh, FlattenLayer{}, DenseLayer{3}}},
            {{6, 7, 2},
             {ConvolutionLayer::same(4, 3), PoolingLayer{}, tanh, ConvolutionLayer::same(3, 3), FlattenLayer{},
              DenseLayer{3}}},
            {{6, 7, 2},
             {ConvolutionLayer::same(4, 3), tanh, PoolingLayer{PoolingKind::Average, 3, 2, 1}, FlattenLayer{},
              DenseLayer{3}}},
            {{4, 4, 2},
             {ConvolutionLayer::same(3, 3), BatchNormLayer{}, tanh, ConvolutionLayer::same(3, 3), BatchNormLayer{},
              FlattenLayer{}, DenseLayer{3}}},
            {{5, 5, 1}, {ConvolutionLayer::same(3, 3), tanh, FlattenLayer{}, DenseLayer{1}}},
            {{5, 8, 1}, {ConvolutionLayer::same(9, 3), tanh, FlattenLayer{}, DenseLayer{3}}},
            {{1, 1, 17}, {DenseLayer{27}, tanh, DenseLayer{16}, tanh, DenseLayer{9}}},
        };
        const auto& [input, layers] = networks[static_cast<std::size_t>(kind)];
        const NetworkShape shape =
            ofLayers(input, layers, kind == 15 ? NetworkOutput::Value : NetworkOutput::ClassScores);
        // Central differences err by about step² (1e-12) and by rounding, 1e-16 / step = 1e-10; relu's kinks are
        // further than a step away for this seed. 70 rows fill more than one chunk.
        const double error = worstGradientError(shape, {.l2 = 0.1, .smoothing = 0.2}, input.pixels() > 1 ? 21 : 70);
        QVERIFY2(error < 1e-6, qPrintable(QString::number(error)));
        QVERIFY(error > 0);
    }

    void frozenLayersHaveNoGradient() {
        const ActivationLayer tanh{Activation::Tanh};
        const std::vector<LayerKind> layers = {ConvolutionLayer::same(3, 3),
                                               BatchNormLayer{},
                                               tanh,
                                               FlattenLayer{},
                                               DenseLayer{4},
                                               BatchNormLayer{},
                                               tanh,
                                               DenseLayer{3}};
        const NetworkShape shape = ofLayers({4, 4, 1}, layers);
        for (const std::vector<char>& frozen :
             {std::vector<char>{1, 1, 0, 0, 0, 0, 0, 0}, std::vector<char>{0, 0, 0, 0, 1, 1, 0, 0},
              std::vector<char>{0, 1, 0, 0, 1, 1, 0, 1}, std::vector<char>{1, 1, 0, 0, 1, 1, 0, 0}})
            QVERIFY(worstGradientError(shape, {}, 20, frozen) < 1e-6);
    }

    /// The convolution of Dumoulin and Visin's figure 2.1, worked by hand.
    void convolvesByHand() {
        const NetworkShape shape = ofLayers({3, 3, 1}, {ConvolutionLayer{1, 2, 2, 1}}, NetworkOutput::Value);
        Network<double> network(shape, Seed{1});
        network.parameters() << 1, 2, 3, 4, 0.5;
        Eigen::MatrixXd picture(9, 1);
        picture << 1, 2, 3, 4, 5, 6, 7, 8, 9;
        // 1*1 + 2*2 + 3*4 + 4*5 + 0.5 = 37.5, and 10 more for each step to the right, 30 for each down.
        const Eigen::MatrixXd expected = (Eigen::MatrixXd(4, 1) << 37.5, 47.5, 67.5, 77.5).finished();
        QVERIFY(network.apply(picture) == expected);
    }

    /// Outside training, batch normalisation uses running statistics, which come to those of the rows.
    void runningStatisticsFollowTheBatches() {
        const NetworkShape shape = ofLayers({1, 1, 2}, {BatchNormLayer{}}, NetworkOutput::ClassScores);
        Network<double> network(shape, Seed{1});
        NetworkRows<double> rows = randomRows(shape, 500, Seed{2});
        rows.inputs.row(0).array() = rows.inputs.row(0).array() * 3 + 5;
        Backpropagation<double> backpropagation(shape, 500, {});
        for (int i = 0; i < 200; ++i) {
            backpropagation.run(network, rows, positions(500), Seed{3}, [](const auto&) {});
            backpropagation.follow(network.statistics());
        }
        const double mean = rows.inputs.row(0).mean();
        const double variance = (rows.inputs.row(0).array() - mean).square().sum() / 499;
        QVERIFY(std::abs(network.statistics()[0] - mean) < 1e-6);
        QVERIFY(std::abs(network.statistics()[2] - variance) < 1e-6);
        const Eigen::MatrixXd outputs = network.apply(rows.inputs);
        QVERIFY(std::abs(outputs.row(0).mean()) < 1e-6);
        QVERIFY(std::abs(outputs.row(0).squaredNorm() / 499 - 1) < 1e-3);
    }

    void gradientOfAWideLayerIsPutTogetherFromItsBlocks() {
        // 40 outputs: blocks of 816 inputs, so that the first layer has two.
        const NetworkShape shape = perceptron({830, 40, 2}, Activation::Tanh, NetworkOutput::ClassScores);
        const Seed seed{5};
        const Network<double> network(shape, seed);
        const NetworkRows<double> rows = randomRows(shape, 10, seed);
        Backpropagation<double> backpropagation(shape, 10, {});
        Index covered = 0;
        backpropagation.run(network, rows, positions(10), seed,
                            [&](const auto& stretch) { covered += static_cast<Index>(stretch.range.size()); });
        QCOMPARE(covered, shape.parameters());
        for (const Index i : {Index{0}, Index{816 * 40 - 1}, Index{816 * 40}, Index{830 * 40 - 1}, Index{830 * 40}}) {
            Network<double> moved = network;
            moved.parameters()[i] += 1e-6;
            const double above = scoreOf(moved, rows).loss;
            moved.parameters()[i] -= 2e-6;
            const double below = scoreOf(moved, rows).loss;
            // scoreOf divides by the sum of weights, a batch by its rows.
            const double slope = (above - below) / 2e-6 * rows.weights.sum() / 10;
            QVERIFY(std::abs(slope - backpropagation.gradient()[i]) < 1e-8);
        }
    }

    void batchLossIsTheMeanLoss() {
        const NetworkShape shape = perceptron({4, 6, 3}, Activation::Relu, NetworkOutput::ClassScores);
        const Network<double> network(shape, Seed{2});
        NetworkRows<double> rows = randomRows(shape, 300, Seed{3});
        rows.weights *= 300 / rows.weights.sum();
        Backpropagation<double> backpropagation(shape, 300, {});
        const double batch = backpropagation.run(network, rows, positions(300), Seed{}, [](const auto&) {});
        QVERIFY(std::abs(batch - scoreOf(network, rows).loss) < 1e-12);
        QVERIFY(std::abs(backpropagation.gradientNorm() - backpropagation.gradient().norm()) < 1e-12);
    }

    /// Inverted dropout leaves the expected input of the next layer as it is without. A network whose hidden units are
    /// all positive and whose output is linear shows that: its loss gradient by the output is linear in them.
    void dropoutKeepsTheExpectation() {
        const double rate = 0.3;
        const NetworkShape shape =
            ofLayers({1, 1, 1}, {DenseLayer{50}, ActivationLayer{Activation::Relu}, DropoutLayer{rate}, DenseLayer{1}},
                     NetworkOutput::Value);
        Network<double> network(shape, Seed{1});
        network.parameters().setOnes();
        NetworkRows<double> rows;
        rows.inputs = Eigen::MatrixXd::Constant(1, 20'000, 1.0);
        rows.weights = Eigen::VectorXd::Ones(20'000);
        rows.values = Eigen::VectorXd::Zero(20'000);
        Backpropagation<double> backpropagation(shape, 20'000, {});
        backpropagation.run(network, rows, positions(20'000), Seed{4}, [](const auto&) {});
        // Each hidden unit is 2: the output is 101 without dropout, and so is the mean derivative by the last bias.
        const double mean = backpropagation.gradient()[shape.place(3).biases];
        // An output's variance is 50 * 4 * rate / (1 - rate): five standard errors.
        const double error = std::sqrt(200 * rate / (1 - rate) / 20'000);
        QVERIFY(std::abs(mean - 101) < 5 * error);
        QVERIFY(std::abs(mean - 101) > 1e-9);
    }

    void largeScoresDoNotOverflow() {
        const Eigen::Vector3f scores(1000, 0, -1000);
        Eigen::VectorXf gradient(3);
        QCOMPARE(crossEntropy(scores, 0, 0, gradient), 0.0);
        QCOMPARE(crossEntropy(scores, 2, 0, gradient), 2000.0);
        QCOMPARE(gradient[2], -1.0F);
    }

    /// With smoothing s the loss is (1 - s) of the plain one and s of the mean over all classes.
    void smoothingSharesTheTruth() {
        const Eigen::Vector3d scores(0.3, -1, 2);
        Eigen::VectorXd gradient(3);
        double mean = 0;
        for (int k = 0; k < 3; ++k) mean += crossEntropy(scores, k, 0, gradient) / 3;
        const double plain = crossEntropy(scores, 1, 0, gradient);
        QVERIFY(std::abs(crossEntropy(scores, 1, 0.3, gradient) - (0.7 * plain + 0.3 * mean)) < 1e-14);
    }
};

QTEST_APPLESS_MAIN(BackpropagationTest)
#include "test_backpropagation.moc"
