// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "insight/stream_charts.h"

using namespace holdout;

class StreamChartsTest : public QObject {
    Q_OBJECT
private slots:
    void theMeanFollowsThePieces() {
        const MetricRegistry metrics = builtinMetrics();
        const MetricInfo& accuracy = metrics.require("accuracy");
        QVERIFY(prequentialCurve({}, accuracy).series.empty());
        const std::vector<StreamPoint> points = {{100, {{"accuracy", 0.5}, {"log-loss", 0.7}}},
                                                 {200, {{"accuracy", std::nan("")}, {"log-loss", 0.6}}},
                                                 {300, {{"accuracy", 0.75}, {"log-loss", 0.5}}}};
        const LineChart chart = prequentialCurve(points, accuracy);
        QCOMPARE(chart.series.size(), std::size_t(2));
        QCOMPARE(chart.series[0].x, (std::vector<double>{100, 200, 300}));
        QVERIFY(std::isnan(chart.series[0].y[1]));
        QCOMPARE(chart.series[1].y, (std::vector<double>{0.5, 0.5, 0.625}));
        QVERIFY(chart.sentence.find("0.75 in the last, 0.625 on average") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(StreamChartsTest)
#include "test_stream_charts.moc"
