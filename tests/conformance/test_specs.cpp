// SPDX-License-Identifier: GPL-3.0-or-later
// What every registered model, step, split and search owes its parameters' descriptions.
#include <QtTest>
#include <set>

#include "evaluate/evaluation.h"
#include "tune/study.h"

using namespace holdout;

class SpecsTest : public QObject {
    Q_OBJECT
    const Catalog m_catalog = builtinCatalog();
    const SearchRegistry m_searches = builtinSearches();

    template <typename Registry>
    static void addRows(const Registry& registry, const char* kind) {
        std::set<std::string_view> ids;
        for (const auto& info : registry.all()) {
            QVERIFY2(ids.insert(info.id).second, qPrintable(QString("%1 is registered twice").arg(QString::fromStdString(std::string(info.id)))));
            QTest::newRow(qPrintable(QString("%1 %2").arg(kind, QString::fromStdString(std::string(info.id)))))
                << QString::fromUtf8(info.sentence.data(), static_cast<qsizetype>(info.sentence.size()))
                << QVariant::fromValue(reinterpret_cast<quintptr>(info.params.data())) << static_cast<int>(info.params.size());
        }
    }

private slots:
    void parametersAreDescribed_data() {
        QTest::addColumn<QString>("sentence");
        QTest::addColumn<QVariant>("first");
        QTest::addColumn<int>("count");
        addRows(m_catalog.models, "model");
        addRows(m_catalog.steps, "step");
        addRows(m_catalog.splits, "split");
        addRows(m_searches, "search");
    }
    void parametersAreDescribed() {
        QFETCH(QString, sentence);
        QFETCH(QVariant, first);
        QFETCH(int, count);
        QVERIFY2(sentence.endsWith('.'), qPrintable(sentence));
        const ParamSpecs specs(reinterpret_cast<const ParamSpec*>(first.value<quintptr>()), static_cast<std::size_t>(count));
        std::set<std::string_view> ids;
        for (const ParamSpec& spec : specs) {
            const QByteArray name(spec.id.data(), static_cast<qsizetype>(spec.id.size()));
            QVERIFY2(ids.insert(spec.id).second, name);
            QVERIFY2(!spec.label.empty() && !spec.help.empty(), name);
            QVERIFY2(!violation(spec.rule, spec.fallback), name);
            if (const auto bad = badValue(spec.rule)) QVERIFY2(violation(spec.rule, *bad), name);
            if (spec.when) QVERIFY2(findSpec(specs, spec.when->param), name);
            if (spec.usual) QVERIFY2(spec.usual->first < spec.usual->second, name);
            if (spec.scale == Scale::Log && spec.usual) QVERIFY2(spec.usual->first > 0, name);
            // A form and a search must be able to span it: numbers without two ends need a usual range.
            const Dimension dimension = defaultDimension(std::string(spec.id), spec);
            QVERIFY2(!dimension.choices.empty() || (std::isfinite(dimension.low) && std::isfinite(dimension.high)), name);
        }
    }

    void stepsOfAGroupStandTogether() {
        std::vector<StepGroup> groups;
        for (const StepInfo& step : m_catalog.steps.all()) {
            QVERIFY2(!stepGroupName(step.group).empty(), step.id.data());
            if (groups.empty() || groups.back() != step.group) groups.push_back(step.group);
        }
        std::vector<StepGroup> distinct = groups;
        std::sort(distinct.begin(), distinct.end());
        QVERIFY(std::adjacent_find(distinct.begin(), distinct.end()) == distinct.end());
    }

    void designIdentifiersAreThere() {
        for (const char* id : {"linear", "ridge", "lasso", "elastic-net", "logistic", "naive-bayes", "knn", "svm", "tree", "forest", "boosting", "mlp", "baseline"}) QVERIFY2(m_catalog.models.find(id), id);
        for (const char* id : {"impute", "knn-impute", "iterative-impute", "missing-indicator", "drop-missing", "drop-duplicates", "clip-outliers", "drop-outliers", "flag-outliers", "outlier-rows",
                               "standardize", "min-max", "robust-scale", "power", "quantile", "bins", "date-parts", "one-hot", "ordinal",
                               "target-encode", "interactions", "pca", "select"})
            QVERIFY2(m_catalog.steps.find(id), id);
        for (const char* id : {"hold-out", "k-fold", "group-k-fold", "leave-one-out", "time-series", "bootstrap", "predefined"})
            QVERIFY2(m_catalog.splits.find(id), id);
        for (const char* id : {"accuracy", "balanced-accuracy", "f1", "precision", "recall", "mcc", "roc-auc", "pr-auc", "log-loss",
                               "brier", "rmse", "mae", "r2", "mape"})
            QVERIFY2(m_catalog.metrics.find(id), id);
        for (const char* id : {"grid", "random"}) QVERIFY2(m_searches.find(id), id);
    }
};

QTEST_APPLESS_MAIN(SpecsTest)
#include "test_specs.moc"
