// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/fold_moments.h"

#include <numeric>

namespace holdout {
namespace {

/// A column whose variance in a fold is a smaller part of that in all rows is left to the rows themselves.
constexpr double kLeastVariance = 1e-4;
constexpr Eigen::Index kFewColumns = 128;
/// Up to so many numbers are standardised once for all folds.
constexpr Eigen::Index kMostPrepared = Eigen::Index{1} << 20;
constexpr Eigen::Index kMostColumns = 2000;

/// Rows of a fold that are summed, and how much each adds to the sums.
struct CountedRows {
    std::vector<std::uint32_t> rows;
    std::vector<double> shares;
};

/// A problem's rows as (1 | Z | y), whose Gram matrix holds every first and second moment.
class AugmentedRows {
public:
    AugmentedRows(const DesignMatrix& design, const Eigen::VectorXd& target, double targetMean, double targetScale)
        : m_design(design), m_target(target), m_mean(targetMean), m_factor(1 / targetScale) {}

    /// Makes whole() quick. Only for few numbers.
    void prepare() {
        std::vector<std::uint32_t> rows(static_cast<std::size_t>(m_design.rows()));
        std::iota(rows.begin(), rows.end(), 0U);
        for (const Range& part : chunks(rows.size(), kBlockRows)) {
            m_blocks.emplace_back(kBlockRows, width());
            load({rows.data() + part.begin, part.size()}, m_blocks.back());
        }
    }
    bool isPreparable() const { return width() <= kFewColumns && m_design.rows() * width() <= kMostPrepared; }

    /// The sum over all rows of share * count * row' * row, from prepared rows: where most are counted, taking all is
    /// quicker than picking them.
    Eigen::MatrixXd whole(const RowCounts& counts, JobContext& context) const {
        context.throwIfStopped();
        Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(width(), width());
        BlockVector weights;
        for (std::size_t b = 0, row = 0; b < m_blocks.size(); ++b) {
            weights.setZero();
            const std::size_t end = std::min(row + kBlockRows, counts.size());
            for (Eigen::Index i = 0; row < end; ++i, ++row) weights[i] = share(row) * counts[row];
            addWeightedGram(m_blocks[b], weights, sums);
        }
        return sums;
    }

    Eigen::Index width() const { return m_design.columns() + 2; }
    double share(std::size_t row) const { return m_design.shares()[static_cast<Eigen::Index>(row)]; }

    /// Sum over the rows of share * row' * row; the lower triangle counts.
    Eigen::MatrixXd gram(const CountedRows& counted, JobContext& context) const {
        return width() <= kFewColumns ? gramByBlocks(counted, context) : gramAtOnce(counted, context);
    }

private:
    void load(std::span<const std::uint32_t> rows, Block& block) const {
        m_design.gather(rows, block, 1);
        block.col(0).setOnes();
        auto answers = block.col(width() - 1);
        answers.setZero();
        for (std::size_t i = 0; i < rows.size(); ++i)
            answers[static_cast<Eigen::Index>(i)] = (m_target[static_cast<Eigen::Index>(rows[i])] - m_mean) * m_factor;
    }

    Eigen::MatrixXd gramByBlocks(const CountedRows& counted, JobContext& context) const {
        const Eigen::MatrixXd zero = Eigen::MatrixXd::Zero(width(), width());
        return parallelSum(counted.rows.size(), rowGrain(counted.rows.size()), zero, [&](Range part) {
            context.throwIfStopped();
            Eigen::MatrixXd sums = zero;
            Block block(kBlockRows, width());
            BlockVector shares;
            for (std::size_t begin = part.begin; begin < part.end; begin += kBlockRows) {
                const std::size_t count = std::min<std::size_t>(kBlockRows, part.end - begin);
                load({counted.rows.data() + begin, count}, block);
                shares.setZero();
                std::copy_n(counted.shares.begin() + static_cast<std::ptrdiff_t>(begin), count, shares.begin());
                addWeightedGram(block, shares, sums);
            }
            return sums;
        });
    }

    Eigen::MatrixXd gramAtOnce(const CountedRows& counted, JobContext& context) const {
        const std::size_t count = counted.rows.size();
        Eigen::MatrixXd whole(static_cast<Eigen::Index>(count), width());
        const std::vector<Range> parts = chunks(count, kBlockRows);
        parallelFor(parts.size(), [&](std::size_t i) {
            Block block(kBlockRows, width());
            load({counted.rows.data() + parts[i].begin, parts[i].size()}, block);
            const auto begin = static_cast<Eigen::Index>(parts[i].begin),
                       rows = static_cast<Eigen::Index>(parts[i].size());
            for (Eigen::Index row = 0; row < rows; ++row)
                whole.row(begin + row) =
                    block.row(row) * std::sqrt(counted.shares[static_cast<std::size_t>(begin + row)]);
        });
        return tiledGram(whole, context);
    }

