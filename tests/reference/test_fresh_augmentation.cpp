// SPDX-License-Identifier: GPL-3.0-or-later
// What augmentation is for: with few pictures, a network that sees others of them in each epoch does better on those it
// has never seen.
#include <QtTest>

#include <cmath>

#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "data/csv_reader.h"
#include "evaluate/evaluation.h"
#include "evaluate/refits.h"
#include "evaluate/statistics.h"

using namespace holdout;

namespace {

/// The digits as pictures of 8 × 8 pixels.
Dataset digits() {
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    const Table table = readCsv(HOLDOUT_FIXTURES "/mlp/digits.csv", {}, context).table;
    ImageValues pictures{.channels = 1, .sizes = {}, .offsets = {0}, .pixels = {}};
    const Dataset read = makeDataset(table, {.target = "digit"}, Task::Classification);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        for (const ColumnPtr& column : read.features.columns())
            pictures.pixels.push_back(static_cast<std::uint8_t>(std::lround(column->numbers()[row] * 255 / 16)));
        pictures.sizes.push_back({8, 8});
        pictures.offsets.push_back(pictures.pixels.size());
    }
    Dataset data = read;
    data.features = Table({std::make_shared<Column>("picture", std::move(pictures), MissingMask(table.rows()))});
    return data;
}

/// `each` rows of every class at random, and all others.
std::pair<std::vector<std::uint32_t>, std::vector<std::uint32_t>> part(const Dataset& data, std::size_t each,
                                                                       Seed seed) {
    std::vector<std::uint32_t> order(data.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    RandomStream(seed).shuffle(order);
    std::vector<std::size_t> counts(10, 0);
    std::vector<std::uint32_t> few, others;
    for (const std::uint32_t row : order)
        (counts[static_cast<std::size_t>(data.target.classes[row])]++ < each ? few : others).push_back(row);
    std::sort(few.begin(), few.end());
    std::sort(others.begin(), others.end());
    return {few, others};
}

struct Outcome {
    double accuracy = 0;
    std::vector<TracePoint> trace;
};

/// A pipeline fitted on `few` and scored on `others`.
Outcome outcome(const Dataset& few, const Dataset& others, const nlohmann::json& model, std::vector<StepSpec> prepare,
                Seed seed) {
    const Catalog catalog = builtinCatalog();
    SilentProgress silent;
    JobContext context{{}, {}, silent, seed};
    PipelineSpec spec;
    spec.prepare = std::move(prepare);
    spec.model.id = "cnn";
    spec.model.params = paramsFromJson(catalog.models.require("cnn").params, model, "cnn");
    const auto fitted = fitPipeline(few, spec, catalog, context);
    StepNotes notes;
    const std::vector<int> said = fitted->predict(others.features, notes).classes;
    double right = 0;
    for (std::size_t i = 0; i < said.size(); ++i) right += said[i] == others.target.classes[i];
    return {right / static_cast<double>(said.size()), fitted->model().trace()};
}

QString curve(const std::vector<TracePoint>& trace, std::int64_t every) {
    QString text;
    for (const TracePoint& point : trace)
        if (point.epoch % every == 0) text += QString(" %1:%2").arg(point.epoch).arg(point.validationLoss, 0, 'f', 4);
    return text;
}

}  // namespace

class FreshAugmentationTest : public QObject {
    Q_OBJECT
private slots:
    /// The same network on the same hundred pictures of each digit, with and without pictures that are turned, shifted and
    /// scaled anew in each epoch; six draws of pictures and starts. Two changed copies of each make an epoch three times
    /// as long: without them there are three times as many epochs, and so as many steps. The interval of the mean
    /// difference is Student's t.
    void freshPicturesHelpOnFewRows() {
        const Dataset data = digits();
        const nlohmann::json model = {{"filters", {16, 32}}, {"layers", {64}},         {"epochs", 30},
                                      {"patience", 100},     {"learning_rate", 0.002}, {"validation_fraction", 0.1}};
        nlohmann::json longer = model;
        longer["epochs"] = 90;
        StepSpec augment{.id = "augment-image"};
        augment.params.set("copies", std::int64_t{2});
        augment.params.set("rotate", 12.0);
        augment.params.set("shift", 0.08);
        augment.params.set("scale", 0.1);
        std::vector<double> differences, lossDifferences;
        double plainSum = 0, freshSum = 0;
        Arena arena;
        arena.run([&] {
            for (std::uint64_t draw = 0; draw < 6; ++draw) {
                const auto [few, others] = part(data, 100, Seed{5}.derive("draw", draw));
                const Dataset training = subsetOf(data, few), unseen = subsetOf(data, others);
                const Seed seed = Seed{6}.derive("draw", draw);
                const Outcome plain = outcome(training, unseen, longer, {}, seed);
                const Outcome fresh = outcome(training, unseen, model, {augment}, seed);
                differences.push_back(fresh.accuracy - plain.accuracy);
                const auto least = [](const Outcome& from) {
                    double loss = INFINITY;
                    for (const TracePoint& point : from.trace) loss = std::min(loss, point.validationLoss);
                    return loss;
                };
                lossDifferences.push_back(least(plain) - least(fresh));
                plainSum += plain.accuracy / 6;
                freshSum += fresh.accuracy / 6;
                if (draw > 0) continue;
                qInfo("validation loss by epoch, plain:%s", qPrintable(curve(plain.trace, 15)));
                qInfo("validation loss by epoch, fresh:%s", qPrintable(curve(fresh.trace, 5)));
            }
        });
        const double margin = mean(differences);
        const double half = studentTQuantile(0.975, 5) * sampleSd(differences) / std::sqrt(6.0);
        qInfo("accuracy on unseen pictures: plain %.4f, fresh %.4f: better by %.4f (95 %% interval %.4f to %.4f)",
              plainSum, freshSum, margin, margin - half, margin + half);
        qInfo("least validation loss lower by %.4f", mean(lossDifferences));
        QVERIFY(margin - half > 0);
        QVERIFY(mean(lossDifferences) > 0);
    }
};

QTEST_APPLESS_MAIN(FreshAugmentationTest)
#include "test_fresh_augmentation.moc"
