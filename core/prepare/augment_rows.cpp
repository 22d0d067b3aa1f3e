// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <numeric>

#include "base/format.h"
#include "prepare/augment/smote.h"
#include "prepare/augmentation.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/step_columns.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "augment-rows";

const ParamSpec kSpecs[] = {
    columnsSpec("Which number columns are changed, and by which number and category columns rows are compared. The "
                "others keep what the row has that a new one is made of.",
                "all"),
    {.id = "method",
     .label = "New rows are",
     .help =
         "jitter: rows with noise added. smote: rows of small classes, between two that are alike. "
         "borderline-smote: only near other classes. adasyn: the more, the nearer other classes are. mixup: any two "
         "rows mixed, target and all.",
     .fallback = std::string("jitter"),
     .rule = OneOf{{{"jitter", "With noise"},
                    {"smote", "Between neighbours (SMOTE)"},
                    {"borderline-smote", "Near the border (Borderline-SMOTE)"},
                    {"adasyn", "Where it is hard (ADASYN)"},
                    {"mixup", "Mixed pairs (mixup)"}}}},
    {.id = "per_row",
     .label = "New rows for each",
     .help = "How many rows are added for each training row.",
     .fallback = 1.0,
     .rule = RealRange{.low = 0, .high = 50},
     .when = EnabledWhen{"method", {"jitter", "mixup"}},
     .usual = {{0, 5}}},
    {.id = "noise",
     .label = "Noise",
     .help = "Standard deviation of the noise, in standard deviations of the column.",
     .fallback = 0.05,
     .rule = RealRange{.low = 0},
     .when = EnabledWhen{"method", {"jitter"}},
     .usual = {{0, 0.5}}},
    {.id = "balance",
     .label = "Fill classes up to",
     .help = "Each smaller class gets new rows until it has this share of the rows of the largest.",
     .fallback = 1.0,
     .rule = RealRange{.low = 0, .high = 1, .lowOpen = true},
     .when = EnabledWhen{"method", {"smote", "borderline-smote", "adasyn"}},
     .usual = {{0.1, 1}}},
    {.id = "neighbors",
     .label = "Neighbours",
     .help = "A new row lies between a row and one of so many of its nearest of the same class.",
     .fallback = std::int64_t{5},
     .rule = IntegerRange{.low = 1, .high = 1000},
     .when = EnabledWhen{"method", {"smote", "borderline-smote", "adasyn"}},
     .usual = {{1, 20}}},
    {.id = "border_neighbors",
     .label = "Neighbours at the border",
     .help = "A row is at the border when half or more of so many nearest rows are of other classes, but not all.",
     .fallback = std::int64_t{10},
     .rule = IntegerRange{.low = 1, .high = 1000},
     .when = EnabledWhen{"method", {"borderline-smote"}},
     .usual = {{1, 30}}},
    {.id = "alpha",
     .label = "Mixing",
     .help = "Shares are drawn from the beta distribution with this parameter: near 0, nearly all of one row; 1: any "
             "share alike.",
     .fallback = 0.2,
     .rule = RealRange{.low = 0, .high = 1, .lowOpen = true},
     .when = EnabledWhen{"method", {"mixup"}},
     .usual = {{0.05, 1}}},
    {.id = "standardize",
     .label = "Compare in standard deviations",
     .help = "Without it, columns with large numbers decide which rows are alike.",
     .fallback = true,
     .rule = AnyBool{},
     .when = EnabledWhen{"method", {"smote", "borderline-smote", "adasyn"}}},
};

struct Chosen {
    std::vector<std::size_t> numbers;
    std::vector<std::size_t> categories;
};

Chosen chosenOf(const Table& table, const std::string& columns) {
    Chosen chosen;
    for (const std::size_t i : chosenColumnsOf(table, columns, kId, {ColumnType::Number, ColumnType::Category}))
        (table.column(i).type() == ColumnType::Number ? chosen.numbers : chosen.categories).push_back(i);
    return chosen;
}

/// `frame`'s column between the rows of each blend; missing where either row is.
ColumnPtr blended(const Column& column, const std::vector<Blend>& blends) {
    std::vector<double> values(blends.size());
    MissingMask missing(blends.size());
    for (std::size_t i = 0; i < blends.size(); ++i) {
        const Blend& blend = blends[i];
        if (column.isMissing(blend.base) || column.isMissing(blend.other)) {
            missing.set(i);
            continue;
        }
        const double from = column.numbers()[blend.base], to = column.numbers()[blend.other];
        values[i] = (1 - blend.gap) * from + blend.gap * to;
    }
    return Column::numbers(column.name(), std::move(values), std::move(missing));
}

