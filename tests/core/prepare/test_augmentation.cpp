// SPDX-License-Identifier: GPL-3.0-or-later
// Steps that add training rows: what they add, and that they do so in training only.
#include <QtTest>
#include <filesystem>

#include "prepare/fresh_rows.h"
#include "prepare/image/image_ops.h"
#include "prepare/text/text_changes.h"
#include "prepare/text/word_breaks.h"
#include "step_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

/// Two clouds: 30 rows of class no about (0, 0), 8 of class yes about (3, 3); a category that goes with the class.
TrainingFrame unequalClasses() {
    RandomStream random(Seed{5});
    std::vector<double> x, y;
    std::vector<std::uint32_t> kind;
    std::vector<int> labels;
    for (int i = 0; i < 38; ++i) {
        const bool yes = i >= 30;
        x.push_back(random.normal() + 3 * yes);
        y.push_back(random.normal() + 3 * yes);
        kind.push_back(yes);
        labels.push_back(yes);
    }
    return frameOf(
        Table({Column::numbers("x", x), Column::numbers("y", y), Column::categories("kind", kind, {"a", "b"})}),
        classes(labels, {"no", "yes"}));
}

TrainingFrame augmented(const nlohmann::json& step, const TrainingFrame& frame) {
    auto fitted = fitStep(step, frame);
    return fitted.fitted->applyToTraining(frame, fitted.notes);
}

RecipeFit fitRecipe(const std::vector<nlohmann::json>& steps, TrainingFrame frame, AugmentRows augment) {
    const StepRegistry registry = builtinSteps();
    std::vector<StepSpec> specs;
    for (const nlohmann::json& step : steps) specs.push_back(stepFromJson(step, registry));
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return Recipe(specs, registry).fit(std::move(frame), context, augment);
}

Picture ramp(int height, int width) {
    Picture picture{height, width, 1, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) picture.values.push_back(static_cast<float>(10 * y + x));
    return picture;
}

}  // namespace

class AugmentationTest : public QObject {
    Q_OBJECT
private slots:
    void smoteFillsSmallClasses_data() {
        QTest::addColumn<QString>("method");
        for (const char* method : {"smote", "borderline-smote", "adasyn"}) QTest::newRow(method) << method;
    }
    void smoteFillsSmallClasses() {
        QFETCH(QString, method);
        TrainingFrame frame = unequalClasses();
        if (method != "smote") {  // let the clouds meet: else no row of either is at a border
            frame.table = frame.table.withColumn(0, mappedTo(frame.table.column(0), 1.0));
            frame.table = frame.table.withColumn(1, mappedTo(frame.table.column(1), 1.0));
        }
        const TrainingFrame made = augmented({{"step", "augment-rows"}, {"method", method.toStdString()}}, frame);
        if (method == "smote") QCOMPARE(made.rows.size(), std::size_t{60});
        QVERIFY(made.added > 10);
        for (std::size_t i = 38; i < made.rows.size(); ++i) {
            QCOMPARE(made.target.classes[i], 1);
            QCOMPARE(made.table.column(2).cellText(i), std::string("b"));  // SMOTE-NC: what its neighbours have
            QVERIFY(made.rows[i] >= 30);
            // On the line between its origin and another row of the class.
            bool between = false;
            const auto x = made.table.column(0).numbers(), y = made.table.column(1).numbers();
            const std::size_t a = made.rows[i];
            for (std::size_t b = 30; b < 38; ++b) {
                const double gap = b == a ? 0 : (x[i] - x[a]) / (x[b] - x[a]);
                between |= b != a && gap >= 0 && gap <= 1 && std::abs(y[a] + gap * (y[b] - y[a]) - y[i]) < 1e-9;
            }
            QVERIFY(between);
        }
    }

    void balanceIsKept() {
        const TrainingFrame made =
            augmented({{"step", "augment-rows"}, {"method", "smote"}, {"balance", 0.5}}, unequalClasses());
        QCOMPARE(made.added, std::size_t{7});
    }

