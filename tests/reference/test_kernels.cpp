// SPDX-License-Identifier: GPL-3.0-or-later
// Naive Bayes, nearest neighbours, support vector machines and Gaussian processes against scikit-learn's, on the samples that come with the
// program. fixtures/kernels/make_reference.py says how the expectations came about.
#include <QtTest>
#include <fstream>
#include <nlohmann/json.hpp>

#include "data/csv_reader.h"
#include "fitted_model.h"
#include "model/gaussian_process/gaussian_process_model.h"
#include "model/svm/svm_model.h"

using namespace holdout;
using holdout::testing::fitModel;
using holdout::testing::TrainingData;

namespace {

/// The sample in the form that the script gave it.
TrainingData load(const nlohmann::json& item) {
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    const std::string file = HOLDOUT_SOURCE_DIR "/resources/samples/" + item.at("file").get<std::string>();
    const Task task = item.at("task") == "regression" ? Task::Regression : Task::Classification;
    const Dataset data =
        makeDataset(readCsv(file, {}, context).table, {.target = item.at("target").get<std::string>()}, task);
    TrainingData result{toFeatures(data.features), data.target, {}};
    const std::string form = item.at("form");
    if (form == "raw") return result;
    Eigen::MatrixXd& values = result.features.values;
    for (Eigen::Index j = 0; j < values.cols(); ++j) {
        auto column = values.col(j).array();
        column -= column.mean();
        column /= std::sqrt(column.square().mean());
        if (form == "counts") column = (column - column.minCoeff()).floor();
        if (form == "yes") column = (column > 0).cast<double>();
    }
    return result;
}

std::vector<std::uint32_t> every(std::uint32_t step, std::uint32_t from, std::size_t count) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = from; row < count; row += step) rows.push_back(row);
    return rows;
}

}  // namespace

class KernelsReferenceTest : public QObject {
    Q_OBJECT
private:
    nlohmann::json m_reference;

    void eachOf(const std::string& model) {
        QTest::addColumn<int>("number");
        const nlohmann::json& fits = m_reference["fits"];
        for (std::size_t i = 0; i < fits.size(); ++i)
            if (fits[i]["model"] == model)
                QTest::newRow((fits[i]["set"].get<std::string>() + fits[i]["params"].dump() +
                               (fits[i]["weighted"].get<bool>() ? " weighted" : ""))
                                  .c_str())
                    << static_cast<int>(i);
    }

    static void weigh(TrainingData& data, const nlohmann::json& item) {
        if (!item["weighted"].get<bool>()) return;
        data.weights = Eigen::VectorXd::NullaryExpr(static_cast<Eigen::Index>(data.target.size()),
                                                    [](Eigen::Index i) { return 1.0 + static_cast<double>(i % 3); });
    }

    static void compare(const Eigen::MatrixXd& ours, const nlohmann::json& expected, double tolerance) {
        QCOMPARE(static_cast<std::size_t>(ours.rows()), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            for (std::size_t k = 0; k < expected[i].size(); ++k) {
                const double theirs = expected[i][k].get<double>();
                const double here = ours(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k));
                QVERIFY2(
                    std::abs(here - theirs) <= tolerance * std::max(1.0, std::abs(theirs)),
                    qPrintable(QString("row %1: %2, not %3").arg(i).arg(here, 0, 'g', 12).arg(theirs, 0, 'g', 12)));
            }
    }

private slots:
    void initTestCase() {
        std::ifstream file(HOLDOUT_FIXTURES "/kernels/reference.json");
        m_reference = nlohmann::json::parse(file);
        QVERIFY(m_reference.at("fits").size() >= 60);
    }

    void bayesIsScikitLearns_data() { eachOf("naive-bayes"); }
    void bayesIsScikitLearns() {
        QFETCH(int, number);
        const nlohmann::json& item = m_reference["fits"][static_cast<std::size_t>(number)];
        TrainingData data = load(item);
        weigh(data, item);
        const auto model = fitModel("naive-bayes", data, item["params"]);
        compare(model->predict(data.gather(every(7, 0, data.target.size())).features).probabilities, item["answers"],
                1e-9);
    }

    void neighborsAreScikitLearns_data() { eachOf("knn"); }
    void neighborsAreScikitLearns() {
        QFETCH(int, number);
        const nlohmann::json& item = m_reference["fits"][static_cast<std::size_t>(number)];
        const TrainingData data = load(item);
        const auto model = fitModel("knn", data.gather(every(2, 1, data.target.size())), item["params"]);
        const Predictions said = model->predict(data.gather(every(14, 0, data.target.size())).features);
        compare(data.target.task == Task::Regression ? Eigen::MatrixXd(said.values) : said.probabilities,
                item["answers"], 1e-9);
    }

    void machinesAreLibsvms_data() { eachOf("svm"); }
    /// Both keep kernel rows in float32, so that decisions agree to a few times its rounding.
    void machinesAreLibsvms() {
        QFETCH(int, number);
        const nlohmann::json& item = m_reference["fits"][static_cast<std::size_t>(number)];
        TrainingData data = load(item);
        if (data.target.size() > 300) data = data.gather(every(1, 0, 300));
        weigh(data, item);
        nlohmann::json params = item["params"];
        params["calibrate"] = false;
        const auto model = fitModel("svm", data, params);
        const auto& machine = dynamic_cast<const SvmModel&>(*model);
        const Eigen::MatrixXd asked = data.gather(every(7, 0, data.target.size())).features.values;
        compare(machine.decisions(asked), item["answers"], 1e-5);
    }

    void processesAreScikitLearns_data() { eachOf("gaussian-process"); }
    /// With its parameters given, a process is a formula. Where they are sought, both stop near the same top: what is
    /// left of the gradient there is worth less than 1e-4 of the likelihood and a thousandth of the answers.
    void processesAreScikitLearns() {
        QFETCH(int, number);
        const nlohmann::json& item = m_reference["fits"][static_cast<std::size_t>(number)];
        TrainingData data = load(item);
        data = data.gather(every(1, 0, 150));
        for (auto column : data.features.values.colwise()) {
            column.array() -= column.mean();
            // A constant column has nothing but rounding left, here and there.
            const double deviation = std::sqrt(column.squaredNorm() / 150);
            if (deviation > 1e-12) column /= deviation;
        }
        const auto model = fitModel("gaussian-process", data, item["params"]);
        const auto& process = dynamic_cast<const GaussianProcessModel&>(*model);
        const Features asked = data.gather(every(7, 0, 150)).features;
        Eigen::MatrixXd answers(asked.values.rows(), 2);
        answers << process.predict(asked).values, process.standardDeviations(asked);
        const bool sought = item["params"]["optimise"].get<bool>();
        compare(answers, item["answers"], sought ? 1e-3 : 1e-8);
        const double theirs = item["likelihood"].get<double>(), ours = process.process().logLikelihood();
        // To be likelier than theirs is no fault.
        QVERIFY2(sought ? ours > theirs - 1e-4 : std::abs(ours - theirs) < 1e-8 * std::abs(theirs),
                 qPrintable(QString("%1, not %2").arg(ours, 0, 'g', 12).arg(theirs, 0, 'g', 12)));
    }
};

QTEST_APPLESS_MAIN(KernelsReferenceTest)
#include "test_kernels.moc"
