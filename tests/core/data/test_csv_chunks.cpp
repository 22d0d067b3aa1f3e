// SPDX-License-Identifier: GPL-3.0-or-later
// Text tables read in pieces: the same cells as read at once, samples that do not depend on the cut, and profiles of both.
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <fstream>
#include <numeric>

#include "base/parallel.h"
#include "data/csv_chunks.h"
#include "data/stream_profile.h"

using namespace holdout;

namespace {

struct Job {
    SilentProgress progress;
    std::stop_source stop;
    JobContext context{stop.get_token(), {}, progress, Seed{1}};
};

/// Numbers, levels, dates and quoted texts with newlines and doubled quotes; some cells missing.
std::string textOf(int rows) {
    std::string text = "id,amount,kind,day,\"a note\"\n";
    RandomStream random(Seed{6});
    for (int i = 0; i < rows; ++i) {
        text += std::to_string(i) + "," + (i % 11 == 3 ? "" : std::to_string(random.normal())) + "," + "abc"[i % 3] + ",2020-0" +
                std::to_string(1 + i % 9) + "-1" + std::to_string(i % 10) + ",\"row " + std::to_string(i) +
                (i % 4 == 0 ? ",\nsaid \"\"" + std::to_string(i * 7) + "\"\"" : "") + "\"\n";
    }
    return text;
}

class Files {
public:
    std::string write(const std::string& name, std::string_view text) const {
        const std::string path = m_folder.filePath(QString::fromStdString(name)).toStdString();
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }

private:
    QTemporaryDir m_folder;
};

std::vector<Table> piecesOf(const std::string& path, std::size_t bytes, const CsvOptions& options = {}) {
    Job job;
    const auto chunks = openCsvChunks(path, options, bytes);
    std::vector<Table> pieces;
    while (auto piece = chunks->next(job.context)) pieces.push_back(std::move(*piece));
    return pieces;
}

Table joined(const std::vector<Table>& pieces) {
    Table all;
    for (const Table& piece : pieces) all = appendAlike(all, piece);
    return all;
}

Error errorOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    throw std::logic_error("no error was thrown");
}

}  // namespace

class CsvChunksTest : public QObject {
    Q_OBJECT
    Files m_files;

private slots:
    void piecesAreTheWholeFile() {
        const std::string text = textOf(3000), path = m_files.write("all.csv", text);
        Job job;
        const Table whole = readCsv(path, {}, job.context).table;
        for (const std::size_t bytes : {std::size_t{20'000}, std::size_t{33'333}, text.size() * 2}) {
            const std::vector<Table> pieces = piecesOf(path, bytes);
            QCOMPARE(pieces.size() > 2, bytes < text.size());
            const Table all = joined(pieces);
            QCOMPARE(all.rows(), whole.rows());
            QCOMPARE(all.columnCount(), whole.columnCount());
            for (std::size_t c = 0; c < whole.columnCount(); ++c) {
                QCOMPARE(all.column(c).name(), whole.column(c).name());
                QCOMPARE(all.column(c).type(), whole.column(c).type());
                for (std::size_t row = 0; row < whole.rows(); ++row)
                    if (all.column(c).cellText(row) != whole.column(c).cellText(row))
                        QFAIL(qPrintable(QString("column %1, row %2").arg(c).arg(row)));
            }
        }
    }

    void otherFormsAreKept() {
        std::string text = "# a remark\n# another\nx;y\n";
        for (int i = 0; i < 2000; ++i) text += std::to_string(i) + "," + std::to_string(i % 10) + ";v" + std::to_string(i % 4) + "\n";
        const Table all = joined(piecesOf(m_files.write("decimal.csv", text), 3000));
        QCOMPARE(all.rows(), std::size_t{2000});
        QCOMPARE(all.column(0).type(), ColumnType::Number);
        QCOMPARE(all.column(0).numbers()[1003], 1003.3);
        QCOMPARE(all.column(1).name(), std::string("y"));
        std::string bare;
        for (int i = 0; i < 500; ++i) bare += std::to_string(i) + "\t" + std::to_string(i * i) + "\r\n";
        const Table numbers = joined(piecesOf(m_files.write("bare.tsv", bare), 1000));
        QCOMPARE(numbers.rows(), std::size_t{500});
        QCOMPARE(numbers.column(1).numbers()[499], 249001.0);
    }

    /// The first piece decides: what does not fit is missing, and told of by its line in the whole file.
    void typesAreTheFirstPiecesOwn() {
        std::string text = "x,y\n";
        for (int i = 0; i < 1000; ++i) text += std::to_string(i) + (i == 900 ? ",oops\n" : ",5\n");
        Job job;
        const auto chunks = openCsvChunks(m_files.write("late.csv", text), {}, 2000);
        std::vector<Table> pieces;
        while (auto piece = chunks->next(job.context)) pieces.push_back(std::move(*piece));
        const Table all = joined(pieces);
        QVERIFY(all.column(1).isMissing(900));
        QCOMPARE(all.column(1).missing().count(), std::size_t{1});
        QCOMPARE(chunks->warnings().size(), std::size_t{1});
        QCOMPARE(chunks->warnings()[0].place.row, std::int64_t{902});
        QCOMPARE(chunks->warnings()[0].place.column, std::string("y"));
        CsvOptions options;
        options.types = {{"y", ColumnType::Category}};
        QCOMPARE(joined(piecesOf(m_files.write("late.csv", text), 2000, options)).column(1).cellText(900), std::string("oops"));
        options.types = {{"z", ColumnType::Category}};
        QCOMPARE(errorOf([&] { piecesOf(m_files.write("late.csv", text), 2000, options); }).place().parameter, std::string("types"));
    }

