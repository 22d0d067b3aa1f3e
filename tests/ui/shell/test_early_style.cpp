// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPushButton>
#include <QSignalSpy>
#include <QVBoxLayout>
#include <QtTest>

#include "shell/early_style.h"

using namespace holdout;

class EarlyStyleTest : public QObject {
    Q_OBJECT
private slots:
    void whatIsHiddenHasItsStyleBeforeItIsSeen() {
        QWidget window;
        auto* page = new QWidget(&window);
        auto* button = new QPushButton(page);
        page->hide();
        EarlyStyle early(window);
        QSignalSpy done(&early, &EarlyStyle::done);
        QVERIFY(done.wait());
        QVERIFY(page->testAttribute(Qt::WA_WState_Polished));
        QVERIFY(button->testAttribute(Qt::WA_WState_Polished));
        QVERIFY(!done.wait(50));  // and then it rests
    }

    void aWidgetThatGoesMeanwhileIsLeft() {
        QWidget window;
        for (int i = 0; i < 3000; ++i) new QPushButton("words", &window);
        EarlyStyle early(window);
        QSignalSpy done(&early, &EarlyStyle::done);
        QTimer::singleShot(1, &window, [&] { qDeleteAll(window.findChildren<QPushButton*>()); });
        QVERIFY(done.wait());
    }
};

QTEST_MAIN(EarlyStyleTest)
#include "test_early_style.moc"
