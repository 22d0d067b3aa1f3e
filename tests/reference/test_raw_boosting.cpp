// SPDX-License-Identifier: GPL-3.0-or-later
// Boosting on cells as they are read against boosting on the same cells imputed and one-hot encoded: what it does without
// steps must not be worse than what a careful person makes of them.
#include <QtTest>
#include <cmath>

#include "base/parallel.h"
#include "data/csv_reader.h"
#include "evaluate/evaluation.h"
#include "five_folds.h"

using namespace holdout;
using holdout::testing::fiveFolds;

namespace {

Dataset load(const QString& file, const QString& target, const QString& ignored, Task task) {
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    Roles roles{.target = target.toStdString()};
    if (!ignored.isEmpty()) roles.ignored = {ignored.toStdString()};
    return makeDataset(readCsv(HOLDOUT_SOURCE_DIR "/" + file.toStdString(), {}, context).table, roles, task);
}

PipelineSpec boostingAfter(const std::vector<StepSpec>& steps) {
    PipelineSpec spec;
    spec.prepare = steps;
    spec.model.id = "boosting";
    return spec;
}

std::vector<StepSpec> encodingSteps() {
    StepSpec numbers{.id = "impute"}, categories{.id = "impute"};
    numbers.params.set("columns", std::string("numbers"));
    numbers.params.set("with", std::string("median"));
    categories.params.set("columns", std::string("categories"));
    categories.params.set("with", std::string("most-frequent"));
    return {numbers, categories, {.id = "one-hot"}};
}

}  // namespace

class RawBoostingTest : public QObject {
    Q_OBJECT
private slots:
    void isNoWorseThanEncoded_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("ignored");
        QTest::addColumn<bool>("numbers");
        const QString fixtures = "tests/fixtures/", samples = "resources/samples/";
        QTest::newRow("titanic") << fixtures + "data/formats/titanic.csv" << "survived" << "name" << false;
        QTest::newRow("pima") << fixtures + "linear/pima_diabetes.csv" << "diabetes" << "" << false;
        QTest::newRow("penguins") << samples + "penguins.csv" << "species" << "" << false;
        QTest::newRow("biopsy") << fixtures + "data/formats/biopsy.csv" << "class" << "ID" << false;
        QTest::newRow("churn") << samples + "telco_churn.csv" << "churn" << "" << false;
        QTest::newRow("ames") << fixtures + "prepare/ames.csv" << "Gr_Liv_Area" << "" << true;
        QTest::newRow("prestige") << fixtures + "data/formats/prestige_semicolon_decimalcomma.csv" << "prestige" << "" << true;
    }
    /// On the same ten folds the mean score is at most one standard error, of the encoded one's mean, on the worse side.
    void isNoWorseThanEncoded() {
        QFETCH(QString, file);
        QFETCH(QString, target);
        QFETCH(QString, ignored);
        QFETCH(bool, numbers);
        const Dataset data = load(file, target, ignored, numbers ? Task::Regression : Task::Classification);
        const std::string metric = numbers ? "rmse" : "log-loss";  // of both less is better
        const Catalog catalog = builtinCatalog();
        const std::vector<PipelineSpec> pair{boostingAfter({}), boostingAfter(encodingSteps())};
        std::vector<double> raw, encoded;
        Arena arena;
        arena.run([&] {
            for (std::size_t deal = 0; deal < 2; ++deal) {
                SilentProgress silent;
                JobContext context{{}, {}, silent, Seed{deal}};
                const auto results = evaluateCandidates(data, pair, fiveFolds(data.size(), deal), {metric}, catalog,
                                                        Keep::ScoresOnly, context, {});
                for (std::size_t f = 0; f < 5; ++f) {
                    raw.push_back(results[0].folds.at(f).scores.at(metric));
                    encoded.push_back(results[1].folds.at(f).scores.at(metric));
                }
            }
        });
        const Eigen::Map<const Eigen::ArrayXd> ours(raw.data(), static_cast<Eigen::Index>(raw.size()));
        const Eigen::Map<const Eigen::ArrayXd> theirs(encoded.data(), ours.size());
        const double sd = std::sqrt((theirs - theirs.mean()).square().sum() / static_cast<double>(theirs.size() - 1));
        const double standardError = sd / std::sqrt(static_cast<double>(theirs.size()));
        QVERIFY2(ours.mean() - theirs.mean() <= standardError,
                 qPrintable(QString("%1 as they are, %2 encoded, standard error %3")
                                .arg(ours.mean())
                                .arg(theirs.mean())
                                .arg(standardError)));
    }
};

QTEST_APPLESS_MAIN(RawBoostingTest)
#include "test_raw_boosting.moc"