    void whatCannotBeCutIsRefused() {
        QVERIFY(errorOf([&] { piecesOf(m_files.write("packed.csv.gz", "\x1f\x8b\b and more"), 100); }).remedy().find("Unpack") == 0);
        QVERIFY(errorOf([&] { piecesOf(m_files.write("wide.csv", std::string_view("\xff\xfe" "a\0,\0b\0\n\0", 10)), 100); }).problem().find("UTF-16") != std::string::npos);
        QVERIFY(!errorOf([&] { piecesOf(m_files.write("empty.csv", ""), 100); }).remedy().empty());
        QVERIFY(!errorOf([&] { piecesOf(m_files.write("head.csv", "a,b\n"), 100); }).remedy().empty());
        Job job;
        job.stop.request_stop();
        const auto chunks = openCsvChunks(m_files.write("some.csv", textOf(10)), {});
        QVERIFY_THROWS_EXCEPTION(Cancelled, (void)chunks->next(job.context));
    }

    /// Same rows however they are cut; every row as likely as another.
    void samplesDoNotDependOnTheCut() {
        const std::string path = m_files.write("sampled.csv", textOf(3000));
        std::string first;
        for (const std::size_t bytes : {std::size_t{10'000}, std::size_t{1 << 20}}) {
            RowSample sample(200, Seed{8});
            for (const Table& piece : piecesOf(path, bytes)) sample.add(piece);
            const Table rows = sample.take();
            QCOMPARE(rows.rows(), std::size_t{200});
            QCOMPARE(sample.seen(), std::uint64_t{3000});
            std::string text;
            for (std::size_t row = 0; row < 200; ++row)
                for (const ColumnPtr& column : rows.columns()) text += column->cellText(row) + "|";
            if (first.empty()) first = text;
            QVERIFY(text == first);
        }
        std::vector<double> ids(1000);
        std::iota(ids.begin(), ids.end(), 0.0);
        std::vector<int> drawn(1000);
        for (std::uint64_t seed = 0; seed < 400; ++seed) {
            RowSample sample(50, Seed{seed});
            for (std::size_t begin = 0; begin < 1000; begin += 100)
                sample.add(Table({Column::numbers("id", {ids.begin() + static_cast<std::ptrdiff_t>(begin), ids.begin() + static_cast<std::ptrdiff_t>(begin + 100)})}));
            const Table rows = sample.take();
            QCOMPARE(rows.rows(), std::size_t{50});
            for (const double id : rows.column(0).numbers()) ++drawn[static_cast<std::size_t>(id)];
        }
        // Each is drawn 20 times of 400 on average: within six standard deviations.
        QVERIFY(*std::min_element(drawn.begin(), drawn.end()) > 0 && *std::max_element(drawn.begin(), drawn.end()) < 47);
        QVERIFY(std::abs(std::accumulate(drawn.begin(), drawn.begin() + 500, 0) - 10'000) < 6 * 70);
    }

    void fewRowsAreAllSampled() {
        RowSample sample(100, Seed{1});
        sample.add(Table({Column::categories("c", {0, 1}, {"a", "b"})}));
        sample.add(Table({Column::categories("c", {1, 0}, {"b", "z"})}));
        const Table rows = sample.take();
        std::string text;
        for (std::size_t row = 0; row < rows.rows(); ++row) text += rows.column(0).cellText(row);
        QCOMPARE(text, std::string("abzb"));
    }

    void profilesAgreeWithTheWholeFile() {
        const std::string path = m_files.write("profiled.csv", textOf(3000));
        Job job;
        const TableProfile whole = profile(readCsv(path, {}, job.context).table, job.context);
        for (const std::size_t sampled : {std::size_t{5000}, std::size_t{300}}) {
            std::vector<std::string> made;
            for (const int threads : {1, 4})
                Arena(threads).run([&] {
                    StreamProfile stream(sampled, Seed{1});
                    for (const Table& piece : piecesOf(path, 15'000)) stream.add(piece);
                    const TableProfile ours = stream.finish(job.context);
                    QCOMPARE(ours.rows, whole.rows);
                    QCOMPARE(ours.missingCells, whole.missingCells);
                    for (std::size_t c = 0; c < whole.columns.size(); ++c) {
                        const ColumnProfile &a = ours.columns[c], &b = whole.columns[c];
                        QCOMPARE(a.name, b.name);
                        QCOMPARE(a.missing, b.missing);
                        QCOMPARE(a.first, b.first);
                        QCOMPARE(a.last, b.last);
                        if (b.type == ColumnType::Category) {
                            QCOMPARE(a.distinct, b.distinct);
                            for (std::size_t k = 0; k < b.top.size(); ++k) QVERIFY(a.top[k].level == b.top[k].level && a.top[k].count == b.top[k].count);
                        }
                        if (b.type != ColumnType::Number) continue;
                        QVERIFY(a.min == b.min && a.max == b.max);
                        QVERIFY(std::abs(*a.mean - *b.mean) < 1e-12 * std::max(1.0, *b.mean) && std::abs(*a.sd / *b.sd - 1) < 1e-12);
                        if (sampled > 3000) QVERIFY(a.median == b.median && a.distinct == b.distinct);
                        else QVERIFY(std::abs(*a.median - *b.median) < 0.3 * *b.sd);
                    }
                    made.push_back(fingerprint(stream.sample()));
                });
            QCOMPARE(made[0], made[1]);
        }
    }
};

QTEST_APPLESS_MAIN(CsvChunksTest)
#include "test_csv_chunks.moc"
