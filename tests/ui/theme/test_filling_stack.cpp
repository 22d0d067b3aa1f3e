// SPDX-License-Identifier: GPL-3.0-or-later
#include <QVBoxLayout>
#include <QtTest>

#include "theme/filling_stack.h"

using namespace holdout;

namespace {

/// A page whose height follows from its width, and which counts how often it is asked for it.
class CountingPage : public QWidget {
public:
    explicit CountingPage(int side) : m_side(side) {
        QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
        policy.setHeightForWidth(true);
        setSizePolicy(policy);
    }
    int heightForWidth(int) const override {
        ++questions;
        return m_side;
    }
    QSize minimumSizeHint() const override { return {m_side, m_side}; }
    QSize sizeHint() const override { return {m_side, m_side}; }

    mutable int questions = 0;

private:
    int m_side;
};

}  // namespace

class FillingStackTest : public QObject {
    Q_OBJECT
private slots:
    void noPageIsAskedHowHighItWouldBe() {
        QWidget window;
        auto* column = new QVBoxLayout(&window);
        auto* stack = new FillingStack(&window);
        auto* small = new CountingPage(50);
        auto* large = new CountingPage(300);
        stack->addWidget(small);
        stack->addWidget(large);
        column->addWidget(stack, 1);
        window.resize(400, 400);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QCOMPARE(small->questions + large->questions, 0);
        QCOMPARE(small->size(), stack->size());
        stack->setCurrentWidget(large);
        QCOMPARE(large->size(), stack->size());
    }

    void itAsksForTheRoomOfThePageThatIsSeen() {
        FillingStack stack;
        QVERIFY(stack.sizeHint().isValid());
        stack.addWidget(new CountingPage(50));
        stack.addWidget(new CountingPage(300));
        QCOMPARE(stack.minimumSizeHint(), QSize(50, 50));
        QCOMPARE(stack.sizeHint(), QSize(50, 50));
        stack.setCurrentIndex(1);
        QCOMPARE(stack.minimumSizeHint(), QSize(300, 300));
        QCOMPARE(stack.sizeHint(), QSize(300, 300));
    }
};

QTEST_MAIN(FillingStackTest)
#include "test_filling_stack.moc"
