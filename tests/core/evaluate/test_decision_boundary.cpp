// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "evaluate/evaluation.h"
#include "insight/boundary_chart.h"
#include "toy_data.h"

using namespace holdout;
using namespace holdout::test;

class DecisionBoundaryTest : public QObject {
    Q_OBJECT
    const Catalog m_catalog = builtinCatalog();
    SilentProgress m_silent;

    JobContext context(std::stop_token stop = {}) { return {stop, {}, m_silent, Seed{7}}; }
    std::shared_ptr<const FittedPipeline> fit(const Dataset& data, const char* model) {
        PipelineSpec spec{.prepare = {{.id = "standardize"}, {.id = "one-hot"}}, .model = {.id = model}};
        JobContext job = context();
        return fitPipeline(data, spec, m_catalog, job);
    }
    static double median(std::vector<double> values) {
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() - 1) / 2;
        std::nth_element(values.begin(), middle, values.end());
        return *middle;
    }

private slots:
    /// Every cell is what the pipeline says of a row there with the others held still.
    void cellsAreThePipelinesOwnAnswers() {
        const Dataset data = toyDataset(150, 3, Task::Classification);
        const auto pipeline = fit(data, "logistic");
        const DecisionBoundary boundary = decisionBoundary(*pipeline, data.features, "x0", "x1", 12, context());
        QCOMPARE(boundary.xEdges.size(), std::size_t{13});
        const auto third = data.features.column(2).numbers();
        const double still = median({third.begin(), third.end()});
        std::vector<std::size_t> counts(3, 0);
        for (const std::uint32_t code : data.features.column(3).codes()) ++counts[code];
        const auto colour = static_cast<std::uint32_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
        for (const auto& [row, column] : {std::pair<Eigen::Index, Eigen::Index>{0, 0}, {5, 7}, {11, 3}}) {
            const double x = (boundary.xEdges[static_cast<std::size_t>(column)] + boundary.xEdges[static_cast<std::size_t>(column) + 1]) / 2;
            const double y = (boundary.yEdges[static_cast<std::size_t>(row)] + boundary.yEdges[static_cast<std::size_t>(row) + 1]) / 2;
            const Table one({Column::numbers("x0", {x}), Column::numbers("x1", {y}), Column::numbers("x2", {still}),
                             Column::categories("colour", {colour}, data.features.column(3).levels())});
            StepNotes notes;
            const Predictions said = pipeline->predict(one, notes);
            QCOMPARE(boundary.winner(row, column), said.classes[0]);
            QVERIFY(std::abs(boundary.share(row, column) - said.probabilities(0, said.classes[0])) < 1e-12);
        }
    }

    void coversTheRows() {
        const Dataset data = toyDataset(80, 2, Task::Regression);
        const DecisionBoundary boundary = decisionBoundary(*fit(data, "ridge"), data.features, "x1", "x0", 8, context());
        for (const double value : data.features.column(1).numbers())
            QVERIFY(boundary.xEdges.front() < value && value < boundary.xEdges.back());
        QCOMPARE(boundary.value.size(), Eigen::Index{64});
        QVERIFY(boundary.labels.empty());
    }

    /// The toy target depends on x0 by 1.5, on x1 by 1 and on x2 not at all.
    void theColumnsThatMatterComeFirst() {
        const Dataset data = toyDataset(400, 3, Task::Classification);
        const std::vector<std::string> columns = boundaryColumns(*fit(data, "logistic"), data.features);
        QCOMPARE(columns, (std::vector<std::string>{"x0", "x1", "x2"}));
    }

    void refusesWhatSpansNoPlane() {
        const Dataset data = toyDataset(60, 2, Task::Classification);
        const auto pipeline = fit(data, "logistic");
        QVERIFY_THROWS_EXCEPTION(Error, decisionBoundary(*pipeline, data.features, "x0", "colour", 8, context()));
        QVERIFY_THROWS_EXCEPTION(Error, decisionBoundary(*pipeline, data.features, "x0", "nowhere", 8, context()));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_THROWS_EXCEPTION(Cancelled, decisionBoundary(*pipeline, data.features, "x0", "x1", 8, context(stop.get_token())));
    }

    void isDrawnWithItsRows() {
        const Dataset data = toyDataset(90, 2, Task::Classification);
        const auto pipeline = fit(data, "logistic");
        const Chart chart = boundaryChart(decisionBoundary(*pipeline, data.features, "x0", "x1", 10, context()), data);
        const auto& drawn = std::get<BoundaryChart>(chart);
        QCOMPARE(drawn.rows.size(), std::size_t{2});
        QCOMPARE(drawn.rows[0].x.size() + drawn.rows[1].x.size(), std::size_t{90});
        QCOMPARE(drawn.rows[1].name, std::string("yes"));
        QCOMPARE(chartTable(chart).rows(), std::size_t{100});
        const Dataset numbers = toyDataset(90, 2, Task::Regression);
        const Chart map = boundaryChart(decisionBoundary(*fit(numbers, "ridge"), numbers.features, "x0", "x1", 10, context()), numbers, 30);
        QCOMPARE(std::get<HeatMap>(map).trials.x.size(), std::size_t{30});
    }
};

QTEST_APPLESS_MAIN(DecisionBoundaryTest)
#include "test_decision_boundary.moc"
