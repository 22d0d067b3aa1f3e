// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <QtWidgets>

#include "evaluate/evaluation.h"
#include "forms/param_editor.h"
#include "forms/param_form.h"
#include "forms/param_words.h"
#include "tune/study.h"

using namespace holdout;

/// Whatever the registries describe can be set in the window.
class EverySpecTest : public QObject {
    Q_OBJECT
private slots:
    void hasAnEditor_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("index");
        const auto rows = [](int kind, const char* word, const auto& infos) {
            for (std::size_t i = 0; i < infos.size(); ++i)
                QTest::addRow("%s %s", word, std::string(infos[i].id).c_str()) << kind << static_cast<int>(i);
        };
        rows(0, "model", m_catalog.models.all());
        rows(1, "step", m_catalog.steps.all());
        rows(2, "split", m_catalog.splits.all());
        rows(3, "search", m_searches.all());
    }

    void hasAnEditor() {
        const ParamSpecs specs = fetchedSpecs();
        ParamForm form;
        QSignalSpy edited(&form, &ParamForm::edited);
        form.setParams(specs, {});
        QCOMPARE(form.findChildren<ParamEditor*>().size(), qsizetype(specs.size()));
        for (const ParamSpec& spec : specs) {
            auto* editor = form.findChild<ParamEditor*>(fromCore(spec.id));
            QVERIFY2(editor, std::string(spec.id).c_str());
            QVERIFY2(editor->focusProxy(), std::string(spec.id).c_str());
            QVERIFY2(editor->focusProxy()->focusPolicy() & Qt::TabFocus, std::string(spec.id).c_str());
            QVERIFY2(paramTooltip(spec).contains(fromCore(spec.help).left(12)), qPrintable(paramTooltip(spec)));
        }
        QCOMPARE(edited.size(), 0);  // to show is not to change
    }

    /// What the form says of a value is read back as the same value: nothing is lost by looking at it.
    void defaultsSurviveTheirText_data() { hasAnEditor_data(); }
    void defaultsSurviveTheirText() {
        for (const ParamSpec& spec : fetchedSpecs()) {
            const auto* real = std::get_if<double>(&spec.fallback);
            const auto* words = std::get_if<std::string>(&spec.fallback);  // shown as they are: an empty text is empty
            const auto* list = std::get_if<std::vector<std::int64_t>>(&spec.fallback);  // so is an empty list
            const QString text = real                      ? numberText(*real)
                                 : list && list->empty() ? QString()
                                                           : fromCore(words ? *words : valueText(spec.fallback));
            const auto back = parseValue(spec, text);
            QVERIFY2(back.has_value(), qPrintable(fromCore(spec.id) + ": " + text));
            QVERIFY2(*back == spec.fallback, qPrintable(fromCore(spec.id) + ": " + text));
        }
    }

private:
    ParamSpecs fetchedSpecs() const {
        QFETCH(int, kind);
        QFETCH(int, index);
        const auto at = static_cast<std::size_t>(index);
        switch (kind) {
            case 0: return m_catalog.models.all()[at].params;
            case 1: return m_catalog.steps.all()[at].params;
            case 2: return m_catalog.splits.all()[at].params;
            default: return m_searches.all()[at].params;
        }
    }

    Catalog m_catalog = builtinCatalog();
    SearchRegistry m_searches = builtinSearches();
};

QTEST_MAIN(EverySpecTest)
#include "test_every_spec.moc"
