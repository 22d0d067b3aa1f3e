// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "base/seed.h"
#include "model/neighbors/neighbors.h"
#include "model/neighbors/shadows.h"

using namespace holdout;

namespace {

/// Normal numbers; rounded ones have many equal distances.
Eigen::MatrixXd points(Eigen::Index columns, Eigen::Index rows, std::uint64_t seed, bool rounded) {
    RandomStream random{Seed{seed}};
    Eigen::MatrixXd values(columns, rows);
    for (double& value : values.reshaped()) value = rounded ? std::round(2 * random.normal()) : random.normal();
    return values;
}

NeighborTable oneByOne(const Eigen::MatrixXd& rows, const Eigen::MatrixXd& asked, Distance kind, std::size_t k) {
    NeighborTable table{k, {}};
    for (Eigen::Index i = 0; i < asked.cols(); ++i) {
        std::vector<Neighbor> all;
        for (Eigen::Index row = 0; row < rows.cols(); ++row)
            all.push_back({rankedDistance(kind, asked.col(i).data(), rows.col(row).data(), rows.rows()),
                           static_cast<std::uint32_t>(row)});
        std::sort(all.begin(), all.end());
        table.entries.insert(table.entries.end(), all.begin(), all.begin() + static_cast<std::ptrdiff_t>(k));
    }
    return table;
}

bool same(const NeighborTable& a, const NeighborTable& b) {
    return std::equal(a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(),
                      [](const Neighbor& x, const Neighbor& y) { return x.row == y.row && x.distance == y.distance; });
}

}  // namespace

class NeighborsTest : public QObject {
    Q_OBJECT
private slots:
    void everyIndexFindsTheSame_data() {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("rows");
        QTest::addColumn<bool>("rounded");
        for (const int columns : {1, 3, 12, 40})
            for (const int rows : {17, 300, 3000})
                for (const bool rounded : {false, true})
                    QTest::addRow("%d columns, %d rows%s", columns, rows, rounded ? ", rounded" : "")
                        << columns << rows << rounded;
    }
    void everyIndexFindsTheSame() {
        QFETCH(int, columns);
        QFETCH(int, rows);
        QFETCH(bool, rounded);
        const Eigen::MatrixXd known = points(columns, rows, 1, rounded), asked = points(columns, 70, 2, rounded);
        for (const std::size_t k : {1U, 7U, 17U})
            for (const Distance kind : {Distance::Euclidean, Distance::Manhattan, Distance::Cosine}) {
                const NeighborTable expected = oneByOne(known, asked, kind, k);
                QVERIFY(same(makeExhaustiveIndex(known, kind)->nearest(asked, k), expected));
                if (kind != Distance::Cosine && columns <= 12)
                    QVERIFY(same(makeKdTree(known, kind)->nearest(asked, k), expected));
            }
    }

    /// Rows that differ in few directions have shadows that rule most of them out, others do not: what is found is the same.
    void shadowsChangeNothing_data() {
        QTest::addColumn<double>("noise");
        QTest::addColumn<bool>("rounded");
        QTest::newRow("few directions") << 0.05 << false;
        QTest::newRow("few directions, equal distances") << 0.05 << true;
        QTest::newRow("half") << 1.0 << false;
        QTest::newRow("all directions alike") << 30.0 << false;
        QTest::newRow("exactly flat") << 0.0 << false;
    }
    void shadowsChangeNothing() {
        QFETCH(double, noise);
        QFETCH(bool, rounded);
        constexpr Eigen::Index columns = 150;
        const Eigen::MatrixXd directions = points(columns, 12, 3, false);
        const auto made = [&](Eigen::Index rows, std::uint64_t seed) {
            Eigen::MatrixXd values =
                directions * points(12, rows, seed, rounded) + noise * points(columns, rows, seed + 1, rounded);
            if (rounded) values = values.array().round();
            return values;
        };
        Eigen::MatrixXd known = made(5000, 4);
        const Eigen::MatrixXd asked = made(70, 8);
        known.rightCols(70) = asked;  // rows that are there, too
        for (const std::size_t k : {1U, 7U, 60U})
            for (const Distance kind : {Distance::Euclidean, Distance::Cosine})
                QVERIFY(same(makeExhaustiveIndex(known, kind)->nearest(asked, k), oneByOne(known, asked, kind, k)));
    }

    /// A shadow's product is never less than that of the points, but for the slack.
    void shadowsBoundProducts() {
        const Eigen::MatrixXf rows = (points(200, 20, 5, false) * points(20, 5000, 6, false) + points(200, 5000, 7, false)).cast<float>();
        const auto shadows = Shadows::of(rows);
        QVERIFY(shadows.has_value());
        const Eigen::MatrixXf some = rows.leftCols(300);
        const Eigen::MatrixXd exact = some.cast<double>();
        const Eigen::VectorXd lengths = exact.colwise().norm();
        const Eigen::MatrixXf cast = shadows->cast(some, lengths);
        const Eigen::MatrixXf bounds = cast * cast.transpose();
        const Eigen::MatrixXd products = exact.transpose() * exact;
        double worst = 0, tightest = 1e30;
        for (Eigen::Index i = 0; i < 300; ++i)
            for (Eigen::Index j = 0; j < 300; ++j) {
                const double over = static_cast<double>(bounds(i, j)) - products(i, j);
                worst = std::min(worst, over + shadows->slack(lengths[i], lengths[j]));
                tightest = std::min(tightest, over / (lengths[i] * lengths[j]));
            }
        QVERIFY2(worst >= 0, qPrintable(QString::number(worst)));
        QVERIFY2(tightest < 0.3, qPrintable(QString::number(tightest)));
    }

    /// float32 alone could not tell such rows apart.
    void isExactFarFromTheOrigin() {
        const Eigen::MatrixXd known = points(30, 2000, 1, false).array() + 1e6;
        const Eigen::MatrixXd asked = points(30, 50, 2, false).array() + 1e6;
        for (const Distance kind : {Distance::Euclidean, Distance::Cosine})
            QVERIFY(same(makeExhaustiveIndex(known, kind)->nearest(asked, 5), oneByOne(known, asked, kind, 5)));
    }

    void rowsOfZerosHaveNoAngle() {
        Eigen::MatrixXd known = points(3, 20, 1, false);
        known.col(4).setZero();
        const Eigen::MatrixXd asked = Eigen::MatrixXd::Zero(3, 1);
        const NeighborTable found = makeExhaustiveIndex(known, Distance::Cosine)->nearest(asked, 3);
        for (std::uint32_t i = 0; i < 3; ++i) {
            QCOMPARE(found.entries[i].distance, 1.0);
            QCOMPARE(found.entries[i].row, i);
        }
    }
};

QTEST_APPLESS_MAIN(NeighborsTest)
#include "test_neighbors.moc"
