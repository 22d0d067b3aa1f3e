// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "data/profile.h"

using namespace holdout;

namespace {

ReadResult read(std::string_view text) {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return readCsvText(text, "test.csv", {}, context);
}

TableProfile profileOf(const Table& table) {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return profile(table, context);
}

}  // namespace

class ProfileTest : public QObject {
    Q_OBJECT
private slots:
    void numbersHaveMomentsAndQuantiles() {
        // R: x <- c(2, 4, 4, 4, 5, 5, 7, 9, 100); sd(x) 31.72976; quantile(x) 2 4 5 7 100
        const TableProfile result = profileOf(Table({Column::numbers("x", {2, 4, 4, 4, 5, 5, 7, 9, 100})}));
        const ColumnProfile& x = result.columns[0];
        QCOMPARE(*x.mean, 140.0 / 9);
        QVERIFY(std::abs(*x.sd - 31.729761703766037) < 1e-12);
        QCOMPARE(*x.quartile1, 4.0);
        QCOMPARE(*x.median, 5.0);
        QCOMPARE(*x.quartile3, 7.0);
        QCOMPARE(x.outliers, 1);
        QCOMPARE(x.distinct, 6);
        QCOMPARE(x.top[0].level, "4");
        QCOMPARE(x.top[0].count, 3);
        std::int64_t sum = 0;
        for (const std::int64_t count : x.histogram.counts) sum += count;
        QCOMPARE(sum, 9);
        QVERIFY(x.histogram.low <= 2 && x.histogram.high >= 100 && x.histogram.counts.size() <= 40);
    }

    void findsWhatIsWorthKnowing() {
        std::string text = "id,same,gaps,word\n";
        for (int i = 0; i < 120; ++i)
            text += std::to_string(i) + ",7," + (i % 4 == 0 ? "" : "1.5") + ",level" + std::to_string(i / 2) + "\n";
        text += "0,7,,level0\n0,7,,level0\n";
        const TableProfile result = profileOf(read(text).table);
        QCOMPARE(result.rows, 122);
        QCOMPARE(result.duplicateRows, 2);
        const auto has = [&](const std::string& column, const std::string& part, const std::string& step) {
            return std::any_of(result.findings.begin(), result.findings.end(), [&](const Finding& finding) {
                return finding.column == column && finding.sentence.find(part) != std::string::npos &&
                       finding.remedyStep == step;
            });
        };
        QVERIFY(has("same", "constant", ""));
        QVERIFY(has("gaps", "26 %", "impute"));
        QVERIFY(has("word", "60 categories", "target-encode"));
        QVERIFY(has("", "2 rows repeat", "drop-duplicates"));
    }

    void identifiersAreSuspected() {
        std::string text = "id,name\n";
        for (int i = 0; i < 40; ++i) text += std::to_string(i) + ",person " + std::to_string(i) + "\n";
        const TableProfile result = profileOf(read(text).table);
        QCOMPARE(result.findings.size(), 2U);
        QCOMPARE(result.findings[0].column, "id");
        QCOMPARE(result.findings[1].column, "name");
        QVERIFY(result.findings[1].sentence.find("identifier") != std::string::npos);
    }

    void jsonKeepsTheContract() {
        const ReadResult file = read("x,c,d\n1,a,2015-01-01\n2,b,2015-01-03\n,a,\n");
        const nlohmann::json json = profileToJson(profileOf(file.table), file);
        QCOMPARE(json["rows"].get<int>(), 3);
        QCOMPARE(json["bytes"].get<std::size_t>(), file.bytes);
        QCOMPARE(json["format"]["delimiter"].get<std::string>(), ",");
        QCOMPARE(json["format"]["encoding"].get<std::string>(), "UTF-8");
        QCOMPARE(json["format"]["header"].get<bool>(), true);
        QCOMPARE(json["columns"][0]["mean"].get<double>(), 1.5);
        QCOMPARE(json["columns"][0]["missing"].get<int>(), 1);
        QCOMPARE(json["columns"][1]["top"][0]["value"].get<std::string>(), "a");
        QCOMPARE(json["columns"][2]["min"].get<std::string>(), "2015-01-01");
        QVERIFY(json["warnings"].is_array());
    }

    void threadsDoNotMatter() {
        std::vector<double> values(300'000);
        RandomStream random(Seed{2});
        for (double& value : values) value = random.normal();
        const Table table({Column::numbers("x", values), Column::numbers("y", std::vector<double>(values.size(), 1))});
        std::vector<double> seen;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            arena.run([&] {
                const ColumnProfile x = profileOf(table).columns[0];
                seen.insert(seen.end(), {*x.mean, *x.sd, *x.median});
            });
        }
        for (std::size_t i = 3; i < seen.size(); ++i) QCOMPARE(seen[i], seen[i % 3]);
    }
};

QTEST_APPLESS_MAIN(ProfileTest)
#include "test_profile.moc"
