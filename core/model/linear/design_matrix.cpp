// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/design_matrix.h"

#include <numeric>

#include "base/format.h"
#include "model/training_checks.h"

namespace holdout {
namespace {

// Pieces of products with all rows or all columns: some hundred thousand cells each.
constexpr std::size_t rowsPerProduct = 1024;
constexpr std::size_t columnsPerProduct = 128;

/// Sums over rows of share * d and share * d^2 with d the difference from a first guess of the mean, by column.
struct ShiftedSums {
    Eigen::ArrayXd first, second;
    ShiftedSums& operator+=(const ShiftedSums& other) {
        first += other.first;
        second += other.second;
        return *this;
    }
};

ShiftedSums shiftedSums(const Eigen::MatrixXd& values, const Eigen::VectorXd& shares, const Eigen::VectorXd& guess,
                        Range rows) {
    const auto begin = static_cast<Eigen::Index>(rows.begin), count = static_cast<Eigen::Index>(rows.size());
    ShiftedSums sums{Eigen::ArrayXd(values.cols()), Eigen::ArrayXd(values.cols())};
    const auto share = shares.segment(begin, count).array();
    for (Eigen::Index j = 0; j < values.cols(); ++j) {
        const auto difference = values.col(j).segment(begin, count).array() - guess[j];
        sums.first[j] = (share * difference).sum();
        sums.second[j] = (share * difference.square()).sum();
    }
    return sums;
}

}  // namespace

std::size_t rowGrain(std::size_t rows) {
    return std::max<std::size_t>(16 * kBlockRows, (rows / 32 / kBlockRows + 1) * kBlockRows);
}

Eigen::VectorXd Standardisation::penalties(double penalty, int power) const {
    if (power == 1) return penalty * scales.cwiseInverse();
    if (power == 2) return penalty * scales.cwiseAbs2().cwiseInverse();
    return penalty * scales.array().pow(-power);
}

RawCoefficients Standardisation::toRaw(const Eigen::MatrixXd& weights, const Eigen::VectorXd& intercepts) const {
    RawCoefficients raw{Eigen::MatrixXd::Zero(width, weights.cols()), intercepts};
    for (Eigen::Index k = 0; k < weights.cols(); ++k) {
        long double shift = 0;
        for (Eigen::Index j = 0; j < means.size(); ++j) {
            const double weight = weights(j, k) / scales[j];
            raw.weights(kept[static_cast<std::size_t>(j)], k) = weight;
            shift += static_cast<long double>(weight) * means[j];
        }
        raw.intercepts[k] = static_cast<double>(intercepts[k] - shift);
    }
    return raw;
}

Eigen::MatrixXd Standardisation::fromRaw(const RawCoefficients& raw) const {
    Eigen::MatrixXd point(1 + means.size(), raw.weights.cols());
    point.row(0) = raw.intercepts.transpose();
    for (Eigen::Index j = 0; j < means.size(); ++j) {
        point.row(1 + j) = raw.weights.row(kept[static_cast<std::size_t>(j)]) * scales[j];
        point.row(0) += raw.weights.row(kept[static_cast<std::size_t>(j)]) * means[j];
    }
    return point;
}

DesignMatrix::DesignMatrix(const TrainingSet& training, JobContext& context)
    : m_values(training.features.values),
      m_sparseRows(training.features.sparse ? &*training.features.sparse : nullptr),
      m_names(training.features.names),
      m_shares(rowShares(training)) {
    m_scale.width = training.features.columns();
    m_scale.means.resize(m_scale.width);
    m_scale.scales.resize(m_scale.width);
    if (isSparse())
        measureSparse();
    else
        measureDense(context);
    m_scale.means.conservativeResize(static_cast<Eigen::Index>(m_scale.kept.size()));
    m_scale.scales.conservativeResize(m_scale.means.size());
    m_all.resize(m_scale.kept.size());
    std::iota(m_all.begin(), m_all.end(), 0);
}

DesignMatrix::DesignMatrix(const TrainingSet& training, Standardisation scale)
    : m_values(training.features.values),
      m_sparseRows(nullptr),
      m_names(training.features.names),
      m_scale(std::move(scale)),
      m_shares(rowShares(training)) {
    m_all.resize(m_scale.kept.size());
    std::iota(m_all.begin(), m_all.end(), 0);
}

void DesignMatrix::measureDense(JobContext& context) {
    // The first row with weight guesses the mean, so that one pass suffices without cancellation.
    Eigen::Index first = 0;
    while (m_shares[first] == 0) ++first;
    const Eigen::VectorXd guess = m_values.row(first);
    const Eigen::Index all = m_values.cols();
    const auto rows = static_cast<std::size_t>(m_values.rows());
    const ShiftedSums sums = parallelSum(
        rows, rowGrain(rows), ShiftedSums{Eigen::ArrayXd::Zero(all), Eigen::ArrayXd::Zero(all)}, [&](Range part) {
            context.throwIfStopped();
            return shiftedSums(m_values, m_shares, guess, part);
        });
    for (Eigen::Index j = 0; j < all; ++j)
        keep(j, guess[j] + sums.first[j], sums.second[j] - sums.first[j] * sums.first[j]);
}

void DesignMatrix::measureSparse() {
    m_sparseColumns.emplace(*m_sparseRows);
    for (Eigen::Index j = 0; j < m_scale.width; ++j) {
        const auto rows = m_sparseColumns->rowsOf(j);
        const auto values = m_sparseColumns->valuesOf(j);
        const double mean = m_sparseColumns->dot(j, m_shares);
        double held = 0, variance = 0;
        for (std::size_t k = 0; k < rows.size(); ++k) {
            held += m_shares[rows[k]];
            variance += m_shares[rows[k]] * (values[k] - mean) * (values[k] - mean);
        }
        const bool hasZeros = static_cast<Eigen::Index>(rows.size()) < m_shares.size();
        keep(j, mean, variance + (hasZeros ? std::max(0.0, 1 - held) * mean * mean : 0));
    }
}

void DesignMatrix::keep(Eigen::Index column, double mean, double variance) {
    const std::string& name = m_names[static_cast<std::size_t>(column)];
    if (!std::isfinite(variance))
        throw Error("The values of " + name + " are too large to compute with.", {.column = name},
                    "Scale the column, or leave it out.");
    if (!(variance > 1e-290)) return;
    const auto kept = static_cast<Eigen::Index>(m_scale.kept.size());
    m_scale.kept.push_back(column);
    m_scale.means[kept] = mean;
    m_scale.scales[kept] = std::sqrt(variance);
}

void DesignMatrix::load(std::size_t begin, std::span<const Eigen::Index> columns, Block& block,
                        Eigen::Index offset) const {
    const auto from = static_cast<Eigen::Index>(begin);
    const Eigen::Index count = std::min(kBlockRows, rows() - from);
    double* target = block.data() + offset * kBlockRows;
    for (const Eigen::Index column : columns) {
        const double mean = m_scale.means[column], factor = 1 / m_scale.scales[column];
        if (isSparse()) {
            loadSparse(column, begin, count, target);
            target += kBlockRows;
            continue;
        }
        const double* source = &m_values(from, m_scale.kept[static_cast<std::size_t>(column)]);
        for (Eigen::Index i = 0; i < count; ++i) target[i] = (source[i] - mean) * factor;
        std::fill(target + count, target + kBlockRows, 0.0);
        target += kBlockRows;
    }
}

void DesignMatrix::loadSparse(Eigen::Index column, std::size_t begin, Eigen::Index count, double* target) const {
    const double mean = m_scale.means[column], factor = 1 / m_scale.scales[column];
    const Eigen::Index source = m_scale.kept[static_cast<std::size_t>(column)];
    const auto rows = m_sparseColumns->rowsOf(source);
    const auto values = m_sparseColumns->valuesOf(source);
    std::fill(target, target + count, -mean * factor);
    std::fill(target + count, target + kBlockRows, 0.0);
    auto next = std::lower_bound(rows.begin(), rows.end(), static_cast<std::int32_t>(begin));
    for (; next != rows.end() && *next < static_cast<std::int64_t>(begin) + count; ++next)
        target[static_cast<std::size_t>(*next) - begin] =
            (values[static_cast<std::size_t>(next - rows.begin())] - mean) * factor;
}

void DesignMatrix::gather(std::span<const std::uint32_t> chosen, Block& block, Eigen::Index offset) const {
    const auto count = static_cast<Eigen::Index>(chosen.size());
    for (Eigen::Index column = 0; column < columns(); ++column) {
        const double mean = m_scale.means[column], factor = 1 / m_scale.scales[column];
        const auto source = raw(column);
        double* target = block.col(offset + column).data();
        for (Eigen::Index i = 0; i < count; ++i)
            target[i] = (source[static_cast<Eigen::Index>(chosen[static_cast<std::size_t>(i)])] - mean) * factor;
        std::fill(target + count, target + kBlockRows, 0.0);
    }
}

void DesignMatrix::loadShares(std::size_t begin, BlockVector& shares) const {
    const auto from = static_cast<Eigen::Index>(begin);
    const Eigen::Index count = std::min(kBlockRows, rows() - from);
    shares.head(count) = m_shares.segment(from, count);
    shares.tail(kBlockRows - count).setZero();
}

void DesignMatrix::scaledColumns(std::span<const Eigen::Index> columns, const Eigen::VectorXd& factors,
                                 Eigen::Ref<Eigen::MatrixXd> result) const {
    parallelFor(columns.size(), [&](std::size_t j) {
        auto target = result.col(static_cast<Eigen::Index>(j));
        const double middle = mean(columns[j]), factor = 1 / scale(columns[j]);
        if (!isSparse()) {
            target = (raw(columns[j]).array() - middle) / scale(columns[j]) * factors.array();
            return;
        }
        const Eigen::Index source = m_scale.kept[static_cast<std::size_t>(columns[j])];
        const auto where = m_sparseColumns->rowsOf(source);
        const auto values = m_sparseColumns->valuesOf(source);
        target = -middle * factor * factors;
        for (std::size_t k = 0; k < where.size(); ++k)
            target[where[k]] = (values[k] - middle) * factor * factors[where[k]];
    });
}

Eigen::MatrixXd DesignMatrix::weighted(std::span<const Eigen::Index> columns) const {
    Eigen::MatrixXd whole(rows(), static_cast<Eigen::Index>(columns.size()));
    scaledColumns(columns, m_shares.cwiseSqrt(), whole);
    return whole;
}

void DesignMatrix::standardise(std::span<const Eigen::Index> columns, Eigen::Ref<Eigen::MatrixXd> target) const {
    scaledColumns(columns, Eigen::VectorXd::Ones(rows()), target);
}

Eigen::VectorXd DesignMatrix::times(const Eigen::VectorXd& weights, const JobContext& context) const {
    context.throwIfStopped();
    const Eigen::VectorXd raw = weights.cwiseQuotient(m_scale.scales);
    const double shift = raw.dot(m_scale.means);
    Eigen::VectorXd all = Eigen::VectorXd::Zero(m_scale.width);
    all(m_scale.kept) = raw;
    Eigen::VectorXd product(rows());
    const std::vector<Range> parts = chunks(static_cast<std::size_t>(rows()), rowsPerProduct);
    parallelFor(parts.size(), [&](std::size_t part) {
        if (!isSparse()) {
            const auto begin = static_cast<Eigen::Index>(parts[part].begin),
                       count = static_cast<Eigen::Index>(parts[part].size());
            auto some = product.segment(begin, count);
            some.setConstant(-shift);
            for (Eigen::Index j = 0; j < all.size(); ++j)
                if (all[j] != 0) some += all[j] * m_values.col(j).segment(begin, count);
            return;
        }
        for (std::size_t row = parts[part].begin; row < parts[part].end; ++row) {
            const auto columns = m_sparseRows->columnsOf(row);
            const auto values = m_sparseRows->valuesOf(row);
            double sum = -shift;
            for (std::size_t k = 0; k < columns.size(); ++k) sum += values[k] * all[columns[k]];
            product[static_cast<Eigen::Index>(row)] = sum;
        }
    });
    return product;
}

Eigen::VectorXd DesignMatrix::cross(const Eigen::VectorXd& vector, const JobContext& context) const {
    context.throwIfStopped();
    const double sum = vector.sum();
    Eigen::VectorXd product(columns());
    const std::vector<Range> parts = chunks(static_cast<std::size_t>(columns()), columnsPerProduct);
    parallelFor(parts.size(), [&](std::size_t part) {
        for (std::size_t j = parts[part].begin; j < parts[part].end; ++j) {
            const auto column = static_cast<Eigen::Index>(j);
            const double dot = isSparse() ? m_sparseColumns->dot(m_scale.kept[j], vector) : raw(column).dot(vector);
            product[column] = (dot - mean(column) * sum) / scale(column);
        }
    });
    return product;
}

Warnings DesignMatrix::constantWarnings() const {
    std::vector<std::string> constant;
    std::size_t next = 0;
    for (Eigen::Index j = 0; j < m_scale.width; ++j) {
        if (next < m_scale.kept.size() && m_scale.kept[next] == j)
            ++next;
        else
            constant.push_back(m_names[static_cast<std::size_t>(j)]);
    }
    if (constant.empty()) return {};
    if (constant.size() == 1)
        return {{constant[0] + " is the same in every training row: its weight is 0.", {.column = constant[0]}}};
    return {{listedNames(constant) + " are each the same in every training row: their weights are 0.", {}}};
}

std::string listedNames(const std::vector<std::string>& names) {
    constexpr std::size_t kShown = 6;
    const std::size_t shown = names.size() > kShown + 1 ? kShown : names.size();
    std::string text;
    for (std::size_t i = 0; i < shown; ++i) {
        if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
        text += names[i];
    }
    if (shown < names.size()) text += " and " + formatCount(static_cast<std::int64_t>(names.size() - shown)) + " more";
    return text;
}

}  // namespace holdout
