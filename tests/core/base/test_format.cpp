// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "base/digest.h"
#include "base/error.h"
#include "base/format.h"

using namespace holdout;

class FormatTest : public QObject {
    Q_OBJECT
private slots:
    void numbersReadWell() {
        QCOMPARE(formatNumber(0.1), "0.1");
        QCOMPARE(formatNumber(1e-5), "1e-5");
        QCOMPARE(formatNumber(1e20), "1e20");
        QCOMPARE(formatNumber(25143.2), "25143");
        QCOMPARE(formatCount(1, "row", "rows"), "1 row");
        QCOMPARE(formatCount(1309, "row", "rows"), "1,309 rows");
        QCOMPARE(formatNumber(-10148.7, 2), "-10149");
        QCOMPARE(formatNumber(755000), "755000");
        QCOMPARE(formatNumber(1234567), "1.235e6");
        QCOMPARE(formatNumber(std::nan("")), "–");
        QCOMPARE(formatCount(1309), "1,309");
        QCOMPARE(formatCount(-1234567), "-1,234,567");
        QCOMPARE(formatBytes(37'700'000), "37.7 MB");
    }

    void exactNumbersReadBack() {
        for (const double value : {0.1, 1.0 / 3, 1e300, 5e-324, -0.0, 123456789.123456789})
            QCOMPARE(std::strtod(formatExact(value).c_str(), nullptr), value);
    }

    void durations() {
        QCOMPARE(formatDuration(0.35), "350 ms");
        QCOMPARE(formatDuration(4), "4.0 s");
        QCOMPARE(formatDuration(130), "2 min 10 s");
        QCOMPARE(formatDuration(3 * 3600 + 5 * 60), "3 h 05 min");
    }

    void nearestProposesOnlyWhatIsNear() {
        const std::vector<std::string> known = {"lambda", "l1_ratio", "penalty"};
        QCOMPARE(nearest("lamda", known), "lambda");
        QCOMPARE(nearest("zzzzzz", known), "");
        QCOMPARE(editDistance("kitten", "sitting"), 3U);
    }

    // FIPS 180-4's examples.
    void digestsAgreeWithTheStandard() {
        QCOMPARE(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        QCOMPARE(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        Digest pieces;
        pieces.add("a");
        pieces.add("bc");
        QCOMPARE(pieces.hex(), sha256("abc"));
    }

    void errorsSayWhatWhereAndHow() {
        const Error error("The cell is not a number.", {.file = "a.csv", .row = 12, .column = "age"}, "Correct it.");
        QCOMPARE(error.what(), "a.csv, row 12, column age: The cell is not a number. Correct it.");
        Warnings warnings;
        addOnce(warnings, {"once"});
        addOnce(warnings, {"once"});
        QCOMPARE(warnings.size(), 1U);
    }
};

QTEST_APPLESS_MAIN(FormatTest)
#include "test_format.moc"
