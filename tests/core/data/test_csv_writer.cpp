// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/resource.h>
#include <csignal>

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <sstream>

#include "data/csv_reader.h"
#include "data/csv_writer.h"

using namespace holdout;
namespace fs = std::filesystem;

namespace {

std::string contentOf(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

class CsvWriterTest : public QObject {
    Q_OBJECT
private slots:
    void whatIsWrittenReadsBackTheSame() {
        MissingMask missing(4);
        missing.set(2);
        const std::string cells[] = {"plain", "a, \"b\"\nc", "", " spaced "};
        DateTimeValues times{{0, 1422699630500000, 0, -1000000}, false};
        const Table table(
            {Column::numbers("x", {0.1, 1e300, 0, -1.0 / 3}, missing),
             Column::categories("c", {1, 0, 0, 1}, {"2", "10"}, missing), Column::textsOf("te,xt", cells, missing),
             std::make_shared<const Column>("t", times, missing),
             std::make_shared<const Column>("day", DateTimeValues{{0, 86400000000, 0, 0}, true}, missing)});
        CsvOptions options;
        options.types = {{"c", ColumnType::Category}, {"te,xt", ColumnType::Text}};
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        const ReadResult result = readCsvText(toCsv(table), "again", options, context);
        QCOMPARE(fingerprint(result.table), fingerprint(table));
        const Table single({Column::numbers("x", {1, 2, 0, 4}, missing)});
        QCOMPARE(fingerprint(readCsvText(toCsv(single), "again", {}, context).table), fingerprint(single));
    }

    void replacesWholeFilesOnly() {
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "out.csv";
        writeCsv(Table({Column::numbers("x", {1})}), path);
        QCOMPARE(contentOf(path), "x\n1\n");
        writeFileAtomically(path, "second");
        QCOMPARE(contentOf(path), "second");
        QCOMPARE(std::distance(fs::directory_iterator(path.parent_path()), fs::directory_iterator()), 1);
    }

    void aFullDiskLeavesTheOldFile() {
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "out.csv";
        writeFileAtomically(path, "old");
        // A limit on the size of files fails a write in the middle, as a full disk does.
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        rlimit small = before;
        small.rlim_cur = 4096;
        std::signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &small);
        bool refused = false;
        try {
            writeFileAtomically(path, std::string(100'000, 'x'));
        } catch (const Error&) {
            refused = true;
        }
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(refused);
        QCOMPARE(contentOf(path), "old");
        QCOMPARE(std::distance(fs::directory_iterator(path.parent_path()), fs::directory_iterator()), 1);
    }

    void aMissingFolderIsNamed() {
        try {
            writeFileAtomically("/nowhere/at/all/out.csv", "x");
            QFAIL("no error");
        } catch (const Error& error) {
            QCOMPARE(error.place().file, "/nowhere/at/all/out.csv");
        }
    }
};

QTEST_APPLESS_MAIN(CsvWriterTest)
#include "test_csv_writer.moc"
