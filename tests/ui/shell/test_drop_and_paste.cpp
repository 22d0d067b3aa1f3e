// SPDX-License-Identifier: GPL-3.0-or-later
#include <QClipboard>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include "document/experiment_document.h"
#include "document/joined_files.h"
#include "shell/main_window.h"
#include "shell/message_banner.h"

using namespace holdout;

namespace {

struct Window {
    Window() { window.resize(1200, 800); }

    Arena arena{2};
    const Catalog catalog = builtinCatalog();
    const SearchRegistry searches = builtinSearches();
    JobQueue jobs{arena};
    ExperimentDocument document{catalog, searches, jobs};
    Theme theme{*qobject_cast<QApplication*>(QCoreApplication::instance())};
    MainWindow window{document, theme, 2};

    bool isEntered(const QMimeData& data) {
        QDragEnterEvent event(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        event.setAccepted(false);
        QCoreApplication::sendEvent(&window, &event);
        return event.isAccepted();
    }
    void drop(const QMimeData& data) {
        QDropEvent event(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&window, &event);
    }
};

QString writeTable(const QTemporaryDir& folder) {
    const QString path = folder.filePath("drop ü.csv");
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return {};
    file.write("a,b\n1,x\n2,y\n3,x\n");
    return path;
}

}  // namespace

/// Tables come by dropping and by pasting too.
class DropAndPasteTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName("Holdout");
        QCoreApplication::setApplicationName("HoldoutTest");
    }

    void aFileIsDropped() {
        QTemporaryDir folder;
        Window shown;
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(writeTable(folder))});
        QVERIFY(shown.isEntered(data));
        shown.drop(data);
        QTRY_VERIFY_WITH_TIMEOUT(shown.document.data(), 10'000);
        QCOMPARE(shown.document.data()->table.rows(), std::size_t(3));
        QTRY_COMPARE(shown.window.currentPage(), QString("data"));
    }

    void theFirstOfSeveralFilesIsOpenedAndTheOthersNamed() {
        QTemporaryDir folder;
        const QString second = folder.filePath("second.csv"), third = folder.filePath("third.csv");
        QFile file(second), other(third);
        QVERIFY(file.open(QIODevice::WriteOnly) && other.open(QIODevice::WriteOnly));
        file.write("b,a\nz,4\n");
        other.write("c\n1\n2\n");
        file.close();
        other.close();
        Window shown;
        auto* banner = shown.window.findChild<MessageBanner*>();
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(writeTable(folder)), QUrl::fromLocalFile(third)});
        QVERIFY(shown.isEntered(data));
        shown.drop(data);
        QTRY_VERIFY_WITH_TIMEOUT(shown.document.data(), 10'000);
        QCOMPARE(shown.document.data()->table.rows(), std::size_t(3));
        QVERIFY(banner->messages().join(' ').contains("Not opened: third.csv."));
        QVERIFY(!banner->messages().join(' ').contains("same columns"));
        // The same columns in another order: all rows can be had together.
        data.setUrls({QUrl::fromLocalFile(writeTable(folder)), QUrl::fromLocalFile(second)});
        QVERIFY(shown.isEntered(data));
        shown.drop(data);
        QPushButton* together = nullptr;
        for (auto* button : banner->findChildren<QPushButton*>())
            if (button->text() == "Put all rows together") together = button;
        QVERIFY(together);
        QTRY_VERIFY_WITH_TIMEOUT(shown.jobs.isIdle(), 10'000);
        together->click();
        QTRY_COMPARE_WITH_TIMEOUT(shown.document.data()->table.rows(), std::size_t(4), 10'000);
        const Table& all = shown.document.data()->table;
        QCOMPARE(all.column(0).numbers()[3], 4.0);
        QCOMPARE(all.column(1).cellText(3), std::string("z"));
    }

    void filesWhoseColumnsHoldOtherThingsAreNotPutTogether() {
        QTemporaryDir folder;
        const QString second = folder.filePath("words.csv");
        QFile file(second);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("a,b\nword,x\nother,y\n");
        file.close();
        Window shown;
        QSignalSpy failed(&shown.document, &ExperimentDocument::failed);
        openTogether(shown.document, {writeTable(folder).toStdString(), second.toStdString()});
        QVERIFY(failed.wait(10'000));
        QVERIFY(failed[0][1].toString().contains("words.csv"));
        QVERIFY(!shown.document.data());
    }

    void cellsAreDropped() {
        Window shown;
        QMimeData data;
        data.setText("a\tb\n1\tx\n2\ty\n");
        QVERIFY(shown.isEntered(data));
        shown.drop(data);
        QTRY_VERIFY_WITH_TIMEOUT(shown.document.data(), 10'000);
        QCOMPARE(shown.document.data()->table.columnCount(), std::size_t(2));
    }

    void whatIsNoTableIsNotTaken() {
        Window shown;
        QMimeData word, web;
        word.setText("one word");
        web.setUrls({QUrl("https://example.org/table.csv")});
        QVERIFY(!shown.isEntered(word));
        QVERIFY(!shown.isEntered(web));
    }

    void cellsArePasted() {
        Window shown;
        shown.window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&shown.window));
        shown.window.activateWindow();
        shown.window.showPage("start");
        // A cell of a spreadsheet that holds a line break and quotes.
        QGuiApplication::clipboard()->setText("name\tremark\tn\nAnna\t\"two\nlines, \"\"quoted\"\"\"\t1\nBert\tplain\t2\nCleo\tplain\t3\n");
        QTest::keyClick(&shown.window, Qt::Key_V, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(shown.document.data(), 10'000);
        const Table& table = shown.document.data()->table;
        QCOMPARE(table.rows(), std::size_t(3));
        QCOMPARE(table.column(1).cellText(0), std::string("two\nlines, \"quoted\""));
    }
};

QTEST_MAIN(DropAndPasteTest)
#include "test_drop_and_paste.moc"
