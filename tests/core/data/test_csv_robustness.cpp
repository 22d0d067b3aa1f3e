// SPDX-License-Identifier: GPL-3.0-or-later
// Damaged files: whatever the bytes, reading ends soon, in a table or in an Error.
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "base/seed.h"
#include "data/csv_reader.h"

using namespace holdout;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> samples() {
    std::vector<std::string> texts;
    std::vector<fs::path> paths;
    for (const char* folder : {"csv-spectrum/csvs", "formats"})
        for (const auto& entry : fs::directory_iterator(fs::path(HOLDOUT_FIXTURES) / "data" / folder))
            paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    for (const fs::path& path : paths) {
        std::ifstream file(path, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        texts.push_back(text.str().substr(0, 6000));
    }
    return texts;
}

/// One to eight damages: a byte changed, put in or taken out, a piece doubled, the rest cut off.
std::string damaged(std::string text, RandomStream& random) {
    constexpr std::string_view special = "\"',;\t| \n\r\0#\\\xff\xc3-.e0";
    const std::uint64_t damages = 1 + random.below(8);
    for (std::uint64_t i = 0; i < damages && !text.empty(); ++i) {
        const std::size_t at = random.below(text.size());
        const char byte =
            random.below(2) == 0 ? special[random.below(special.size())] : static_cast<char>(random.below(256));
        switch (random.below(5)) {
            case 0:
                text[at] = byte;
                break;
            case 1:
                text.insert(at, 1, byte);
                break;
            case 2:
                text.erase(at, 1 + random.below(5));
                break;
            case 3:
                text.insert(at, text.substr(random.below(text.size()), random.below(50)));
                break;
            default:
                if (random.below(4) == 0) text.resize(at);
        }
    }
    return text;
}

}  // namespace

class CsvRobustnessTest : public QObject {
    Q_OBJECT
private slots:
    void damagedFilesReadOrExplain() {
        const std::vector<std::string> texts = samples();
        QVERIFY(texts.size() > 20);
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        RandomStream random(Seed{77});
        std::size_t tables = 0;
        std::size_t errors = 0;
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 3000; ++i) {
            const std::string text = damaged(texts[static_cast<std::size_t>(i) % texts.size()], random);
            try {
                const ReadResult result = readCsvText(text, "damaged.csv", {}, context);
                for (const ColumnPtr& column : result.table.columns()) QCOMPARE(column->rows(), result.table.rows());
                ++tables;
            } catch (const Error& error) {
                QVERIFY(!error.problem().empty());
                ++errors;
            }
        }
        QCOMPARE(tables + errors, 3000U);
        QVERIFY(tables > 2000);
        QVERIFY(timer.elapsed() < 300'000);
    }

    void quotesAloneTakeLinearTime_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("opening") << QByteArray("\"abc\n");
        QTest::newRow("doubled") << QByteArray("\"\"\"\"\n");
        QTest::newRow("stray") << QByteArray("a\"b\"c,\"d\"e\n");
        QTest::newRow("blank lines") << QByteArray("\n \n\"");
    }
    void quotesAloneTakeLinearTime() {
        QFETCH(QByteArray, line);
        std::string text = "a,b\n1,2\n";
        while (text.size() < 3'000'000) text.append(line.constData(), static_cast<std::size_t>(line.size()));
        text += "1,\"end\"\n";
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        QElapsedTimer timer;
        timer.start();
        try {
            QVERIFY(readCsvText(text, "quotes.csv", {}, context).table.rows() > 0);
        } catch (const Error& error) {
            QVERIFY(!error.problem().empty());
        }
        QVERIFY(timer.elapsed() < 30'000);
    }
};

QTEST_APPLESS_MAIN(CsvRobustnessTest)
#include "test_csv_robustness.moc"
