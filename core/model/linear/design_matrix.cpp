// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/design_matrix.h"

#include <numeric>

#include "base/format.h"
#include "model/training_checks.h"

namespace holdout {
namespace {

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

DesignMatrix::DesignMatrix(const TrainingSet& training, JobContext& context)
    : m_values(training.features.values), m_names(training.features.names), m_shares(rowShares(training)) {
    const Eigen::Index all = m_values.cols();
    // The first row with weight guesses the mean, so that one pass suffices without cancellation.
    Eigen::Index first = 0;
    while (m_shares[first] == 0) ++first;
    const Eigen::VectorXd guess = m_values.row(first);
    const auto rows = static_cast<std::size_t>(m_values.rows());
    const ShiftedSums sums = parallelSum(
        rows, rowGrain(rows), ShiftedSums{Eigen::ArrayXd::Zero(all), Eigen::ArrayXd::Zero(all)}, [&](Range part) {
            context.throwIfStopped();
            return shiftedSums(m_values, m_shares, guess, part);
        });
    m_means.resize(all);
    m_scales.resize(all);
    for (Eigen::Index j = 0; j < all; ++j) {
        const double variance = sums.second[j] - sums.first[j] * sums.first[j];
        if (!std::isfinite(variance))
            throw Error("The values of " + m_names[static_cast<std::size_t>(j)] + " are too large to compute with.",
                        {.column = m_names[static_cast<std::size_t>(j)]}, "Scale the column, or leave it out.");
        if (!(variance > 1e-290)) continue;
        const auto kept = static_cast<Eigen::Index>(m_kept.size());
        m_kept.push_back(j);
        m_means[kept] = guess[j] + sums.first[j];
        m_scales[kept] = std::sqrt(variance);
    }
    m_means.conservativeResize(static_cast<Eigen::Index>(m_kept.size()));
    m_scales.conservativeResize(m_means.size());
    m_all.resize(m_kept.size());
    std::iota(m_all.begin(), m_all.end(), 0);
}

Eigen::VectorXd DesignMatrix::penalties(double penalty, int power) const {
    return penalty * m_scales.array().pow(-power);
}

void DesignMatrix::load(std::size_t begin, std::span<const Eigen::Index> columns, Block& block,
                        Eigen::Index offset) const {
    const auto from = static_cast<Eigen::Index>(begin);
    const Eigen::Index count = std::min(kBlockRows, rows() - from);
    double* target = block.data() + offset * kBlockRows;
    for (const Eigen::Index column : columns) {
        const double mean = m_means[column], factor = 1 / m_scales[column];
        const double* source = &m_values(from, m_kept[static_cast<std::size_t>(column)]);
        for (Eigen::Index i = 0; i < count; ++i) target[i] = (source[i] - mean) * factor;
        std::fill(target + count, target + kBlockRows, 0.0);
        target += kBlockRows;
    }
}

void DesignMatrix::loadShares(std::size_t begin, BlockVector& shares) const {
    const auto from = static_cast<Eigen::Index>(begin);
    const Eigen::Index count = std::min(kBlockRows, rows() - from);
    shares.head(count) = m_shares.segment(from, count);
    shares.tail(kBlockRows - count).setZero();
}

Eigen::MatrixXd DesignMatrix::weighted() const {
    Eigen::MatrixXd whole(rows(), columns());
    const Eigen::VectorXd roots = m_shares.cwiseSqrt();
    parallelFor(static_cast<std::size_t>(columns()), [&](std::size_t j) {
        const auto column = static_cast<Eigen::Index>(j);
        whole.col(column) = (raw(column).array() - m_means[column]) / m_scales[column] * roots.array();
    });
    return whole;
}

RawCoefficients DesignMatrix::toRaw(const Eigen::MatrixXd& weights, const Eigen::VectorXd& intercepts) const {
    RawCoefficients raw{Eigen::MatrixXd::Zero(m_values.cols(), weights.cols()), intercepts};
    for (Eigen::Index k = 0; k < weights.cols(); ++k) {
        long double shift = 0;
        for (Eigen::Index j = 0; j < columns(); ++j) {
            const double weight = weights(j, k) / m_scales[j];
            raw.weights(m_kept[static_cast<std::size_t>(j)], k) = weight;
            shift += static_cast<long double>(weight) * m_means[j];
        }
        raw.intercepts[k] = static_cast<double>(intercepts[k] - shift);
    }
    return raw;
}

Warnings DesignMatrix::constantWarnings() const {
    std::vector<std::string> constant;
    std::size_t next = 0;
    for (Eigen::Index j = 0; j < m_values.cols(); ++j) {
        if (next < m_kept.size() && m_kept[next] == j)
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
