// SPDX-License-Identifier: GPL-3.0-or-later
// The quick readings of single cells against the slow ones that read everything.
#include <QtTest>
#include <cmath>
#include <cstdio>

#include "base/seed.h"
#include "data/column.h"
#include "data/number_text.h"
#include "data/quick_date.h"
#include "data/quick_number.h"

using namespace holdout;

namespace {

/// Behind enough bytes that may be read.
struct Cell {
    std::string all;
    explicit Cell(const std::string& text) : all(std::string(32, 'x') + text) {}
    const char* begin() const { return all.data() + 32; }
    const char* end() const { return all.data() + all.size(); }
};

}  // namespace

class QuickCellsTest : public QObject {
    Q_OBJECT
private slots:
    void scientificNumbersHaveTheNearestDouble() {
        RandomStream random(Seed{4});
        int quick = 0;
        for (int i = 0; i < 200'000; ++i) {
            char text[64];
            const double value = random.normal() * std::pow(10, static_cast<double>(random.below(60)) - 30);
            std::snprintf(text, sizeof text, i % 2 == 0 ? "%.6e" : "%.3E", value);
            const Cell cell(text);
            double read = 0, expected = 0;
            QVERIFY(parseNumberText(text, {}, expected));
            if (csv::quickScientific(cell.begin(), cell.end(), '.', read)) {
                ++quick;
                if (std::bit_cast<std::uint64_t>(read) != std::bit_cast<std::uint64_t>(expected)) QFAIL(text);
            }
            QVERIFY(parsePlainNumber(cell.begin(), cell.end(), '.', read) && read == expected);
        }
#if defined(__SSE4_1__)
        QVERIFY(quick > 60'000);
#endif
    }

    void whatIsNoScientificNumberIsRefused_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"e-05", "-e-05", "1e5", "1.5e-5", "1.2.3e-05", "1x5e-05", "1.5e-0x", "1.5e=05", "01.5e-05", "1.5e-99", "1,5e-05"})
            QTest::newRow(text) << text;
    }
    void whatIsNoScientificNumberIsRefused() {
        QFETCH(QString, text);
        const Cell cell(text.toStdString());
        double value = 0;
        QVERIFY(!csv::quickScientific(cell.begin(), cell.end(), '.', value));
    }

    void plainNumbersAreNoNamesWithLeadingZeros() {
        double value = 0;
        for (const char* text : {"007", "-01", "+5", "", "-", ".5", "nan", "inf", "1 ", "1.2.3", "0x10"}) {
            const Cell cell(text);
            QVERIFY2(!parsePlainNumber(cell.begin(), cell.end(), '.', value), text);
        }
        for (const auto& [text, expected] : {std::pair{"0.12345678901234567", 0.12345678901234567}, {"-0", -0.0}, {"12345678901234567890", 12345678901234567890.0}}) {
            const Cell cell(text);
            QVERIFY2(parsePlainNumber(cell.begin(), cell.end(), '.', value) && value == expected, text);
        }
    }

    void everyDayIsTheSameDay() {
        for (std::int64_t day = -719'528; day < 2'932'897; day += 13) {  // years 0 to 9999
            const std::string text = formatDateTime(day * 86'400'000'000, true);
            const Cell cell(text);
            std::int64_t micros = 0;
            bool hasTime = true;
            if (!csv::quickDateTime(cell.begin(), cell.end(), micros, hasTime) || hasTime || micros != day * 86'400'000'000) QFAIL(text.c_str());
        }
    }

    void momentsAreReadOrRefusedAsTheyAreSlowly() {
        RandomStream random(Seed{2});
        std::string marks = "0123456789-: T.x";
        int read = 0;
        for (int i = 0; i < 200'000; ++i) {
            std::string text = formatDateTime(static_cast<std::int64_t>(random.below(4'000'000'000)) * 1'000'000, i % 3 == 0);
            if (i % 2 == 0) text[random.below(text.size())] = marks[random.below(marks.size())];
            const Cell cell(text);
            std::int64_t quick = 0, slow = 0;
            bool quickTime = false, slowTime = false;
            const bool isSlow = parseDateTime(text, slow, slowTime);
            if (!csv::quickDateTime(cell.begin(), cell.end(), quick, quickTime)) continue;
            ++read;
            if (!isSlow || quick != slow || quickTime != slowTime) QFAIL(text.c_str());
        }
        QVERIFY(read > 100'000);
        for (const char* none : {"2023-02-29", "2023-13-01", "2023-00-10", "2023-04-31", "2023-04-00", "2023-01-01 24:00:00", "1900-02-29"}) {
            const Cell cell(none);
            std::int64_t micros = 0;
            bool hasTime = false;
            QVERIFY2(!csv::quickDateTime(cell.begin(), cell.end(), micros, hasTime), none);
        }
    }
};

QTEST_APPLESS_MAIN(QuickCellsTest)
#include "test_quick_cells.moc"
