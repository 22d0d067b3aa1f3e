// SPDX-License-Identifier: GPL-3.0-or-later
// Splits of one feature against all that there are.
#include <QtTest>

#include "base/seed.h"
#include "model/tree/gradient_split.h"

using namespace holdout;

namespace {

/// Cells of `count` bins and, behind them, of missing values.
std::vector<GradientCell> randomCells(std::size_t count, bool missing, RandomStream& random) {
    std::vector<GradientCell> cells(BinnedFeatures::maxBins);
    for (std::size_t c = 0; c < count + (missing ? 1 : 0); ++c) {
        const double rows = 1 + static_cast<double>(random.below(30));
        cells[c] = GradientCell::of(rows * random.normal(), rows * random.uniform(0.1, 1), rows);
    }
    return cells;
}

FeatureBins binsOf(std::size_t count, bool category, bool missing) {
    FeatureBins bins;
    bins.isCategory = category;
    bins.hasMissing = missing;
    for (std::size_t c = 0; c < count; ++c) {
        bins.lows.push_back(static_cast<double>(c));
        bins.codes.push_back(static_cast<std::uint8_t>(c));
    }
    bins.highs = bins.lows;
    if (!category) bins.codes.clear();
    return bins;
}

double gainOf(const std::vector<GradientCell>& cells, std::size_t count, unsigned leftBits, const GradientRules& rules) {
    GradientSum all, left;
    for (std::size_t c = 0; c < count; ++c) {
        all += cells[c];
        if (leftBits >> c & 1) left += cells[c];
    }
    const GradientSum right = all - left;
    if (left.count < rules.minSamplesLeaf || right.count < rules.minSamplesLeaf || left.count == 0 || right.count == 0)
        return -1;
    return left.score(rules.lambda) + right.score(rules.lambda) - all.score(rules.lambda);
}

}  // namespace

class GradientSplitTest : public QObject {
    Q_OBJECT
private slots:
    void groupsOfCategoriesAreTheBestOfAll_data() {
        QTest::addColumn<int>("categories");
        QTest::addColumn<double>("lambda");
        for (const int categories : {2, 3, 4, 5, 6})
            for (const double lambda : {0.0, 1.0, 20.0})
                QTest::newRow(qPrintable(QString("%1, lambda %2").arg(categories).arg(lambda))) << categories << lambda;
    }
    /// Every grouping of up to six categories and the missing cells, a hundred times over.
    void groupsOfCategoriesAreTheBestOfAll() {
        QFETCH(int, categories);
        QFETCH(double, lambda);
        const auto count = static_cast<std::size_t>(categories);
        const GradientRules rules{.lambda = lambda, .minSamplesLeaf = 1, .categoryLambda = 0, .monotone = {}};
        RandomStream random{Seed{static_cast<std::uint64_t>(categories)}};
        for (int turn = 0; turn < 100; ++turn) {
            const bool missing = turn % 2 == 0;
            const std::vector<GradientCell> cells = randomCells(count, missing, random);
            const std::size_t all = count + (missing ? 1 : 0);
            double best = -1;
            for (unsigned bits = 1; bits + 1 < 1U << all; ++bits) best = std::max(best, gainOf(cells, all, bits, rules));
            const GradientSplit found = bestSplit(binsOf(count, true, missing), cells.data(), 0, rules, {});
            if (best <= 0) {  // as a penalty has it where the sides hardly differ
                QVERIFY(found.feature < 0);
                continue;
            }
            QVERIFY2(std::abs(found.gain - best) < 1e-9 * std::max(1.0, best),
                     qPrintable(QString("%1, not %2").arg(found.gain).arg(best)));
            unsigned bits = 0;
            for (std::size_t c = 0; c < all; ++c) bits |= found.leftBins[c] ? 1U << c : 0;
            QVERIFY(std::abs(gainOf(cells, all, bits, rules) - best) < 1e-9 * std::max(1.0, best));
            QCOMPARE(found.missingGoesLeft, static_cast<bool>(found.leftBins[count]));
        }
    }

    /// Every threshold with the missing rows on either side, and the missing rows alone.
    void thresholdsAreTheBestOfAll() {
        const GradientRules rules{.lambda = 1, .minSamplesLeaf = 5, .categoryLambda = 0, .monotone = {}};
        RandomStream random{Seed{3}};
        int alone = 0, left = 0;
        for (int turn = 0; turn < 300; ++turn) {
            const std::size_t count = 1 + random.below(6);
            const std::vector<GradientCell> cells = randomCells(count, true, random);
            double best = -1;
            const unsigned values = (1U << count) - 1, missing = 1U << count;
            for (std::size_t cut = 1; cut <= count; ++cut) {
                const unsigned below = values & ((1U << cut) - 1);
                best = std::max(best, gainOf(cells, count + 1, below, rules));
                if (cut < count) best = std::max(best, gainOf(cells, count + 1, below | missing, rules));
            }
            const GradientSplit found = bestSplit(binsOf(count, false, true), cells.data(), 0, rules, {});
            if (best <= 0) {
                QVERIFY(found.feature < 0);
                continue;
            }
            QVERIFY2(std::abs(found.gain - best) < 1e-9 * best, qPrintable(QString("%1, not %2").arg(found.gain).arg(best)));
            alone += std::isinf(found.threshold);
            left += found.missingGoesLeft;
        }
        QVERIFY(alone > 10 && left > 10);
    }

    void missingRowsGoWithMostWhereNoneIsKnown() {
        const GradientRules rules{.lambda = 1, .minSamplesLeaf = 1, .categoryLambda = 0, .monotone = {}};
        std::vector<GradientCell> cells(BinnedFeatures::maxBins);
        cells[0] = GradientCell::of(-5, 5, 5);
        cells[1] = GradientCell::of(5, 50, 50);
        QVERIFY(!bestSplit(binsOf(2, false, true), cells.data(), 0, rules, {}).missingGoesLeft);
        cells[0] = GradientCell::of(-5, 100, 100);
        QVERIFY(bestSplit(binsOf(2, false, true), cells.data(), 0, rules, {}).missingGoesLeft);
    }

    void keepsToDirections() {
        GradientRules rules{.lambda = 0, .minSamplesLeaf = 1, .categoryLambda = 0, .monotone = {Monotone::Increasing}};
        std::vector<GradientCell> cells(BinnedFeatures::maxBins);
        cells[0] = GradientCell::of(10, 10, 10);  // step -1
        cells[1] = GradientCell::of(-10, 10, 10);
        QCOMPARE(bestSplit(binsOf(2, false, false), cells.data(), 0, rules, {}).feature, 0);
        rules.monotone = {Monotone::Decreasing};
        QCOMPARE(bestSplit(binsOf(2, false, false), cells.data(), 0, rules, {}).feature, -1);
        // Within bounds, a split is worth what the allowed steps are.
        rules.monotone = {};
        const GradientSplit bounded = bestSplit(binsOf(2, false, false), cells.data(), 0, rules, {-0.5, 0.5});
        QCOMPARE(bounded.leftStep, -0.5);
        QCOMPARE(bounded.rightStep, 0.5);
        QVERIFY(std::abs(bounded.gain - 2 * (2 * 10 * 0.5 - 10 * 0.25)) < 1e-9);
    }
};

QTEST_APPLESS_MAIN(GradientSplitTest)
#include "test_gradient_split.moc"
