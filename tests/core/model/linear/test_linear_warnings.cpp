// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "model/model.h"
#include "training_data.h"

using namespace holdout;
using holdout::testing::makeTrainingData;
using holdout::testing::TrainingData;

namespace {

std::shared_ptr<const Model> fitted(const char* id, const TrainingData& data, const ParamSet& params = {}) {
    const ModelRegistry models = builtinModels();
    const ModelInfo& info = models.require(id);
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    return info.make(Params(info.params, params, info.id), data.target.task)->fit(data.set(), context);
}

QString warningsOf(const Model& model) {
    QStringList texts;
    for (const Warning& warning : model.warnings()) texts << QString::fromStdString(warning.message);
    return texts.join('\n');
}

}  // namespace

/// What the linear models say when the data do not determine their weights.
class LinearWarningsTest : public QObject {
    Q_OBJECT
private slots:
    void namesDependentFeatures() {
        TrainingData data = makeTrainingData(Task::Regression, 60, 4);
        QVERIFY(fitted("linear", data)->warnings().empty());
        data.features.values.col(3) = 2 * data.features.values.col(0) - data.features.values.col(1);
        const auto model = fitted("linear", data);
        QVERIFY2(warningsOf(*model).contains("is a combination of the other features"), qPrintable(warningsOf(*model)));
        QVERIFY(fitted("ridge", data)->warnings().empty());

        // The fit is that of the independent features alone: only the weights are not determined.
        TrainingData less = data;
        less.features.values.conservativeResize(Eigen::NoChange, 3);
        less.features.names.resize(3);
        const Predictions all = model->predict(data.features);
        const Predictions some = fitted("linear", less)->predict(less.features);
        QVERIFY((all.values - some.values).cwiseAbs().maxCoeff() < 1e-10);
    }

    void namesConstantFeatures() {
        TrainingData data = makeTrainingData(Task::Regression, 60, 4);
        data.features.values.col(2).setConstant(7);
        const QString text = warningsOf(*fitted("lasso", data));
        QVERIFY2(text.startsWith("x3 is the same in every training row"), qPrintable(text));
    }

    void warnsOfSeparatedClasses() {
        TrainingData data = makeTrainingData(Task::Classification, 60, 2);
        for (Eigen::Index i = 0; i < 60; ++i)
            data.target.classes[static_cast<std::size_t>(i)] = data.features.values(i, 0) > 0 ? 1 : 0;
        ParamSet unpenalised;
        unpenalised.set("penalty", std::string("none"));
        const auto model = fitted("logistic", data, unpenalised);
        QVERIFY(!model->warnings().empty());
        QVERIFY(model->predict(data.features).probabilities.allFinite());
        QVERIFY(fitted("logistic", data)->warnings().empty());
    }
};

QTEST_APPLESS_MAIN(LinearWarningsTest)
#include "test_linear_warnings.moc"
