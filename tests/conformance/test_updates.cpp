// SPDX-License-Identifier: GPL-3.0-or-later
// What every registered model that goes on with new rows promises.
#include <QtTest>
#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "model/model.h"
#include "registered_models.h"
#include "training_data.h"

using namespace holdout;
using holdout::testing::eachModelThat;
using holdout::testing::makeTrainingData;
using holdout::testing::registry;
using holdout::testing::sameBits;
using holdout::testing::TrainingData;

namespace {

std::vector<std::uint32_t> rowsBetween(std::uint32_t begin, std::uint32_t end) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = begin; row < end; ++row) rows.push_back(row);
    return rows;
}

struct Job {
    SilentProgress silent;
    std::stop_source stop;
    JobContext context{stop.get_token(), {}, silent, Seed{7}};
};

}  // namespace

class UpdatesTest : public QObject {
    Q_OBJECT
    static void eachUpdatable() {
        eachModelThat([](const ModelInfo& info) { return info.can.update; });
    }
    static const ModelInfo& model() { return holdout::testing::testedModel(); }
    static Task task() { return holdout::testing::testedTask(); }
    static std::unique_ptr<const Estimator> estimator() { return model().make(Params(model().params, {}, model().id), task()); }
    static TrainingData data() {
        return model().id == "cnn" ? makeTrainingData(task(), 300, 36, 3) : makeTrainingData(task(), 300, 5, 3);
    }

private slots:
    void declaresItsUpdater() {
        for (const ModelInfo& info : registry().all())
            for (const Task task : {Task::Classification, Task::Regression})
                if (task == Task::Classification ? info.can.classification : info.can.regression)
                    QCOMPARE(info.make(Params(info.params, {}, info.id), task)->updater() != nullptr, info.can.update);
    }

    void goesOnFromASavedModelToTheSameBits_data() { eachUpdatable(); }
    void goesOnFromASavedModelToTheSameBits() {
        if (model().id == "cnn") QSKIP("looks at pictures, which its own test makes");
        const TrainingData all = data(), first = all.gather(rowsBetween(0, 200)), second = all.gather(rowsBetween(200, 300));
        const auto work = estimator();
        Job job;
        const auto before = work->fit(first.set(), job.context);
        const auto loaded = model().load(nlohmann::json::parse(before->save().dump()));
        const Predictions untouched = before->predict(all.features);
        std::vector<Predictions> said;
        for (const auto& [from, threads] : {std::pair(before, 1), std::pair(loaded, 4)})
            Arena(threads).run([&] { said.push_back(work->updater()->update(*from, second.set(), job.context)->predict(all.features)); });
        QVERIFY(sameBits(said[0], said[1]));
        QVERIFY(!sameBits(said[0], untouched));
        QVERIFY(sameBits(before->predict(all.features), untouched));  // the model it went on from stays as it is
    }

    void refusesOtherFeaturesAndCancels_data() { eachUpdatable(); }
    void refusesOtherFeaturesAndCancels() {
        if (model().id == "cnn") QSKIP("looks at pictures, which its own test makes");
        const TrainingData all = data(), wider = makeTrainingData(task(), 50, 9, 3);
        const auto work = estimator();
        Job job;
        const auto before = work->fit(all.set(), job.context);
        QVERIFY_THROWS_EXCEPTION(Error, work->updater()->update(*before, wider.set(), job.context));
        job.stop.request_stop();
        QVERIFY_THROWS_EXCEPTION(Cancelled, work->updater()->update(*before, all.set(), job.context));
    }
};

QTEST_APPLESS_MAIN(UpdatesTest)
#include "test_updates.moc"
