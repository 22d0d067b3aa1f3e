// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cstring>
#include <vector>

#include "base/base64.h"

using namespace holdout;

class Base64Test : public QObject {
    Q_OBJECT
private slots:
    void agreesWithTheStandard() {
        // RFC 4648, section 10.
        const std::string text = "fooba";
        QCOMPARE(toBase64(std::as_bytes(std::span(text))), std::string("Zm9vYmE="));
        QCOMPARE(base64Size("Zm9vYmE="), 5U);
        QCOMPARE(base64Size("Zg=="), 1U);
        QCOMPARE(base64Size(""), 0U);
    }

    void keepsEveryBit() {
        const std::vector<double> numbers{0.1, -0.0, 1e-310, 3};
        std::vector<double> back(numbers.size());
        const std::string text = toBase64(std::as_bytes(std::span(numbers)));
        QVERIFY(fromBase64(text, std::as_writable_bytes(std::span(back))));
        QCOMPARE(std::memcmp(numbers.data(), back.data(), numbers.size() * sizeof(double)), 0);
        std::vector<double> shorter(3);
        QVERIFY(!fromBase64(text, std::as_writable_bytes(std::span(shorter))));
        QVERIFY(!fromBase64("not base64!", std::as_writable_bytes(std::span(shorter))));
    }

    /// No bytes have no address: the undefined-behaviour sanitizer fails this when the library is handed one.
    void nothingIsNothing() {
        QCOMPARE(toBase64({}), std::string());
        QVERIFY(fromBase64("", {}));
        QVERIFY(!fromBase64("Zg==", {}));
    }
};

QTEST_APPLESS_MAIN(Base64Test)
#include "test_base64.moc"
