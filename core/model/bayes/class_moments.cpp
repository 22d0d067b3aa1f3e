// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/bayes/class_moments.h"

#include <cmath>

#include "base/parallel.h"

namespace holdout {
namespace {

using Eigen::Index;

/// Rows whose column and weights stay in the first-level cache, numbered in 16 bits.
constexpr std::size_t pieceRows = 2048;

/// The rows of one piece of the data with those of a class together, classes in order. Rows of weight 0 are left out.
struct SortedPiece {
    std::size_t begin = 0;
    std::vector<std::uint16_t> rows;   ///< from `begin` on
    std::vector<std::uint32_t> ends;   ///< of each class in `rows`
    std::vector<double> classWeights;  ///< total weight of each class
};

SortedPiece sortedPiece(const TrainingSet& training, Range range) {
    const std::vector<int>& classes = training.target.classes;
    const auto weightOf = [&](std::size_t row) {
        return training.weights.size() == 0 ? 1.0 : training.weights[static_cast<Index>(row)];
    };
    const auto count = static_cast<std::size_t>(training.target.classCount());
    SortedPiece piece{range.begin, {}, std::vector<std::uint32_t>(count, 0), std::vector<double>(count, 0)};
    for (std::size_t row = range.begin; row < range.end; ++row)
        if (weightOf(row) > 0) ++piece.ends[static_cast<std::size_t>(classes[row])];
    std::uint32_t total = 0;
    std::vector<std::uint32_t> next(count);
    for (std::size_t k = 0; k < count; ++k) {
        next[k] = total;
        piece.ends[k] = total += piece.ends[k];
    }
    piece.rows.resize(total);
    for (std::size_t row = range.begin; row < range.end; ++row) {
        if (weightOf(row) <= 0) continue;
        const auto k = static_cast<std::size_t>(classes[row]);
        piece.rows[next[k]++] = static_cast<std::uint16_t>(row - range.begin);
        piece.classWeights[k] += weightOf(row);
    }
    return piece;
}

/// Sum and squares of one class's cells, and the cells' weight.
struct Moments {
    double weight = 0, sum = 0, squares = 0;

