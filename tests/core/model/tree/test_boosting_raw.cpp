// SPDX-License-Identifier: GPL-3.0-or-later
// Boosting on missing cells and categories as they are, held to directions, and going on with new rows.
#include <QtTest>

#include "fitted_model.h"
#include "model/tree/tree_model.h"

using namespace holdout;
using holdout::testing::fitModel;
using holdout::testing::makeTrainingData;
using holdout::testing::sameBits;
using holdout::testing::score;
using holdout::testing::TrainingData;

namespace {

using Json = nlohmann::json;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// A number that is missing in a third of the rows, which matters, and a category of 12 that falls into three groups.
TrainingData rawData(Eigen::Index rows, std::uint64_t seed) {
    RandomStream random{Seed{seed}};
    TrainingData data;
    data.features.names = {"income", "town"};
    data.features.values.resize(rows, 2);
    auto levels = std::make_shared<FeatureLevels>(2);
    for (int town = 0; town < 12; ++town) (*levels)[1].push_back("town " + std::to_string(town));
    data.features.levels = levels;
    data.target.task = Task::Regression;
    data.target.name = "y";
    data.target.values.resize(rows);
    for (Eigen::Index i = 0; i < rows; ++i) {
        const double income = random.normal();
        const auto town = static_cast<int>(random.below(12));
        data.features.values(i, 0) = random.uniform() < 0.33 ? missing : income;
        data.features.values(i, 1) = town;
        const double group = town % 3 == 0 ? 4 : town % 3 == 1 ? 0 : -4;
        data.target.values[i] =
            group + (std::isnan(data.features.values(i, 0)) ? 3 : std::tanh(income)) + 0.1 * random.normal();
    }
    return data;
}

/// A wave that rises on the whole, in two features of which the first is to be held.
TrainingData wavy(Task task) {
    TrainingData data = makeTrainingData(task, 1500, 3, 2);
    RandomStream random{Seed{8}};
    for (Eigen::Index i = 0; i < 1500; ++i) {
        const auto x = data.features.values.row(i);
        const double value = x[0] + 1.5 * std::sin(4 * x[0]) + x[0] * x[1] + 0.3 * random.normal();
        if (task == Task::Regression)
            data.target.values[i] = value;
        else
            data.target.classes[static_cast<std::size_t>(i)] = value > 0;
    }
    return data;
}

/// The greatest fall of the prediction along the first feature, over many places of the others.
double greatestFall(const Model& model, const std::vector<std::string>& names) {
    RandomStream random{Seed{5}};
    double fall = 0;
    for (int place = 0; place < 50; ++place) {
        Features line{Eigen::MatrixXd(200, 3), names};
        line.values.col(0).setLinSpaced(-4, 4);
        line.values.col(1).setConstant(2 * random.normal());
        line.values.col(2).setConstant(2 * random.normal());
        const Predictions said = model.predict(line);
        const Eigen::VectorXd answers =
            said.probabilities.size() > 0 ? Eigen::VectorXd(said.probabilities.col(1)) : said.values;
        for (Eigen::Index i = 1; i < 200; ++i) fall = std::max(fall, answers[i - 1] - answers[i]);
    }
    return fall;
}

QString errorOf(const TrainingData& data, const Json& params) {
    try {
        fitModel("boosting", data, params);
    } catch (const Error& error) {
        return QString::fromStdString(error.place().parameter + ": " + error.what());
    }
    return {};
}

std::shared_ptr<const Model> updated(std::string_view id, const Model& model, const TrainingData& rows,
                                     const Json& params = Json::object()) {
    const ModelRegistry models = builtinModels();
    const ModelInfo& info = models.require(id);
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{9}};
    const auto estimator =
        info.make(Params(info.params, paramsFromJson(info.params, params, id), id), rows.target.task);
    return estimator->updater()->update(model, rows.set(), context);
}

std::pair<TrainingData, TrainingData> halves(const TrainingData& data) {
    std::vector<std::uint32_t> first, second;
    for (std::uint32_t row = 0; row < data.target.size(); ++row)
        (2 * row < data.target.size() ? first : second).push_back(row);
    return {data.gather(first), data.gather(second)};
}

}  // namespace

class BoostingRawTest : public QObject {
    Q_OBJECT
private slots:
    void learnsFromMissingCellsAndCategories() {
        const auto model = fitModel("boosting", rawData(2000, 1));
        const TrainingData fresh = rawData(1000, 2);
        QVERIFY2(score(*model, fresh) > 0.99, qPrintable(QString::number(score(*model, fresh))));
    }

