// SPDX-License-Identifier: GPL-3.0-or-later
// How texts are cut into terms; tests/reference/test_text_steps.cpp compares what becomes of them with scikit-learn.
#include <unicode/brkiter.h>
#include <unicode/unistr.h>
#include <QtTest>

#include "prepare/text/terms.h"
#include "prepare/text/text_hash.h"
#include "prepare/text/word_breaks.h"
#include "step_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

using Words = std::vector<std::string>;

Words termsOf(const TermRule& rule, std::string_view text) {
    TermReader reader(rule);
    Words terms;
    for (const std::string_view term : reader.terms(text)) terms.emplace_back(term);
    return terms;
}

Words wordsByIcu(const std::string& text) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> breaks(
        icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
    const icu::UnicodeString characters = icu::UnicodeString::fromUTF8(text);
    breaks->setText(characters);
    Words words;
    std::int32_t begin = breaks->first();
    for (std::int32_t end = breaks->next(); end != icu::BreakIterator::DONE; begin = end, end = breaks->next()) {
        if (breaks->getRuleStatus() < UBRK_WORD_NUMBER) continue;
        std::string word;
        characters.tempSubStringBetween(begin, end).toUTF8String(word);
        if (word.find_first_not_of('_') != std::string::npos) words.push_back(word);
    }
    return words;
}

}  // namespace

class TextStepsTest : public QObject {
    Q_OBJECT
private slots:
    /// The quick way for ASCII must never differ from ICU's.
    void asciiWordsAreUnicodes() {
        RandomStream random(Seed{3});
        const std::string alphabet = "aZ09_'.,:; -\n";
        for (int i = 0; i < 5000; ++i) {
            std::string text;
            for (std::uint64_t length = random.below(14); length > 0; --length)
                text += alphabet[random.below(alphabet.size())];
            Words quick;
            findAsciiWords(
                text, [&](std::size_t begin, std::size_t end) { quick.push_back(text.substr(begin, end - begin)); });
            QVERIFY2(quick == wordsByIcu(text), text.c_str());
        }
    }

    void wordsOfOtherScripts() {
        QCOMPARE(termsOf({}, "Grüße, ÉCOLE d'été! Ελλάς"), Words({"grüße", "école", "d'été", "ελλάς"}));
        QCOMPARE(termsOf({.lowerCase = false}, "Zürich"), Words({"Zürich"}));
        QVERIFY(termsOf({}, "我喜欢机器学习").size() > 1);  // by ICU's dictionary
        QCOMPARE(termsOf({}, ""), Words());
        QCOMPARE(termsOf({}, "\xff\xfe broken"), Words({"broken"}));
    }

    void runsOfWords() {
        QCOMPARE(termsOf({.least = 1, .most = 2}, "Not good, at all"),
                 Words({"not", "good", "at", "all", "not good", "good at", "at all"}));
        QCOMPARE(termsOf({.shortest = 3, .dropStopWords = true}, "the prize is on you now"), Words({"prize", "now"}));
    }

    void runsOfCharacters() {
        QCOMPARE(termsOf({.unit = TermRule::Unit::Characters, .least = 3, .most = 3}, "é  ab"), Words({"é a", " ab"}));
        QCOMPARE(termsOf({.unit = TermRule::Unit::CharactersInWords, .least = 3, .most = 4}, "I am"),
                 Words({" i ", " am", "am ", " am "}));
    }

