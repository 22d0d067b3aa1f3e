// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "model/linear/shared_columns.h"
#include "training_data.h"

using namespace holdout;
using holdout::testing::makeTrainingData;
using holdout::testing::TrainingData;

class SharedColumnsTest : public QObject {
    Q_OBJECT
private slots:
    /// A fold's Gram matrix, products and combinations are those of its own rows, in whatever order its columns joined.
    void isThatOfTheFoldsRows() {
        TrainingData data = makeTrainingData(Task::Regression, 130, 40);
        data.weights = Eigen::VectorXd::LinSpaced(130, 0.5, 2);
        data.weights[7] = 0;
        data.features.values.col(4).head(100).setConstant(3);  // constant in the first fold alone
        SilentProgress silent;
        JobContext context{{}, {}, silent, Seed{7}};
        const DesignMatrix all(data.set(), context);
        std::vector<RowCounts> folds(3, RowCounts(130, 1));
        std::fill(folds[0].begin() + 100, folds[0].end(), 0);
        for (std::size_t i = 0; i < 130; ++i) folds[1][i] = static_cast<std::uint16_t>(i % 4);
        SharedColumns shared(all);
        std::vector<std::unique_ptr<DesignMatrix>> designs;
        std::vector<std::unique_ptr<FoldColumns>> columns;
        std::vector<Eigen::VectorXd> weights;
        for (const RowCounts& counts : folds) {
            weights.push_back(data.weights);
            for (Eigen::Index i = 0; i < 130; ++i) weights.back()[i] *= counts[static_cast<std::size_t>(i)];
        }
        for (std::size_t f = 0; f < folds.size(); ++f) {
            designs.push_back(std::make_unique<DesignMatrix>(TrainingSet{data.features, data.target, weights[f]}, context));
            columns.push_back(std::make_unique<FoldColumns>(all, shared, *designs[f], &folds[f]));
        }
        const std::vector<std::vector<Eigen::Index>> joining{{30, 2, 11}, {4, 3, 25, 12, 5, 38}};
        for (const auto& some : joining)
            for (std::size_t f = 0; f < folds.size(); ++f) {
                std::vector<Eigen::Index> places;
                for (const Eigen::Index j : some) places.push_back(columns[f]->among(j));
                shared.add(places);
                columns[f]->add(some);
            }
        for (std::size_t f = 0; f < folds.size(); ++f) {
            std::vector<Eigen::Index> chosen = joining[0];
            chosen.insert(chosen.end(), joining[1].begin(), joining[1].end());
            const Eigen::MatrixXd own = designs[f]->weighted(chosen);
            QCOMPARE(designs[f]->columns(), Eigen::Index{f == 0 ? 39 : 40});
            QVERIFY((columns[f]->gram() - own.transpose() * own).cwiseAbs().maxCoeff() < 1e-13);
            const Eigen::VectorXd shares = designs[f]->shares();
            const Eigen::VectorXd target =
                (data.target.values.array() - shares.dot(data.target.values)) * shares.array().sqrt();
            QVERIFY((columns[f]->cross(3, target) - own.rightCols(6).transpose() * target).cwiseAbs().maxCoeff() < 1e-13);
            const Eigen::VectorXd factors = Eigen::VectorXd::LinSpaced(9, -1, 2);
            QVERIFY((columns[f]->combined(factors) - own * factors).cwiseAbs().maxCoeff() < 1e-13);
        }
    }
};

QTEST_APPLESS_MAIN(SharedColumnsTest)
#include "test_shared_columns.moc"
