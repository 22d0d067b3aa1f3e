// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>
#include <algorithm>
#include <functional>
#include <thread>
#include <vector>

namespace holdout {

/// How late the window's thread answers: another thread posts a time-stamped event every 5 ms. Measures from its
/// construction until `stop`.
class Probe : public QObject {
public:
    Probe() {
        m_clock.start();  // before the thread looks at it
        m_thread = std::jthread([this](std::stop_token stop) { post(stop); });
    }
    ~Probe() override { stop(); }

    void stop() {
        m_thread.request_stop();
        if (m_thread.joinable()) m_thread.join();
    }
    std::vector<double> sortedLatencies() {
        std::sort(m_latencies.begin(), m_latencies.end());
        return m_latencies;
    }

private:
    static constexpr int every = 5;  // milliseconds

    void post(std::stop_token stop) {
        while (!stop.stop_requested()) {
            const qint64 posted = m_clock.nsecsElapsed();
            QMetaObject::invokeMethod(this, [this, posted] {
                m_latencies.push_back(static_cast<double>(m_clock.nsecsElapsed() - posted) / 1e6);
            }, Qt::QueuedConnection);
            std::this_thread::sleep_for(std::chrono::milliseconds(every));
        }
    }

    QElapsedTimer m_clock;
    std::vector<double> m_latencies;
    std::jthread m_thread;
};

/// Waits as a window does: asleep in the event loop, so that the wait itself takes no core.
inline bool waitFor(const std::function<bool()>& condition, int seconds) {
    QEventLoop loop;
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] { if (condition()) loop.quit(); });
    QTimer::singleShot(seconds * 1000, &loop, &QEventLoop::quit);
    look.start(10);
    if (!condition()) loop.exec();
    return condition();
}

}  // namespace holdout
