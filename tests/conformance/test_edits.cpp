// SPDX-License-Identifier: GPL-3.0-or-later
// What every registered edit of the table owes to the rest of the program.
#include <QtTest>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/parallel.h"
#include "data/edit/edit.h"

using namespace holdout;

namespace {

Table sample(std::size_t rows) {
    std::vector<double> age(rows), fare(rows);
    std::vector<std::uint32_t> city(rows);
    std::vector<std::string> note(rows);
    MissingMask missing(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        age[i] = i % 9 == 0 ? -999 : static_cast<double>(i * 37 % 80);
        fare[i] = static_cast<double>(i * i % 101) / 7;
        city[i] = static_cast<std::uint32_t>(i % 3);
        note[i] = "Row, " + std::to_string(i % 50);
        if (i % 7 == 3) missing.set(i), fare[i] = 0;
    }
    return Table({Column::numbers("age", age), Column::numbers("fare paid", fare, missing),
                  Column::categories("city", city, {"PARIS", "Paris", "Rome"}), Column::textsOf("note", note)});
}

/// Parameters that make sense for `sample`; every edit has some here.
ParamSet paramsFor(std::string_view id) {
    static const std::map<std::string_view, std::map<std::string, ParamValue>> known = {
        {"rename", {{"column", std::string("age")}, {"to", std::string("years")}}},
        {"retype", {{"column", std::string("age")}, {"type", std::string("category")}}},
        {"derive", {{"name", std::string("ratio")}, {"formula", std::string("`fare paid` / (age + 1000)")}}},
        {"split", {{"column", std::string("note")}, {"separator", std::string(",")}}},
        {"join", {{"columns", std::string("city, note")}, {"name", std::string("both")}}},
        {"drop-columns", {{"columns", std::string("note")}}},
        {"replace", {{"find", std::string("Row")}, {"with", std::string("Line")}}},
        {"merge", {{"column", std::string("city")}, {"spellings", std::string("PARIS\nParis")}, {"into", std::string("Paris")}}},
        {"set-missing", {{"values", std::string("-999")}}},
        {"filter", {{"where", std::string("age >= 10 and city != 'Rome'")}}},
        {"drop-duplicates", {{"columns", std::string("age, city")}}}};
    ParamSet set;
    const auto found = known.find(id);
    if (found != known.end())
        for (const auto& [name, value] : found->second) set.set(name, value);
    return set;
}

Edited applied(const Table& table, const std::vector<EditSpec>& specs, int threads = 2) {
    Arena arena(threads);
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{}};
    Edited result;
    arena.run([&] { result = applyEdits(table, specs, builtinEdits(), context); });
    return result;
}

}  // namespace

class EditsTest : public QObject {
    Q_OBJECT
    const EditRegistry m_edits = builtinEdits();

    void everyEdit() {
        QTest::addColumn<QString>("id");
        for (const EditInfo& edit : m_edits.all()) QTest::newRow(edit.id.data()) << QString::fromUtf8(edit.id.data());
    }

private slots:
    void isDescribed_data() { everyEdit(); }
    void isDescribed() {
        QFETCH(QString, id);
        const EditInfo& info = m_edits.require(id.toStdString());
        QVERIFY(!info.label.empty() && info.sentence.ends_with('.'));
        std::set<std::string_view> ids;
        for (const ParamSpec& spec : info.params) {
            QVERIFY2(ids.insert(spec.id).second, spec.id.data());
            QVERIFY2(!spec.label.empty() && !spec.help.empty(), spec.id.data());
            QVERIFY2(!violation(spec.rule, spec.fallback) || std::holds_alternative<ColumnChoice>(spec.rule), spec.id.data());
        }
        const EditSpec spec{id.toStdString(), paramsFor(info.id), true};
        QVERIFY(!info.make(Params(info.params, spec.params, info.id))->words().empty());
    }

    void changesTheTableAndSaysWhichRowsAreLeft_data() { everyEdit(); }
    void changesTheTableAndSaysWhichRowsAreLeft() {
        QFETCH(QString, id);
        const Table before = sample(500);
        const Edited after = applied(before, {{id.toStdString(), paramsFor(id.toStdString()), true}});
        QVERIFY(fingerprint(after.table) != fingerprint(before));
        const bool losesRows = after.table.rows() != before.rows();
        QCOMPARE(after.kept.has_value(), losesRows);
        QVERIFY(!losesRows || m_edits.require(id.toStdString()).group == EditGroup::Rows);
        if (losesRows) {
            QCOMPARE(after.kept->size(), after.table.rows());
            QVERIFY(std::is_sorted(after.kept->begin(), after.kept->end()));
            QCOMPARE(fingerprint(after.table), fingerprint(before.gather(*after.kept)));
        }
    }

