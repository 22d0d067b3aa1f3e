// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/model.h"
#include "training_data.h"

using namespace holdout;
using holdout::testing::TrainingData;

namespace {

TrainingData dataOf(const nlohmann::json& set) {
    TrainingData data;
    const auto& columns = set.at("columns");
    const auto y = set.at("y").get<std::vector<double>>();
    data.features.values.resize(static_cast<Eigen::Index>(y.size()), static_cast<Eigen::Index>(columns.size()));
    for (std::size_t j = 0; j < columns.size(); ++j) {
        const auto column = columns[j].get<std::vector<double>>();
        data.features.values.col(static_cast<Eigen::Index>(j)) =
            Eigen::Map<const Eigen::VectorXd>(column.data(), data.features.values.rows());
        data.features.names.push_back("x" + std::to_string(j + 1));
    }
    data.target.name = "y";
    if (set.at("task") == "regression") {
        data.target.task = Task::Regression;
        data.target.values = Eigen::Map<const Eigen::VectorXd>(y.data(), data.features.values.rows());
        return data;
    }
    for (const double label : y) data.target.classes.push_back(static_cast<int>(label));
    const int classes = 1 + *std::max_element(data.target.classes.begin(), data.target.classes.end());
    for (int k = 0; k < classes; ++k) data.target.labels.push_back(std::to_string(k));
    return data;
}

}  // namespace

/// Coefficients against scikit-learn and glmnet, both run to tight convergence, and glmnet polished beyond it
/// (fixtures/linear/make_linear_reference.py); and of other losses (make_loss_reference.py).
class LinearPenalisedTest : public QObject {
    Q_OBJECT
private:
    nlohmann::json m_reference;

private slots:
    void initTestCase() {
        m_reference["sets"] = nlohmann::json::array();
        for (const char* name : {"linear_reference.json", "loss_reference.json"}) {
            std::ifstream file(std::string(HOLDOUT_FIXTURES "/linear/") + name);
            const nlohmann::json read = nlohmann::json::parse(file);
            for (const auto& set : read.at("sets")) m_reference["sets"].push_back(set);
        }
    }

    void agrees_data() {
        QTest::addColumn<int>("set");
        QTest::addColumn<int>("number");
        int s = 0;
        for (const auto& set : m_reference.at("sets")) {
            for (int c = 0; c < static_cast<int>(set.at("cases").size()); ++c) {
                const auto& one = set["cases"][static_cast<std::size_t>(c)];
                const std::string name = set["name"].get<std::string>() + " " + one["model"].get<std::string>() + " " +
                                         one["params"].dump() + " " + one["source"].get<std::string>();
                QTest::newRow(name.c_str()) << s << c;
            }
            ++s;
        }
    }

    void agrees() {
        QFETCH(int, set);
        QFETCH(int, number);
        const auto& whole = m_reference["sets"][static_cast<std::size_t>(set)];
        const auto& one = whole["cases"][static_cast<std::size_t>(number)];
        const TrainingData data = dataOf(whole);
        const ModelRegistry models = builtinModels();
        const ModelInfo& info = models.require(one["model"].get<std::string>());
        const ParamSet params = paramsFromJson(info.params, one["params"], info.id);
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{1}};
        const auto model = info.make(Params(info.params, params, info.id), data.target.task)->fit(data.set(), context);
        const Coefficients found = *model->coefficients();
        QVERIFY2(model->warnings().empty(), "the fit did not converge");
        const auto intercepts = one["intercepts"].get<std::vector<double>>();
        const auto weights = one["weights"].get<std::vector<std::vector<double>>>();
        QCOMPARE(found.intercepts.size(), static_cast<Eigen::Index>(weights.size()));
        // Only differences of softmax intercepts matter; each program centres them in its own way.
        double shift = 0;
        for (std::size_t k = 0; k < intercepts.size() && intercepts.size() > 1; ++k)
            shift += (found.intercepts[static_cast<Eigen::Index>(k)] - intercepts[k]) /
                     static_cast<double>(intercepts.size());
        double worst = 0;
        const auto compare = [&](double ours, double theirs) {
            worst = std::max(worst, std::abs(ours - theirs) / std::max(1.0, std::abs(theirs)));
        };
        for (std::size_t k = 0; k < weights.size(); ++k) {
            const auto output = static_cast<Eigen::Index>(k);
            compare(found.intercepts[output] - shift, intercepts[k]);
            QCOMPARE(found.weights.rows(), static_cast<Eigen::Index>(weights[k].size()));
            for (std::size_t j = 0; j < weights[k].size(); ++j) {
                const double ours = found.weights(static_cast<Eigen::Index>(j), output);
                compare(ours, weights[k][j]);
                QCOMPARE(ours == 0, weights[k][j] == 0);  // exact zeros are the point of the L1 part
            }
        }
        QVERIFY2(worst < 1e-6, qPrintable(QString("differs by %1").arg(worst)));
    }
};

QTEST_APPLESS_MAIN(LinearPenalisedTest)
#include "test_linear_penalised.moc"
