// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "data/clean_text.h"
#include "data/spellings.h"

using namespace holdout;

namespace {

/// "a+b|c+d": the clusters, each with its spellings.
QString clusters(const std::vector<std::string>& cells, SpellingMethod method) {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{}};
    std::size_t lost = 0;
    QStringList list;
    for (const ColumnPtr& column : {Column::textsOf("x", cells), retyped(Column::textsOf("x", cells), ColumnType::Category, lost)}) {
        QStringList all;
        for (const SpellingCluster& cluster : spellingClusters(*column, method, context)) {
            QStringList words;
            for (const Spelling& spelling : cluster) words << QString::fromStdString(spelling.text);
            all << words.join('+');
        }
        list << all.join('|');
    }
    return list[0] == list[1] ? list[0] : "text and category differ: " + list.join(" / ");
}

}  // namespace

class SpellingsTest : public QObject {
    Q_OBJECT
private slots:
    void keysForgetCaseAccentsSignsAndOrder() {
        QCOMPARE(spellingKey("  Müller, Jörg "), spellingKey("jorg MULLER"));
        QCOMPARE(spellingKey("O'Neil"), spellingKey("oneil"));
        QCOMPARE(spellingKey("STRASSE"), spellingKey("Straße"));
        QVERIFY(spellingKey("Paris 1") != spellingKey("Paris 2"));
        QVERIFY(spellingKey("...").empty());
    }

    void keyCollisionsAreClustered() {
        QCOMPARE(clusters({"Paris", "Paris", "PARIS", " paris", "Rome", "New York", "York, New"}, SpellingMethod::Key),
                 QString("Paris+ paris+PARIS|New York+York, New"));
        QCOMPARE(clusters({"?", "!", "..."}, SpellingMethod::Key), QString());
    }

    void typingErrorsAreClusteredByDistanceAlone() {
        const std::vector<std::string> cells = {"Brussels", "Brussels", "Brusels", "Amsterdam", "Amsterdan", "Route 66", "Route 67", "cat", "car"};
        QCOMPARE(clusters(cells, SpellingMethod::Key), QString());
        QCOMPARE(clusters(cells, SpellingMethod::Distance), QString("Brussels+Brusels|Amsterdam+Amsterdan"));
    }
};

QTEST_APPLESS_MAIN(SpellingsTest)
#include "test_spellings.moc"
