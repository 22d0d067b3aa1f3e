// SPDX-License-Identifier: GPL-3.0-or-later
// The SHA-256 of a file that is computed apart from its reading.
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/digest.h"
#include "data/csv_source.h"
#include "read_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace fs = std::filesystem;

namespace {

/// Above a megabyte.
void writeTable(const fs::path& at, int rows = 200'000) {
    std::ofstream file(at, std::ios::binary);
    file << "a,b\n";
    for (int row = 0; row < rows; ++row) file << row << "," << row % 7 << "\n";
}

}  // namespace

class TestFileFingerprint : public QObject {
    Q_OBJECT
private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = fs::path(m_folder->path().toStdString()) / "table.csv";
    }

    void aSmallFileHasItAtOnce() {
        writeTable(m_file, 100);
        const ReadResult read = readPath(m_file);
        QVERIFY(read.sha256.ifKnown().has_value());
        QCOMPARE(*read.sha256.ifKnown(), sha256OfFile(m_file));
        QCOMPARE(read.sha256.value(), sha256OfFile(m_file));
    }

    void aLargeOneHasItWhenAsked() {
        writeTable(m_file);
        const ReadResult read = readPath(m_file);
        QVERIFY(!read.sha256.isNone() && !read.sha256.ifKnown());
        const FileFingerprint copy = read.sha256;
        QCOMPARE(read.sha256.value(), sha256OfFile(m_file));
        QCOMPARE(copy.ifKnown().value(), sha256OfFile(m_file));  // copies share it
    }

    void otherFormatsHaveItToo() {
        const fs::path lines = m_file.parent_path() / "rows.jsonl";
        {
            std::ofstream file(lines);
            for (int row = 0; row < 100'000; ++row) file << "{\"a\": " << row << "}\n";
        }
        const ReadResult read = readPath(lines);
        QCOMPARE(read.format.kind, std::string("json-lines"));
        QVERIFY(!read.sha256.ifKnown());
        QCOMPARE(read.sha256.value(), sha256OfFile(lines));
    }

    void bytesInMemoryHaveItAndATextHasNone() {
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{1}};
        QCOMPARE(readTableBytes("a,b\n1,2\n", "x.csv", {}, context).sha256.value(), sha256("a,b\n1,2\n"));
        const ReadResult text = readCsvText("a,b\n1,2\n", "x.csv", {}, context);
        QVERIFY(text.sha256.isNone());
        QCOMPARE(text.sha256.value(), std::string());
        QCOMPARE(text.sha256.ifKnown().value(), std::string());
    }

    void manyMayAskAtOnce() {
        writeTable(m_file);
        const ReadResult read = readPath(m_file);
        std::vector<std::string> found(8);
        {
            std::vector<std::jthread> threads;
            for (std::string& digits : found) threads.emplace_back([&digits, fingerprint = read.sha256] { digits = fingerprint.value(); });
        }
        for (const std::string& digits : found) QCOMPARE(digits, sha256OfFile(m_file));
    }

    void whoAsksAfterACancelBeginsAgain() {
        writeTable(m_file);
        const ReadResult read = readPath(m_file);
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_THROWS_EXCEPTION(Cancelled, (void)read.sha256.value(stop.get_token()));
        QVERIFY(!read.sha256.ifKnown());
        QCOMPARE(read.sha256.value(), sha256OfFile(m_file));
    }

    void isOfTheFileThatWasReadWhereAnotherTookItsPlace() {
        writeTable(m_file);
        const std::string before = sha256OfFile(m_file);
        const ReadResult read = readPath(m_file);
        const fs::path other = m_file.parent_path() / "other.csv";
        writeTable(other, 150'000);
        fs::rename(other, m_file);
        QVERIFY(sha256OfFile(m_file) != before);
        QCOMPARE(read.sha256.value(), before);
    }

    void aFileThatIsWrittenToHasNone_data() {
        QTest::addColumn<bool>("isCut");
        QTest::newRow("longer") << false;
        QTest::newRow("cut short") << true;
    }
    void aFileThatIsWrittenToHasNone() {
        QFETCH(bool, isCut);
        writeTable(m_file);
        const ReadResult read = readPath(m_file);
        if (isCut)
            fs::resize_file(m_file, 1'500'000);
        else
            std::ofstream(m_file, std::ios::app) << "1,2\n";
        for (int ask = 0; ask < 2; ++ask) {
            const std::string error = errorOf([&] { (void)read.sha256.value(); });
            QVERIFY2(error.find("was written to while it was being read") != std::string::npos && error.find("table.csv") != std::string::npos, error.c_str());
        }
        QCOMPARE(readPath(m_file).sha256.value(), sha256OfFile(m_file));  // opened again it has one
    }

    /// The same number of bytes at the same place, later: only the time tells.
    void aByteChangedInPlaceIsSeen() {
        writeTable(m_file);
        const ReadResult read = readPath(m_file);
        {
            std::fstream file(m_file, std::ios::in | std::ios::out | std::ios::binary);
            file.seekp(1000);
            file << "9";
        }
        fs::last_write_time(m_file, fs::last_write_time(m_file) + std::chrono::seconds(2));
        QVERIFY(!errorOf([&] { (void)read.sha256.value(); }).empty());
    }

    void isComputedBesideOtherWork() {
        writeTable(m_file);
        const ReadResult read = readPath(m_file);
        std::string told;
        computeBeside(read.sha256, [&](const std::string& digits) { told = digits; }).join();
        QCOMPARE(told, sha256OfFile(m_file));
        QCOMPARE(read.sha256.ifKnown().value(), told);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_file;
};

QTEST_APPLESS_MAIN(TestFileFingerprint)
#include "test_file_fingerprint.moc"
