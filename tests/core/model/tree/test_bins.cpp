// SPDX-License-Identifier: GPL-3.0-or-later
// How features are cut into bins.
#include <QtTest>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/seed.h"
#include "model/tree/bins.h"

using namespace holdout;

namespace {

/// Of all sizes and both signs, some of them often; a few are missing.
double anyValue(std::size_t i, RandomStream& random) {
    if (i % 97 == 0) return std::numeric_limits<double>::quiet_NaN();
    if (i % 5 == 0) return i % 2 == 0 ? 0.0 : -0.0;
    return random.normal() * std::pow(10.0, static_cast<double>(random.below(40)) - 20);
}

}  // namespace

class BinsTest : public QObject {
    Q_OBJECT
private slots:
    void binsFollowTheValues_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<bool>("weighted");
        QTest::newRow("few") << 300 << false;
        QTest::newRow("many") << 20000 << false;
        QTest::newRow("many, weighted") << 20000 << true;
    }
    /// Bins lie one above the other, hold each value between their ends, and none holds much more than its share.
    void binsFollowTheValues() {
        QFETCH(int, rows);
        QFETCH(bool, weighted);
        const auto count = static_cast<std::size_t>(rows);
        RandomStream random{Seed{4}};
        Features features{Eigen::MatrixXd(rows, 1), {"x"}};
        CountedRows counted;
        for (std::size_t i = 0; i < count; ++i) {
            features.values(static_cast<Eigen::Index>(i), 0) = anyValue(i, random);
            counted.rows.push_back(static_cast<std::uint32_t>(i));
            counted.counts.push_back(weighted ? 1.0 + static_cast<double>(i % 3) : 1.0);
            counted.total += counted.counts.back();
        }
        SilentProgress silent;
        const JobContext context{{}, {}, silent, Seed{1}};
        const BinnedFeatures binned(features, counted, context);
        const FeatureBins& bins = binned.bins(0);
        QVERIFY(bins.hasMissing);
        QVERIFY(bins.count() > 200 && bins.count() <= BinnedFeatures::maxBins - 1);
        for (std::size_t c = 0; c < bins.count(); ++c) {
            QVERIFY(bins.lows[c] <= bins.highs[c]);
            if (c > 0) QVERIFY(bins.highs[c - 1] < bins.lows[c]);
        }
        std::vector<double> inBin(bins.count(), 0);
        for (std::size_t i = 0; i < count; ++i) {
            const double value = features.values(static_cast<Eigen::Index>(i), 0);
            const std::size_t code = binned.column(0)[i];
            QCOMPARE(code, static_cast<std::size_t>(binned.row(static_cast<std::uint32_t>(i))[0]));
            if (std::isnan(value)) {
                QCOMPARE(code, bins.missing());
                continue;
            }
            QVERIFY(code < bins.count());
            QVERIFY(value >= bins.lows[code] && value <= bins.highs[code]);
            if (value != 0) inBin[code] += counted.counts[i];
        }
        for (const double some : inBin) QVERIFY(some <= 3 * counted.total / 250);
    }
};

QTEST_APPLESS_MAIN(BinsTest)
#include "test_bins.moc"
