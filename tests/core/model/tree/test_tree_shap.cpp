// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <bit>
#include <cmath>

#include "fitted_model.h"
#include "model/tree/tree_model.h"
#include "model/tree/tree_shap.h"

using namespace holdout;
using holdout::testing::fitModel;
using holdout::testing::makeTrainingData;

/// What the tree answers when only the features of `known` (a bit each) are known: the definition, by walking.
static double answerKnowing(const DecisionTree& tree, const Eigen::RowVectorXd& row, unsigned known, std::size_t node = 0) {
    const TreeNode& at = tree.nodes[node];
    if (at.isLeaf()) return tree.values[static_cast<std::size_t>(at.left)];
    const auto left = static_cast<std::size_t>(at.left), right = static_cast<std::size_t>(at.right);
    if (known >> at.feature & 1U) return answerKnowing(tree, row, known, row[at.feature] <= at.threshold ? left : right);
    const double share = static_cast<double>(tree.counts[left]) / static_cast<double>(tree.counts[node]);
    return share * answerKnowing(tree, row, known, left) + (1 - share) * answerKnowing(tree, row, known, right);
}

/// Shapley's own sum over all subsets.
static Eigen::VectorXd shapleyBySubsets(const DecisionTree& tree, const Eigen::RowVectorXd& row) {
    const auto features = static_cast<unsigned>(row.size());
    Eigen::VectorXd values = Eigen::VectorXd::Zero(row.size());
    const auto factorial = [](unsigned n) { return std::tgamma(static_cast<double>(n) + 1); };
    for (unsigned feature = 0; feature < features; ++feature)
        for (unsigned known = 0; known < 1U << features; ++known) {
            if (known >> feature & 1U) continue;
            const auto size = static_cast<unsigned>(std::popcount(known));
            const double weight = factorial(size) * factorial(features - size - 1) / factorial(features);
            values[feature] += weight * (answerKnowing(tree, row, known | 1U << feature) - answerKnowing(tree, row, known));
        }
    return values;
}

class TreeShapTest : public QObject {
    Q_OBJECT

private slots:
    void equalsTheSumOverAllSubsets() {
        const auto data = makeTrainingData(Task::Regression, 200, 5);
        const auto model = fitModel("tree", data, {{"max_depth", 6}});
        const DecisionTree& tree = dynamic_cast<const TreeModel&>(*model).trees().front();
        for (Eigen::Index row = 0; row < 20; ++row) {
            Eigen::VectorXd values = Eigen::VectorXd::Zero(5);
            addShapley(tree, data.features.values, row, 0, 1, values);
            const Eigen::VectorXd expected = shapleyBySubsets(tree, data.features.values.row(row));
            QVERIFY((values - expected).cwiseAbs().maxCoeff() < 1e-9);
        }
    }

    void sumsToTheAnswer_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("classes");
        QTest::newRow("tree of numbers") << "tree" << 0;
        QTest::newRow("forest of numbers") << "forest" << 0;
        QTest::newRow("boosting of numbers") << "boosting" << 0;
        QTest::newRow("forest of 3 classes") << "forest" << 3;
        QTest::newRow("boosting of 2 classes") << "boosting" << 2;
        QTest::newRow("boosting of 3 classes") << "boosting" << 3;
    }
    void sumsToTheAnswer() {
        QFETCH(QString, id);
        QFETCH(int, classes);
        const Task task = classes == 0 ? Task::Regression : Task::Classification;
        const auto data = makeTrainingData(task, 120, 6, std::max(2, classes));
        nlohmann::json params = nlohmann::json::object();
        if (id != "tree") params["trees"] = 7;
        const auto model = fitModel(id.toStdString(), data, params);
        SilentProgress silent;
        const auto parts = model->contributions(data.features, {{}, {}, silent, Seed{1}});
        QVERIFY(parts.has_value());
        const Predictions said = model->predict(data.features);
        for (Eigen::Index row = 0; row < 120; ++row) {
            Eigen::VectorXd sums = parts->base;
            for (std::size_t k = 0; k < parts->values.size(); ++k)
                sums[static_cast<Eigen::Index>(k)] += parts->values[k].row(row).sum();
            Eigen::VectorXd answer;
            if (task == Task::Regression)
                answer = said.values.segment(row, 1);
            else if (parts->unit == "log odds")
                answer = Eigen::VectorXd::Constant(1, std::log(said.probabilities(row, 1) / said.probabilities(row, 0)));
            else
                answer = said.probabilities.row(row).transpose();
            if (parts->unit == "score") sums = (sums.array() - sums.maxCoeff()).exp() / (sums.array() - sums.maxCoeff()).exp().sum();
            QVERIFY((sums - answer).cwiseAbs().maxCoeff() < 1e-5);  // counts are float32
        }
    }

    void treesSavedWithoutCountsSayNothing() {
        const auto data = makeTrainingData(Task::Regression, 60, 3);
        nlohmann::json state = fitModel("tree", data)->save();
        for (nlohmann::json& tree : state["trees"]) tree.erase("counts");
        const auto old = TreeModel::load(state);
        SilentProgress silent;
        QVERIFY(!old->contributions(data.features, {{}, {}, silent, Seed{1}}));
        QVERIFY(old->predict(data.features).values.allFinite());
    }
};

QTEST_APPLESS_MAIN(TreeShapTest)
#include "test_tree_shap.moc"