    /// Two questions part three groups of twelve towns: places on a line would need eleven.
    void groupsCategoriesInOneQuestion() {
        TrainingData data = rawData(2000, 1);
        data.features.values.col(0).setZero();
        const auto model = fitModel("boosting", data,
                                    {{"trees", 1}, {"max_leaves", 3}, {"learning_rate", 1.0}, {"lambda", 0.0},
                                     {"category_lambda", 0.0}, {"validation_fraction", 0.0}});
        const TreeView tree = model->tree(0);
        QCOMPARE(tree.nodes.size(), 5U);
        const std::size_t left = tree.nodes[0].levels.size();
        QVERIFY(left == 4 || left == 8);
        Features towns{Eigen::MatrixXd::Zero(12, 2), data.features.names, {}, {}, {}, data.features.levels};
        towns.values.col(1).setLinSpaced(0, 11);
        const Eigen::VectorXd said = model->predict(towns).values;
        for (int town = 0; town < 12; ++town) QVERIFY(std::abs(said[town] - said[town % 3]) < 1e-9);
        QVERIFY(said[0] > said[1] + 3 && said[1] > said[2] + 3);
    }

    /// Each feature is weighed by its own sums alone, whichever stands beside it.
    void orderOfFeaturesDoesNotMatter() {
        TrainingData data = rawData(2000, 1), turned = data;
        turned.features.values = data.features.values.rowwise().reverse().eval();
        turned.features.names = {"town", "income"};
        turned.features.levels =
            std::make_shared<FeatureLevels>(FeatureLevels{(*data.features.levels)[1], (*data.features.levels)[0]});
        const Json params = {{"trees", 5}, {"validation_fraction", 0.0}};
        const auto one = fitModel("boosting", data, params), other = fitModel("boosting", turned, params);
        QVERIFY(sameBits(one->predict(data.features), other->predict(turned.features)));
    }

    void savesSetsOfCategories() {
        const TrainingData data = rawData(600, 1);
        const auto model = fitModel("boosting", data);
        const auto again = TreeModel::load(Json::parse(model->save().dump()));
        QVERIFY(sameBits(model->predict(data.features), again->predict(data.features)));
        QCOMPARE(again->tree(0).nodes[0].levels, model->tree(0).nodes[0].levels);
        // A set that reaches beyond what is stored is no tree.
        Json broken = model->save();
        broken["trees"][0]["sets"] = "";
        QVERIFY_EXCEPTION_THROWN(TreeModel::load(broken), Error);
    }

    void placesBeyondTheListAreMissing() {
        const TrainingData data = rawData(600, 1);
        const auto model = fitModel("boosting", data);
        Features rows{Eigen::MatrixXd::Zero(2, 2), data.features.names, {}, {}, {}, data.features.levels};
        rows.values(0, 1) = missing;
        rows.values(1, 1) = 99;
        const Eigen::VectorXd said = model->predict(rows).values;
        QVERIFY(std::isfinite(said[0]));
        QCOMPARE(said[0], said[1]);
    }

    /// More categories than bins: the frequent ones are told apart, the rare ones answer together.
    void bearsMoreCategoriesThanBins() {
        TrainingData data = makeTrainingData(Task::Regression, 4000, 1);
        auto levels = std::make_shared<FeatureLevels>(1);
        for (int k = 0; k < 1000; ++k) (*levels)[0].push_back(std::to_string(k));
        data.features.levels = levels;
        RandomStream random{Seed{4}};
        for (Eigen::Index i = 0; i < 4000; ++i) {
            const auto place = i % 2 == 0 ? random.below(20) : random.below(1000);
            data.features.values(i, 0) = static_cast<double>(place);
            data.target.values[i] = place < 10 ? 5 : place < 20 ? -5 : 0;
        }
        const auto model = fitModel("boosting", data);
        QVERIFY2(score(*model, data) > 0.9, qPrintable(QString::number(score(*model, data))));
    }

    void contributionsSumUp() {
        const TrainingData data = rawData(400, 1);
        const auto model = fitModel("boosting", data);
        SilentProgress silent;
        const auto parts = model->contributions(data.features, JobContext{{}, {}, silent, Seed{1}});
        const Eigen::VectorXd sums = parts->values[0].rowwise().sum().array() + parts->base[0];
        QVERIFY((sums - model->predict(data.features).values).cwiseAbs().maxCoeff() < 1e-4);
    }