    void parametersThatMustBeSaidAreAskedFor_data() { everyEdit(); }
    void parametersThatMustBeSaidAreAskedFor() {
        QFETCH(QString, id);
        if (id == "drop-duplicates") return;  // its defaults are an edit
        try {
            applied(sample(20), {{id.toStdString(), {}, true}});
            QFAIL("an edit that says nothing was made");
        } catch (const Error& error) {
            QVERIFY2(!error.remedy().empty(), error.what());
            QVERIFY2(!error.place().parameter.empty(), error.what());
        }
    }

    void badParametersAreRefused_data() { everyEdit(); }
    void badParametersAreRefused() {
        QFETCH(QString, id);
        const EditInfo& info = m_edits.require(id.toStdString());
        for (const ParamSpec& spec : info.params) {
            std::vector<ParamValue> bad = {std::vector<std::int64_t>{1}};
            if (const auto value = badValue(spec.rule)) bad.push_back(*value);
            for (const ParamValue& value : bad) {
                ParamSet set = paramsFor(info.id);
                set.set(spec.id, value);
                QVERIFY_EXCEPTION_THROWN(applied(sample(20), {{std::string(info.id), set, true}}), Error);
            }
        }
        if (findSpec(info.params, "column") || findSpec(info.params, "columns")) {
            ParamSet set = paramsFor(info.id);
            set.set(findSpec(info.params, "column") ? "column" : "columns", std::string("agee"));
            try {
                applied(sample(20), {{std::string(info.id), set, true}});
                QFAIL("a column that is not there was edited");
            } catch (const Error& error) {
                QVERIFY2(QString(error.what()).contains("age"), error.what());
            }
        }
    }

    void replayGivesTheSameBits_data() { everyEdit(); }
    void replayGivesTheSameBits() {
        QFETCH(QString, id);
        const Table before = sample(100'000);
        const std::vector<EditSpec> specs = {{id.toStdString(), paramsFor(id.toStdString()), true}};
        const Edited once = applied(before, specs, 1);
        for (const int threads : {2, 8}) {
            const Edited again = applied(before, specs, threads);
            QCOMPARE(fingerprint(again.table), fingerprint(once.table));
            QVERIFY(again.kept == once.kept);
        }
    }

    void isWrittenAndReadBack_data() { everyEdit(); }
    void isWrittenAndReadBack() {
        QFETCH(QString, id);
        for (const bool enabled : {true, false}) {
            const std::vector<EditSpec> specs = {{id.toStdString(), paramsFor(id.toStdString()), enabled}};
            QVERIFY(editsFromJson(nlohmann::json::parse(editsToJson(specs).dump()), m_edits, "edits") == specs);
        }
    }

    /// Taking the edit out of the list, or switching it off, gives the table that was before.
    void isUndone_data() { everyEdit(); }
    void isUndone() {
        QFETCH(QString, id);
        const Table before = sample(300);
        const std::string known = fingerprint(before);
        applied(before, {{id.toStdString(), paramsFor(id.toStdString()), true}});
        QCOMPARE(fingerprint(before), known);
        QCOMPARE(fingerprint(applied(before, {{id.toStdString(), paramsFor(id.toStdString()), false}}).table), known);
    }

    void poorTablesAreEditedOrRefused_data() { everyEdit(); }
    void poorTablesAreEditedOrRefused() {
        QFETCH(QString, id);
        for (const std::size_t rows : {0U, 1U}) {
            try {
                const Edited edited = applied(sample(rows), {{id.toStdString(), paramsFor(id.toStdString()), true}});
                QVERIFY(edited.table.rows() <= rows);
            } catch (const Error& error) {
                QVERIFY2(!error.remedy().empty(), error.what());
            }
        }
    }

    void stopsWhenAsked() {
        std::stop_source source;
        source.request_stop();
        SilentProgress progress;
        JobContext context{source.get_token(), {}, progress, Seed{}};
        QVERIFY_EXCEPTION_THROWN(applyEdits(sample(10), {{"rename", paramsFor("rename"), true}}, m_edits, context), Cancelled);
    }

    void errorsNameTheEdit() {
        try {
            applied(sample(10), {{"rename", paramsFor("rename"), true}, {"rename", paramsFor("rename"), true}});
            QFAIL("age was renamed twice");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("Edit 2"), error.what());
        }
    }
};

QTEST_APPLESS_MAIN(EditsTest)
#include "test_edits.moc"