    const DesignMatrix& m_design;
    const Eigen::VectorXd& m_target;
    double m_mean, m_factor;
    std::vector<Block> m_blocks;  ///< of all rows, when prepared
};

CountedRows rowsThat(const AugmentedRows& rows, const RowCounts& counts, bool counted) {
    CountedRows chosen;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if ((counts[i] > 0) != counted || rows.share(i) == 0) continue;
        chosen.rows.push_back(static_cast<std::uint32_t>(i));
        chosen.shares.push_back(rows.share(i) * (counted ? counts[i] : 1));
    }
    return chosen;
}

/// Whether the fold is all rows once, less a few.
bool leavesFewOut(const RowCounts& counts) {
    std::size_t out = 0;
    for (const std::uint16_t count : counts) {
        if (count > 1) return false;
        out += count == 0;
    }
    return 2 * out < counts.size();
}

/// Whether at least half of the rows count.
bool countsMost(const RowCounts& counts) {
    return 2 * static_cast<std::size_t>(std::count(counts.begin(), counts.end(), 0)) <= counts.size();
}

}  // namespace

std::optional<FoldMoments> centredMoments(const DesignMatrix& design, Eigen::MatrixXd sums, double targetMean,
                                          double targetScale) {
    const Eigen::Index columns = design.columns();
    sums.triangularView<Eigen::StrictlyUpper>() = sums.transpose();
    sums /= sums(0, 0);
    const Eigen::VectorXd means = sums.col(0).segment(1, columns);
    const double answer = sums(columns + 1, 0);
    const Eigen::VectorXd variances = sums.diagonal().segment(1, columns) - means.cwiseAbs2();
    if (columns > 0 && !(variances.minCoeff() > kLeastVariance)) return std::nullopt;
    const Eigen::VectorXd scales = variances.cwiseSqrt(), inverse = scales.cwiseInverse();
    FoldMoments fold;
    fold.scale = design.standardisation();
    fold.scale.means += means.cwiseProduct(fold.scale.scales);
    fold.scale.scales = fold.scale.scales.cwiseProduct(scales);
    fold.moments.gram =
        inverse.asDiagonal() * (sums.block(1, 1, columns, columns) - means * means.transpose()) * inverse.asDiagonal();
    fold.moments.cross = targetScale * inverse.cwiseProduct(sums.col(columns + 1).segment(1, columns) - answer * means);
    fold.moments.mean = targetMean + targetScale * answer;
    fold.moments.variance = targetScale * targetScale * (sums(columns + 1, columns + 1) - answer * answer);
    return fold;
}

bool sharesMoments(const DesignMatrix& design) {
    return !design.isSparse() && design.columns() > 0 && design.columns() <= kMostColumns &&
           design.columns() < design.rows();
}

void forEachFoldMoments(const DesignMatrix& design, const Eigen::VectorXd& target, const std::vector<RowCounts>& folds,
                        JobContext& context, const std::function<void(std::size_t, const FoldMoments*)>& use) {
    const double mean = weightedMean(target, design.shares());
    const double variance = (design.shares().array() * (target.array() - mean).square()).sum();
    const double scale = variance > 0 ? std::sqrt(variance) : 1;
    AugmentedRows rows(design, target, mean, scale);

    Eigen::MatrixXd whole;
    const bool anyLess = std::any_of(folds.begin(), folds.end(), &leavesFewOut);
    if (anyLess)
        whole = rows.gram(rowsThat(rows, RowCounts(static_cast<std::size_t>(design.rows()), 1), true), context);
    const auto takesAll = [&](const RowCounts& counts) {
        return rows.isPreparable() && !leavesFewOut(counts) && countsMost(counts);
    };
    if (std::any_of(folds.begin(), folds.end(), takesAll)) rows.prepare();
    parallelFor(folds.size(), [&](std::size_t f) {
        context.throwIfStopped();
        const bool less = leavesFewOut(folds[f]);
        Eigen::MatrixXd sums = takesAll(folds[f]) ? rows.whole(folds[f], context)
                                                  : rows.gram(rowsThat(rows, folds[f], !less), context);
        if (less) sums = whole - sums;
        const std::optional<FoldMoments> fold = centredMoments(design, std::move(sums), mean, scale);
        use(f, fold ? &*fold : nullptr);
    });
}

}  // namespace holdout
