// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/linear/linear.h"
#include "number_table.h"
#include "training_data.h"

using namespace holdout;
using holdout::testing::CellTable;
using holdout::testing::TrainingData;

namespace {

std::vector<double> fitted(const Eigen::MatrixXd& features, const Eigen::VectorXd& target) {
    TrainingData data;
    data.features.values = features;
    for (Eigen::Index j = 0; j < features.cols(); ++j) data.features.names.push_back("x" + std::to_string(j + 1));
    data.target.task = Task::Regression;
    data.target.name = "y";
    data.target.values = target;
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{1}};
    const ModelInfo info = linearInfo();
    const auto model = info.make(Params(info.params, {}, info.id), Task::Regression)->fit(data.set(), context);
    const auto found = *model->coefficients();
    std::vector<double> all{found.intercepts[0]};
    all.insert(all.end(), found.weights.data(), found.weights.data() + found.weights.size());
    return all;
}

Eigen::MatrixXd powers(const Eigen::VectorXd& x, int degree) {
    Eigen::MatrixXd columns(x.size(), degree);
    columns.col(0) = x;
    for (int d = 1; d < degree; ++d) columns.col(d) = columns.col(d - 1).cwiseProduct(x);
    return columns;
}

/// The least log relative error: about how many digits of the worst coefficient are right.
double digits(const std::vector<double>& found, const std::vector<double>& certified) {
    double least = 16;
    for (std::size_t i = 0; i < certified.size(); ++i) {
        const double error = std::abs(found[i] - certified[i]) / (certified[i] == 0 ? 1 : std::abs(certified[i]));
        least = std::min(least, error == 0 ? 16.0 : -std::log10(error));
    }
    return least;
}

}  // namespace

/// The Statistical Reference Datasets of NIST for linear least squares (itl.nist.gov/div898/strd).
class LinearNistTest : public QObject {
    Q_OBJECT
private slots:
    /// Wampler's sets are polynomials in x = 0 … 20, whose coefficients are certified to be all 1, or 10^-k. The noise
    /// of Wampler3 to 5 is orthogonal to the powers of x, 100 times larger from each to the next.
    void wampler_data() {
        QTest::addColumn<double>("base");
        QTest::newRow("Wampler1") << 1.0;
        QTest::newRow("Wampler2") << 0.1;
    }
    void wampler() {
        QFETCH(double, base);
        const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(21, 0, 20);
        const Eigen::MatrixXd columns = powers(x, 5);
        Eigen::VectorXd y = Eigen::VectorXd::Ones(21);
        std::vector<double> certified{1};
        for (int d = 1; d <= 5; ++d) {
            certified.push_back(std::pow(base, d));
            y += certified.back() * columns.col(d - 1);
        }
        const double reached = digits(fitted(columns, y), certified);
        QVERIFY2(reached >= 8, qPrintable(QString::number(reached)));
    }

    /// Digits of a mean and a slope, and of the notoriously ill-conditioned economy of Longley.
    void norris() {
        std::ifstream file(HOLDOUT_FIXTURES "/linear/Norris.dat");
        QVERIFY(file.is_open());
        std::string line;
        for (int heading = 0; heading < 60; ++heading) std::getline(file, line);
        Eigen::MatrixXd x(36, 1);
        Eigen::VectorXd y(36);
        for (Eigen::Index i = 0; i < 36; ++i) QVERIFY(file >> y[i] >> x(i, 0));
        const double reached = digits(fitted(x, y), {-0.262323073774029, 1.00211681802045});
        QVERIFY2(reached >= 12, qPrintable(QString::number(reached)));
    }

    void longley() {
        const CellTable table(HOLDOUT_FIXTURES "/linear/longley.csv");
        QCOMPARE(table.rows.size(), 16U);
        Eigen::MatrixXd x(16, 6);
        Eigen::Index column = 0;
        for (const char* name : {"GNPDEFL", "GNP", "UNEMP", "ARMED", "POP", "YEAR"})
            x.col(column++) = table.numbers(name);
        const double reached = digits(fitted(x, table.numbers("TOTEMP")),
                                      {-3482258.63459582, 15.0618722713733, -0.358191792925910E-01, -2.02022980381683,
                                       -1.03322686717359, -0.511041056535807E-01, 1829.15146461355});
        QVERIFY2(reached >= 12, qPrintable(QString::number(reached)));
    }

    void fetched_data() {
        QTest::addColumn<double>("wanted");
        QTest::newRow("Norris") << 12.0;
        QTest::newRow("Pontius") << 11.0;
        QTest::newRow("Longley") << 10.0;
        QTest::newRow("Wampler1") << 11.0;
        QTest::newRow("Wampler2") << 11.0;
        QTest::newRow("Wampler3") << 11.0;
        QTest::newRow("Wampler4") << 11.0;
        QTest::newRow("Wampler5") << 9.0;
        // The powers of x up to the tenth are rounded before the fit begins, which the condition of the problem
        // magnifies.
        QTest::newRow("Filip") << 7.5;
    }
    void fetched() {
        const QString folder = QStringLiteral(HOLDOUT_SOURCE_DIR "/../shared/data/fetched/nist_strd/");
        std::ifstream certifiedFile((folder + "certified.json").toStdString());
        if (!certifiedFile) QSKIP("the reference data sets are not here");
        const std::string name = QTest::currentDataTag();
        const nlohmann::json set = nlohmann::json::parse(certifiedFile).at("sets").at(name);
        std::vector<double> certified;
        for (const auto& value : set.at("certified").at("beta"))
            certified.push_back(std::stod(value.get<std::string>()));

        std::vector<std::vector<double>> rows;
        std::ifstream file(folder.toStdString() + name + ".csv");
        std::string line;
        std::getline(file, line);
        while (std::getline(file, line)) {
            std::vector<double> row;
            std::stringstream cells(line);
            for (std::string cell; std::getline(cells, cell, ',');) row.push_back(std::stod(cell));
            if (!row.empty()) rows.push_back(row);
        }
        Eigen::MatrixXd table(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows[0].size()));
        for (Eigen::Index i = 0; i < table.rows(); ++i)
            for (Eigen::Index j = 0; j < table.cols(); ++j)
                table(i, j) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
        const auto degree = static_cast<int>(certified.size()) - 1;
        const Eigen::MatrixXd features =
            table.cols() == 2 ? powers(table.col(1), degree) : table.rightCols(degree).eval();
        const double reached = digits(fitted(features, table.col(0)), certified);
        qInfo("%s: %.1f digits", name.c_str(), reached);
        QFETCH(double, wanted);
        QVERIFY2(reached >= wanted, qPrintable(QString::number(reached)));
    }
};

QTEST_APPLESS_MAIN(LinearNistTest)
#include "test_linear_nist.moc"
