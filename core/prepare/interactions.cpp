// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "prepare/builtin_steps.h"
#include "prepare/columnwise.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "interactions";

const ParamSpec kSpecs[] = {
    columnsSpec("Which number columns to multiply with one another. Standardize them before.", "numbers"),
    {.id = "degree",
     .label = "Factors",
     .help = "How many columns are multiplied at most.",
     .fallback = std::int64_t{2},
     .rule = IntegerRange{.low = 2, .high = 4}},
    {.id = "powers",
     .label = "Powers too",
     .help = "Also multiplies columns with themselves: squares, and cubes with three factors. A linear model can then "
             "follow a curve.",
     .fallback = false,
     .rule = AnyBool{}},
};

/// Columns of the training table to multiply, ascending; a column stands twice for its square.
using Product = std::vector<std::string>;

/// "age*fare", "age^2*fare"
std::string productName(const Product& product) {
    std::string name;
    for (std::size_t begin = 0; begin < product.size();) {
        std::size_t end = begin + 1;
        while (end < product.size() && product[end] == product[begin]) ++end;
        name += (begin > 0 ? "*" : "") + product[begin];
        if (end - begin > 1) name += "^" + std::to_string(end - begin);
        begin = end;
    }
    return name;
}

ColumnPtr multiplied(const Table& table, const Product& product) {
    std::vector<double> values(table.rows(), 1.0);
    MissingMask missing(table.rows());
    for (const std::string& name : product) {
        const Column& column = table.column(requireFitted(table, name, ColumnType::Number, kId));
        for (std::size_t row = 0; row < values.size(); ++row) {
            values[row] *= column.numbers()[row];  // 0 where missing, as the product must be
            if (column.isMissing(row) && !missing[row]) missing.set(row);
        }
    }
    return Column::numbers(productName(product), std::move(values), std::move(missing));
}

class FittedInteractions final : public FittedStep {
public:
    explicit FittedInteractions(std::vector<Product> products) : m_products(std::move(products)) {}

    Table apply(const Table& table, StepNotes&) const override {
        std::vector<ColumnPtr> made(m_products.size());
        forEachColumn(made.size(), table.rows(), [&](std::size_t i) { made[i] = multiplied(table, m_products[i]); });
        std::vector<ColumnPtr> columns = table.columns();
        columns.insert(columns.end(), made.begin(), made.end());
        return {std::move(columns), table.rows()};
    }

    std::vector<std::string> learnt() const override {
        std::vector<std::string> names;
        for (const Product& product : m_products) names.push_back(productName(product));
        if (names.empty()) return {"There are no columns to multiply."};
        return {formatCount(static_cast<std::int64_t>(names.size())) +
                (names.size() == 1 ? " product: " : " products: ") + listedNames(names)};
    }
    nlohmann::json save() const override { return {{"products", m_products}}; }

private:
    std::vector<Product> m_products;
};

class Interactions final : public Step {
public:
    explicit Interactions(const Params& params)
        : m_columns(params.text("columns")),
          m_degree(static_cast<std::size_t>(params.integer("degree"))),
          m_powers(params.flag("powers")) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes&, JobContext&) const override {
        const Table& table = training.table;
        const auto chosen = chosenColumnsOf(table, m_columns, kId, {ColumnType::Number});
        std::vector<Product> products;
        for (std::size_t degree = 2; degree <= m_degree; ++degree) {
            Product product;
            addProducts(table, chosen, 0, degree, product, products);
        }
        return std::make_shared<FittedInteractions>(std::move(products));
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return std::make_shared<FittedInteractions>(state.at("products").get<std::vector<Product>>());
    }

private:
    /// All products of `left` more columns from chosen[from] on, in lexical order.
    void addProducts(const Table& table, const std::vector<std::size_t>& chosen, std::size_t from, std::size_t left,
                     Product& product, std::vector<Product>& products) const {
        if (left == 0) {
            products.push_back(product);
            refuseTooMany(products.size(), table.rows());
            return;
        }
        for (std::size_t i = from; i < chosen.size(); ++i) {
            product.push_back(table.column(chosen[i]).name());
            addProducts(table, chosen, m_powers ? i : i + 1, left - 1, product, products);
            product.pop_back();
        }
    }

    static void refuseTooMany(std::size_t products, std::size_t rows) {
        constexpr double mostBytes = 8e9;  // beyond, a usual machine swaps
        constexpr std::size_t mostColumns = 100'000;
        if (static_cast<double>(products * rows) * sizeof(double) > mostBytes || products > mostColumns)
            throw Error("interactions would make more than " + formatCount(static_cast<std::int64_t>(products - 1)) +
                            " columns, too much for memory.",
                        {.parameter = "columns"}, "Choose fewer columns, or fewer factors.");
    }

    std::string m_columns;
    std::size_t m_degree;
    bool m_powers;
};

}  // namespace

StepInfo interactionsStep() {
    return {.id = kId,
            .label = "Multiply columns",
            .group = StepGroup::Features,
            .sentence =
                "Adds the products of number columns, so that a linear model can see that one matters more where "
                "another is high. Trees and networks find such relations themselves.",
            .params = kSpecs,
            .make = makeStep<Interactions>};
}

}  // namespace holdout
