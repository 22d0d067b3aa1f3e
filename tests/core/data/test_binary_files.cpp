// SPDX-License-Identifier: GPL-3.0-or-later
// IDX, folders of pictures and texts, LIBSVM, SQLite and compressed files.
#include <SQLiteCpp/SQLiteCpp.h>
#include <zlib.h>
#include <zstd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <thread>

#include "base/parallel.h"
#include "data/image_decode.h"
#include "read_fixture.h"

using namespace holdout;
using namespace holdout::test;
namespace fs = std::filesystem;

namespace {

const fs::path Files = fs::path(HOLDOUT_FIXTURES) / "files";

std::string gzipped(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
    std::string out(compressBound(text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    return out;
}

std::string zstded(const std::string& text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
}

std::string idx(std::string head, std::initializer_list<int> sizes, std::string values) {
    for (const int size : sizes) head += {'\0', '\0', static_cast<char>(size >> 8), static_cast<char>(size)};
    return head + values;
}

const std::string Pixels = {0, 0, 8, 3};
const std::string Bytes = {0, 0, 8, 1};

void write(const fs::path& path, const std::string& bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

class BinaryFilesTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path folder(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

private slots:
    void readsPicturesOfIdxWithTheirLabels() {
        const fs::path at = folder("mnist");
        write(at / "t-images-idx3-ubyte.gz", gzipped(idx(Pixels, {2, 2, 3}, "abcdefABCDEF")));
        write(at / "t-labels-idx1-ubyte", idx(Bytes, {2}, {7, 3}));
        const ReadResult read = readPath(at / "t-images-idx3-ubyte.gz");
        QCOMPARE(read.format.kind, "idx");
        QCOMPARE(read.format.packed, "gzip");
        const ImageValues& images = read.table.column(0).images();
        QCOMPARE(images.sizes[1], (ImageSize{2, 3}));
        QCOMPARE(images.at(1)[0], std::uint8_t{'A'});
        QCOMPARE(read.table.column(1).type(), ColumnType::Category);
        QCOMPARE(read.table.column(1).cellText(0), "7");
        write(at / "t-labels-idx1-ubyte", idx(Bytes, {3}, {7, 3, 1}));
        QVERIFY(errorOf([&] { readPath(at / "t-images-idx3-ubyte.gz"); }).find("3 labels for 2 pictures") !=
                std::string::npos);
    }

    void readsTablesOfIdx() {
        const ReadResult read =
            readBytes(idx({0, 0, 0x0b, 2}, {2, 2}, std::string("\0\1\xff\xff\1\0\0\2", 8)), "m.idx");
        QCOMPARE(rowText(read.table, 0), "1 -1");
        QCOMPARE(rowText(read.table, 1), "256 2");
        const std::string cut = errorOf([&] { readBytes(idx(Pixels, {2, 2, 3}, "abc"), "cut-idx3-ubyte"); });
        QVERIFY2(cut.find("promises 2 rows and holds 0") != std::string::npos, cut.c_str());
        QVERIFY(!errorOf([&] { readBytes(idx(Pixels, {65535, 65535, 65535}, "abc"), "x-ubyte"); }).empty());
    }

    void readsAFolderOfPictures() {
        const ReadResult read = readPath(Files / "shapes");
        const Table& table = read.table;
        QCOMPARE(read.format.kind, "images");
        QCOMPARE(table.rows(), 5U);
        QCOMPARE(table.column(1).name(), "class");
        QCOMPARE(table.column(2).cellText(2), "cross/9.jpg");
        const ImageValues& images = table.column(0).images();
        QCOMPARE(images.channels, 3);
        QCOMPARE(images.sizes[0], (ImageSize{2, 3}));
        const auto grey = images.at(0);
        QCOMPARE((std::vector<int>{grey.begin(), grey.begin() + 6}), (std::vector<int>{0, 0, 0, 128, 128, 128}));
        const auto colours = images.at(1);
        QCOMPARE((std::vector<int>{colours.begin(), colours.end()}), (std::vector<int>{255, 0, 0, 0, 0, 255}));
        QVERIFY(std::abs(images.at(2)[0] - 200) <= 2);     // JPEG is not exact
        QCOMPARE(static_cast<int>(images.at(3)[0]), 255);  // transparent: white
        QVERIFY(table.column(0).isMissing(4));
        QVERIFY(read.warnings[0].text().find("damaged.png") != std::string::npos);
        std::string alone;
        Arena(1).run([&] { alone = fingerprint(readPath(Files / "shapes").table); });
        QCOMPARE(alone, fingerprint(table));
    }

    void refusesPicturesThatAreNone() {
        QVERIFY(errorOf([] { decodePicture(fileBytes(Files / "huge.png"), "huge.png"); }).find("60000 × 60000") !=
                std::string::npos);
        const std::string jpeg = fileBytes(Files / "shapes/cross/9.jpg");
        for (const std::size_t length : {std::size_t{3}, std::size_t{20}, jpeg.size() / 2, jpeg.size() - 20})
            QVERIFY(!errorOf([&] { decodePicture(jpeg.substr(0, length), "cut.jpg"); }).empty());
        QVERIFY(errorOf([] { readPath(Files / "huge.png"); }).find("single picture") != std::string::npos);
        write(folder("bad") / "a" / "1.png", "\x89PNG nothing");
        QVERIFY(errorOf([&] { readPath(folder("bad")); }).find("None of the pictures") != std::string::npos);
    }

    void readsAFolderOfTexts() {
        const fs::path at = folder("reviews");
        write(at / "train/pos/2.txt", "good");
        write(at / "train/pos/10.txt", "very\ngood");
        write(at / "test/neg/1.txt", "caf\xe9");
        write(at / "test/neg/2.txt", " \n");
        write(at / "readme.md", "nothing");
        const ReadResult read = readPath(at);
        QCOMPARE(read.format.kind, "texts");
        QCOMPARE(rowText(read.table, 0), "café neg test test/neg/1.txt");
        QVERIFY(read.table.column(0).isMissing(1));
        QCOMPARE(rowText(read.table, 3), "very\ngood pos train train/pos/10.txt");
        QCOMPARE(read.warnings.size(), 1U);
        const std::string before = read.sha256.value();
        write(at / "test/neg/1.txt", "other");
        QVERIFY(readPath(at).sha256.value() != before);
        fs::create_directories(folder("empty") / "a");
        QVERIFY(errorOf([&] { readPath(folder("empty")); }).find("no folders of pictures") != std::string::npos);
    }

    void readsLibsvm() {
        const ReadResult read = readBytes("+1 1:0.5 3:-2\n-1 2:1e3 # remark\n\n1\n-1 3:1\n", "heart");
        QCOMPARE(read.format.kind, "csv");  // the third line is no pair: only the name could tell
        const ReadResult named = readBytes("+1 1:0.5 3:-2\n-1 2:1e3 # remark\n\n1\n", "heart.libsvm");
        QCOMPARE(rowText(named.table, 0), "1 0.5 0 -2");
        QCOMPARE(rowText(named.table, 1), "-1 0 1000 0");
        QCOMPARE(rowText(named.table, 2), "1 0 0 0");
        QCOMPARE(readBytes("1 1:0.5 3:-2\n-1 2:1e3\n", "heart").format.kind, "libsvm");
        QVERIFY(errorOf([] { readBytes("1 3:1 2:1\n", "x.libsvm"); }).find("row 1") != std::string::npos);
        QVERIFY(errorOf([] { readBytes("1 1:1\nx 1:1\n", "x.libsvm"); }).find("row 2") != std::string::npos);
        QVERIFY(errorOf([] { readBytes("1 4000000000:1\n", "x.libsvm"); }).find("columns") != std::string::npos);
    }

    void readsSqlite() {
        const fs::path path = folder("people.sqlite");
        {
            SQLite::Database database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            database.exec(
                "CREATE TABLE people (name TEXT, age INTEGER, born TEXT, photo BLOB);"
                "INSERT INTO people VALUES ('Ann', 3, '2020-01-31', x'00'), ('Bo', NULL, NULL, NULL), (NULL, 4.5, "
                "'2021-02-01', NULL);"
                "CREATE TABLE \"odd \"\"name\" (a); INSERT INTO \"odd \"\"name\" VALUES (7);"
                "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM "
                "n;");
        }
        ReadOptions options;
        options.table = "people";
        const ReadResult read = readPath(path, options);
        QCOMPARE(read.format.parts, (std::vector<std::string>{"odd \"name", "people", "endless"}));
        QCOMPARE(rowText(read.table, 0), "Ann 3 2020-01-31 ?");
        QCOMPARE(rowText(read.table, 2), "? 4.5 2021-02-01 ?");
        QCOMPARE(read.table.column(2).type(), ColumnType::DateTime);
        QCOMPARE(read.warnings.size(), 1U);  // the blob
        QCOMPARE(rowText(readPath(path).table, 0), "7");
        options.table = "peple";
        QVERIFY(errorOf([&] { readPath(path, options); }).find("Did you mean people") != std::string::npos);
        options.table = "endless";
        QVERIFY(errorOf([&] { readPath(path, options); }).find("larger than its file") != std::string::npos);
        options = {};
        options.query = "SELECT age AS x, 2 * age AS x FROM people WHERE age IS NOT NULL ORDER BY age DESC";
        QCOMPARE(rowText(readPath(path, options).table, 0), "4.5 9");
        for (const char* query : {"DELETE FROM people", "ATTACH 'x.db' AS x", "PRAGMA user_version",
                                  "SELECT nothing FROM people", "SELECT 1 WHERE 0"}) {
            options.query = query;
            QVERIFY2(!errorOf([&] { readPath(path, options); }).empty(), query);
        }
        QVERIFY(errorOf([&] { readBytes(fileBytes(path).substr(0, 3000), "cut.sqlite"); }).find("cut.sqlite") !=
                std::string::npos);
        write(folder("cut.sqlite"), fileBytes(path).substr(0, 5000));
        QVERIFY(!errorOf([&] { readPath(folder("cut.sqlite")); }).empty());
    }

    void aQueryStopsWhenAsked() {
        std::stop_source stop;
        SilentProgress progress;
        JobContext context{stop.get_token(), {}, progress, Seed{1}};
        ReadOptions options;
        options.query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0";
        QElapsedTimer timer;
        std::jthread later([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            timer.start();
            stop.request_stop();
        });
        QVERIFY_THROWS_EXCEPTION(Cancelled, readTable(folder("people.sqlite"), options, context));
        QVERIFY(timer.elapsed() < 1000);
    }

    void readsCompressedText() {
        const std::string text = "a,b\n1,x\n2,y\n";
        const ReadResult gzip = readBytes(gzipped("a,b\n1,x\n") + gzipped("2,y\n"), "t.csv.gz");  // two members
        QCOMPARE(fingerprint(gzip.table), fingerprint(readBytes(text, "t.csv").table));
        QCOMPARE(gzip.format.packed, "gzip");
        const ReadResult zstd = readBytes(zstded("{\"a\":1}\n{\"a\":2}\n"), "t.jsonl.zst");
        QCOMPARE(zstd.format.kind, "json-lines");
        QCOMPARE(zstd.table.rows(), 2U);
        for (const std::string& packed : {gzipped(text), zstded(text)}) {
            const std::string error = errorOf([&] { readBytes(packed.substr(0, packed.size() - 5), "cut.csv.gz"); });
            QVERIFY2(error.find("damaged") != std::string::npos, error.c_str());
        }
        const std::string zeros(80'000'000, '1');
        QVERIFY(errorOf([&] { readBytes(gzipped(zeros), "bomb.csv.gz"); }).find("unpacks to more") !=
                std::string::npos);
        QVERIFY(errorOf([&] { readBytes(zstded(zeros), "bomb.csv.zst"); }).find("unpacks to more") !=
                std::string::npos);
        QVERIFY(errorOf([&] { readBytes(gzipped(""), "empty.csv.gz"); }).find("nothing") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(BinaryFilesTest)
#include "test_binary_files.moc"
