// SPDX-License-Identifier: GPL-3.0-or-later
// Networks ask for the rows of each epoch, and learn from them.
#include <QtTest>
#include <mutex>

#include "base/parallel.h"
#include "fitted_model.h"
#include "prepare/fresh_rows.h"

using namespace holdout;
using holdout::testing::fitModel;
using holdout::testing::makeTrainingData;
using holdout::testing::sameBits;
using holdout::testing::score;
using holdout::testing::TrainingData;

namespace {

/// Adds a copy of each row with noise of its own in each epoch, and remembers what it was asked.
class NoisyCopies final : public FreshRows {
public:
    explicit NoisyCopies(const TrainingData& data) : m_data(data) {}

    AddedRows added(std::span<const std::uint32_t> rows, std::int64_t epoch, JobContext&) const override {
        const std::lock_guard lock(m_mutex);
        epochs.push_back(epoch);
        asked.assign(rows.begin(), rows.end());
        const TrainingData some = m_data.gather(asked);
        AddedRows result{some.features, some.target, {}, asked};
        RandomStream random(Seed{11}.derive("epoch", static_cast<std::uint64_t>(epoch)));
        for (double& value : result.features.values.reshaped()) value += 0.1 * random.normal();
        return result;
    }

    mutable std::vector<std::int64_t> epochs;
    mutable std::vector<std::uint32_t> asked;

private:
    TrainingData m_data;
    mutable std::mutex m_mutex;
};

/// Adds the rows of another set, of which the training set knows nothing.
class OtherRows final : public FreshRows {
public:
    explicit OtherRows(const TrainingData& data, double weight = 1) : m_data(data), m_weight(weight) {}
    AddedRows added(std::span<const std::uint32_t>, std::int64_t, JobContext&) const override {
        return {m_data.features, m_data.target,
                Eigen::VectorXd::Constant(m_data.features.values.rows(), m_weight),
                std::vector<std::uint32_t>(m_data.target.size(), 0)};
    }

private:
    TrainingData m_data;
    double m_weight;
};

/// Keeps the state after each epoch, and gives one of them back.
class EveryEpoch final : public Checkpoints {
public:
    bool isDue() override { return true; }
    void keep(const std::string& state) override { states.push_back(state); }
    std::string last() const override { return given; }
    std::vector<std::string> states;
    std::string given;
};

}  // namespace

class FreshRowsTest : public QObject {
    Q_OBJECT
private slots:
    void asksInEachEpochForItsTrainingRowsAlone() {
        TrainingData data = makeTrainingData(Task::Classification, 200, 4);
        const auto fresh = std::make_shared<NoisyCopies>(data);
        data.features.fresh = fresh;
        fitModel("mlp", data, {{"epochs", 4}, {"patience", 10}, {"validation_fraction", 0.25}});
        QCOMPARE(fresh->epochs, (std::vector<std::int64_t>{1, 2, 3, 4}));
        QCOMPARE(fresh->asked.size(), 150U);
        QVERIFY(std::is_sorted(fresh->asked.begin(), fresh->asked.end()));
    }

    /// Half of the truth is in the added rows alone.
    void learnsFromThem() {
        const TrainingData all = makeTrainingData(Task::Regression, 900, 4);
        std::vector<std::uint32_t> low, high, fresh;
        for (std::uint32_t row = 0; row < 900; ++row)
            (row >= 600 ? fresh : all.features.values(row, 0) < 0 ? low : high).push_back(row);
        TrainingData half = all.gather(low);
        const nlohmann::json params = {{"epochs", 60}, {"validation_fraction", 0.0}, {"learning_rate", 0.01}};
        const double without = score(*fitModel("mlp", half, params), all.gather(fresh));
        half.features.fresh = std::make_shared<OtherRows>(all.gather(high));
        const double with = score(*fitModel("mlp", half, params), all.gather(fresh));
        QVERIFY2(with > without, qPrintable(QString("%1, without %2").arg(with).arg(without)));
    }

