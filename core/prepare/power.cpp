// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/columnwise.h"
#include "prepare/power_transform.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "power";

const ParamSpec kSpecs[] = {
    columnsSpec("Which number columns to transform. After one-hot, numbers takes in the indicator columns too.",
                "numbers"),
    {.id = "method",
     .label = "Method",
     .help = "yeo-johnson takes any number. box-cox takes positive numbers only.",
     .fallback = std::string("yeo-johnson"),
     .rule = OneOf{{{"yeo-johnson", "Yeo-Johnson"}, {"box-cox", "Box-Cox"}}}},
    {.id = "standardize",
     .label = "Standardize after",
     .help = "Shifts and scales what comes out to mean 0 and standard deviation 1 over the training rows.",
     .fallback = true,
     .rule = AnyBool{}},
};

/// One column: (transform(x) - mean) * factor, with the transform relative to `reference`.
struct Power {
    std::string column;
    bool boxCox = false;
    double lambda = 1;
    double reference = 0;
    double mean = 0;
    double factor = 1;
    double least = 0;  ///< Box-Cox: what a value counts as that is not positive, the smallest of training
    std::string learnt;

    ColumnType type() const { return ColumnType::Number; }
    PowerFamily family() const { return boxCox ? PowerFamily::BoxCox : PowerFamily::YeoJohnson; }
    double at(double x) const {
        constexpr double most = std::numeric_limits<double>::max();
        return std::clamp((powerTransform(family(), x, lambda, reference) - mean) * factor, -most, most);
    }
    ColumnOutput apply(const ColumnPtr& from) const;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Power, column, boxCox, lambda, reference, mean, factor, least, learnt)

ColumnOutput Power::apply(const ColumnPtr& from) const {
    std::size_t beyond = 0;
    ColumnOutput output{{mappedNumbers(*from,
                                       [&](double x) {
                                           if (!boxCox || x > 0) return at(x);
                                           ++beyond;
                                           return at(least);
                                       })},
                        {}};
    if (beyond > 0)
        output.warnings.push_back({formatCount(static_cast<std::int64_t>(beyond)) +
                                       (beyond == 1 ? " value is" : " values are") +
                                       " not positive, which Box-Cox cannot take: they count as " +
                                       formatNumber(least) + ", the smallest value of the training rows.",
                                   {.column = column}});
    return output;
}

struct Learnt {
    Power power;
    bool constant = false;
    bool atEdge = false;
};

class PowerStep final : public Step {
public:
    explicit PowerStep(const Params& params)
        : m_columns(params.text("columns")),
          m_boxCox(params.text("method") == "box-cox"),
          m_standardize(params.flag("standardize")) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        const Table& table = training.table;
        const auto chosen = chosenColumnsOf(table, m_columns, kId, {ColumnType::Number});
        std::vector<Power> columns;
        for (Learnt& one :
             learnColumns(table, chosen, context, [&](const Column& column) { return learn(column, context); })) {
            if (one.constant && table.rows() > 0) warnOfConstant(one.power.column, "it is not bent", notes);
            if (one.atEdge)
                addOnce(notes.warnings, {"No lambda that a computer can work with makes this column normal; the one at "
                                         "the edge is taken. Quantile transforms it whatever its shape.",
                                         {.column = one.power.column}});
            columns.push_back(std::move(one.power));
        }
        return std::make_shared<ColumnwiseStep<Power>>(std::move(columns), kId);
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return ColumnwiseStep<Power>::load(state, kId);
    }

private:
    Learnt learn(const Column& column, const JobContext& context) const {
        const Moments raw = momentsOf(column);
        if (m_boxCox && raw.count > 0 && raw.min <= 0)
            throw Error("Box-Cox takes positive numbers only, but a training row has " + formatNumber(raw.min) +
                            " in this column.",
                        {.column = column.name(), .parameter = "method"},
                        "Choose yeo-johnson, or take the column out of the step.");
        Learnt learnt{.power = {.column = column.name(), .boxCox = m_boxCox}, .constant = raw.constant};
        Power& power = learnt.power;
        power.reference = plainReference(power.family());
        if (!raw.constant) {
            const PowerFit fit = fitPower(power.family(), presentNumbers(column),
                                          m_standardize ? PowerScale::Relative : PowerScale::Plain, context);
            power.lambda = fit.lambda;
            power.reference = fit.reference;
            learnt.atEdge = fit.atEdge;
        }
        power.least = raw.min;
        if (m_standardize && raw.count > 0) {
            const Moments moments = momentsOf(*mappedNumbers(column, [&](double x) { return power.at(x); }));
            const double factor = 1.0 / moments.sd;
            power.mean = moments.mean;
            power.factor = moments.sd == 0 || raw.constant || !std::isfinite(factor) ? 1.0 : factor;
        }
        power.learnt = column.name() + ": lambda " + formatNumber(power.lambda);
        return learnt;
    }

    std::string m_columns;
    bool m_boxCox;
    bool m_standardize;
};

}  // namespace

StepInfo powerStep() {
    return {
        .id = kId,
        .label = "Power transform",
        .group = StepGroup::Numbers,
        .sentence =
            "Bends skewed numbers, such as incomes, towards a normal distribution, by the power of each column that "
            "makes its training rows look most normal.",
        .params = kSpecs,
        .make = makeStep<PowerStep>};
}

}  // namespace holdout
