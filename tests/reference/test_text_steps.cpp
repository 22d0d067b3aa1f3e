// SPDX-License-Identifier: GPL-3.0-or-later
// tf-idf against scikit-learn's vectorizers on three real columns of text (tests/fixtures/text/make_expected.py): the
// same terms, and cells that agree to 1e-12.
#include <QtTest>
#include <fstream>
#include <nlohmann/json.hpp>

#include "data/csv_reader.h"
#include "step_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

const nlohmann::json& expected() {
    static const nlohmann::json parsed = [] {
        std::ifstream file(HOLDOUT_FIXTURES "/text/expected.json");
        return nlohmann::json::parse(file);
    }();
    return parsed;
}

Table textsOf(const nlohmann::json& one) {
    CsvOptions options;
    options.types.emplace(one.at("column").get<std::string>(), ColumnType::Text);
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return readCsv(std::string(HOLDOUT_FIXTURES "/text/") + one.at("file").get<std::string>(), options, context).table;
}

}  // namespace

class TextReferenceTest : public QObject {
    Q_OBJECT
private slots:
    void agreesWithScikitLearn_data() {
        QTest::addColumn<int>("index");
        const nlohmann::json& cases = expected().at("cases");
        for (std::size_t i = 0; i < cases.size(); ++i)
            QTest::newRow(cases[i].at("name").get<std::string>().c_str()) << static_cast<int>(i);
    }
    void agreesWithScikitLearn() {
        QFETCH(int, index);
        const nlohmann::json& one = expected().at("cases")[static_cast<std::size_t>(index)];
        const Table table = textsOf(one);
        std::vector<std::uint32_t> training, heldOut;
        for (std::uint32_t row = 0; row < table.rows(); ++row) (row % 3 == 2 ? heldOut : training).push_back(row);
        auto step = fitStep(one.at("step"), table.gather(training));
        const Table made = step.apply(table.gather(heldOut));
        QCOMPARE(made.column(0).type(), ColumnType::Sparse);
        const SparseValues& ours = made.column(0).sparse();
        if (!one.at("terms").is_null()) {
            std::vector<std::string> terms;
            for (const auto& term : one.at("terms"))
                terms.push_back(one.at("column").get<std::string>() + ":" + term.get<std::string>());
            QVERIFY(*ours.names == terms);
        }
        const nlohmann::json& rows = one.at("rows");
        QCOMPARE(ours.rows.rows(), rows.size());
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const auto columns = ours.rows.columnsOf(row);
            const auto values = ours.rows.valuesOf(row);
            QCOMPARE(columns.size(), rows[row].size());
            for (std::size_t k = 0; k < columns.size(); ++k) {
                QCOMPARE(columns[k], rows[row][k][0].get<std::int32_t>());
                QVERIFY(std::abs(values[k] - rows[row][k][1].get<double>()) <= 1e-12);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TextReferenceTest)
#include "test_text_steps.moc"
