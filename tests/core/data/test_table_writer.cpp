// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/table_writer.h"

#include <QTemporaryDir>
#include <QtTest>

#include "read_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

Table everyType() {
    MissingMask second(3);
    second.set(1);
    const std::vector<std::string> texts = {"plain 'words', \"quoted\"", "", "tab\tand\nline \\ ? % {}"};
    std::vector<ColumnPtr> columns = {
        Column::numbers("number", {1.5, 0, -1e300}, second),
        Column::numbers("whole", {1, 2, 9007199254740000}),
        Column::categories("the kind", {1, 0, 0}, {"it's", "no way"}, second),
        Column::textsOf("text", texts, second),
        std::make_shared<const Column>("day", DateTimeValues{{0, 0, -86'400'000'000}, true}, second),
        std::make_shared<const Column>("time", DateTimeValues{{1'500'000, 0, 86'400'250'000}, false}, second),
    };
    return Table(std::move(columns));
}

}  // namespace

class TableWriterTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

private slots:
    void everyFormatReadsBack_data() {
        QTest::addColumn<QString>("ending");
        for (const WriteFormat& format : writeFormats()) {
            const std::string_view first = format.endings.substr(0, format.endings.find(' '));
            QTest::newRow(std::string(format.id).c_str())
                << QString::fromUtf8(first.data(), static_cast<qsizetype>(first.size()));
        }
    }
    void everyFormatReadsBack() {
        QFETCH(QString, ending);
        const std::filesystem::path path = m_folder.filePath("the table." + ending).toStdString();
        const Table table = everyType();
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        writeTable(table, path, context);
        ReadOptions options;
        for (const ColumnPtr& column : table.columns()) options.types[column->name()] = column->type();
        const Table again = readPath(path, options).table;
        QCOMPARE(again.rows(), table.rows());
        for (std::size_t c = 0; c < table.columnCount(); ++c) {
            QCOMPARE(again.column(c).name(), table.column(c).name());
            QCOMPARE(again.column(c).type(), table.column(c).type());
            for (std::size_t row = 0; row < table.rows(); ++row) {
                QCOMPARE(again.column(c).isMissing(row), table.column(c).isMissing(row));
                QCOMPARE(again.column(c).cellText(row), table.column(c).cellText(row));
            }
        }
    }

    void refusesWhatCannotBeWritten() {
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{1}};
        const auto error = [&](const Table& table, const QString& name) {
            return errorOf([&] { writeTable(table, m_folder.filePath(name).toStdString(), context); });
        };
        QVERIFY(error(everyType(), "x.docx").find(".arff") != std::string::npos);
        QVERIFY(error(everyType(), "nowhere/x.csv").find("x.csv") != std::string::npos);
        QVERIFY(error(everyType(), "nowhere/x.sqlite").find("x.sqlite") != std::string::npos);
        ImageValues images{1, {{1, 1}}, {0, 1}, {7}};
        const Table picture({std::make_shared<const Column>("image", images, MissingMask())});
        QVERIFY(error(picture, "x.csv").find("column image") != std::string::npos);
        QVERIFY(error(everyType(), "twice.sqlite").empty());
        QVERIFY(error(everyType(), "twice.sqlite").find("already holds") != std::string::npos);
        std::stop_source stop;
        stop.request_stop();
        JobContext stopped{stop.get_token(), {}, progress, Seed{1}};
        const std::filesystem::path path = m_folder.filePath("stopped.sqlite").toStdString();
        QVERIFY_THROWS_EXCEPTION(Cancelled, writeTable(everyType(), path, stopped));
        QVERIFY(!std::filesystem::exists(path));
    }
};

QTEST_APPLESS_MAIN(TableWriterTest)
#include "test_table_writer.moc"
