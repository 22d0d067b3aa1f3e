// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <atomic>
#include <thread>

#include "base/pace.h"

using namespace holdout;

/// A thread that passes the gate again and again, and counts.
class Walker {
public:
    explicit Walker(Pace& pace) : m_thread([this, &pace](std::stop_token) { walk(pace); }) {}
    ~Walker() { m_stop.request_stop(); }
    int passed() const { return m_passed; }
    void finish() { m_finish.request_stop(); }
    bool isOver() const { return m_over; }

private:
    void walk(Pace& pace) {
        while (!m_stop.stop_requested() && !m_finish.stop_requested()) {
            pace.pass(m_stop.get_token(), m_finish.get_token());
            ++m_passed;
        }
        m_over = true;
    }
    std::stop_source m_stop, m_finish;
    std::atomic<int> m_passed = 0;
    std::atomic<bool> m_over = false;
    std::jthread m_thread;
};

class PaceTest : public QObject {
    Q_OBJECT
private slots:
    void stepsLetOneThroughEach() {
        Pace pace;
        pace.pause();
        Walker walker(pace);
        QTRY_VERIFY(pace.isWaiting());
        QCOMPARE(walker.passed(), 0);
        pace.step();
        QTRY_VERIFY(walker.passed() == 1 && pace.isWaiting());
        pace.step();
        pace.step();
        QTRY_VERIFY(walker.passed() == 3 && pace.isWaiting());
        pace.resume();
        QTRY_VERIFY(walker.passed() > 100);
        QVERIFY(!pace.isPaused());
    }

    void aStepFromFullSpeedPauses() {
        Pace pace;
        Walker walker(pace);
        QTRY_VERIFY(walker.passed() > 10);
        pace.step();
        QVERIFY(pace.isPaused());
        QTRY_VERIFY(pace.isWaiting());
    }

    void bothTokensWakeWhoeverWaits() {
        Pace pace;
        pace.pause();
        {
            Walker walker(pace);
            QTRY_VERIFY(pace.isWaiting());
            walker.finish();
            QTRY_VERIFY(walker.isOver());
        }
        {
            Walker walker(pace);
            QTRY_VERIFY(pace.isWaiting());
        }  // its destructor stops it, and waits
        QVERIFY(!pace.isWaiting());
    }
};

QTEST_GUILESS_MAIN(PaceTest)
#include "test_pace.moc"
