// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <QtWidgets>

#include "shell/message_banner.h"

using namespace holdout;

class MessageBannerTest : public QObject {
    Q_OBJECT
private slots:
    void tellsOnceAndIsDismissed() {
        MessageBanner banner;
        QVERIFY(banner.isHidden());
        banner.tell("The table is in <out>.csv.");
        banner.tell("The table is in <out>.csv.");
        QCOMPARE(banner.messages(), QStringList{"The table is in &lt;out&gt;.csv."});
        QVERIFY(!banner.isHidden());
        banner.findChild<QPushButton*>()->click();
        QVERIFY(banner.messages().isEmpty() && banner.isHidden());
    }

    void aProblemStandsBesideWhatIsTold() {
        MessageBanner banner;
        banner.tell("Done.");
        banner.show("It broke.", "row 3", "Mend it.");
        QCOMPARE(banner.messages().size(), 2);
        banner.clear();
        QVERIFY(banner.isHidden());
    }
};

QTEST_MAIN(MessageBannerTest)
#include "test_message_banner.moc"
