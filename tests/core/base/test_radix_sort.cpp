// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/radix_sort.h"
#include "base/seed.h"

using namespace holdout;

class RadixSortTest : public QObject {
    Q_OBJECT
    static std::vector<double> numbers(std::size_t count, int kind) {
        RandomStream random(Seed{7});
        std::vector<double> values(count);
        for (double& value : values)
            value = kind == 0 ? random.normal() * std::exp(20 * random.normal()) : kind == 1 ? std::floor(10 * random.uniform() - 5) : 3.0;
        if (kind == 0 && count > 4) {
            values[0] = std::numeric_limits<double>::infinity();
            values[1] = -values[0];
            values[2] = 0.0;
            values[3] = -0.0;
            values[4] = std::numeric_limits<double>::denorm_min();
        }
        return values;
    }
private slots:
    void sortsAsComparingDoes() {
        for (const std::size_t count : {0U, 1U, 7U, 2047U, 2048U, 50'000U})
            for (const int kind : {0, 1, 2}) {
                std::vector<double> values = numbers(count, kind), expected = values;
                std::sort(expected.begin(), expected.end());
                radixSort(values);
                QVERIFY(values == expected);
                QCOMPARE(std::count_if(values.begin(), values.end(), [](double v) { return std::signbit(v); }),
                         std::count_if(expected.begin(), expected.end(), [](double v) { return std::signbit(v); }));
            }
    }

    void orderIsStable() {
        for (const std::size_t count : {0U, 5U, 2048U, 50'000U})
            for (const int kind : {0, 1, 2}) {
                const std::vector<double> values = numbers(count, kind);
                std::vector<std::uint32_t> expected(count);
                std::iota(expected.begin(), expected.end(), 0U);
                std::stable_sort(expected.begin(), expected.end(), [&](auto a, auto b) { return values[a] < values[b]; });
                QVERIFY(radixOrder(values) == expected);
            }
    }
};

QTEST_APPLESS_MAIN(RadixSortTest)
#include "test_radix_sort.moc"
