// SPDX-License-Identifier: GPL-3.0-or-later
// Transfer: a network that knows the digits 0 to 4 learns 5 to 9 from 50 rows each better than one that knows nothing.
#include <QtTest>
#include <cmath>

#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "data/csv_reader.h"
#include "evaluate/evaluation.h"
#include "evaluate/statistics.h"

using namespace holdout;

namespace {

struct Digits {
    Features features;
    Target target;
    Eigen::VectorXd weights;

    TrainingSet set(const Model* start = nullptr) const { return {features, target, weights, start}; }
};

Digits allDigits() {
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    const ReadResult read = readCsv(HOLDOUT_FIXTURES "/mlp/digits.csv", {}, context);
    const Dataset data = makeDataset(read.table, {.target = "digit"}, Task::Classification);
    Digits digits{toFeatures(data.features), data.target, {}};
    digits.features.values /= 16;
    return digits;
}

/// The rows of the classes `first` … `first` + 4, in random order: `each` of every class, and the rest.
std::pair<Digits, Digits> part(const Digits& all, int first, std::size_t each, Seed seed) {
    std::vector<std::uint32_t> order(all.target.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    RandomStream(seed).shuffle(order);
    std::map<int, std::size_t> counts;
    std::vector<std::uint32_t> chosen, rest;
    for (const std::uint32_t row : order) {
        const int digit = std::stoi(all.target.labels[static_cast<std::size_t>(all.target.classes[row])]);
        if (digit < first || digit > first + 4) continue;
        (counts[digit]++ < each ? chosen : rest).push_back(row);
    }
    const auto gathered = [&](const std::vector<std::uint32_t>& rows) {
        Digits digits{{all.features.values(rows, Eigen::all), all.features.names}, {}, {}};
        digits.target.name = "digit";
        for (int k = 0; k < 5; ++k) digits.target.labels.push_back(std::to_string(first + k));
        for (const std::uint32_t row : rows)
            digits.target.classes.push_back(
                std::stoi(all.target.labels[static_cast<std::size_t>(all.target.classes[row])]) - first);
        return digits;
    };
    return {gathered(chosen), gathered(rest)};
}

std::shared_ptr<const Model> fit(const nlohmann::json& params, const TrainingSet& training, Seed seed) {
    const ModelRegistry models = builtinModels();
    const ModelInfo& info = models.require("cnn");
    SilentProgress silent;
    JobContext context{{}, {}, silent, seed};
    return info.make(Params(info.params, paramsFromJson(info.params, params, info.id), info.id), Task::Classification)
        ->fit(training, context);
}

double accuracy(const Model& model, const Digits& digits) {
    const std::vector<int> classes = model.predict(digits.features).classes;
    double right = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) right += classes[i] == digits.target.classes[i];
    return right / static_cast<double>(classes.size());
}

}  // namespace

class TransferTest : public QObject {
    Q_OBJECT
private slots:
    /// Both are trained alike, for as many epochs, on the same 250 rows, and scored on all others of 5 to 9. Ten draws
    /// of rows and starts; the interval is that of the mean difference, by Student's t. Few epochs, as the digits are so
    /// easy that a net from scratch makes up for its start within fifteen.
    void beatsTrainingFromScratchOnFewRows() {
        const Digits all = allDigits();
        const nlohmann::json base = {{"filters", {16, 32}},
                                     {"layers", nlohmann::json::array()},
                                     {"batch_norm", true},
                                     {"validation_fraction", 0.0},
                                     {"epochs", 5},
                                     {"learning_rate", 0.002}};
        nlohmann::json first = base, tuned = base;
        first["epochs"] = 15;
        tuned["head"] = "replace";
        tuned["lower_rate"] = 0.5;
        std::vector<double> differences;
        double scratchSum = 0, transferSum = 0;
        Arena arena;
        arena.run([&] {
            const auto start = fit(first, part(all, 0, 1000, Seed{1}).first.set(), Seed{2});
            for (std::uint64_t draw = 0; draw < 10; ++draw) {
                const auto [few, others] = part(all, 5, 50, Seed{3}.derive("draw", draw));
                const Seed seed = Seed{4}.derive("draw", draw);
                const double scratch = accuracy(*fit(base, few.set(), seed), others);
                const double transferred = accuracy(*fit(tuned, few.set(start.get()), seed), others);
                differences.push_back(transferred - scratch);
                scratchSum += scratch / 10;
                transferSum += transferred / 10;
            }
        });
        const double error = sampleSd(differences) / std::sqrt(10.0);
        const double margin = mean(differences);
        const double half = studentTQuantile(0.975, 9) * error;
        qInfo("from scratch %.4f, fine-tuned %.4f: better by %.4f (95 %% interval %.4f to %.4f)", scratchSum,
              transferSum, margin, margin - half, margin + half);
        QVERIFY(margin - half > 0);
        QVERIFY(transferSum > 0.9);
    }

    void frozenLayersKeepTheirWeights() {
        const Digits all = allDigits();
        const nlohmann::json base = {{"filters", {4}}, {"layers", {8}}, {"batch_norm", true}, {"epochs", 2}};
        const auto start = fit(base, part(all, 0, 20, Seed{1}).first.set(), Seed{2});
        nlohmann::json frozen = base;
        frozen["freeze"] = "conv1, layer1";
        frozen["head"] = "replace";
        const auto model = fit(frozen, part(all, 5, 20, Seed{1}).first.set(start.get()), Seed{3});
        const auto before = nlohmann::json::parse(start->save().dump());
        const auto after = nlohmann::json::parse(model->save().dump());
        QVERIFY(before["statistics"] == after["statistics"]);
        QVERIFY(before["parameters"] != after["parameters"]);
        // The head's 45 numbers come last; base 64 writes 3 bytes as 4 letters.
        const std::string a = before["parameters"];
        const std::string b = after["parameters"];
        QCOMPARE(a.size(), b.size());
        const std::size_t shared = a.size() - 45 * 4 * 4 / 3 - 8;
        QCOMPARE(a.substr(0, shared), b.substr(0, shared));
        QVERIFY(model->summary().find("taken over: conv1, conv1.norm, layer1, layer1.norm; new head; frozen: conv1") !=
                std::string::npos);
    }

    void whatDoesNotFitIsAnError() {
        const Digits all = allDigits();
        const Digits few = part(all, 0, 10, Seed{1}).first;
        const auto start = fit({{"epochs", 1}}, few.set(), Seed{2});
        QVERIFY_EXCEPTION_THROWN(fit({{"epochs", 1}, {"freeze", "conv9"}}, few.set(start.get()), Seed{2}), Error);
        Digits narrow = few;
        narrow.features.values = few.features.values.leftCols(36);
        narrow.features.names.resize(36);
        QVERIFY_EXCEPTION_THROWN(fit({{"epochs", 1}}, narrow.set(start.get()), Seed{2}), Error);
        Digits two = few;
        two.target.labels.push_back("9");
        QVERIFY_EXCEPTION_THROWN(fit({{"epochs", 1}, {"head", "keep"}}, two.set(start.get()), Seed{2}), Error);
    }
};

QTEST_APPLESS_MAIN(TransferTest)
#include "test_transfer.moc"
