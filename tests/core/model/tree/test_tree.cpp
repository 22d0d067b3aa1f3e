// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "fitted_model.h"
#include "model/tree/tree_model.h"

using namespace holdout;
using holdout::testing::fitModel;
using holdout::testing::makeTrainingData;
using holdout::testing::score;
using holdout::testing::TrainingData;

namespace {

/// One feature 1 … n.
TrainingData line(Task task, const std::vector<double>& answers) {
    TrainingData data;
    const auto rows = static_cast<Eigen::Index>(answers.size());
    data.features.values = Eigen::VectorXd::LinSpaced(rows, 1, static_cast<double>(rows));
    data.features.names = {"x"};
    data.target.task = task;
    data.target.name = "y";
    if (task == Task::Regression) {
        data.target.values = Eigen::Map<const Eigen::VectorXd>(answers.data(), rows);
    } else {
        data.target.labels = {"a", "b"};
        data.target.classes.assign(answers.begin(), answers.end());
    }
    return data;
}

const DecisionTree& treeOf(const std::shared_ptr<const Model>& model) {
    return dynamic_cast<const TreeModel&>(*model).trees().at(0);
}

}  // namespace

class TreeTest : public QObject {
    Q_OBJECT
private slots:
    void splitsWhereTheErrorFallsMost() {
        // Means 2 and 10: the cut between 3 and 4 leaves the squares 2 + 0.
        const auto model = fitModel("tree", line(Task::Regression, {1, 2, 3, 10, 10}), {{"max_depth", 1}});
        const DecisionTree& tree = treeOf(model);
        QCOMPARE(tree.nodes.size(), 3U);
        QCOMPARE(tree.nodes[0].threshold, 3.5);
        const Predictions said = model->predict({Eigen::Vector2d(0, 9), {"x"}});
        QCOMPARE(said.values[0], 2.0);
        QCOMPARE(said.values[1], 10.0);
        QCOMPARE(model->summary(), std::string("2 leaves, depth 1"));
    }

    void entropyAndGiniChooseByTheirOwnMeasure() {
        // a a a b b b b a: the best single cut for both is after the third row.
        for (const char* criterion : {"gini", "entropy"}) {
            const auto model = fitModel("tree", line(Task::Classification, {0, 0, 0, 1, 1, 1, 1, 0}),
                                        {{"max_depth", 1}, {"criterion", criterion}});
            QCOMPARE(treeOf(model).nodes[0].threshold, 3.5);
            QCOMPARE(model->predict({Eigen::VectorXd::Constant(1, 8), {"x"}}).probabilities(0, 1), 0.8);
        }
    }

    void splitsOnWhenOneQuestionAloneGainsNothing() {
        TrainingData data = line(Task::Classification, {0, 1, 1, 0});
        data.features.values.resize(4, 2);
        data.features.values << 0, 0, 0, 1, 1, 0, 1, 1;
        data.features.names = {"a", "b"};
        QCOMPARE(score(*fitModel("tree", data), data), 1.0);
    }

    void keepsTheLimitsOfALeaf() {
        const TrainingData data = makeTrainingData(Task::Regression, 500, 4);
        QCOMPARE(treeOf(fitModel("tree", data, {{"max_depth", 3}})).depth(), 3);
        QVERIFY(treeOf(fitModel("tree", data, {{"min_samples_leaf", 100}})).leaves() <= 5);
        QCOMPARE(treeOf(fitModel("tree", data, {{"min_samples_leaf", 251}})).leaves(), 1);
        QCOMPARE(treeOf(fitModel("tree", data, {{"min_samples_split", 501}})).leaves(), 1);
    }

    void pruningCutsWhatGainsLessThanItsLeaves() {
        // Squares about the mean 26, after the upper cut 0.5 on each side, after all none; R(t) is divided by the 4
        // rows.
        const TrainingData data = line(Task::Regression, {0, 1, 5, 6});
        const auto leaves = [&](double alpha) {
            return treeOf(fitModel("tree", data, {{"ccp_alpha", alpha}})).leaves();
        };
        QCOMPARE(leaves(0), 4);
        // Each of the two lower cuts takes 0.5 off, 0.125 a row; then the upper one 25, 6.25 a row.
        QCOMPARE(leaves(0.1249), 4);
        QCOMPARE(leaves(0.1251), 2);
        QCOMPARE(leaves(6.2499), 2);
        QCOMPARE(leaves(6.2501), 1);
    }

    void importancesAreSharesOfTheGain() {
        const TrainingData data = makeTrainingData(Task::Regression, 400, 8);
        const Importances found = fitModel("tree", data, {{"max_depth", 6}})->importances().value();
        QVERIFY(std::abs(found.shares.sum() - 1) < 1e-12);
        // Only the first five features matter.
        QVERIFY(found.shares.head(5).sum() > 0.9);
        const TrainingData flat = line(Task::Regression, {2, 2, 2});
        QCOMPARE(fitModel("tree", flat)->importances()->shares.sum(), 0.0);
    }

    void aDamagedFileIsAnError() {
        const auto model = fitModel("tree", makeTrainingData(Task::Classification, 100, 3));
        nlohmann::json state = model->save();
        DecisionTree loop = treeOf(model);
        loop.nodes[0].left = 0;
        state["trees"][0] = toJson(loop);
        QVERIFY_EXCEPTION_THROWN(TreeModel::load(state), Error);
        state["trees"][0]["nodes"] = "no base64";
        QVERIFY_EXCEPTION_THROWN(TreeModel::load(state), Error);
        state["trees"] = nlohmann::json::array();
        QVERIFY_EXCEPTION_THROWN(TreeModel::load(state), Error);
    }
};

QTEST_APPLESS_MAIN(TreeTest)
#include "test_tree.moc"
