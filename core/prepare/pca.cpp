// SPDX-License-Identifier: GPL-3.0-or-later
#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/columnwise.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "pca";

const ParamSpec kSpecs[] = {
    columnsSpec("Which number columns to replace by their principal components.", "numbers"),
    {.id = "keep",
     .label = "Keep",
     .help = "How many components to keep: as many as it takes for a share of the variance, or a number.",
     .fallback = std::string("variance"),
     .rule = OneOf{{{"variance", "A share of the variance"}, {"count", "A number"}}}},
    {.id = "variance",
     .label = "Share of the variance",
     .help = "The components kept hold at least this share of the variance of the training rows.",
     .fallback = 0.95,
     .rule = RealRange{.low = 0, .high = 1, .lowOpen = true},
     .when = EnabledWhen{"keep", {"variance"}},
     .usual = {{0.5, 0.99}}},
    {.id = "components",
     .label = "Components",
     .help = "How many components to keep; never more than there are columns or training rows.",
     .fallback = std::int64_t{2},
     .rule = IntegerRange{.low = 1, .high = 10'000},
     .when = EnabledWhen{"keep", {"count"}},
     .usual = {{1, 20}}},
    {.id = "standardize",
     .label = "Standardize before",
     .help = "Gives every column the same weight. Without it, columns in small units (grams, not tons) lead.",
     .fallback = true,
     .rule = AnyBool{}},
    {.id = "whiten",
     .label = "Whiten",
     .help = "Scales each component to variance 1 over the training rows.",
     .fallback = false,
     .rule = AnyBool{}},
    {.id = "name",
     .label = "Name",
     .help = "What the new columns are called, before their number. Two such steps need two names.",
     .fallback = std::string("pc"),
     .rule = AnyText{}},
};

/// component k of a row: sum over j of (x_j - means[j]) * weights[k][j]; a missing cell counts as the mean.
struct Components {
    std::vector<std::string> columns;
    std::vector<double> means;
    std::vector<std::vector<double>> weights;
    std::string name;
    std::vector<std::string> learnt;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Components, columns, means, weights, name, learnt)

class FittedPca final : public FittedStep {
public:
    explicit FittedPca(Components components) : m_components(std::move(components)) {}

    Table apply(const Table& table, StepNotes& notes) const override {
        std::vector<std::size_t> places;
        for (const std::string& name : m_components.columns) {
            places.push_back(requireFitted(table, name, ColumnType::Number, kId));
            if (table.column(places.back()).missing().any())
                addOnce(notes.warnings, {"Missing cells count as the mean of the training rows in the principal "
                                         "components. An impute step before pca would fill them.",
                                         {.column = name}});
        }
        std::vector<ColumnPtr> made(m_components.weights.size());
        forEachColumn(made.size(), table.rows() * std::max<std::size_t>(places.size(), 1),
                      [&](std::size_t k) { made[k] = component(table, places, k); });
        std::vector<ColumnPtr> columns;
        for (std::size_t i = 0; i < table.columnCount(); ++i)
            if (std::find(places.begin(), places.end(), i) == places.end()) columns.push_back(table.columnPtr(i));
        columns.insert(columns.end(), made.begin(), made.end());
        return {std::move(columns), table.rows()};
    }

    std::vector<std::string> learnt() const override { return m_components.learnt; }
    nlohmann::json save() const override { return m_components; }

private:
    ColumnPtr component(const Table& table, const std::vector<std::size_t>& places, std::size_t k) const {
        std::vector<double> values(table.rows());
        for (std::size_t j = 0; j < places.size(); ++j) {
            const Column& column = table.column(places[j]);
            const double mean = m_components.means[j], weight = m_components.weights[k][j];
            for (std::size_t row = 0; row < values.size(); ++row)
                if (!column.isMissing(row)) values[row] += (column.numbers()[row] - mean) * weight;
        }
        return Column::numbers(m_components.name + std::to_string(k + 1), std::move(values));
    }

    Components m_components;
};

/// A matrix of as few rows as there are columns at most, with the same singular values and right singular vectors.
Eigen::MatrixXd triangleOf(const Eigen::MatrixXd& tall) {
    if (tall.rows() <= tall.cols()) return tall;
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(tall);
    return qr.matrixQR().topRows(tall.cols()).triangularView<Eigen::Upper>();
}

/// Principal components by the singular value decomposition of the centred columns (Jolliffe 2002, Principal Component
/// Analysis, 3.5), which keeps twice the digits that the covariance matrix does. Of the two signs of a component, the
/// one whose largest loading is positive.
class Pca final : public Step {
public:
    explicit Pca(const Params& params)
        : m_columns(params.text("columns")),
          m_share(params.text("keep") == "variance" ? params.real("variance") : 0.0),
          m_count(static_cast<std::size_t>(params.integer("components"))),
          m_standardize(params.flag("standardize")),
          m_whiten(params.flag("whiten")),
          m_name(params.text("name")) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        const Table& table = training.table;
        const auto chosen = chosenColumnsOf(table, m_columns, kId, {ColumnType::Number});
        Components components{.name = m_name};
        std::vector<double> factors;
        Eigen::MatrixXd centred(static_cast<Eigen::Index>(table.rows()), static_cast<Eigen::Index>(chosen.size()));
        for (std::size_t j = 0; j < chosen.size(); ++j) {
            context.throwIfStopped();
            const Column& column = table.column(chosen[j]);
            const Moments moments = momentsOf(column);
            if (moments.constant && table.rows() > 0) warnOfConstant(column.name(), "no component takes it in", notes);
            components.columns.push_back(column.name());
            components.means.push_back(moments.mean);
            factors.push_back(moments.constant ? 0.0 : m_standardize ? 1 / moments.sd : 1.0);
            for (std::size_t row = 0; row < table.rows(); ++row)
                centred(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(j)) =
                    column.isMissing(row) ? 0.0 : (column.numbers()[row] - moments.mean) * factors[j];
        }
        learnComponents(centred, factors, components);
        return std::make_shared<FittedPca>(std::move(components));
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return std::make_shared<FittedPca>(state.get<Components>());
    }

private:
    void learnComponents(const Eigen::MatrixXd& centred, const std::vector<double>& factors,
                         Components& components) const {
        if (centred.size() == 0 || centred.isZero(0)) {
            components.learnt.push_back("The columns do not vary in the training rows: there are no components.");
            return;
        }
        const Eigen::BDCSVD<Eigen::MatrixXd> svd(triangleOf(centred), Eigen::ComputeThinV);
        const Eigen::ArrayXd variances = svd.singularValues().array().square();
        const double total = variances.sum();
        const Eigen::Index kept = countKept(svd.rank(), variances / total);
        const double sdDivisor = std::sqrt(static_cast<double>(std::max<Eigen::Index>(centred.rows() - 1, 1)));
        for (Eigen::Index k = 0; k < kept; ++k) {
            Eigen::VectorXd loadings = svd.matrixV().col(k);
            Eigen::Index largest = 0;
            loadings.cwiseAbs().maxCoeff(&largest);
            double scale = loadings[largest] < 0 ? -1 : 1;
            if (m_whiten) scale *= sdDivisor / svd.singularValues()[k];
            std::vector<double>& weights = components.weights.emplace_back();
            for (std::size_t j = 0; j < factors.size(); ++j)
                weights.push_back(loadings[static_cast<Eigen::Index>(j)] * scale * factors[j]);
            components.learnt.push_back(m_name + std::to_string(k + 1) + ": " +
                                        formatNumber(100 * variances[k] / total, 3) + " % of the variance, mostly " +
                                        components.columns[static_cast<std::size_t>(largest)]);
        }
    }

    Eigen::Index countKept(Eigen::Index rank, const Eigen::ArrayXd& shares) const {
        if (m_share == 0) return std::min(rank, static_cast<Eigen::Index>(m_count));
        double held = 0;
        for (Eigen::Index k = 0; k < rank; ++k)
            if ((held += shares[k]) >= m_share) return k + 1;
        return rank;
    }

    std::string m_columns;
    double m_share;  ///< 0: by number
    std::size_t m_count;
    bool m_standardize;
    bool m_whiten;
    std::string m_name;
};

}  // namespace

StepInfo pcaStep() {
    return {.id = kId,
            .label = "Principal components",
            .group = StepGroup::Features,
            .sentence =
                "Replaces number columns by fewer new ones that do not correlate and keep most of their variance. Good "
                "for many columns that say nearly the same; what a single column means is lost.",
            .params = kSpecs,
            .make = makeStep<Pca>};
}

}  // namespace holdout
