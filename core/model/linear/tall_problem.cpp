// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/tall_problem.h"

#include "model/linear/fold_moments.h"

namespace holdout {
namespace {

using Eigen::Index;

constexpr Index kLeastRows = 20'000, kMostColumns = 126, kSampledRows = 1024;
/// How many standard deviations the sampled mean may be off: its square is lost of the sums' digits.
constexpr double kFarthest = 10;

struct Guess {
    double mean = 0, scale = 0;
};

/// From rows that are evenly spread; scale 0 when they do not vary.
template <typename Column>
Guess sampled(const Column& column) {
    const Index stride = column.size() / kSampledRows, count = column.size() / stride;
    double sum = 0, squares = 0;
    for (Index i = 0; i < count; ++i) sum += column[i * stride];
    const double mean = sum / static_cast<double>(count);
    for (Index i = 0; i < count; ++i) squares += (column[i * stride] - mean) * (column[i * stride] - mean);
    const double scale = std::sqrt(squares / static_cast<double>(count));
    return {mean, scale > 1e-6 * std::abs(mean) && std::isfinite(1 / scale) ? scale : 0};
}

std::optional<Standardisation> sampledScale(const Eigen::MatrixXd& values) {
    Standardisation scale;
    scale.width = values.cols();
    scale.means.resize(values.cols());
    scale.scales.resize(values.cols());
    for (Index j = 0; j < values.cols(); ++j) {
        const Guess guess = sampled(values.col(j));
        if (!(guess.scale > 0)) return std::nullopt;
        scale.kept.push_back(j);
        scale.means[j] = guess.mean;
        scale.scales[j] = guess.scale;
    }
    return scale;
}

/// The Gram matrix of (1 | Z | y) over all rows with their shares, or with 1 each when these are equal; its lower triangle.
Eigen::MatrixXd augmentedGram(const DesignMatrix& design, const Eigen::VectorXd& target, const Guess& answer,
                              bool isWeighted, JobContext& context) {
    const Index width = design.columns() + 2;
    const auto rows = static_cast<std::size_t>(design.rows());
    const Eigen::MatrixXd zero = Eigen::MatrixXd::Zero(width, width);
    return parallelSum(rows, rowGrain(rows), zero, [&](Range part) {
        context.throwIfStopped();
        Eigen::MatrixXd sums = zero;
        Block block(kBlockRows, width);
        BlockVector shares;
        for (std::size_t begin = part.begin; begin < part.end; begin += kBlockRows) {
            const auto from = static_cast<Index>(begin);
            const Index count = std::min(kBlockRows, design.rows() - from);
            design.load(begin, design.allColumns(), block, 1);
            block.col(0).head(count).setOnes();
            block.col(0).tail(kBlockRows - count).setZero();
            auto answers = block.col(width - 1);
            answers.head(count) = (target.segment(from, count).array() - answer.mean) / answer.scale;
            answers.tail(kBlockRows - count).setZero();
            if (!isWeighted) {
                addGram(block, block, sums);
                continue;
            }
            design.loadShares(begin, shares);
            addWeightedGram(block, shares, sums);
        }
        return sums;
    });
}

}  // namespace

std::optional<TallProblem> tallProblem(const TrainingSet& training, JobContext& context) {
    const Eigen::MatrixXd& values = training.features.values;
    if (training.features.sparse || values.cols() == 0 || values.cols() > kMostColumns || values.rows() < kLeastRows)
        return std::nullopt;
    const std::optional<Standardisation> rough = sampledScale(values);
    const Guess answer = sampled(training.target.values);
    if (!rough || !(answer.scale > 0)) return std::nullopt;
    auto design = std::make_unique<DesignMatrix>(training, *rough);
    Eigen::MatrixXd sums =
        augmentedGram(*design, training.target.values, answer, training.weights.size() > 0, context);
    if (!sums.allFinite()) return std::nullopt;
    std::optional<FoldMoments> exact = centredMoments(*design, std::move(sums), answer.mean, answer.scale);
    if (!exact) return std::nullopt;
    const Eigen::VectorXd off = (exact->scale.means - rough->means).cwiseQuotient(exact->scale.scales);
    const double answerOff = exact->moments.mean - answer.mean;
    if (!(off.cwiseAbs().maxCoeff() < kFarthest) ||
        !(answerOff * answerOff < kFarthest * kFarthest * exact->moments.variance))
        return std::nullopt;
    design->restandardise(std::move(exact->scale));
    return TallProblem{std::move(design), std::move(exact->moments)};
}

}  // namespace holdout