TrainingFrame blendedRows(const TrainingFrame& frame, const std::vector<std::size_t>& numbers,
                          const std::vector<Blend>& blends) {
    std::vector<std::uint32_t> origins;
    for (const Blend& blend : blends) origins.push_back(blend.base);
    TrainingFrame rows = copiesOf(frame, std::move(origins));
    for (const std::size_t i : numbers) rows.table = rows.table.withColumn(i, blended(frame.table.column(i), blends));
    return rows;
}

/// Row 0, 1, … again and again until there are `perRow` times as many; of a fraction, a random part.
std::vector<std::uint32_t> repeatedRows(std::size_t rows, double perRow, RandomStream& random) {
    std::vector<std::uint32_t> order(rows), all;
    std::iota(order.begin(), order.end(), 0U);
    const auto count = static_cast<std::size_t>(std::lround(perRow * static_cast<double>(rows)));
    for (std::size_t full = 0; full < count / std::max<std::size_t>(rows, 1); ++full)
        all.insert(all.end(), order.begin(), order.end());
    random.shuffle(order);
    order.resize(count - all.size());
    std::ranges::sort(order);
    all.insert(all.end(), order.begin(), order.end());
    return all;
}

class Jitter final : public Augmenter {
public:
    Jitter(std::string columns, double perRow, double noise)
        : m_columns(std::move(columns)), m_perRow(perRow), m_noise(noise) {}

    TrainingFrame added(const TrainingFrame& frame, JobContext& context) const override {
        RandomStream random(context.seed);
        TrainingFrame rows = copiesOf(frame, repeatedRows(frame.rows.size(), m_perRow, random));
        for (const std::size_t i : chosenOf(frame.table, m_columns).numbers) {
            context.throwIfStopped();
            const Moments moments = momentsOf(frame.table.column(i));
            if (moments.constant) continue;
            RandomStream noise(context.seed.derive("column", i));
            rows.table = rows.table.withColumn(i, mappedNumbers(rows.table.column(i), [&](double value) {
                                                   return value + m_noise * moments.sd * noise.normal();
                                               }));
        }
        return rows;
    }
    std::string what() const override { return "copies with noise of " + formatNumber(m_noise) + " sd"; }

private:
    std::string m_columns;
    double m_perRow;
    double m_noise;
};

class Smote final : public Augmenter {
public:
    Smote(std::string columns, SmoteRule rule, bool standardize, std::string word)
        : m_columns(std::move(columns)), m_rule(rule), m_standardize(standardize), m_word(std::move(word)) {}

    TrainingFrame added(const TrainingFrame& frame, JobContext& context) const override {
        if (frame.target.task != Task::Classification)
            throw Error(m_word + " makes rows of small classes, but the target is a number.", {.parameter = "method"},
                        "Choose jitter or mixup.");
        const Chosen chosen = chosenOf(frame.table, m_columns);
        if (chosen.numbers.empty())
            throw Error(m_word + " needs a number column to make rows between others.", {.parameter = "columns"},
                        "Choose number columns, or put a step before that makes some.");
        const SmoteRows made = smote(mixedRows(frame.table, chosen.numbers, chosen.categories, m_standardize),
                                     frame.target, m_rule, context);
        TrainingFrame rows = blendedRows(frame, chosen.numbers, made.blends);
        for (std::size_t c = 0; c < chosen.categories.size(); ++c)
            rows.table = rows.table.withColumn(chosen.categories[c],
                                               categories(frame.table.column(chosen.categories[c]), made.codes[c]));
        return rows;
    }
    std::string what() const override { return m_word; }

private:
    static ColumnPtr categories(const Column& from, std::vector<std::uint32_t> codes) {
        MissingMask missing(codes.size());
        for (std::size_t i = 0; i < codes.size(); ++i) {
            if (codes[i] < from.levels().size()) continue;
            missing.set(i);
            codes[i] = 0;
        }
        return std::make_shared<const Column>(
            from.name(), CategoryValues{std::move(codes), std::get<CategoryValues>(from.values()).levels},
            std::move(missing));
    }

    std::string m_columns;
    SmoteRule m_rule;
    bool m_standardize;
    std::string m_word;
};

/// From the symmetric beta distribution (Jöhnk 1964, Metrika 8), in logarithms so that a small `alpha` does not
/// underflow. Requires alpha <= 1.
double betaShare(double alpha, RandomStream& random) {
    for (;;) {
        const double x = std::log(1 - random.uniform()) / alpha, y = std::log(1 - random.uniform()) / alpha;
        if (std::exp(x) + std::exp(y) <= 1) return 1 / (1 + std::exp(y - x));
    }
}

