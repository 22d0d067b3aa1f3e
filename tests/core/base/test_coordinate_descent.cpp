// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "base/coordinate_descent.h"
#include "base/seed.h"

using namespace holdout;

class CoordinateDescentTest : public QObject {
    Q_OBJECT
private slots:
    void meetsTheConditions_data() {
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("rank");
        QTest::addColumn<double>("l2");
        QTest::addColumn<double>("tolerance");
        for (const int size : {40, 400})  // swept in place, and packed
            for (const double tolerance : {1e-10, 1e-5}) {
                const auto name = [&](const char* kind) { return QString("%1 of %2 to %3").arg(kind).arg(size).arg(tolerance); };
                QTest::newRow(qPrintable(name("definite"))) << size << 3 * size << 0.0 << tolerance;
                QTest::newRow(qPrintable(name("singular"))) << size << size / 4 << 0.0 << tolerance;
                QTest::newRow(qPrintable(name("with l2"))) << size << size / 4 << 0.1 << tolerance;
            }
    }
    /// The gradient of each coordinate that is not zero is its penalty's, and of each at zero within it; what is said to be
    /// left of c is.
    void meetsTheConditions() {
        QFETCH(int, size);
        QFETCH(int, rank);
        QFETCH(double, l2);
        QFETCH(double, tolerance);
        RandomStream random{Seed{5}};
        const Eigen::MatrixXd rows =
            Eigen::MatrixXd::NullaryExpr(rank, size, [&] { return random.normal(); }) / std::sqrt(rank);
        const Eigen::MatrixXd hessian = rows.transpose() * rows;
        Eigen::VectorXd truth = Eigen::VectorXd::Zero(size);
        for (Eigen::Index j = 0; j < size; j += 9) truth[j] = random.normal();
        const Eigen::VectorXd linear = rows.transpose() * (rows * truth + Eigen::VectorXd::NullaryExpr(rank, [&] { return 0.1 * random.normal(); }));
        Eigen::VectorXd l1 = Eigen::VectorXd::Constant(size, 0.05);
        l1[3] = 0;  // as an intercept
        const SparseQuadratic problem{hessian, linear, l1, Eigen::VectorXd::Constant(size, l2)};
        SilentProgress silent;
        const JobContext context{{}, {}, silent, Seed{1}};
        Eigen::VectorXd v = Eigen::VectorXd::Zero(size), left = linear;
        QVERIFY(minimiseSparseQuadratic(problem, tolerance, 100'000, v, left, context));
        QVERIFY((left - (linear - hessian * v)).cwiseAbs().maxCoeff() < 1e-12);
        QVERIFY((v.array() == 0).count() > size / 4);
        QVERIFY((v.array() != 0).count() > size / 20);
        const Eigen::VectorXd gradient = left - l2 * v;
        const double slack = 100 * tolerance;
        for (Eigen::Index j = 0; j < size; ++j) {
            if (v[j] != 0)
                QVERIFY(std::abs(gradient[j] - (l1[j] > 0 ? std::copysign(l1[j], v[j]) : 0)) < slack);
            else
                QVERIFY(std::abs(gradient[j]) < l1[j] + slack);
        }
    }
};

QTEST_APPLESS_MAIN(CoordinateDescentTest)
#include "test_coordinate_descent.moc"
