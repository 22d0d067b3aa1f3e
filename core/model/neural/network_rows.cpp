// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/network_rows.h"

#include <algorithm>
#include <cmath>

#include "base/huge_pages.h"
#include "base/parallel.h"
#include "prepare/fresh_rows.h"

namespace holdout {

namespace {

using Eigen::Index;

double weightOf(const TrainingSet& training, std::uint32_t row) {
    return training.weights.size() == 0 ? 1.0 : training.weights[row];
}

/// Throws, and names the column that float32 cannot hold.
[[noreturn]] void refuseRange(const Features& features, const Eigen::MatrixXf& samples) {
    Index column = 0;
    while (column + 1 < samples.rows() && samples.row(column).allFinite()) ++column;
    const std::string& name = features.names[static_cast<std::size_t>(column)];
    throw Error("A value of the feature " + name + " is too large for a neural network, which computes in float32.",
                {.column = name}, "Add the step standardize to the recipe.");
}

/// Features of the rows as float32 samples × columns turned over, so that a sample is contiguous.
Eigen::MatrixXf samplesOf(const Features& features, const std::vector<std::uint32_t>& rows, JobContext& context) {
    constexpr std::size_t rowsPerTile = 128, cellsPerLine = 8;
    constexpr Index columnsAhead = 2;
    Eigen::MatrixXf samples(features.values.cols(), static_cast<Index>(rows.size()));
    // Batches take rows from all over it.
    preferHugePages(samples.data(), static_cast<std::size_t>(samples.size()) * sizeof(float));
    const std::vector<Range> tiles = chunks(rows.size(), rowsPerTile);
    std::vector<char> isFinite(tiles.size());
    parallelFor(tiles.size(), [&](std::size_t tile) {
        context.throwIfStopped();
        for (Index column = 0; column < features.values.cols(); ++column) {
            const double* from = features.values.col(column).data();
            // Of each column a few cells are read: too few for the processor to guess those of the next ones.
            if (column + columnsAhead < features.values.cols())
                for (std::size_t i = tiles[tile].begin; i < tiles[tile].end; i += cellsPerLine)
                    __builtin_prefetch(features.values.col(column + columnsAhead).data() + rows[i]);
            for (std::size_t i = tiles[tile].begin; i < tiles[tile].end; ++i)
                samples(column, static_cast<Index>(i)) = static_cast<float>(from[rows[i]]);
        }
        const auto part =
            samples.middleCols(static_cast<Index>(tiles[tile].begin), static_cast<Index>(tiles[tile].size()));
        isFinite[tile] = (part.array() * 0.0F).sum() == 0;  // infinity * 0 is no number
    });
    if (std::find(isFinite.begin(), isFinite.end(), 0) != isFinite.end()) refuseRange(features, samples);
    return samples;
}

/// Of each class, what its rows' weights are multiplied by so that all classes weigh the same.
std::vector<double> balance(const TrainingSet& training, const std::vector<std::uint32_t>& rows) {
    std::vector<double> sums(training.target.labels.size(), 0.0);
    for (const std::uint32_t row : rows)
        sums[static_cast<std::size_t>(training.target.classes[row])] += weightOf(training, row);
    for (double& sum : sums) sum = sum > 0 ? 1 / sum : 0;
    return sums;
}

Eigen::VectorXf weightsOf(const TrainingSet& training, const std::vector<std::uint32_t>& rows,
                          ClassWeights classWeights) {
    const auto count = static_cast<Index>(rows.size());
    const bool balanced = classWeights == ClassWeights::Balanced && training.target.task == Task::Classification;
    if (training.weights.size() == 0 && !balanced) return Eigen::VectorXf::Ones(count);
    const std::vector<double> factors = balanced ? balance(training, rows) : std::vector<double>();
    Eigen::VectorXd weights(count);
    for (Index i = 0; i < count; ++i) {
        const std::uint32_t row = rows[static_cast<std::size_t>(i)];
        weights[i] = weightOf(training, row) *
                     (balanced ? factors[static_cast<std::size_t>(training.target.classes[row])] : 1.0);
    }
    return (weights * (static_cast<double>(count) / weights.sum())).cast<float>();
}

}  // namespace

namespace {

double meanWeight(const TrainingSet& training, const std::vector<std::uint32_t>& rows) {
    double sum = 0;
    for (const std::uint32_t row : rows) sum += weightOf(training, row);
    return sum / static_cast<double>(rows.size());
}

}  // namespace

std::vector<std::uint32_t> rowsWithWeight(const TrainingSet& training) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < training.target.size(); ++row)
        if (weightOf(training, row) > 0) rows.push_back(row);
    return rows;
}

TargetScale targetScale(const TrainingSet& training, const std::vector<std::uint32_t>& rows) {
    if (training.target.task == Task::Classification) return {};
    double total = 0;
    double sum = 0;
    for (const std::uint32_t row : rows) {
        total += weightOf(training, row);
        sum += weightOf(training, row) * training.target.values[row];
    }
    const double mean = sum / total;
    double squares = 0;
    for (const std::uint32_t row : rows)
        squares += weightOf(training, row) * std::pow(training.target.values[row] - mean, 2);
    const double deviation = std::sqrt(squares / total);
    return {mean, deviation > 0 ? deviation : 1};
}

NetworkRows<float> networkRows(const TrainingSet& training, const std::vector<std::uint32_t>& rows,
                               const TargetScale& scale, ClassWeights classWeights, JobContext& context) {
    NetworkRows<float> result;
    result.inputs = samplesOf(training.features, rows, context);
    result.weights = weightsOf(training, rows, classWeights);
    if (training.target.task == Task::Classification) {
        for (const std::uint32_t row : rows) result.classes.push_back(training.target.classes[row]);
        return result;
    }
    const auto count = static_cast<Index>(rows.size());
    result.values.resize(count);
    for (Index i = 0; i < count; ++i) {
        const double value = training.target.values[rows[static_cast<std::size_t>(i)]];
        result.values[i] = static_cast<float>((value - scale.offset) / scale.scale);
    }
    return result;
}

NetworkRows<float> addedNetworkRows(const TrainingSet& training, const std::vector<std::uint32_t>& rows,
                                    std::int64_t epoch, const TargetScale& scale, ClassWeights classWeights,
                                    JobContext& context) {
    SilentProgress silent;  // the epoch is what is reported
    JobContext quiet = context.reporting(silent);
    AddedRows added = training.features.fresh->added(rows, epoch, quiet);
    const Features features = dense(std::move(added.features));
    const TrainingSet made{features, added.target, added.weights};
    const std::vector<std::uint32_t> counting = rowsWithWeight(made);
    if (counting.empty()) return {};
    NetworkRows<float> result = networkRows(made, counting, scale, classWeights, context);
    result.weights *= static_cast<float>(meanWeight(made, counting) / meanWeight(training, rows));
    return result;
}

}  // namespace holdout