    /// Pairs from Snowball's own vocabularies of English (Porter 2) and German.
    void stemsAreSnowballs_data() {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("pairs");
        QTest::newRow("english")
            << "english"
            << "consign consign consigned consign consigning consign consignment consign consist consist consisted "
               "consist consistency consist consistent consist consistently consist consisting consist consists "
               "consist "
               "consolation consol consolations consol consolatory consolatori console consol consoled consol consoles "
               "consol consolidate consolid consolidated consolid consolidating consolid consoling consol consolingly "
               "consol consols consol consonant conson consort consort consorted consort consorting consort "
               "conspicuous "
               "conspicu conspicuously conspicu conspiracy conspiraci conspirator conspir conspirators conspir "
               "conspire "
               "conspir conspired conspir conspiring conspir constable constabl constables constabl constance constanc "
               "constancy constanc constant constant knack knack knackeries knackeri knacks knack knag knag knave "
               "knave "
               "knaves knave knavish knavish kneaded knead kneading knead knee knee kneel kneel kneeled kneel kneeling "
               "kneel kneels kneel knees knee knell knell knelt knelt knew knew knick knick knif knif knife knife "
               "knight "
               "knight knightly knight knights knight knit knit knits knit knitted knit knitting knit knives knive "
               "knob "
               "knob knobs knob knock knock knocked knock knocker knocker knockers knocker knocking knock knocks knock "
               "knopp knopp knot knot knots knot";
        QTest::newRow("german")
            << "german"
            << "freitreppe freitrepp freiwilligkeit freiwill freizügern freizug freizulassen freizulass frelmännin "
               "frelmannin fremdartiger fremdart freskomalereien freskomalerei freudenfest freudenf freudenschüsse "
               "freudenschuss freudig freudig freundinnen freundinn freundlichste freundlich friedensbewegung "
               "friedensbeweg friedensopfers friedensopf friedfertigkeit friedfert friedhofsmauer friedhofsmau frisst "
               "frisst frißt frisst fritzchen fritzch fritzens fritz fröhlichsten frohlich frömmigkeit frommig "
               "fronvögte "
               "fronvogt froschmäulig froschmaul frühaufsteher fruhaufsteh früheren fruh frühlingslüftlein "
               "fruhlingsluftlein fuchs fuch füchse fuchs fuchsriegeln fuchsriegeln fühlhörnchen fuhlhornch "
               "fühllosigkeit "
               "fuhllos führung fuhrung funktionieren funktioni funktionierende funktionier fünfunddreißigmal "
               "funfunddreissigmal fürchterliches furcht fürstpröpstlichen furstpropst füßen fuss";
    }
    void stemsAreSnowballs() {
        QFETCH(QString, language);
        QFETCH(QString, pairs);
        const QStringList words = pairs.split(' ');
        QVERIFY(words.size() > 60 && words.size() % 2 == 0);
        TermReader reader({.language = language.toStdString(), .stem = true});
        for (qsizetype i = 0; i < words.size(); i += 2) {
            const auto terms = reader.terms(words[i].toStdString());
            QCOMPARE(terms.size(), std::size_t{1});
            QCOMPARE(QString::fromStdString(std::string(terms[0])), words[i + 1]);
        }
    }

    /// Test values of MurmurHash3 x86 32 with seed 0.
    void hashIsMurmurs() {
        QCOMPARE(murmur3(""), 0U);
        QCOMPARE(murmur3("hello"), 0x248bfa47U);
        QCOMPARE(murmur3("The quick brown fox jumps over the lazy dog"), 0x2e4ff723U);
    }

    void missingTextsAreEmptyRows() {
        const std::string cells[] = {"a b", "", "b"};
        const Table table({Column::textsOf("t", cells, missingAt(3, {1}))});
        auto step = fitStep({{"step", "tf-idf"}, {"min_rows", 1}}, table);
        const Table made = step.apply(table);
        QVERIFY(!made.column(0).missing().any());
        QCOMPARE(made.column(0).sparse().rows.columnsOf(1).size(), std::size_t{0});
        const Features features = toFeatures(made);
        QVERIFY(features.sparse.has_value());
        QCOMPARE(features.names, Words({"t:a", "t:b"}));
        QCOMPARE(features.values.size(), Eigen::Index{0});
    }

    void mostFrequentTermsStay() {
        const std::string cells[] = {"a b c", "b c", "c d", "unique"};
        const Table table({Column::textsOf("t", cells)});
        auto step = fitStep({{"step", "tf-idf"}, {"min_rows", 1}, {"most_terms", 2}}, table);
        QCOMPARE(*step.apply(table).column(0).sparse().names, Words({"t:b", "t:c"}));
        const auto none = fitStep({{"step", "tf-idf"}, {"min_rows", 9}}, table);
        QCOMPARE(none.notes.warnings.size(), std::size_t{1});
    }

    void languagesWithoutAListAreRefused() {
        const Error error = errorOf([] {
            fitStep({{"step", "tf-idf"}, {"language", "turkish"}, {"stop_words", true}}, Table({}, 3));
        });
        QCOMPARE(error.place().parameter, std::string("stop_words"));
    }
};

QTEST_APPLESS_MAIN(TextStepsTest)
#include "test_text_steps.moc"
