// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <limits>

#include "base/pack_product.h"
#include "base/seed.h"

using namespace holdout;

namespace {

using Eigen::Index;

template <typename Scalar>
using MatrixOf = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

template <typename Scalar>
MatrixOf<Scalar> randomMatrix(Index rows, Index columns, RandomStream& random) {
    return MatrixOf<Scalar>::NullaryExpr(rows, columns, [&] { return static_cast<Scalar>(random.normal()); });
}

/// The largest error against the same sums in double, as a part of the sums of absolute values.
template <typename Scalar, bool TermsTogether>
double worstError(Index rows, Index columns, Index terms, Index termsAtOnce) {
    RandomStream random(Seed{static_cast<std::uint64_t>(rows * 1000 + columns)});
    MatrixOf<Scalar> left = MatrixOf<Scalar>::Zero(wholePacks<Scalar>(rows), terms);
    left.topRows(rows) = randomMatrix<Scalar>(rows, terms, random);
    const MatrixOf<Scalar> right =
        TermsTogether ? randomMatrix<Scalar>(terms, columns, random) : randomMatrix<Scalar>(columns, terms, random);
    const MatrixOf<Scalar> start = randomMatrix<Scalar>(rows, 1, random);
    MatrixOf<Scalar> out = MatrixOf<Scalar>::Constant(rows + 1, columns, Scalar(-7));
    multiplyPacks<TermsTogether>(PackProduct<Scalar>{.left = left.data(),
                                                     .leftStep = left.rows(),
                                                     .right = right.data(),
                                                     .rightStep = right.rows(),
                                                     .start = start.data(),
                                                     .out = out.data(),
                                                     .outStep = out.rows(),
                                                     .rows = rows,
                                                     .columns = columns,
                                                     .terms = terms},
                                 termsAtOnce);
    const Eigen::MatrixXd l = left.topRows(rows).template cast<double>();
    const Eigen::MatrixXd r = TermsTogether ? Eigen::MatrixXd(right.template cast<double>())
                                            : Eigen::MatrixXd(right.transpose().template cast<double>());
    const Eigen::MatrixXd expected = (l * r).colwise() + start.col(0).template cast<double>();
    const Eigen::MatrixXd sizes = (l.cwiseAbs() * r.cwiseAbs()).array() + 1;
    const Eigen::MatrixXd got = out.topRows(rows).template cast<double>();
    // The row behind the last is another's.
    if ((out.row(rows).array() != Scalar(-7)).any()) return std::numeric_limits<double>::infinity();
    return ((got - expected).array().abs() / sizes.array()).maxCoeff();
}

}  // namespace

class PackProductTest : public QObject {
    Q_OBJECT
private slots:
    /// Rounding of a sum of n terms is below n units of the sum of absolute values (Higham 2002, section 3.1).
    void agreesWithSumsInDouble() {
        for (const Index rows : {1, 8, 10, 16, 31, 32, 48, 70})
            for (const Index columns : {1, 4, 7, 12, 29})
                for (const Index terms : {1, 5, 64, 130}) {
                    const double n = static_cast<double>(terms) + 2;
                    QVERIFY((worstError<float, true>(rows, columns, terms, 64) < n * 6e-8));
                    QVERIFY((worstError<float, false>(rows, columns, terms, 64) < n * 6e-8));
                    QVERIFY((worstError<double, true>(rows, columns, terms, 64) < n * 2e-15));
                    QVERIFY((worstError<double, false>(rows, columns, terms, 64) < n * 2e-15));
                }
    }

    /// What is computed together changes nothing: a column alone gives the same bits.
    void columnsStandAlone() {
        RandomStream random(Seed{5});
        const MatrixOf<float> left = randomMatrix<float>(48, 200, random), right = randomMatrix<float>(200, 17, random);
        MatrixOf<float> together(48, 17), alone(48, 17);
        PackProduct<float> product{.left = left.data(),
                                   .leftStep = 48,
                                   .right = right.data(),
                                   .rightStep = 200,
                                   .out = together.data(),
                                   .outStep = 48,
                                   .rows = 48,
                                   .columns = 17,
                                   .terms = 200};
        multiplyPacks<true>(product, 64);
        product.columns = 1;
        for (Index column = 0; column < 17; ++column) {
            product.right = right.col(column).data();
            product.out = alone.col(column).data();
            multiplyPacks<true>(product, 64);
        }
        QVERIFY(together == alone);
    }
};

QTEST_APPLESS_MAIN(PackProductTest)
#include "test_pack_product.moc"