    void smoteOfNumbersIsRefused() {
        const TrainingFrame frame = frameOf(Table({Column::numbers("x", {1, 2, 3})}));
        const Error error = errorOf([&] { augmented({{"step", "augment-rows"}, {"method", "smote"}}, frame); });
        QCOMPARE(error.place().parameter, std::string("method"));
    }

    void jitterHasItsSpread() {
        std::vector<double> x(4000);
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = i % 2 ? 5 : -5;
        const TrainingFrame made = augmented({{"step", "augment-rows"}, {"noise", 0.1}, {"per_row", 1.5}},
                                             frameOf(Table({Column::numbers("x", x)})));
        QCOMPARE(made.added, std::size_t{6000});
        double squares = 0;
        for (std::size_t i = 4000; i < made.rows.size(); ++i)
            squares += std::pow(made.table.column(0).numbers()[i] - x[made.rows[i]], 2);
        QVERIFY(std::abs(std::sqrt(squares / 6000) - 0.5) < 0.02);  // 0.1 of a deviation of 5; 4 standard errors
    }

    void mixupOfClassesIsWeighed() {
        const TrainingFrame frame = unequalClasses();
        const TrainingFrame made = augmented({{"step", "augment-rows"}, {"method", "mixup"}, {"alpha", 1.0}}, frame);
        QVERIFY(std::abs(made.weights.sum() - 76) < 1e-9);  // each mixed row weighs 1 in all
        QVERIFY(made.added > 38);
        for (std::size_t i = 38; i < made.rows.size(); ++i) {
            const double weight = made.weights[static_cast<Eigen::Index>(i)];
            QVERIFY(weight > 0 && weight <= 1);
        }
    }

    void mixupOfNumbersMixesTheTarget() {
        TrainingFrame frame = frameOf(Table({Column::numbers("x", {0, 1, 2, 3})}), numbers({0, 10, 20, 30}));
        const TrainingFrame made = augmented({{"step", "augment-rows"}, {"method", "mixup"}, {"per_row", 20.0}}, frame);
        QCOMPARE(made.added, std::size_t{80});
        for (std::size_t i = 4; i < made.rows.size(); ++i)
            QVERIFY(std::abs(10 * made.table.column(0).numbers()[i] -
                             made.target.values[static_cast<Eigen::Index>(i)]) < 1e-9);
        QCOMPARE(made.weights.size(), Eigen::Index{0});
    }

