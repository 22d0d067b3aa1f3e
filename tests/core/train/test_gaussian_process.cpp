// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "base/cholesky.h"
#include "base/parallel.h"
#include "base/seed.h"
#include "train/gaussian_process.h"

using namespace holdout;

namespace {

SilentProgress silent;

JobContext quiet() {
    return {{}, {}, silent, Seed{3}};
}

GaussianProcessData wave(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed = 1) {
    RandomStream random{Seed{seed}};
    GaussianProcessData data{Eigen::MatrixXd(rows, columns), Eigen::VectorXd(rows)};
    for (double& value : data.rows.reshaped()) value = random.uniform(-2, 2);
    for (Eigen::Index i = 0; i < rows; ++i) data.values[i] = std::sin(2 * data.rows(i, 0)) + 0.1 * random.normal();
    return data;
}

GaussianProcessParams someParams(Covariance kind, Eigen::Index lengths) {
    GaussianProcessParams params{kind, Eigen::VectorXd::LinSpaced(lengths, -0.4, 0.6), 0.3, -2.5};
    return params;
}

GaussianProcessSearch wide(Eigen::Index size) {
    return {Eigen::VectorXd::Constant(size, -7), Eigen::VectorXd::Constant(size, 7)};
}

}  // namespace

class GaussianProcessTest : public QObject {
    Q_OBJECT
    /// Rows for each covariance.
    static void kinds() {
        QTest::addColumn<int>("kind");
        QTest::newRow("rbf") << static_cast<int>(Covariance::Rbf);
        QTest::newRow("matern 3/2") << static_cast<int>(Covariance::Matern32);
        QTest::newRow("matern 5/2") << static_cast<int>(Covariance::Matern52);
    }
private slots:
    void factorisesInBlocks() {
        RandomStream random{Seed{5}};
        Eigen::MatrixXd root(301, 301);
        for (double& value : root.reshaped()) value = random.normal();
        const Eigen::MatrixXd matrix = root * root.transpose() + Eigen::MatrixXd::Identity(301, 301);
        Eigen::MatrixXd factor = matrix;
        QVERIFY(factorise(factor, quiet()));
        const Eigen::MatrixXd lower = factor.triangularView<Eigen::Lower>();
        QVERIFY((lower * lower.transpose() - matrix).cwiseAbs().maxCoeff() < 1e-9);
        QVERIFY((inverseOf(factor, quiet()) * matrix - Eigen::MatrixXd::Identity(301, 301)).cwiseAbs().maxCoeff() <
                1e-9);
        QVERIFY((lower * solveLower(factor, root, quiet()) - root).cwiseAbs().maxCoeff() < 1e-9);
        Eigen::MatrixXd indefinite = matrix;
        indefinite(200, 200) = -1;
        QVERIFY(!factorise(indefinite, quiet()));
    }

    void gradientIsTheSlope_data() { kinds(); }
    void gradientIsTheSlope() {
        QFETCH(int, kind);
        for (const Eigen::Index lengths : {1, 3}) {
            GaussianProcessData data = wave(40, 3);
            for (const bool copied : {false, true}) {
                if (copied) data.copies = Eigen::VectorXd::LinSpaced(40, 0.5, 3);
                const GaussianProcessParams params = someParams(static_cast<Covariance>(kind), lengths);
                const Eigen::VectorXd gradient = GaussianProcess(data, params, quiet()).likelihoodGradient(quiet());
                for (Eigen::Index i = 0; i < gradient.size(); ++i) {
                    const auto at = [&](double shift) {
                        Eigen::VectorXd moved = params.toVector();
                        moved[i] += shift;
                        return GaussianProcess(data, params.with(moved), quiet()).logLikelihood();
                    };
                    const double slope = (at(1e-4) - at(-1e-4)) / 2e-4;
                    QVERIFY2(std::abs(slope - gradient[i]) < 1e-5 * std::max(1.0, std::abs(slope)),
                             qPrintable(QString("%1: %2, %3").arg(i).arg(slope).arg(gradient[i])));
                }
            }
        }
    }

