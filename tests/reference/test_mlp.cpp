// SPDX-License-Identifier: GPL-3.0-or-later
// The perceptron against scikit-learn's, on the same folds. The expectations come from fixtures/mlp/make_reference.py.
#include <QtTest>
#include <cmath>

#include "base/parallel.h"
#include "data/csv_reader.h"
#include "evaluate/evaluation.h"

using namespace holdout;

namespace {

Dataset load(const std::string& file, const std::string& target) {
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    const ReadResult read = readCsv(std::string(HOLDOUT_FIXTURES "/mlp/") + file, {}, context);
    return makeDataset(read.table, {.target = target}, Task::Classification);
}

/// Row i is held out in fold i % 5.
std::vector<Fold> everyFifthRow(std::size_t rows) {
    std::vector<Fold> folds(5);
    for (std::size_t k = 0; k < folds.size(); ++k) {
        folds[k].index = static_cast<int>(k);
        for (std::uint32_t row = 0; row < rows; ++row) (row % 5 == k ? folds[k].test : folds[k].train).push_back(row);
    }
    return folds;
}

/// As scikit-learn's defaults: its penalty alpha = 1e-4 is shared by the rows of a batch, which are 200 at most.
PipelineSpec perceptron(std::size_t trainRows) {
    const auto batch = static_cast<std::int64_t>(std::min<std::size_t>(200, trainRows));
    PipelineSpec spec;
    spec.prepare = {{.id = "standardize", .params = {}}};
    spec.model.id = "mlp";
    spec.model.params.set("layers", std::vector<std::int64_t>{64});
    spec.model.params.set("batch_size", batch);
    spec.model.params.set("epochs", std::int64_t{300});
    spec.model.params.set("validation_fraction", 0.0);
    spec.model.params.set("l2", 1e-4 / static_cast<double>(batch));
    return spec;
}

}  // namespace

class MlpReferenceTest : public QObject {
    Q_OBJECT

private slots:
    void accuracyAgreesWithScikitLearn_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("target");
        QTest::addColumn<double>("mean");
        QTest::addColumn<double>("sd");
        QTest::newRow("iris") << "iris.csv"
                              << "Species" << 0.94 << 0.01491;
        QTest::newRow("wine") << "wine.csv"
                              << "cultivar" << 0.98286 << 0.02556;
        QTest::newRow("digits") << "digits.csv"
                                << "digit" << 0.97552 << 0.00664;
    }

    /// Random starts and orders of rows differ, so the mean may: by two standard deviations over the folds at most.
    /// Guessing the commonest class gives 0.33, 0.40 and 0.07.
    void accuracyAgreesWithScikitLearn() {
        QFETCH(QString, file);
        QFETCH(QString, target);
        QFETCH(double, mean);
        QFETCH(double, sd);
        const Dataset data = load(file.toStdString(), target.toStdString());
        const std::vector<Fold> folds = everyFifthRow(data.size());
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{1}};
        std::vector<FoldResult> results;
        Arena arena;
        arena.run([&] {
            results = evaluateFolds(data, perceptron(folds[0].train.size()), folds, {"accuracy"}, builtinCatalog(),
                                    context, {});
        });
        double sum = 0;
        for (const FoldResult& fold : results) sum += fold.scores.at("accuracy");
        const double ours = sum / static_cast<double>(results.size());
        QVERIFY2(std::abs(ours - mean) <= 2 * sd,
                 qPrintable(QString("accuracy %1, expected %2 ± %3").arg(ours).arg(mean).arg(2 * sd)));
    }
};

QTEST_APPLESS_MAIN(MlpReferenceTest)
#include "test_mlp.moc"