    void eachEpochHasItsOwnRows() {
        const TrainingFrame frame = unequalClasses();
        const RecipeFit once = fitRecipe({{{"step", "augment-rows"}}, {{"step", "one-hot"}}, {{"step", "standardize"}}},
                                         frame, AugmentRows::Once);
        const RecipeFit fit = fitRecipe({{{"step", "augment-rows"}}, {{"step", "one-hot"}}, {{"step", "standardize"}}},
                                        frame, AugmentRows::EachEpoch);
        QCOMPARE(once.features.rows(), Eigen::Index{76});
        QVERIFY(!once.features.fresh);
        QCOMPARE(fit.features.rows(), Eigen::Index{38});
        QVERIFY(fit.features.values == once.features.values.topRows(38));
        QVERIFY(fit.features.fresh != nullptr);
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{9}};
        const std::vector<std::uint32_t> rows{1, 5, 30, 37};
        const AddedRows first = fit.features.fresh->added(rows, 1, context);
        const AddedRows second = fit.features.fresh->added(rows, 2, context);
        const AddedRows again = fit.features.fresh->added(rows, 1, context);
        QCOMPARE(first.features.rows(), Eigen::Index{4});
        QCOMPARE(first.origins, rows);
        QCOMPARE(first.target.classes, std::vector<int>({0, 0, 1, 1}));
        QVERIFY(first.features.values == again.features.values);
        QVERIFY(first.features.values != second.features.values);
        QVERIFY((first.features.values.row(2) - fit.features.values.row(30)).norm() < 1);
    }

    void rowsDroppedLaterStayDropped() {
        const RecipeFit fit = fitRecipe({{{"step", "augment-rows"}},
                                         {{"step", "drop-outliers"}, {"method", "z-score"}, {"z", 1.5}},
                                         {{"step", "one-hot"}}},
                                        unequalClasses(), AugmentRows::EachEpoch);
        const auto left = static_cast<std::uint32_t>(fit.features.rows());
        QVERIFY(left < 38);
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{9}};
        const std::vector<std::uint32_t> last{left - 1};
        const AddedRows added = fit.features.fresh->added(last, 1, context);
        QVERIFY((added.features.values.row(0) - fit.features.values.row(left - 1)).norm() < 1);
    }

    void picturesAreResized() {
        const Picture same = resized(ramp(4, 6), 4, 6);
        QCOMPARE(same.values, ramp(4, 6).values);
        const Picture half = resized(ramp(4, 6), 2, 3);  // the mean of each square of four
        QCOMPARE(half.at(0, 0, 0), 5.5F);
        QCOMPARE(half.at(1, 2, 0), 29.5F);
        const Picture twice = resized(ramp(2, 2), 4, 4);
        QCOMPARE(twice.at(0, 0, 0), 0.0F);
        QCOMPARE(twice.at(1, 1, 0), 2.75F);
        QCOMPARE(twice.at(3, 3, 0), 11.0F);
    }

    void picturesAreTurnedAndMirrored() {
        const Picture picture = ramp(3, 3);
        QCOMPARE(warped(picture, {1, 0, 0, 1}, 0, 0).values, picture.values);
        QCOMPARE(warped(picture, {1, 0, 0, -1}, 0, 0).at(0, 0, 0), 2.0F);
        const Picture turned = warped(picture, {0, 1, -1, 0}, 0, 0);  // by a quarter
        QCOMPARE(turned.at(0, 0, 0), 2.0F);
        QCOMPARE(turned.at(2, 0, 0), 0.0F);
        QCOMPARE(warped(picture, {1, 0, 0, 1}, 0, 1).at(0, 1, 0), 0.0F);  // one to the right
    }

    void wordsChangePlacesAndGo() {
        RandomStream random(Seed{4});
        const std::string text = "Call me, please, when you get home!";
        const std::string swapped = withSwaps(text, 0.3, random), shorter = withoutWords(text, 0.3, random);
        QVERIFY(swapped != text);
        QCOMPARE(swapped.size(), text.size());
        QVERIFY(shorter.size() < text.size() && shorter.ends_with('!'));
        QCOMPARE(withoutWords("alone", 0.9, random), std::string("alone"));
        const std::string sentences = "It rained. We stayed in. Nobody called.";
        std::string shuffled = withShuffledSentences(sentences, random);
        for (int i = 0; i < 9 && shuffled == sentences; ++i) shuffled = withShuffledSentences(sentences, random);
        QVERIFY(shuffled != sentences);
        QCOMPARE(shuffled.size(), sentences.size());
    }

    void synonymsAreWordNets() {
        if (!std::filesystem::exists("/usr/share/wordnet/index.noun")) QSKIP("wordnet-base is not installed");
        const WordNet words;
        const auto car = words.synonyms("car");
        QCOMPARE(car, std::vector<std::string>({"auto", "automobile", "machine", "motorcar"}));
        QVERIFY(std::ranges::binary_search(words.synonyms("begin"), std::string("start")));
        QVERIFY(words.synonyms("qwertyuiop").empty());
        QVERIFY(words.synonyms("").empty());
        RandomStream random(Seed{4});
        const std::string text = withSynonyms("The Car is at the door.", 0.1, words, random);
        QVERIFY(text != "The Car is at the door." && text.starts_with("The ") && text.ends_with("."));
    }

    void absentDictionaryIsNamed() {
        const Error error = errorOf([] { WordNet("/no/such/folder"); });
        QVERIFY(error.remedy().find("wordnet-base") != std::string::npos);
    }

private:
    static ColumnPtr mappedTo(const Column& column, double by) {
        std::vector<double> values(column.numbers().begin(), column.numbers().end());
        for (std::size_t i = 30; i < values.size(); ++i) values[i] -= 1.6 * by;
        return Column::numbers(column.name(), std::move(values));
    }
};

QTEST_APPLESS_MAIN(AugmentationTest)
#include "test_augmentation.moc"
