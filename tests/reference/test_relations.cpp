// SPDX-License-Identifier: GPL-3.0-or-later
// Measures of how columns hang together, against scipy, pandas and scikit-learn.
#include <QtTest>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "data/relations.h"

using namespace holdout;

namespace {

nlohmann::json expected() {
    std::ifstream stream(HOLDOUT_FIXTURES "/relations/expected.json");
    return nlohmann::json::parse(stream);
}

bool isClose(double a, double b) {
    return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(b));
}

}  // namespace

class RelationsTest : public QObject {
    Q_OBJECT
    const nlohmann::json m_expected = expected();
    Table m_table;
    Relations m_relations;

    Eigen::Index at(const std::string& name) const {
        const auto found = std::find(m_relations.columns.begin(), m_relations.columns.end(), name);
        return found - m_relations.columns.begin();
    }

    void comparePairs(const Eigen::MatrixXd& matrix, const char* kind) const {
        for (const auto& [pair, value] : m_expected.at(kind).items()) {
            const std::size_t bar = pair.find('|');
            const Eigen::Index i = at(pair.substr(0, bar)), j = at(pair.substr(bar + 1));
            QVERIFY2(isClose(matrix(i, j), value.get<double>()),
                     qPrintable(QString("%1 %2: %3, not %4").arg(kind, QString::fromStdString(pair)).arg(matrix(i, j), 0, 'g', 17).arg(value.get<double>(), 0, 'g', 17)));
            QVERIFY(matrix(i, j) == matrix(j, i));
        }
    }

private slots:
    void initTestCase() {
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{}};
        CsvOptions options;
        options.types["year"] = ColumnType::Number;
        m_table = readCsv(HOLDOUT_FIXTURES "/prepare/penguins.csv", options, context).table;
        m_relations = relate(m_table, "species", std::nullopt, context);
    }

    void pearsonAgrees() { comparePairs(m_relations.association, "pearson"); }
    void spearmanAgrees() { comparePairs(m_relations.spearman, "spearman"); }
    void cramersVAgrees() { comparePairs(m_relations.association, "cramers_v"); }
    void correlationRatioAgrees() { comparePairs(m_relations.association, "ratio"); }

    void informationAgrees() {
        for (const auto& [name, value] : m_expected.at("information").items()) {
            const double ours = m_relations.information[static_cast<std::size_t>(at(name))];
            QVERIFY2(isClose(ours, value.get<double>()), qPrintable(QString("%1: %2, not %3").arg(QString::fromStdString(name)).arg(ours).arg(value.get<double>())));
        }
    }

    void momentsAndQuantilesAgree() {
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{}};
        const ColumnProfile mass = profileColumn(m_table.column(*m_table.indexOf("body_mass_g")), context);
        QVERIFY(isClose(*mass.skewness, m_expected.at("skewness").get<double>()));
        QVERIFY(isClose(*mass.kurtosis, m_expected.at("kurtosis").get<double>()));
        for (const auto& [p, value] : mass.quantiles) {
            bool isFound = false;
            for (const auto& [text, known] : m_expected.at("quantiles").items())
                if (std::stod(text) == p) isFound = isClose(value, known.get<double>());
            QVERIFY2(isFound, qPrintable(QString::number(p)));
        }
    }

    void missingTogetherAgrees() {
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{}};
        const MissingPatterns missing = missingPatterns(m_table, context);
        const auto place = [&](const char* name) {
            return std::find(missing.columns.begin(), missing.columns.end(), name) - missing.columns.begin();
        };
        QVERIFY(isClose(missing.together(place("bill_length_mm"), place("sex")), m_expected.at("missing_together").get<double>()));
        std::int64_t rows = missing.otherRows;
        for (const MissingPattern& pattern : missing.patterns) rows += pattern.rows;
        QCOMPARE(static_cast<std::size_t>(rows), m_table.rows());
    }

    void sameBitsOnAnyNumberOfThreads() {
        for (const int threads : {1, 8}) {
            Arena arena(threads);
            arena.run([&] {
                SilentProgress progress;
                JobContext context{{}, {}, progress, Seed{}};
                QCOMPARE(relationsToJson(relate(m_table, "species", std::nullopt, context)).dump(), relationsToJson(m_relations).dump());
            });
        }
    }

    void leaksAreSuspectedAndNothingElse() {
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{}};
        std::vector<double> noise(1000), copy(1000);
        std::vector<std::uint32_t> answer(1000);
        RandomStream random(Seed{4});
        for (std::size_t i = 0; i < 1000; ++i) {
            answer[i] = random.below(3) == 0;
            noise[i] = random.normal() + 0.5 * answer[i];
            copy[i] = random.uniform() + 2.0 * answer[i];
        }
        const Table table({Column::numbers("noise", noise), Column::numbers("refund", copy),
                           Column::categories("bought", answer, {"no", "yes"})});
        const Relations relations = relate(table, "bought", std::nullopt, context);
        QCOMPARE(relations.findings.size(), std::size_t{1});
        QCOMPARE(relations.findings[0].column, std::string("refund"));
        QVERIFY(relations.findings[0].remedyRole == Role::Ignored);
        const Relations regression = relate(table, "refund", Task::Regression, context);
        QVERIFY(regression.findings.empty());
    }
};

QTEST_APPLESS_MAIN(RelationsTest)
#include "test_relations.moc"