/// Zhang et al. 2018 (ICLR). A mixed class is two rows with the same features, one of each class, weighted by its
/// share: their log loss is that of the mixed label.
class Mixup final : public Augmenter {
public:
    Mixup(std::string columns, double perRow, double alpha)
        : m_columns(std::move(columns)), m_perRow(perRow), m_alpha(alpha) {}

    TrainingFrame added(const TrainingFrame& frame, JobContext& context) const override {
        RandomStream random(context.seed);
        const bool classes = frame.target.task == Task::Classification;
        Mixed mixed;
        for (const std::uint32_t base : repeatedRows(frame.rows.size(), m_perRow, random)) {
            const auto other = static_cast<std::uint32_t>(random.below(frame.rows.size()));
            // The heavier one is the base: what cannot be mixed is its.
            const double share = betaShare(m_alpha, random);
            const Blend blend{base, other, std::min(share, 1 - share)};
            const bool sameClass = !classes || frame.target.classes[base] == frame.target.classes[other];
            mixed.add(blend, sameClass ? 1 : 1 - blend.gap, base);
            if (!sameClass) mixed.add(blend, blend.gap, other);
        }
        TrainingFrame rows = blendedRows(frame, chosenOf(frame.table, m_columns).numbers, mixed.blends);
        if (classes)
            mixClasses(frame, mixed, rows);
        else
            mixNumbers(frame, mixed, rows);
        return rows;
    }
    std::string what() const override { return "mixup"; }

private:
    struct Mixed {
        std::vector<Blend> blends;
        std::vector<double> shares;          ///< weights
        std::vector<std::uint32_t> classOf;  ///< whose class the row has

        void add(const Blend& blend, double share, std::uint32_t row) {
            blends.push_back(blend);
            shares.push_back(share);
            classOf.push_back(row);
        }
    };

    static void mixClasses(const TrainingFrame& frame, const Mixed& mixed, TrainingFrame& rows) {
        const auto count = static_cast<Eigen::Index>(mixed.blends.size());
        if (rows.weights.size() == 0) rows.weights.setOnes(count);
        rows.weights.array() *= Eigen::Map<const Eigen::ArrayXd>(mixed.shares.data(), count);
        for (std::size_t i = 0; i < mixed.blends.size(); ++i)
            rows.target.classes[i] = frame.target.classes[mixed.classOf[i]];
    }
    static void mixNumbers(const TrainingFrame& frame, const Mixed& mixed, TrainingFrame& rows) {
        for (std::size_t i = 0; i < mixed.blends.size(); ++i) {
            const auto& [base, other, gap] = mixed.blends[i];
            rows.target.values[static_cast<Eigen::Index>(i)] =
                (1 - gap) * frame.target.values[base] + gap * frame.target.values[other];
        }
    }

    std::string m_columns;
    double m_perRow;
    double m_alpha;
};

class AddRows final : public AugmentingStep {
public:
    explicit AddRows(const Params& params) {
        const std::string& columns = params.text("columns");
        const std::string& method = params.text("method");
        if (method == "jitter") {
            m_augmenter = std::make_shared<Jitter>(columns, params.real("per_row"), params.real("noise"));
        } else if (method == "mixup") {
            m_augmenter = std::make_shared<Mixup>(columns, params.real("per_row"), params.real("alpha"));
        } else {
            const SmoteRule rule{method == "smote"              ? SmoteKind::Smote
                                 : method == "borderline-smote" ? SmoteKind::Borderline
                                                                : SmoteKind::Adasyn,
                                 static_cast<std::size_t>(params.integer("neighbors")),
                                 static_cast<std::size_t>(params.integer("border_neighbors")), params.real("balance")};
            const std::string word = method == "smote"              ? "SMOTE"
                                     : method == "borderline-smote" ? "Borderline-SMOTE"
                                                                    : "ADASYN";
            m_augmenter = std::make_shared<Smote>(columns, rule, params.flag("standardize"), word);
        }
    }
};

}  // namespace

StepInfo augmentRowsStep() {
    return {.id = kId,
            .label = "Add rows",
            .group = StepGroup::Augment,
            .sentence =
                "Adds rows to the training rows of each fold, made of them: with noise, between neighbours of a small "
                "class, or mixed. Held-out rows stay as they are. Put it after the steps that make numbers of all "
                "columns.",
            .params = kSpecs,
            .make = makeStep<AddRows>};
}

}  // namespace holdout