    /// Two copies are two observations, in likelihood and prediction.
    void copiesAreRepeatedRows() {
        GaussianProcessData once = wave(20, 2);
        once.copies = Eigen::VectorXd::Ones(20);
        once.copies.tail(10).setConstant(2);
        GaussianProcessData twice{Eigen::MatrixXd(30, 2), Eigen::VectorXd(30)};
        twice.rows << once.rows, once.rows.bottomRows(10);
        twice.values << once.values, once.values.tail(10);
        const GaussianProcessParams params = someParams(Covariance::Matern52, 2);
        const GaussianProcess a(once, params, quiet()), b(twice, params, quiet());
        QVERIFY(std::abs(a.logLikelihood() - b.logLikelihood()) < 1e-8);
        const Eigen::MatrixXd places = wave(7, 2, 9).rows;
        QVERIFY((a.at(places).mean - b.at(places).mean).cwiseAbs().maxCoeff() < 1e-9);
        QVERIFY((a.variance(places) - b.variance(places)).cwiseAbs().maxCoeff() < 1e-9);
    }

    /// One observation has a posterior that is written in a line.
    void oneObservationByHand() {
        const GaussianProcess process({Eigen::MatrixXd::Zero(1, 1), Eigen::VectorXd::Constant(1, 2)},
                                      {Covariance::Rbf, Eigen::VectorXd::Zero(1), std::log(3), std::log(0.5)}, quiet());
        const Eigen::MatrixXd place = Eigen::MatrixXd::Ones(1, 1);
        const double shared = 3 * std::exp(-0.5);
        QVERIFY(std::abs(process.mean(place)[0] - shared / 3.5 * 2) < 1e-12);
        QVERIFY(std::abs(process.variance(place)[0] - (3 - shared * shared / 3.5)) < 1e-12);
        QVERIFY(std::abs(process.logLikelihood() - (-0.5 * 4 / 3.5 - 0.5 * std::log(2 * M_PI * 3.5))) < 1e-12);
    }

    void searchStopsAtTheTop_data() { kinds(); }
    void searchStopsAtTheTop() {
        QFETCH(int, kind);
        const GaussianProcessData data = wave(60, 2);
        JobContext context = quiet();
        const GaussianProcess best =
            likeliestGaussianProcess(data, someParams(static_cast<Covariance>(kind), 2), wide(4), context);
        const Eigen::VectorXd gradient = best.likelihoodGradient(context), point = best.params().toVector();
        for (Eigen::Index i = 0; i < 4; ++i)
            QVERIFY2(std::abs(gradient[i]) < 1e-3 || std::abs(point[i]) == 7, qPrintable(QString::number(gradient[i])));
        // The second column does not matter: its length is long.
        QVERIFY(best.params().logLengths[1] > best.params().logLengths[0] + 1);
        QVERIFY(std::abs(std::exp(0.5 * best.params().logNoise) - 0.1) < 0.03);
    }

    void sameBitsOnAnyThreads() {
        Eigen::VectorXd first;
        for (const int threads : {1, 2, 8}) {
            Arena arena(threads);
            arena.run([&] {
                JobContext context = quiet();
                GaussianProcessSearch search = wide(4);
                search.iterations = 5;
                const GaussianProcess best =
                    likeliestGaussianProcess(wave(300, 2), someParams(Covariance::Matern32, 2), search, context);
                const Eigen::VectorXd said = best.at(wave(70, 2, 4).rows).variance;
                if (first.size() == 0) first = said;
                QVERIFY(first == said);
            });
        }
    }

    void refusesRowsThatCannotBeToldApart() {
        GaussianProcessData data{Eigen::MatrixXd::Zero(30, 1), Eigen::VectorXd::Ones(30)};
        GaussianProcessParams params;
        params.logNoise = -60;
        QVERIFY_THROWS_EXCEPTION(Error, GaussianProcess(data, params, quiet()));
        QVERIFY_THROWS_EXCEPTION(Cancelled, [&] {
            std::stop_source source;
            source.request_stop();
            JobContext context{source.get_token(), {}, silent, Seed{1}};
            likeliestGaussianProcess(wave(20, 1), params, wide(3), context);
        }());
    }
};

QTEST_APPLESS_MAIN(GaussianProcessTest)
#include "test_gaussian_process.moc"