    void sameBitsOnAnyThreads() {
        TrainingData data = makeTrainingData(Task::Classification, 600, 5, 3);
        data.features.fresh = std::make_shared<NoisyCopies>(data);
        Predictions first;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            arena.run([&] {
                const Predictions said = fitModel("mlp", data, {{"epochs", 6}})->predict(data.features);
                if (first.size() == 0) first = said;
                QVERIFY(sameBits(said, first));
            });
        }
    }

    /// Interrupted after the third epoch, and gone on with: the same bits, and no epoch asked for twice.
    void goesOnAfterAnInterruption() {
        TrainingData data = makeTrainingData(Task::Classification, 200, 4);
        const nlohmann::json params = {{"epochs", 7}};
        const auto fit = [&](EveryEpoch& checkpoints) {
            const auto fresh = std::make_shared<NoisyCopies>(data);
            data.features.fresh = fresh;
            SilentProgress silent;
            const auto model =
                fitModel("mlp", data, params, JobContext{{}, {}, silent, Seed{7}, nullptr, &checkpoints});
            return std::pair(model->predict(data.features), fresh->epochs);
        };
        EveryEpoch whole;
        const auto [said, epochs] = fit(whole);
        QCOMPARE(epochs.size(), 7U);
        EveryEpoch later;
        later.given = whole.states.at(2);
        const auto [again, rest] = fit(later);
        QVERIFY(sameBits(again, said));
        QCOMPARE(rest, (std::vector<std::int64_t>{4, 5, 6, 7}));
    }

    /// Where a batch is all rows, or more than the training set alone has, there is room for those of the epoch too.
    void batchesMayBeLargerThanTheTrainingSet() {
        TrainingData data = makeTrainingData(Task::Regression, 50, 3);
        data.features.fresh = std::make_shared<NoisyCopies>(data);
        for (const nlohmann::json& params :
             {nlohmann::json{{"epochs", 3}, {"method", "full-batch"}}, nlohmann::json{{"epochs", 3}, {"batch_size", 80}}})
            QVERIFY(fitModel("mlp", data, params)->predict(data.features).values.allFinite());
    }

    /// L-BFGS compares losses of one and the same sum.
    void secondOrderSeesOneSet() {
        TrainingData data = makeTrainingData(Task::Regression, 150, 3);
        const auto fresh = std::make_shared<NoisyCopies>(data);
        data.features.fresh = fresh;
        fitModel("mlp", data, {{"epochs", 5}, {"method", "l-bfgs"}, {"validation_fraction", 0.0}});
        QCOMPARE(fresh->epochs, std::vector<std::int64_t>{1});
    }

    /// An added row of weight 2 is a training row of weight 2: L-BFGS takes all rows at once, so that nothing else differs.
    void weightsOfAddedRowsCount() {
        TrainingData all = makeTrainingData(Task::Classification, 150, 3, 3);
        std::vector<std::uint32_t> first, second;
        for (std::uint32_t row = 0; row < 150; ++row) (row < 100 ? first : second).push_back(row);
        const nlohmann::json params = {{"epochs", 10}, {"method", "l-bfgs"}, {"validation_fraction", 0.0}};
        TrainingData widened = all.gather(first);
        widened.features.fresh = std::make_shared<OtherRows>(all.gather(second), 2);
        const Eigen::MatrixXd said = fitModel("mlp", widened, params)->predict(all.features).probabilities;
        const Eigen::MatrixXd alike = fitModel("mlp", all, params)->predict(all.features).probabilities;
        all.weights = Eigen::VectorXd::Ones(150);
        all.weights.tail(50).setConstant(2);
        const Eigen::MatrixXd weighted = fitModel("mlp", all, params)->predict(all.features).probabilities;
        // float32 sums in another order, for ten steps.
        QVERIFY2((said - weighted).cwiseAbs().maxCoeff() < 1e-2,
                 qPrintable(QString::number((said - weighted).cwiseAbs().maxCoeff())));
        QVERIFY((said - alike).cwiseAbs().maxCoeff() > 3e-2);
    }
};

QTEST_APPLESS_MAIN(FreshRowsTest)
#include "test_fresh_rows.moc"
