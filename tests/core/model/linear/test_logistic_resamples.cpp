// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "base/parallel.h"
#include "fitted_model.h"

using namespace holdout;
using holdout::testing::fitModel;
using holdout::testing::makeTrainingData;
using holdout::testing::TrainingData;

namespace {

using Fitted = std::vector<std::shared_ptr<const Model>>;

/// Draws with replacement; the last two leave a column constant and are short of rows.
std::vector<RowCounts> drawsOf(const TrainingData& data, std::size_t count) {
    const std::size_t rows = data.target.size();
    RandomStream random{Seed{3}};
    std::vector<RowCounts> draws(count + 2, RowCounts(rows, 0));
    for (std::size_t r = 0; r < count; ++r)
        for (std::size_t i = 0; i < rows; ++i) ++draws[r][random.below(rows)];
    for (std::size_t i = 0; i < rows; ++i)
        draws[count][i] = data.features.values(static_cast<Eigen::Index>(i), 2) == 0 ? 2 : 0;
    for (std::size_t i = rows, zeros = 0, ones = 0; i-- > 0;) {
        std::size_t& seen = data.target.classes[i] == 0 ? zeros : ones;
        if (seen++ < 4) draws[count + 1][i] = 3;
    }
    return draws;
}

Fitted fitDraws(const nlohmann::json& params, const TrainingData& data, const std::vector<RowCounts>& draws) {
    const ModelRegistry models = builtinModels();
    const ModelInfo& info = models.require("logistic");
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{7}};
    const auto estimator = info.make(Params(info.params, paramsFromJson(info.params, params, info.id), info.id), data.target.task);
    Fitted fitted(draws.size());
    estimator->folds()->fitFolds(data.set(), draws, {}, context, [&](std::size_t f, auto found) { fitted[f] = found.at(0); });
    return fitted;
}

}  // namespace

/// Resamples that are fitted together.
class LogisticResamplesTest : public QObject {
    Q_OBJECT
private slots:
    void meetTheirConditions_data() {
        QTest::addColumn<bool>("weighted");
        QTest::addColumn<QString>("classWeights");
        QTest::newRow("plain") << false << "none";
        QTest::newRow("weighted") << true << "none";
        QTest::newRow("balanced") << false << "balanced";
    }
    /// Each is at its own optimum, as if it were fitted alone, and says the same of its columns.
    void meetTheirConditions() {
        QFETCH(bool, weighted);
        QFETCH(QString, classWeights);
        TrainingData data = makeTrainingData(Task::Classification, 400, 7);
        data.features.values.col(1).array() += 1e3;
        data.features.values.col(2).head(60).setZero();
        if (weighted) {
            data.weights = Eigen::VectorXd::LinSpaced(400, 0.5, 2);
            data.weights[11] = 0;
        }
        nlohmann::json params{{"lambda", 0.003}};
        if (classWeights == "balanced") params["class_weights"] = "balanced";
        const std::vector<RowCounts> draws = drawsOf(data, 70);
        const Fitted fitted = fitDraws(params, data, draws);
        for (std::size_t f = 0; f < draws.size(); ++f) {
            std::vector<std::uint32_t> rows;
            for (std::uint32_t i = 0; i < 400; ++i) rows.insert(rows.end(), draws[f][i], i);
            const TrainingData own = data.gather(rows);
            const auto alone = fitModel("logistic", own, params);
            const Coefficients found = fitted[f]->coefficients().value(), expected = alone->coefficients().value();
            QVERIFY2((found.weights - expected.weights).cwiseAbs().maxCoeff() < 1e-8, qPrintable(QString::number(f)));
            QCOMPARE(fitted[f]->warnings().size(), alone->warnings().size());
            QCOMPARE(found.weights(2, 0) == 0, f == 70);
            if (classWeights == "balanced") continue;
            Eigen::ArrayXd shares = weighted ? Eigen::ArrayXd(own.weights) : Eigen::ArrayXd::Ones(own.features.rows());
            shares /= shares.sum();
            const Eigen::ArrayXd scores = (own.features.values * found.weights.col(0)).array() + found.intercepts[0];
            Eigen::ArrayXd pull = (1 + (-scores).exp()).inverse();
            for (Eigen::Index i = 0; i < pull.size(); ++i) pull[i] -= own.target.classes[static_cast<std::size_t>(i)];
            pull *= shares;
            QVERIFY(std::abs(pull.sum()) < 1e-10);
            Eigen::MatrixXd centred = own.features.values;
            centred.col(1).array() -= 1e3;
            const Eigen::VectorXd gradient = centred.transpose() * pull.matrix() + 0.003 * found.weights.col(0);
            QVERIFY2(gradient.cwiseAbs().maxCoeff() < 1e-9, qPrintable(QString::number(gradient.cwiseAbs().maxCoeff())));
        }
    }

    /// A resample's bits are its own, whatever it is fitted with and on however many threads.
    void haveTheirOwnBits() {
        const TrainingData data = makeTrainingData(Task::Classification, 333, 6);
        std::vector<RowCounts> draws = drawsOf(data, 75);
        draws.resize(75);
        const nlohmann::json params{{"lambda", 0.01}};
        Fitted together;
        Arena(1).run([&] { together = fitDraws(params, data, draws); });
        Fitted apart;
        Arena(3).run([&] { apart = fitDraws(params, data, draws); });
        for (std::size_t f = 0; f < draws.size(); ++f) {
            const Coefficients one = together[f]->coefficients().value(), other = apart[f]->coefficients().value();
            QCOMPARE(one.weights, other.weights);
            QCOMPARE(one.intercepts, other.intercepts);
        }
        for (const std::size_t f : {0UL, 13UL, 70UL}) {
            const Coefficients alone = fitDraws(params, data, {draws[f]})[0]->coefficients().value();
            QCOMPARE(alone.weights, together[f]->coefficients().value().weights);
        }
    }

    /// A resample without a class is refused as it is alone.
    void refusesAResampleOfOneClass() {
        const TrainingData data = makeTrainingData(Task::Classification, 100, 3);
        std::vector<RowCounts> draws(3, RowCounts(100, 2));
        for (std::size_t i = 0; i < 100; ++i)
            if (data.target.classes[i] == 1) draws[1][i] = 0;
        QVERIFY_EXCEPTION_THROWN(fitDraws({{"lambda", 0.01}}, data, draws), Error);
    }
};

QTEST_APPLESS_MAIN(LogisticResamplesTest)
#include "test_logistic_resamples.moc"
