// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <numeric>
#include <set>

#include "base/seed.h"

using namespace holdout;

class SeedTest : public QObject {
    Q_OBJECT
private slots:
    void derivesByNameAndIndex() {
        const Seed master{7};
        std::set<std::uint64_t> seen;
        for (const char* unit : {"fold", "trial", "tree"})
            for (std::uint64_t i = 0; i < 100; ++i) seen.insert(master.derive(unit, i).value());
        QCOMPARE(seen.size(), 300U);
        QCOMPARE(master.derive("fold", 3).value(), Seed{7}.derive("fold", 3).value());
        QVERIFY(Seed{8}.derive("fold", 3) != master.derive("fold", 3));
    }

    void uniformHasItsMoments() {
        RandomStream random(Seed{1});
        double sum = 0, squares = 0;
        const int n = 200'000;
        for (int i = 0; i < n; ++i) {
            const double u = random.uniform();
            QVERIFY(u >= 0 && u < 1);
            sum += u;
            squares += u * u;
        }
        // Standard errors are 0.29 / sqrt(n) = 6.5e-4 and 0.30 / sqrt(n) = 6.7e-4: five of them.
        QVERIFY(std::abs(sum / n - 0.5) < 3.3e-3);
        QVERIFY(std::abs(squares / n - 1.0 / 3) < 3.4e-3);
    }

    void normalHasItsMoments() {
        RandomStream random(Seed{2});
        double sum = 0, squares = 0, fourths = 0;
        const int n = 200'000;
        for (int i = 0; i < n; ++i) {
            const double z = random.normal();
            sum += z;
            squares += z * z;
            fourths += z * z * z * z;
        }
        QVERIFY(std::abs(sum / n) < 5 / std::sqrt(n));
        QVERIFY(std::abs(squares / n - 1) < 5 * std::sqrt(2.0 / n));
        QVERIFY(std::abs(fourths / n - 3) < 5 * std::sqrt(96.0 / n));
    }

    void belowIsUnbiased() {
        RandomStream random(Seed{3});
        std::vector<int> counts(7);
        const int n = 70'000;
        for (int i = 0; i < n; ++i) ++counts[random.below(7)];
        double chiSquare = 0;
        for (const int count : counts) chiSquare += (count - 1e4) * (count - 1e4) / 1e4;
        QVERIFY(chiSquare < 22.5);  // the 99.9 % quantile with 6 degrees of freedom
    }

    void shuffleIsAPermutation() {
        std::vector<int> values(50);
        std::iota(values.begin(), values.end(), 0);
        RandomStream random(Seed{4});
        random.shuffle(values);
        QVERIFY(!std::is_sorted(values.begin(), values.end()));
        std::sort(values.begin(), values.end());
        for (int i = 0; i < 50; ++i) QCOMPARE(values[static_cast<std::size_t>(i)], i);
    }
};

QTEST_APPLESS_MAIN(SeedTest)
#include "test_seed.moc"
