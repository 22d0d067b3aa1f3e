// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "data/csv_reader.h"
#include "evaluate/evaluation.h"
#include "fitted_model.h"
#include "insight/tree_chart.h"
#include "model/tree/tree_view.h"

using namespace holdout;
using namespace holdout::testing;

class TreeChartTest : public QObject {
    Q_OBJECT

private:
    /// age ≤ 12.5: yes → (3 rows, all "a"); no → sex=female ≤ 0.5: yes → (1 row, half), no → (4 rows, all "b").
    static DecisionTree byHand() {
        DecisionTree tree;
        tree.outputs = 2;
        tree.nodes = {{.threshold = 12.5, .feature = 0, .left = 1, .right = 2},
                      {.left = 0},
                      {.threshold = 0.5, .feature = 1, .left = 3, .right = 4},
                      {.left = 2},
                      {.left = 4}};
        tree.values = {1, 0, 0.5, 0.5, 0, 1};
        tree.counts = {8, 3, 5, 1, 4};
        return tree;
    }
    static TreeView viewByHand() {
        TreeView view = treeView(byHand());
        view.features = {"age", "sex=female"};
        view.unit = "probability";
        return view;
    }

private slots:
    void questionsAnswerForWhatLiesBelowThem() {
        const TreeView view = viewByHand();
        QCOMPARE(view.nodes[2].values, (std::vector<double>{0.1, 0.9}));  // 1 of 5 rows is half "a"
        QCOMPARE(view.nodes[0].values, (std::vector<double>{3.5 / 8, 4.5 / 8}));
        QCOMPARE(view.nodes[0].rows, 8.0);
        QCOMPARE(depthOf(view), 2);
    }

    void wordsTheQuestions() {
        const TreeChart chart = treeChart(viewByHand(), {"a", "b"}, "y", 5);
        QCOMPARE(chart.nodes.size(), std::size_t{5});
        QCOMPARE(chart.nodes[0].question, std::string("age ≤ 12.5"));
        QCOMPARE(chart.nodes[2].question, std::string("sex = female"));
        QVERIFY(chart.nodes[1].question.empty());
        QCOMPARE(chart.nodes[0].left, 1);
        QCOMPARE(chart.nodes[2].left, 4);  // yes leads left: the side above the threshold
        QCOMPARE(chart.nodes[2].right, 3);
        QVERIFY(chart.sentence.starts_with("3 leaves, at most 2 questions deep."));
        TreeView levels = viewByHand();
        levels.nodes[0].levels = {"red", "blue"};
        QCOMPARE(treeChart(levels, {"a", "b"}, "y", 5).nodes[0].question, std::string("age: red, blue"));
    }

    void cutsWhatIsTooDeepAndCountsIt() {
        const TreeChart chart = treeChart(viewByHand(), {"a", "b"}, "y", 1);
        QCOMPARE(chart.nodes.size(), std::size_t{3});
        QCOMPARE(chart.nodes[2].hidden, 1);
        QCOMPARE(chart.nodes[2].left, -1);
        QCOMPARE(chart.nodes[2].question, std::string("sex = female"));
        QCOMPARE(chart.nodes[0].hidden, 0);
        const Table table = chartTable(chart);
        QCOMPARE(table.rows(), std::size_t{3});
        QCOMPARE(table.column(*table.indexOf("below")).numbers()[2], 1.0);
        QCOMPARE(table.column(*table.indexOf("answer")).cellText(2), std::string("no"));
    }

    /// The root holds all rows, in the shares of their classes, and both sides hold its rows.
    void aFittedTreeAddsUp() {
        const TrainingData data = makeTrainingData(Task::Classification, 200, 4, 3);
        const auto model = fitModel("tree", data);
        QCOMPARE(model->treeCount(), std::size_t{1});
        const TreeView view = model->tree(0);
        QCOMPARE(view.features, data.features.names);
        QCOMPARE(view.unit, std::string_view("probability"));
        QCOMPARE(view.nodes[0].rows, 200.0);
        for (int k = 0; k < 3; ++k) {
            const auto count = std::count(data.target.classes.begin(), data.target.classes.end(), k);
            QVERIFY(std::abs(view.nodes[0].values[static_cast<std::size_t>(k)] - static_cast<double>(count) / 200) < 1e-6);
        }
        for (const TreeView::Node& node : view.nodes)
            if (node.feature >= 0)
                QCOMPARE(node.rows, view.nodes[static_cast<std::size_t>(node.left)].rows +
                                        view.nodes[static_cast<std::size_t>(node.right)].rows);
    }

    /// Scaled numbers are asked for in the units of the file: the same tree as without scaling.
    void undoesScaling_data() {
        QTest::addColumn<QStringList>("scaling");
        QTest::newRow("standardize") << QStringList{"standardize"};
        QTest::newRow("min-max") << QStringList{"min-max"};
        QTest::newRow("robust-scale") << QStringList{"robust-scale"};
        QTest::newRow("two of them") << QStringList{"standardize", "min-max"};
    }
    void undoesScaling() {
        QFETCH(QStringList, scaling);
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{3}};
        const Table table = readCsv(HOLDOUT_SOURCE_DIR "/resources/samples/penguins.csv", {}, context).table;
        const Dataset data = makeDataset(table, {.target = "species"}, Task::Classification);
        const Catalog catalog = builtinCatalog();
        PipelineSpec spec;
        spec.model.id = "tree";
        spec.model.params.set("max_depth", std::int64_t{3});
        for (const char* step : {"impute", "one-hot"}) spec.prepare.push_back({.id = step});
        spec.prepare.front().params.set("with", std::string("most-frequent"));
        const TreeChart plain = treeChart(*fitPipeline(data, spec, catalog, context), 0, 3);
        for (const QString& step : scaling) spec.prepare.push_back({.id = step.toStdString()});
        const auto scaled = fitPipeline(data, spec, catalog, context);
        const TreeChart chart = treeChart(*scaled, 0, 3);
        QCOMPARE(chart.nodes.size(), plain.nodes.size());
        for (std::size_t i = 0; i < plain.nodes.size(); ++i) {
            QCOMPARE(chart.nodes[i].question, plain.nodes[i].question);
            QCOMPARE(chart.nodes[i].left, plain.nodes[i].left);
        }
        QVERIFY(chart.sentence.ends_with("in the units from before scaling."));
        QVERIFY(!plain.sentence.ends_with("in the units from before scaling."));
        QVERIFY(treeChart(scaled->model().tree(0), {}, {}, 3).nodes[0].question != chart.nodes[0].question);
    }

    void forestsAndBoostingHaveManyAndOthersNone() {
        const TrainingData data = makeTrainingData(Task::Regression, 120, 3);
        const auto forest = fitModel("forest", data, {{"trees", 7}});
        QCOMPARE(forest->treeCount(), std::size_t{7});
        const TreeChart chart = treeChart(forest->tree(6), {}, "y", 2);
        QVERIFY(chart.classes.empty());
        QCOMPARE(chart.valueLabel, std::string("y"));
        QVERIFY(std::isfinite(chart.nodes[0].value) && chart.nodes[0].shares.empty());
        QVERIFY(fitModel("boosting", data)->treeCount() > 0);
        QCOMPARE(fitModel("ridge", data)->treeCount(), std::size_t{0});
    }
};

QTEST_APPLESS_MAIN(TreeChartTest)
#include "test_tree_chart.moc"
