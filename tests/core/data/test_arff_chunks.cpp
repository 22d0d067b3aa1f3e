// SPDX-License-Identifier: GPL-3.0-or-later
// ARFF files read in pieces, dense and sparse: the same cells as read at once.
#include <QTemporaryDir>
#include <QtTest>

#include "data/memory_need.h"
#include "data/table_chunks.h"
#include "read_fixture.h"

using namespace holdout;

namespace {

std::string denseText(int rows) {
    std::string text = "% a remark\n@relation r\n@attribute x numeric\n@attribute kind {a, b, 'c d'}\n@attribute note string\n@data\n";
    for (int i = 0; i < rows; ++i) {
        if (i % 50 == 7) text += "% between\n\n";
        text += (i % 9 == 2 ? "?" : std::to_string(i)) + ",";
        text += std::string(i % 3 == 0 ? "a" : i % 3 == 1 ? "b" : "'c d'") + ",'note " + std::to_string(i) + "'\n";
    }
    return text + "% the end\n\n";
}

/// `columns` counts, of which a row names three; a class at the end.
std::string sparseText(int rows, int columns) {
    std::string text = "@relation r\n";
    for (int c = 0; c < columns; ++c) text += "@attribute w" + std::to_string(c) + " numeric\n";
    text += "@attribute class {no, yes}\n@data\n";
    for (int i = 0; i < rows; ++i) {
        const int first = i % (columns - 2);
        text += "{" + std::to_string(first) + " " + std::to_string(i % 5 + 1) + ", " + std::to_string(first + 1) + " 2" +
                (i % 2 == 1 ? ", " + std::to_string(columns) + " yes" : "") + "}\n";
    }
    return text;
}

std::vector<Table> piecesOf(const std::filesystem::path& path, std::size_t bytes) {
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    const auto chunks = openTableChunks(path, {}, bytes);
    std::vector<Table> pieces;
    while (auto piece = chunks->next(context)) pieces.push_back(std::move(*piece));
    return pieces;
}

}  // namespace

class ArffChunksTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::filesystem::path write(const char* name, const std::string& text) const {
        const std::filesystem::path path = m_folder.filePath(name).toStdString();
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    static void compare(const std::vector<Table>& pieces, const Table& whole) {
        std::size_t row = 0;
        for (const Table& piece : pieces)
            for (std::size_t i = 0; i < piece.rows(); ++i, ++row) QCOMPARE(test::rowText(piece, i), test::rowText(whole, row));
        QCOMPARE(row, whole.rows());
    }

private slots:
    void piecesAreTheWholeFile() {
        const auto path = write("dense.arff", denseText(900));
        const std::vector<Table> pieces = piecesOf(path, 4000);
        QVERIFY(pieces.size() > 3);
        compare(pieces, test::readPath(path).table);
        QCOMPARE(pieces.back().column(1).levels(), pieces.front().column(1).levels());
    }

    void sparseRowsAreMadeDensePieceByPiece() {
        const auto path = write("sparse.arff", sparseText(600, 40));
        const std::vector<Table> pieces = piecesOf(path, 3000);
        QVERIFY(pieces.size() > 3);
        compare(pieces, test::readPath(path).table);
    }

    /// As a whole it would take 240 times its size; in pieces it is read.
    void manyAttributesMakePiecesShort() {
        const auto path = write("wide.arff", sparseText(4000, 20'000));
        QVERIFY(test::errorOf([&] { test::readPath(path); }).find("far larger than its file") != std::string::npos);
        std::size_t rows = 0;
        for (const std::size_t piece : [&] {
                 std::vector<std::size_t> sizes;
                 SilentProgress silent;
                 JobContext context{{}, {}, silent, Seed{1}};
                 const auto chunks = openTableChunks(path, {});
                 while (const auto table = chunks->next(context)) sizes.push_back(table->rows());
                 return sizes;
             }()) {
            QVERIFY(piece * 20'001 <= 7'600'000);
            rows += piece;
        }
        QCOMPARE(rows, std::size_t(4000));
    }

    void errorsNameTheLineOfTheFile() {
        std::string text = denseText(300);
        text += "1,nobody,'x'\n";
        const auto line = std::count(text.begin(), text.end(), '\n');
        const std::string message = test::errorOf([&] { piecesOf(write("bad.arff", text), 2000); });
        QVERIFY2(message.find("nobody") != std::string::npos && message.find(std::to_string(line)) != std::string::npos, message.c_str());
        QVERIFY(test::errorOf([&] { piecesOf(write("none.arff", "@relation r\n@attribute x numeric\n@data\n% nothing\n"), 2000); })
                    .find("no rows") != std::string::npos);
    }

    void weightsStay() {
        std::string text = "@relation r\n@attribute x numeric\n@data\n";
        for (int i = 0; i < 200; ++i) text += std::to_string(i) + (i < 20 ? ", {0.5}\n" : "\n");
        const std::vector<Table> pieces = piecesOf(write("weights.arff", text), 300);
        QVERIFY(pieces.size() > 2);
        QCOMPARE(pieces.front().column(1).numbers()[0], 0.5);
        QCOMPARE(pieces.back().column(1).numbers()[0], 1.0);
    }

    void whatFitsIsToldBeforehand() {
        const auto small = write("small.csv", "a;b\n1,5;x\n2,5;y\n");
        QVERIFY(!hardlyFits(small) && canBeStreamed(small));
        QCOMPARE(columnNames(small), (std::vector<std::string>{"a", "b"}));
        QCOMPARE(columnNames(write("some.arff", denseText(3))), (std::vector<std::string>{"x", "kind", "note"}));
        QVERIFY(!canBeStreamed(m_folder.path().toStdString()));
        QVERIFY(availableMemory() > 1'000'000);
        const auto huge = write("huge.csv", "a,b,c,d\n1,2,3,4\n");
        std::error_code refused;
        std::filesystem::resize_file(huge, std::uintmax_t{1} << 42, refused);  // nothing is written: the file has a hole
        if (refused) QSKIP("This file system holds no file of 4 TB, even one with a hole.");
        QVERIFY(hardlyFits(huge));
        QVERIFY(memoryNeed(huge).table >= memoryNeed(huge).file);
        std::filesystem::remove(huge);
    }
};

QTEST_APPLESS_MAIN(ArffChunksTest)
#include "test_arff_chunks.moc"