    /// Chan, Golub, LeVeque 1983, equation 2.1.
    void join(const Moments& other) {
        if (other.weight == 0) return;
        if (weight > 0) {
            const double apart = other.sum / other.weight - sum / weight;
            squares += other.squares + apart * apart * (weight * other.weight / (weight + other.weight));
        } else {
            squares = other.squares;
        }
        weight += other.weight;
        sum += other.sum;
    }
};

/// Room for one piece of a column, in the order of its classes.
struct Buffer {
    Eigen::VectorXd values = Eigen::VectorXd(pieceRows), weights = Eigen::VectorXd(pieceRows);
};

/// Adds one piece of a column to the moments of each class.
void addPiece(const SortedPiece& piece, const double* column, const Eigen::VectorXd& weights, CellRule rule,
              Buffer& buffer, std::vector<Moments>& moments) {
    const double* cells = column + piece.begin;
    const bool weighted = weights.size() > 0;
    for (std::size_t i = 0; i < piece.rows.size(); ++i) buffer.values[static_cast<Index>(i)] = cells[piece.rows[i]];
    if (rule.indicator)
        for (double& value : buffer.values) value = value > rule.threshold ? 1 : 0;
    if (weighted)
        for (std::size_t i = 0; i < piece.rows.size(); ++i)
            buffer.weights[static_cast<Index>(i)] = weights[static_cast<Index>(piece.begin + piece.rows[i])];
    Index begin = 0;
    for (std::size_t k = 0; k < moments.size(); ++k) {
        const Index count = static_cast<Index>(piece.ends[k]) - begin;
        if (count > 0) {
            const auto values = buffer.values.segment(begin, count).array();
            const auto shares = buffer.weights.segment(begin, count).array();
            const double weight = piece.classWeights[k];
            const double sum = weighted ? (shares * values).sum() : values.sum();
            const double mean = sum / weight;
            const double squares =
                weighted ? (shares * (values - mean).square()).sum() : (values - mean).square().sum();
            moments[k].join({weight, sum, squares});
        }
        begin += count;
    }
}

ClassMoments zeroMoments(const TrainingSet& training) {
    const Index classes = training.target.classCount(), columns = training.features.columns();
    return {Eigen::VectorXd::Zero(classes), Eigen::MatrixXd::Zero(classes, columns),
            Eigen::MatrixXd::Zero(classes, columns)};
}

ClassMoments denseMoments(const TrainingSet& training, CellRule rule, const JobContext& context) {
    const std::vector<Range> ranges = chunks(training.target.size(), pieceRows);
    std::vector<SortedPiece> pieces(ranges.size());
    parallelFor(pieces.size(), [&](std::size_t i) { pieces[i] = sortedPiece(training, ranges[i]); });
    ClassMoments result = zeroMoments(training);
    for (const SortedPiece& piece : pieces)
        for (std::size_t k = 0; k < piece.classWeights.size(); ++k)
            result.weights[static_cast<Index>(k)] += piece.classWeights[k];
    const Eigen::MatrixXd& values = training.features.values;
    parallelFor(static_cast<std::size_t>(values.cols()), [&](std::size_t column) {
        context.throwIfStopped();
        const auto j = static_cast<Index>(column);
        std::vector<Moments> moments(static_cast<std::size_t>(result.weights.size()));
        Buffer buffer;
        for (const SortedPiece& piece : pieces)
            addPiece(piece, values.col(j).data(), training.weights, rule, buffer, moments);
        for (std::size_t k = 0; k < moments.size(); ++k) {
            result.sums(static_cast<Index>(k), j) = moments[k].sum;
            result.squares(static_cast<Index>(k), j) = moments[k].squares;
        }
    });
    return result;
}

/// `visit(class, weight, column, value)` for each kept cell of the rows with weight.
template <typename Visit>
void eachCell(const TrainingSet& training, CellRule rule, const Visit& visit) {
    const SparseRows& sparse = *training.features.sparse;
    for (std::size_t row = 0; row < sparse.rows(); ++row) {
        const double weight = training.weights.size() == 0 ? 1 : training.weights[static_cast<Index>(row)];
        if (weight <= 0) continue;
        const auto columns = sparse.columnsOf(row);
        const auto values = sparse.valuesOf(row);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const double value = rule.indicator ? (values[i] > rule.threshold ? 1 : 0) : values[i];
            visit(training.target.classes[row], weight, columns[i], value);
        }
    }
}

/// Two passes over the kept cells, in the order of the rows. A cell that is not kept is 0, or an indicator of it.
ClassMoments sparseMoments(const TrainingSet& training, CellRule rule, const JobContext& context) {
    ClassMoments result = zeroMoments(training);
    for (std::size_t row = 0; row < training.target.size(); ++row)
        result.weights[training.target.classes[row]] +=
            training.weights.size() == 0 ? 1 : training.weights[static_cast<Index>(row)];
    const double absent = rule.indicator && 0 > rule.threshold ? 1 : 0;
    Eigen::MatrixXd kept = Eigen::MatrixXd::Zero(result.sums.rows(), result.sums.cols());
    eachCell(training, rule, [&](int k, double weight, Index column, double value) {
        result.sums(k, column) += weight * value;
        kept(k, column) += weight;
    });
    context.throwIfStopped();
    const Eigen::MatrixXd others = (-kept).colwise() + result.weights;
    result.sums += absent * others;
    const Eigen::MatrixXd means = result.weights.cwiseMax(1e-300).cwiseInverse().asDiagonal() * result.sums;
    result.squares = others.array() * (means.array() - absent).square();
    eachCell(training, rule, [&](int k, double weight, Index column, double value) {
        const double apart = value - means(k, column);
        result.squares(k, column) += weight * apart * apart;
    });
    return result;
}

}  // namespace

ClassMoments classMoments(const TrainingSet& training, CellRule rule, const JobContext& context) {
    return training.features.sparse ? sparseMoments(training, rule, context) : denseMoments(training, rule, context);
}

ClassMoments joined(const ClassMoments& first, const ClassMoments& second) {
    ClassMoments both{first.weights + second.weights, first.sums + second.sums, first.squares};
    for (Index j = 0; j < both.squares.cols(); ++j)
        for (Index k = 0; k < both.squares.rows(); ++k) {
            Moments moments{first.weights[k], first.sums(k, j), first.squares(k, j)};
            moments.join({second.weights[k], second.sums(k, j), second.squares(k, j)});
            both.squares(k, j) = moments.squares;
        }
    return both;
}

ValueKinds valueKinds(const Features& features, const JobContext& context) {
    const auto look = [&](const double* values, std::size_t count, ValueKinds& kinds) {
        for (std::size_t i = 0; i < count; ++i) {
            if (values[i] == 0 || values[i] == 1) continue;
            kinds.indicators = false;
            if (values[i] < 0 || values[i] != std::floor(values[i])) kinds.counts = false;
            if (!kinds.counts) return;
        }
    };
    ValueKinds kinds;
    if (features.sparse) {
        look(features.sparse->values.data(), features.sparse->values.size(), kinds);
        for (std::size_t i = 0; i < features.sparse->values.size() && kinds.negative < 0; ++i)
            if (features.sparse->values[i] < 0) kinds.negative = features.sparse->columns[i];
        return kinds;
    }
    for (Index j = 0; j < features.values.cols(); ++j) {
        context.throwIfStopped();
        const auto column = features.values.col(j);
        if (kinds.counts) look(column.data(), static_cast<std::size_t>(column.size()), kinds);
        // Only a column that does not hold counts can hold something negative, but it need not.
        if (!kinds.counts && kinds.negative < 0 && column.size() > 0 && column.minCoeff() < 0) kinds.negative = j;
    }
    return kinds;
}

}  // namespace holdout
