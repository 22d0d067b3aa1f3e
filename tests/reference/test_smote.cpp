// SPDX-License-Identifier: GPL-3.0-or-later
// SMOTE against its definition (Chawla et al. 2002, section 4.2), written out here once more from the paper, and against
// imbalanced-learn 0.10 on a real table (tests/fixtures/prepare/make_smote_expected.py).
#include <QtTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "data/csv_reader.h"
#include "prepare/augment/smote.h"
#include "step_fixture.h"

using namespace holdout;
using namespace holdout::test;

namespace {

using Rows = std::vector<std::uint32_t>;

const nlohmann::json& expected() {
    static const nlohmann::json parsed = [] {
        std::ifstream file(HOLDOUT_FIXTURES "/prepare/smote_expected.json");
        return nlohmann::json::parse(file);
    }();
    return parsed;
}

/// The three columns of the table, and its target.
TrainingFrame diabetes() {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    const Table all = readCsv(HOLDOUT_FIXTURES "/linear/pima_diabetes.csv", {}, context).table;
    std::vector<ColumnPtr> columns;
    for (const auto& name : expected().at("columns"))
        columns.push_back(all.columnPtr(all.indexOf(name.get<std::string>()).value()));
    Roles roles;
    roles.target = "diabetes";
    const Target target = makeDataset(all, roles, Task::Classification).target;
    return frameOf(Table(columns), target);
}

/// "k nearest neighbours" of the paper, by sorting all distances.
Rows neighboursOf(const TrainingFrame& frame, std::uint32_t of, const Rows& among, std::size_t count) {
    std::vector<std::pair<double, std::uint32_t>> distances;
    for (const std::uint32_t other : among) {
        if (other == of) continue;
        double sum = 0;
        for (const ColumnPtr& column : frame.table.columns())
            sum += std::pow(column->numbers()[of] - column->numbers()[other], 2);
        distances.emplace_back(sum, other);
    }
    std::sort(distances.begin(), distances.end());
    Rows nearest;
    for (std::size_t i = 0; i < count; ++i) nearest.push_back(distances[i].second);
    return nearest;
}

/// Which row stands `gap` of the way from `base` to `other`, in every column.
bool liesBetween(const TrainingFrame& frame, const std::vector<double>& row, std::uint32_t base, std::uint32_t other) {
    double gap = -1;
    for (std::size_t j = 0; j < row.size(); ++j) {
        const double from = frame.table.column(j).numbers()[base], to = frame.table.column(j).numbers()[other];
        if (from != to && gap < 0) gap = (row[j] - from) / (to - from);
        if (std::abs(from + std::max(gap, 0.0) * (to - from) - row[j]) > 1e-9 * std::max(1.0, std::abs(row[j]))) return false;
    }
    return gap >= 0 && gap <= 1;
}

}  // namespace

