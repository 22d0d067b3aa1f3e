// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include <Eigen/Dense>
#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "model/neural/cnn.h"
#include "model/neural/network_model.h"

using namespace holdout;

namespace {

using Eigen::Index;

struct Pictures {
    Features features;
    Target target;
    Eigen::VectorXd weights;
};

/// Pictures of noise with a short bright line somewhere, which lies or stands: where it is says nothing of its class.
Pictures lines(Index count, Seed seed, int side = 8) {
    RandomStream random(seed);
    Pictures pictures;
    pictures.features.values = Eigen::MatrixXd::NullaryExpr(count, side * side, [&] { return 0.3 * random.uniform(); });
    pictures.features.names.assign(static_cast<std::size_t>(side * side), "pixel");
    pictures.features.image = ImageShape{side, side, 1};
    pictures.target.labels = {"lying", "standing"};
    for (Index i = 0; i < count; ++i) {
        const bool stands = random.below(2) == 1;
        const auto along = static_cast<int>(random.below(static_cast<std::uint64_t>(side) - 2));
        const auto across = static_cast<int>(random.below(static_cast<std::uint64_t>(side)));
        for (int k = 0; k < 3; ++k)
            pictures.features.values(i, stands ? (along + k) * side + across : across * side + along + k) += 0.7;
        pictures.target.classes.push_back(stands ? 1 : 0);
    }
    return pictures;
}

std::shared_ptr<const Model> fit(const Pictures& pictures, const nlohmann::json& params) {
    const ModelInfo info = cnnInfo();
    const Params checked(info.params, paramsFromJson(info.params, params, info.id), info.id);
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{7}};
    return info.make(checked, pictures.target.task)
        ->fit({pictures.features, pictures.target, pictures.weights}, context);
}

double accuracy(const Model& model, const Pictures& pictures) {
    const std::vector<int> classes = model.predict(pictures.features).classes;
    int right = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) right += classes[i] == pictures.target.classes[i];
    return right / static_cast<double>(classes.size());
}

}  // namespace

class CnnTest : public QObject {
    Q_OBJECT
private slots:
    void findsAPatternWhereverItIs_data() {
        QTest::addColumn<QString>("params");
        QTest::newRow("as it comes") << R"({"filters": [8, 16], "learning_rate": 0.01})";
        QTest::newRow("batch normalisation") << R"({"filters": [8, 16], "batch_norm": true, "learning_rate": 0.01})";
        QTest::newRow("mean pooling, dense layer, dropout")
            << R"({"filters": [8], "pooling": "average", "layers": [32], "dropout": 0.2, "learning_rate": 0.01})";
        QTest::newRow("no pooling, window of 5")
            << R"({"filters": [6], "kernel": 5, "pooling": "none", "learning_rate": 0.01})";
    }
    void findsAPatternWhereverItIs() {
        QFETCH(QString, params);
        const auto model = fit(lines(1500, Seed{1}), nlohmann::json::parse(params.toStdString()));
        const double score = accuracy(*model, lines(1000, Seed{2}));
        QVERIFY2(score > 0.95, qPrintable(QString::number(score)));
    }

    void sameBitsOnAnyNumberOfThreads() {
        const Pictures pictures = lines(300, Seed{1}, 16);
        for (const bool norm : {false, true}) {
            const nlohmann::json params = {{"epochs", 2}, {"batch_size", 128}, {"dropout", 0.2}, {"batch_norm", norm}};
            std::vector<nlohmann::json> states;
            for (const int threads : {1, 2, 8}) {
                Arena arena(threads);
                arena.run([&] { states.push_back(fit(pictures, params)->save()); });
            }
            QVERIFY(states[0] == states[1]);
            QVERIFY(states[0] == states[2]);
        }
    }

    void theShapeComesFromTheDataOrThePerson() {
        Pictures pictures = lines(60, Seed{1});
        const auto shapeOf = [&](const char* text) {
            const auto model = fit(pictures, {{"epochs", 1}, {"shape", text}});
            return dynamic_cast<const NetworkModel&>(*model).network().shape().shape(0);
        };
        QVERIFY((shapeOf("4x16") == TensorShape{4, 16, 1}));
        QVERIFY((shapeOf("4x8x2") == TensorShape{4, 8, 2}));
        pictures.features.image = ImageShape{2, 8, 4};
        QVERIFY((shapeOf("auto") == TensorShape{2, 8, 4}));
        pictures.features.image.reset();
        QVERIFY((shapeOf("auto") == TensorShape{8, 8, 1}));
        for (const char* wrong : {"9x9", "8", "eight", "8x8x1x1", "0x64"})
            QVERIFY_EXCEPTION_THROWN(shapeOf(wrong), Error);
    }

    void savedModelPredictsTheSameBits() {
        const Pictures pictures = lines(100, Seed{1});
        const auto model = fit(pictures, {{"epochs", 2}, {"batch_norm", true}, {"layers", {12}}, {"dropout", 0.1}});
        const auto loaded = cnnInfo().load(nlohmann::json::parse(model->save().dump()));
        QVERIFY(loaded->predict(pictures.features).probabilities == model->predict(pictures.features).probabilities);
        QCOMPARE(loaded->summary(), model->summary());
        QCOMPARE(loaded->layers().size(), std::size_t{4});
        QVERIFY(loaded->layers()[0].weights.counts == model->layers()[0].weights.counts);
    }

    void showsItsFilters() {
        const auto model = fit(lines(100, Seed{1}), {{"epochs", 1}, {"filters", {5, 3}}});
        const std::vector<FilterView> filters = model->filters();
        QCOMPARE(filters.size(), std::size_t{5});
        QVERIFY((filters[0].shape == ImageShape{3, 3, 1}));
        const auto& network = dynamic_cast<const NetworkModel&>(*model).network();
        QCOMPARE(filters[2].values[4], static_cast<double>(network.weights(0)(2, 4)));
    }
};

QTEST_APPLESS_MAIN(CnnTest)
#include "test_cnn.moc"