    void holdsDirections_data() {
        QTest::addColumn<int>("task");
        QTest::newRow("numbers") << static_cast<int>(Task::Regression);
        QTest::newRow("two classes") << static_cast<int>(Task::Classification);
    }
    /// Where the data fall again and again: never the prediction, and the opposite direction never rises.
    void holdsDirections() {
        QFETCH(int, task);
        const TrainingData data = wavy(static_cast<Task>(task));
        const Json free = {{"validation_fraction", 0.0}, {"min_samples_leaf", 5}};
        Json held = free, opposite = free;
        held["increasing"] = "x1";
        opposite["decreasing"] = "x1";
        QVERIFY(greatestFall(*fitModel("boosting", data, free), data.features.names) > 0.1);
        const auto model = fitModel("boosting", data, held);
        QVERIFY2(greatestFall(*model, data.features.names) <= 1e-12,
                 qPrintable(QString::number(greatestFall(*model, data.features.names))));
        // It has learnt all the same.
        QVERIFY(score(*model, data) > (task == static_cast<int>(Task::Regression) ? 0.5 : 0.75));
        TrainingData mirrored = data;
        mirrored.features.values.col(0) *= -1;
        QVERIFY(greatestFall(*fitModel("boosting", mirrored, opposite), data.features.names) > 0.1);
        const auto falling = fitModel("boosting", mirrored, opposite);
        Features line{Eigen::MatrixXd::Zero(100, 3), data.features.names};
        line.values.col(0).setLinSpaced(-4, 4);
        const Predictions said = falling->predict(line);
        const Eigen::VectorXd answers =
            said.probabilities.size() > 0 ? Eigen::VectorXd(said.probabilities.col(1)) : said.values;
        for (Eigen::Index i = 1; i < 100; ++i) QVERIFY(answers[i] <= answers[i - 1] + 1e-12);
    }

    void saysWhatCannotBeHeld() {
        const TrainingData data = rawData(200, 1);
        QVERIFY(errorOf(data, {{"increasing", "incom"}}).contains("Did you mean income"));
        QVERIFY(errorOf(data, {{"increasing", "town"}}).startsWith("increasing: "));
        QVERIFY(errorOf(data, {{"increasing", "income"}, {"decreasing", "income"}}).contains("both directions"));
        QVERIFY(errorOf(makeTrainingData(Task::Classification, 100, 2, 3), {{"decreasing", "x1"}}).contains("3 classes"));
    }

    /// Rounds on new rows mend what the first rows could not know, and the first trees stay.
    void boostingGoesOn() {
        const auto [first, second] = halves(rawData(1200, 1));
        const TrainingData fresh = rawData(1000, 2);
        const Json params = {{"trees", 10}};
        const auto before = fitModel("boosting", first, params);
        const auto after = updated("boosting", *before, second, params);
        const auto& trees = dynamic_cast<const TreeModel&>(*after).trees();
        QCOMPARE(trees.size(), 20U);
        QVERIFY2(score(*after, fresh) > score(*before, fresh) + 0.05,
                 qPrintable(QString("%1, before %2").arg(score(*after, fresh)).arg(score(*before, fresh))));
        QCOMPARE(after->trace().back().epoch, 20);
        QCOMPARE(after->save()["trees"][0], before->save()["trees"][0]);
        TrainingData other = second;
        other.features.names[0] = "wealth";
        QVERIFY_EXCEPTION_THROWN(updated("boosting", *before, other, params), Error);
        QVERIFY_EXCEPTION_THROWN(updated("boosting", *fitModel("forest", makeTrainingData(Task::Regression, 60, 2)),
                                         makeTrainingData(Task::Regression, 60, 2)),
                                 Error);
    }

    /// As many trees for a new row as for an old one.
    void forestsGrowOn() {
        const auto [first, second] = halves(makeTrainingData(Task::Classification, 1000, 5, 3));
        std::vector<std::uint32_t> some(250);
        std::iota(some.begin(), some.end(), 0U);
        const Json params = {{"trees", 40}};
        const auto before = fitModel("forest", first, params);
        const auto after = updated("forest", *before, second.gather(some), params);
        QCOMPARE(dynamic_cast<const TreeModel&>(*after).trees().size(), 60U);
        QVERIFY(score(*after, second) > score(*before, second));
        QVERIFY(std::abs(after->importances()->shares.sum() - 1) < 1e-9);
    }
};

QTEST_APPLESS_MAIN(BoostingRawTest)
#include "test_boosting_raw.moc"