class SmoteReferenceTest : public QObject {
    Q_OBJECT
private slots:
    /// The rows that algorithm SMOTE(T, N, k) makes when it draws the numbers that ours draws, to the last bit: bases are
    /// dealt in turn from a shuffled order, then for each new row a neighbour and a gap.
    void reproducesTheReferenceSequence() {
        const TrainingFrame frame = diabetes();
        Rows members;
        for (std::uint32_t row = 0; row < frame.rows.size(); ++row)
            if (frame.target.labels[static_cast<std::size_t>(frame.target.classes[row])] == "pos") members.push_back(row);
        const std::size_t wanted = frame.rows.size() - 2 * members.size();
        const int label = frame.target.classes[members.front()];

        RandomStream random(Seed{77}.derive("class", static_cast<std::uint64_t>(label)));
        std::vector<std::size_t> order(members.size()), counts(members.size());
        std::iota(order.begin(), order.end(), 0U);
        random.shuffle(order);
        for (std::size_t i = 0; i < wanted; ++i) ++counts[order[i % order.size()]];
        std::vector<std::vector<double>> reference;
        for (std::size_t i = 0; i < members.size(); ++i) {
            const Rows nearest = neighboursOf(frame, members[i], members, 5);
            for (std::size_t n = 0; n < counts[i]; ++n) {
                const std::uint32_t other = nearest[random.below(5)];
                const double gap = random.uniform();
                std::vector<double>& row = reference.emplace_back();
                for (const ColumnPtr& column : frame.table.columns()) {
                    const double from = column->numbers()[members[i]], to = column->numbers()[other];
                    row.push_back((1 - gap) * from + gap * to);
                }
            }
        }

        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{77}};
        const SmoteRows ours = smote(mixedRows(frame.table, {0, 1, 2}, {}, false), frame.target, SmoteRule{}, context);
        QCOMPARE(ours.blends.size(), wanted);
        for (std::size_t i = 0; i < wanted; ++i) {
            const auto& [base, other, gap] = ours.blends[i];
            for (std::size_t j = 0; j < 3; ++j) {
                const auto values = frame.table.column(j).numbers();
                QCOMPARE((1 - gap) * values[base] + gap * values[other], reference[i][j]);
            }
        }
    }

    /// imbalanced-learn's own new rows lie between rows that ours takes for neighbours too, and as many are made.
    void agreesWithImbalancedLearn() {
        const TrainingFrame frame = diabetes();
        const auto members = expected().at("members").get<Rows>();
        const MixedRows rows = mixedRows(frame.table, {0, 1, 2}, {}, false);
        for (std::size_t i = 0; i < members.size(); ++i)
            QCOMPARE(nearestRows(rows, members[i], members, 5), expected().at("neighbours")[i].get<Rows>());
        for (const auto& row : expected().at("made")) {
            const auto cells = row.get<std::vector<double>>();
            bool between = false;
            for (std::size_t i = 0; i < members.size() && !between; ++i)
                for (const std::uint32_t other : nearestRows(rows, members[i], members, 5))
                    between |= liesBetween(frame, cells, members[i], other);
            QVERIFY(between);
        }
        auto step = fitStep({{"step", "augment-rows"}, {"method", "smote"}, {"standardize", false}}, frame);
        const TrainingFrame made = step.fitted->applyToTraining(frame, step.notes);
        std::map<std::string, int> counts;
        for (const int label : made.target.classes) ++counts[made.target.labels[static_cast<std::size_t>(label)]];
        QCOMPARE(counts, (expected().at("rows").get<std::map<std::string, int>>()));
        std::map<std::uint32_t, std::size_t> placeOf;
        for (std::size_t i = 0; i < members.size(); ++i) placeOf[members[i]] = i;
        for (std::size_t i = frame.rows.size(); i < made.rows.size(); ++i) {
            std::vector<double> cells;
            for (const ColumnPtr& column : made.table.columns()) cells.push_back(column->numbers()[i]);
            const auto neighbours = expected().at("neighbours")[placeOf.at(made.rows[i])].get<Rows>();
            QVERIFY(std::any_of(neighbours.begin(), neighbours.end(),
                                [&](std::uint32_t other) { return liesBetween(frame, cells, made.rows[i], other); }));
        }
    }

    /// "gap: a random number between 0 and 1": uniform, so that its mean is 1/2 and its variance 1/12; each neighbour as
    /// often as another. Bounds are four standard errors.
    void gapsAndNeighboursAreUniform() {
        TrainingFrame frame = diabetes();
        SilentProgress progress;
        JobContext context{{}, {}, progress, Seed{5}};
        double sum = 0, squares = 0, count = 0;
        std::map<std::size_t, double> ranks;
        const auto members = expected().at("members").get<Rows>();
        const MixedRows rows = mixedRows(frame.table, {0, 1, 2}, {}, false);
        for (std::uint64_t again = 0; again < 20; ++again) {
            context.seed = Seed{again};
            for (const Blend& blend : smote(rows, frame.target, SmoteRule{}, context).blends) {
                const Rows nearest = nearestRows(rows, blend.base, members, 5);
                ++ranks[static_cast<std::size_t>(std::find(nearest.begin(), nearest.end(), blend.other) - nearest.begin())];
                sum += blend.gap, squares += blend.gap * blend.gap, ++count;
            }
        }
        QVERIFY(count > 4000);
        QVERIFY(std::abs(sum / count - 0.5) < 4 * std::sqrt(1 / 12.0 / count));
        QVERIFY(std::abs(squares / count - 1 / 3.0) < 4 * std::sqrt(4 / 45.0 / count));
        QCOMPARE(ranks.size(), std::size_t{5});
        for (const auto& [rank, times] : ranks) QVERIFY(rank < 5 && std::abs(times / count - 0.2) < 4 * std::sqrt(0.16 / count));
    }
};

QTEST_APPLESS_MAIN(SmoteReferenceTest)
#include "test_smote.moc"
