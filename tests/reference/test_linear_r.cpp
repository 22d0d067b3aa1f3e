// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/model.h"
#include "number_table.h"
#include "training_data.h"

using namespace holdout;
using holdout::testing::CellTable;
using holdout::testing::TrainingData;

namespace {

TrainingData dataOf(const nlohmann::json& fit) {
    const CellTable table(HOLDOUT_FIXTURES "/linear/" + fit.at("file").get<std::string>());
    TrainingData data;
    data.features.names = fit.at("features").get<std::vector<std::string>>();
    data.features.values.resize(static_cast<Eigen::Index>(table.rows.size()),
                                static_cast<Eigen::Index>(data.features.names.size()));
    for (std::size_t j = 0; j < data.features.names.size(); ++j) {
        Eigen::VectorXd column = table.numbers(data.features.names[j]);
        if (fit.value("standardised", false)) {
            column.array() -= column.mean();
            column /= std::sqrt(column.squaredNorm() / static_cast<double>(column.size()));
        }
        data.features.values.col(static_cast<Eigen::Index>(j)) = column;
    }
    data.target.name = fit.at("target").get<std::string>();
    if (fit.at("model") == "logistic") {
        data.target.task = Task::Classification;
        data.target.labels = {"neg", "pos"};
        for (const std::string& label : table.texts(data.target.name)) data.target.classes.push_back(label == "pos");
    } else {
        data.target.task = Task::Regression;
        data.target.values = table.numbers(data.target.name);
    }
    return data;
}

}  // namespace

/// Least squares, ridge and unpenalised logistic regression on files as they are, against R's lm and glm.
class LinearRTest : public QObject {
    Q_OBJECT
private:
    nlohmann::json m_fits;

private slots:
    void initTestCase() {
        std::ifstream file(HOLDOUT_FIXTURES "/linear/r_fits.json");
        m_fits = nlohmann::json::parse(file).at("fits");
        QCOMPARE(m_fits.size(), 9U);
    }

    void agrees_data() {
        QTest::addColumn<int>("number");
        for (int i = 0; i < static_cast<int>(m_fits.size()); ++i)
            QTest::newRow(m_fits[static_cast<std::size_t>(i)]["name"].get<std::string>().c_str()) << i;
    }

    void agrees() {
        QFETCH(int, number);
        const nlohmann::json& fit = m_fits[static_cast<std::size_t>(number)];
        const TrainingData data = dataOf(fit);
        const ModelRegistry models = builtinModels();
        const ModelInfo& info = models.require(fit.at("model").get<std::string>());
        nlohmann::json wanted = fit.value("params", nlohmann::json::object());
        if (info.id == "ridge")
            wanted["lambda"] =
                fit.at("lambda_of_the_sum").get<double>() / static_cast<double>(data.features.values.rows());
        const ParamSet params = paramsFromJson(info.params, wanted, info.id);
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{1}};
        const auto model = info.make(Params(info.params, params, info.id), data.target.task)->fit(data.set(), context);
        QVERIFY(model->warnings().empty());
        const Coefficients found = *model->coefficients();

        // The printed numbers have 15 digits, and R's QR loses a few of them to the condition of the raw columns. glm
        // stops when the deviance changes by 1e-8 of itself, one step of Newton's method before the digits are full.
        const double tolerance = info.id == "logistic" ? 1e-7 : 1e-10;
        const auto close = [&](double ours, double theirs) {
            return std::abs(ours - theirs) <= tolerance * std::abs(theirs);
        };
        const auto weights = fit.at("weights").get<std::vector<double>>();
        QCOMPARE(found.weights.rows(), static_cast<Eigen::Index>(weights.size()));
        const double intercept = fit.at("intercept").get<double>();
        QVERIFY2(close(found.intercepts[0], intercept), qPrintable(QString::number(found.intercepts[0], 'g', 17)));
        for (std::size_t j = 0; j < weights.size(); ++j) {
            const double ours = found.weights(static_cast<Eigen::Index>(j), 0);
            QVERIFY2(close(ours, weights[j]),
                     qPrintable(QString("%1: %2").arg(data.features.names[j].c_str()).arg(ours, 0, 'g', 17)));
        }
    }
};

QTEST_APPLESS_MAIN(LinearRTest)
#include "test_linear_r.moc"
