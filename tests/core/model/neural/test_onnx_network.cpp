// SPDX-License-Identifier: GPL-3.0-or-later
// Networks that PyTorch exported. The expectations come from fixtures/onnx/make_onnx.py.
#include <QtTest>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "model/model.h"
#include "model/neural/network_model.h"
#include "model/neural/onnx_network.h"

using namespace holdout;

namespace {

const std::string folder = HOLDOUT_FIXTURES "/onnx/";

std::string bytesOf(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

Eigen::MatrixXd matrixOf(const nlohmann::json& rows) {
    Eigen::MatrixXd matrix(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows.at(0).size()));
    for (Eigen::Index i = 0; i < matrix.rows(); ++i)
        for (Eigen::Index j = 0; j < matrix.cols(); ++j)
            matrix(i, j) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)].get<double>();
    return matrix;
}

}  // namespace

class OnnxNetworkTest : public QObject {
    Q_OBJECT
private slots:
    void predictsAsPyTorchDoes_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("layers");
        QTest::newRow("picture") << "picture"
                                 << "conv1 conv1.norm conv2 layer1 head";
        QTest::newRow("table") << "table"
                               << "layer1 layer1.norm head";
    }
    void predictsAsPyTorchDoes() {
        QFETCH(QString, name);
        QFETCH(QString, layers);
        const auto model = modelFromOnnx(folder + name.toStdString() + ".onnx");
        const nlohmann::json expected = nlohmann::json::parse(bytesOf(folder + "expected.json")).at(name.toStdString());
        const Eigen::MatrixXd rows = matrixOf(expected.at("rows"));
        const Features features{rows, std::vector<std::string>(static_cast<std::size_t>(rows.cols()), "x")};
        const Eigen::MatrixXd difference =
            model->predict(features).probabilities - matrixOf(expected.at("probabilities"));
        // Both compute in float32, in other orders.
        QVERIFY2(difference.cwiseAbs().maxCoeff() < 1e-5,
                 qPrintable(QString::number(difference.cwiseAbs().maxCoeff())));
        QStringList names;
        for (const std::string& layer : dynamic_cast<const NetworkModel&>(*model).network().shape().weightedLayers())
            names << QString::fromStdString(layer);
        QCOMPARE(names.join(' '), layers);
    }

    /// Cut short anywhere, or with any byte changed, a file gives a network or an Error; never anything else.
    void damagedFilesAreErrors() {
        const std::string whole = bytesOf(folder + "picture.onnx");
        QVERIFY(!whole.empty());
        int refused = 0;
        const auto attempt = [&](const std::string& bytes) {
            try {
                networkFromOnnx(bytes);
            } catch (const Error&) {
                ++refused;
            }
        };
        for (std::size_t length = 0; length < whole.size(); length += 7) attempt(whole.substr(0, length));
        QVERIFY(refused > static_cast<int>(whole.size() / 7 * 9 / 10));
        RandomStream random(Seed{1});
        for (int i = 0; i < 3000; ++i) {
            std::string changed = whole;
            changed[random.below(changed.size())] = static_cast<char>(random.below(256));
            attempt(changed);
        }
        QVERIFY_EXCEPTION_THROWN(modelFromOnnx(folder + "no-such.onnx"), Error);
    }
};

QTEST_APPLESS_MAIN(OnnxNetworkTest)
#include "test_onnx_network.moc"
