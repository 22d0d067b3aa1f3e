// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "fitted_model.h"

using namespace holdout;
using holdout::testing::fitModel;
using holdout::testing::makeTrainingData;
using holdout::testing::TrainingData;

namespace {

std::shared_ptr<const Model> updated(const Model& model, const TrainingData& rows) {
    const ModelRegistry models = builtinModels();
    const ModelInfo& info = models.require("naive-bayes");
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{9}};
    return info.make(Params(info.params, {}, info.id), Task::Classification)->updater()->update(model, rows.set(), context);
}

}  // namespace

class NaiveBayesTest : public QObject {
    Q_OBJECT
private slots:
    void updateIsAFitOnAllRows_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"gaussian", "multinomial", "bernoulli"}) QTest::newRow(kind) << kind;
    }
    /// In three portions, of which the last lacks a class, saved and loaded on the way: the same as all rows at once.
    void updateIsAFitOnAllRows() {
        QFETCH(QString, kind);
        TrainingData all = makeTrainingData(Task::Classification, 900, 5, 3);
        if (kind == "gaussian") all.features.values.array() += 1e5;  // far from 0, where squares would cancel
        if (kind == "multinomial") all.features.values = all.features.values.cwiseAbs().array().floor();
        all.weights = Eigen::VectorXd::LinSpaced(900, 0, 3);
        std::vector<std::uint32_t> portions[3];
        for (std::uint32_t row = 0; row < 900; ++row)
            portions[row < 500 ? 0 : all.target.classes[row] != 2 && row >= 700 ? 2 : 1].push_back(row);
        const nlohmann::json params = {{"kind", kind.toStdString()}};
        const ModelRegistry models = builtinModels();
        auto model = fitModel("naive-bayes", all.gather(portions[0]), params);
        for (int p : {1, 2}) {
            model = updated(*model, all.gather(portions[p]));
            model = models.require("naive-bayes").load(nlohmann::json::parse(model->save().dump()));
        }
        const auto whole = fitModel("naive-bayes", all, params);
        const double apart = (model->predict(all.features).probabilities - whole->predict(all.features).probabilities)
                                 .cwiseAbs()
                                 .maxCoeff();
        QVERIFY2(apart < 1e-9, qPrintable(QString::number(apart)));
        QCOMPARE(model->summary(), whole->summary());
    }

    void refusesOtherFeatures() {
        const auto model = fitModel("naive-bayes", makeTrainingData(Task::Classification, 100, 5, 3));
        QVERIFY_EXCEPTION_THROWN(updated(*model, makeTrainingData(Task::Classification, 100, 4, 3)), Error);
        QVERIFY_EXCEPTION_THROWN(updated(*model, makeTrainingData(Task::Classification, 100, 5, 2)), Error);
        const auto other = fitModel("tree", makeTrainingData(Task::Classification, 100, 5, 3));
        QVERIFY_EXCEPTION_THROWN(updated(*other, makeTrainingData(Task::Classification, 100, 5, 3)), Error);
    }

    void modelsOfEarlierVersionsSaySo() {
        const TrainingData data = makeTrainingData(Task::Classification, 100, 5, 3);
        nlohmann::json state = fitModel("naive-bayes", data)->save();
        state.erase("counted");
        const ModelRegistry models = builtinModels();
        const auto old = models.require("naive-bayes").load(state);
        QCOMPARE(old->predict(data.features).size(), 100U);
        QVERIFY_EXCEPTION_THROWN(updated(*old, data), Error);
    }
};

QTEST_APPLESS_MAIN(NaiveBayesTest)
#include "test_naive_bayes.moc"
