// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "document/guess_experiment.h"
#include "read_fixture.h"

using namespace holdout;

namespace {

/// A table of 40 rows whose columns, all numbers, have these names.
std::string guessFor(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) text += (i ? "," : "") + names[i];
    text += '\n';
    for (int row = 0; row < 40; ++row)
        for (std::size_t i = 0; i < names.size(); ++i)
            text += std::to_string(1 + (row * (3 + static_cast<int>(i))) % 17) + ".5" + (i + 1 < names.size() ? ',' : '\n');
    const Table table = test::readBytes(text, "rows.csv").table;
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return guessTarget(table, profile(table, context));
}

}  // namespace

class GuessExperimentTest : public QObject {
    Q_OBJECT
private slots:
    void theTargetIsGuessedByNameThenByPlace_data() {
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<QString>("target");
        QTest::newRow("usual name") << QStringList{"age", "Class", "size"} << "Class";
        QTest::newRow("ending") << QStringList{"area", "Sale_Price", "rooms"} << "Sale_Price";
        QTest::newRow("ending, then coordinates") << QStringList{"area", "Sale_Price", "Longitude", "Latitude"} << "Sale_Price";
        QTest::newRow("a usual name before an ending") << QStringList{"unit_price", "quality", "size"} << "quality";
        QTest::newRow("y of x, y and z") << QStringList{"carat", "price", "x", "y", "z"} << "price";
        QTest::newRow("y alone") << QStringList{"price", "x", "y"} << "y";
        QTest::newRow("last") << QStringList{"cement", "water", "strength"} << "strength";
        QTest::newRow("the last that is no place") << QStringList{"cement", "strength", "lat", "lon"} << "strength";
    }

    void theTargetIsGuessedByNameThenByPlace() {
        QFETCH(QStringList, names);
        std::vector<std::string> columns;
        for (const QString& name : names) columns.push_back(name.toStdString());
        QFETCH(QString, target);
        QCOMPARE(QString::fromStdString(guessFor(columns)), target);
    }
};

QTEST_APPLESS_MAIN(GuessExperimentTest)
#include "test_guess_experiment.moc"
