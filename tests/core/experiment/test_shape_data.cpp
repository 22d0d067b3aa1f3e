// SPDX-License-Identifier: GPL-3.0-or-later
// Edits and sealed rows on their way from the specification to a run and into a project.
#include <QtTest>
#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "experiment/project.h"
#include "experiment/sealed_score.h"

using namespace holdout;

namespace {

std::string sample() {
    std::string text = "x,kind,city,answer\n";
    for (int i = 0; i < 200; ++i) {
        const double x = std::sin(1.7 * i);
        text += std::to_string(x) + (i % 3 == 0 ? ",a," : ",b,") + (i % 2 == 0 ? "Rome," : "ROME,") +
                (x + 0.3 * std::sin(5.1 * i) > 0 ? "yes\n" : "no\n");
    }
    return text;
}

const nlohmann::json specJson = nlohmann::json::parse(R"({
    "data": {"source": "x.csv", "target": "outcome", "sealed": {"fraction": 0.25, "seed": 3},
             "edits": [{"edit": "rename", "column": "answer", "to": "outcome"},
                       {"edit": "filter", "where": "x > -0.95"},
                       {"edit": "merge", "column": "city", "spellings": "ROME", "into": "Rome"}]},
    "prepare": [{"step": "one-hot"}], "model": {"id": "logistic"}, "validate": {"split": "k-fold", "folds": 3}})");

}  // namespace

class ShapeDataTest : public QObject {
    Q_OBJECT
    const Catalog m_catalog = builtinCatalog();
    const SearchRegistry m_searches = builtinSearches();
    SilentProgress m_progress;
    JobContext m_context{{}, {}, m_progress, Seed{}};

    ReadResult read() { return readCsvText(sample(), "x.csv", {}, m_context); }
    ExperimentSpec spec() const { return specFromJson(specJson, m_catalog, m_searches); }

private slots:
    void isReadAndWritten() {
        const ExperimentSpec before = spec();
        QCOMPARE(before.data.edits.size(), std::size_t{3});
        QCOMPARE(before.data.sealed->fraction, 0.25);
        QVERIFY(specFromJson(specToJson(before), m_catalog, m_searches) == before);
        nlohmann::json bad = specJson;
        bad["data"]["sealed"]["fraction"] = 1.5;
        QVERIFY_EXCEPTION_THROWN(specFromJson(bad, m_catalog, m_searches), Error);
        bad = specJson;
        bad["data"]["edits"][0]["edit"] = "renam";
        QVERIFY_EXCEPTION_THROWN(specFromJson(bad, m_catalog, m_searches), Error);
    }

    void sealedRowsAreNotInTheTable() {
        const ReadResult raw = read();
        const ReadResult shaped = shapeData(raw, spec().data, m_catalog.edits, m_context);
        QVERIFY(shaped.sealed);
        QVERIFY(shaped.sealed->rows() > 30);
        QVERIFY(shaped.table.indexOf("outcome") && shaped.sealed->indexOf("outcome"));
        DataSpec open = spec().data;
        open.sealed.reset();
        const ReadResult all = shapeData(raw, open, m_catalog.edits, m_context);
        QCOMPARE(all.table.rows(), shaped.table.rows() + shaped.sealed->rows());
        QVERIFY(!all.sealed);
    }

    /// x is different in every row of the file: it tells which row one is.
    void rowsAreTracedToTheFile() {
        const ReadResult raw = read();
        const auto x = [](const Table& table) { return table.column(*table.indexOf("x")).numbers(); };
        DataSpec untouched = spec().data;
        untouched.sealed.reset();
        untouched.edits.resize(1);
        QVERIFY(!shapeDataWithRows(raw, untouched, m_catalog.edits, m_context).rows);
        DataSpec filtered = spec().data, sealed = spec().data;
        filtered.sealed.reset();
        sealed.edits.resize(1);
        for (const DataSpec& data : {filtered, sealed, spec().data}) {
            const ShapedData shaped = shapeDataWithRows(raw, data, m_catalog.edits, m_context);
            QVERIFY(shaped.rows && shaped.rows->size() == shaped.read.table.rows() && shaped.rows->size() < 200);
            QVERIFY(std::is_sorted(shaped.rows->begin(), shaped.rows->end()));
            for (std::size_t i = 0; i < shaped.rows->size(); ++i) QCOMPARE(x(shaped.read.table)[i], x(raw.table)[(*shaped.rows)[i]]);
        }
    }

    /// Whatever is edited, the rows of the file that are sealed stay the same.
    void editsDoNotChangeWhichRowsAreSealed() {
        DataSpec one = spec().data, other = one;
        other.edits.resize(1);
        const auto numbers = [&](const DataSpec& data) {
            const ReadResult shaped = shapeData(read(), data, m_catalog.edits, m_context);
            const auto values = shaped.sealed->column(*shaped.sealed->indexOf("x")).numbers();
            return std::vector<double>(values.begin(), values.end());
        };
        std::vector<double> all = numbers(other);
        std::erase_if(all, [](double x) { return !(x > -0.95); });
        QVERIFY(numbers(one) == all);
    }

    void openingIsCountedAndKept() {
        QTemporaryDir folder;
        const auto project = Project::create(folder.filePath("p.holdout").toStdString());
        const ReadResult shaped = shapeData(read(), spec().data, m_catalog.edits, m_context);
        ProjectRecorder recorder(*project);
        Run run = runExperiment(spec(), shaped, m_catalog, m_searches, {}, m_context, recorder);
        QCOMPARE(run.truthRows.size(), shaped.table.rows());
        run.id = recorder.runId();
        project->finishRun(run.id, run);
        QVERIFY(!project->loadRun(run.id, m_catalog, m_searches).sealed);
        QCOMPARE(project->recordOpening(run.id, "2026-01-31T10:20:30Z"), std::int64_t{1});
        run.sealed = scoreSealed(run, *shaped.sealed, m_catalog);
        run.sealed->opening = 1;
        run.sealed->opened = "2026-01-31T10:20:30Z";
        QCOMPARE(static_cast<std::size_t>(run.sealed->rows), shaped.sealed->rows());
        const ScoreSummary& accuracy = run.sealed->scores.at("accuracy");
        QVERIFY(accuracy.low <= accuracy.mean && accuracy.mean <= accuracy.high && accuracy.mean > 0.7);
        project->finishRun(run.id, run);
        const Run loaded = project->loadRun(run.id, m_catalog, m_searches);
        QCOMPARE(loaded.sealed->scores.at("accuracy").mean, accuracy.mean);
        QCOMPARE(loaded.sealed->opening, std::int64_t{1});
        QVERIFY(QString::fromStdString(openingSentence(*loaded.sealed)).contains("opening 1 on 2026-01-31"));
        // Taking the run away does not take back that the rows were seen.
        project->removeRun(run.id);
        QCOMPARE(project->openings().size(), std::size_t{1});
        QCOMPARE(project->recordOpening(7, "2026-02-01T00:00:00Z"), std::int64_t{2});
    }

    void newRowsAreShapedButNoneIsRemoved() {
        const ReadResult raw = readCsvText("x,kind,city\n-2,a,ROME\n1,b,Rome\n", "new.csv", {}, m_context);
        const Table rows = shapeNewRows(raw.table, spec().data.edits, m_catalog.edits, m_context);
        QCOMPARE(rows.rows(), std::size_t{2});
        QCOMPARE(rows.column(*rows.indexOf("city")).cellText(0), std::string("Rome"));
    }
};

QTEST_GUILESS_MAIN(ShapeDataTest)
#include "test_shape_data.moc"
