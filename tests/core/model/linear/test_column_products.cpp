// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <numeric>

#include "base/seed.h"
#include "model/linear/column_products.h"

using namespace holdout;
using Eigen::Index;

namespace {

Eigen::MatrixXd normals(Index rows, Index columns, std::uint64_t seed) {
    RandomStream random{Seed{seed}};
    return Eigen::MatrixXd::NullaryExpr(rows, columns, [&] { return random.normal(); });
}

std::vector<Index> some(Index count, Index step) {
    std::vector<Index> columns;
    for (Index j = 0; j < count; j += step) columns.push_back(j);
    return columns;
}

}  // namespace

class ColumnProductsTest : public QObject {
    Q_OBJECT
private slots:
    /// Widths and heights of every remainder, rows of every tail.
    void areTheProducts() {
        for (const Index rows : {1, 7, 8, 511, 512, 513, 1300})
            for (const Index columns : {1, 2, 3, 4, 5, 11}) {
                const Eigen::MatrixXd left = normals(rows, 2 * columns, 1), right = normals(rows, columns, 2);
                const std::vector<Index> chosen = some(2 * columns, 2);
                const Eigen::MatrixXd expected = left(Eigen::all, chosen).transpose() * right;
                Eigen::MatrixXd found = Eigen::MatrixXd::Constant(columns, columns, 7);
                columnProducts(left, chosen, right, found);
                QVERIFY((found - expected).cwiseAbs().maxCoeff() < 1e-11);
                Eigen::MatrixXf single(columns, columns);
                columnProducts(left.cast<float>().eval(), chosen, right.cast<float>().eval(), single);
                QVERIFY((single.cast<double>() - expected).cwiseAbs().maxCoeff() < 1e-3);
            }
    }

    /// Of any two columns the product is the same to the last bit, whatever else is asked for.
    void bitsDependOnTheTwoColumns() {
        const Eigen::MatrixXd left = normals(701, 23, 1), right = normals(701, 9, 2);
        const std::vector<Index> all = some(23, 1);
        Eigen::MatrixXd together(23, 9);
        columnProducts(left, all, right, together);
        for (const Index i : {0, 3, 22})
            for (const Index j : {0, 5, 8}) {
                Eigen::MatrixXd alone(1, 1);
                columnProducts(left, std::vector<Index>{i}, right.col(j), alone);
                QCOMPARE(alone(0, 0), together(i, j));
            }
    }

    void combinesColumns() {
        const Eigen::MatrixXd columns = normals(1100, 13, 3);
        Eigen::VectorXd weights = normals(13, 1, 4).col(0);
        weights[2] = weights[7] = weights[12] = 0;
        QVERIFY((combination(columns, weights) - columns * weights).cwiseAbs().maxCoeff() < 1e-12);
        QCOMPARE(combination(columns, Eigen::VectorXd::Zero(13)).cwiseAbs().maxCoeff(), 0.0);
    }

    /// Widths and heights of every remainder, rows of every tail; what is added with weight 0 changes no bit.
    void combinesColumnsForMany() {
        for (const Index rows : {1, 15, 128, 129, 700})
            for (const Index outputs : {1, 2, 3, 4, 11}) {
                const Eigen::MatrixXf left = normals(rows, 20, 1).cast<float>();
                Eigen::MatrixXf weights = normals(outputs, 10, 2).cast<float>();
                weights.col(3).setZero();
                weights(0, 9) = 0;
                const std::vector<Index> chosen = some(20, 2);
                Eigen::MatrixXf found = Eigen::MatrixXf::Constant(rows, outputs, 7);
                combinations(left, chosen, weights, found);
                const Eigen::MatrixXd expected = left(Eigen::all, chosen).cast<double>() * weights.cast<double>().transpose();
                QVERIFY((found.cast<double>() - expected).cwiseAbs().maxCoeff() < 1e-4);
                Eigen::MatrixXf alone(rows, 1);
                combinations(left, std::vector<Index>{0, 2, 4, 8, 10, 12, 14, 16}, weights(std::vector<Index>{0}, std::vector<Index>{0, 1, 2, 4, 5, 6, 7, 8}), alone);
                QCOMPARE(alone, Eigen::MatrixXf(found.col(0)));
            }
        Eigen::MatrixXf none = Eigen::MatrixXf::Constant(30, 2, 7);
        combinations(normals(30, 3, 1).cast<float>(), {}, Eigen::MatrixXf(2, 0), none);
        QCOMPARE(none.cwiseAbs().maxCoeff(), 0.0F);
    }
};

QTEST_APPLESS_MAIN(ColumnProductsTest)
#include "test_column_products.moc"
