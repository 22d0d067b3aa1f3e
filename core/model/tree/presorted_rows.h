// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/tree/growth.h"
#include "prepare/recipe.h"

namespace holdout {

/// Samples of one tree in the order of each feature, sorted once for the whole tree: every threshold between two
/// different values is tried (exact splits). Splitting a node keeps the order of its sides. Features are looked at in
/// parallel; which split is found does not depend on the number of threads.
template <typename Tally>
class PresortedRows {
public:
    using Sample = typename Tally::Sample;

    PresortedRows(const Features& features, const Target& target, const CountedRows& rows, const GrowthRules& rules,
                  const JobContext& context)
        : m_features(features.values),
          m_rules(rules),
          m_context(context),
          m_tally(target, rules.criterion),
          m_samples(Tally::samples(target, rows)),
          m_orders(static_cast<std::size_t>(m_features.cols())),
          m_draw(m_orders.size(), rules.featuresPerSplit),
          m_goesLeft(m_samples.size()) {
        parallelFor(m_orders.size(), [&](std::size_t feature) {
            context.throwIfStopped();
            sortBy(feature);
        });
    }

    std::size_t size() const { return m_samples.size(); }
    int outputs() const { return m_tally.outputs(); }

    const Tally& open(Range node) {
        m_tally.clear();
        for (std::size_t i = node.begin; i < node.end; ++i) m_tally.add(m_samples[rowOrder(i)]);
        m_tally.closeNode();
        return m_tally;
    }

    Split best(Range node, RandomStream& random) {
        // Constant features are not counted among those that are drawn, as a split by them is none.
        Split best;
        std::size_t counted = 0;
        for (std::size_t turn = 0; turn < m_draw.features() && counted < m_draw.wanted();) {
            m_batch.clear();
            while (turn < m_draw.features() && counted + m_batch.size() < m_draw.wanted()) {
                const std::uint32_t feature = m_draw.next(turn++, random);
                if (valueAt(feature, node.begin) < valueAt(feature, node.end - 1)) m_batch.push_back(feature);
            }
            counted += m_batch.size();
            m_found.assign(m_batch.size(), {});
            eachOf(m_batch.size(), node, [&](std::size_t i) { m_found[i] = bestOf(m_batch[i], node); });
            for (const Split& split : m_found)
                if (split.feature >= 0 && split.gain > best.gain + tolerance()) best = split;
        }
        return best;
    }

    std::size_t part(Range node, const Split& split) {
        std::size_t middle = node.begin;
        const auto by = static_cast<std::size_t>(split.feature);
        for (std::size_t i = node.begin; i < node.end; ++i) {
            const bool left = valueAt(by, i) <= split.threshold;
            m_goesLeft[m_orders[by][i]] = left;
            middle += left;
        }
        eachOf(m_orders.size(), node, [&](std::size_t feature) {
            const auto begin = m_orders[feature].begin() + static_cast<std::ptrdiff_t>(node.begin);
            std::stable_partition(begin, begin + static_cast<std::ptrdiff_t>(node.size()),
                                  [&](std::uint32_t sample) { return m_goesLeft[sample] != 0; });
        });
        return middle;
    }

private:
    void sortBy(std::size_t feature) {
        std::vector<std::uint32_t>& order = m_orders[feature];
        order.resize(m_samples.size());
        std::iota(order.begin(), order.end(), 0U);
        const double* values = m_features.col(static_cast<Eigen::Index>(feature)).data();
        std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
            const double x = values[m_samples[a].row];
            const double y = values[m_samples[b].row];
            return x != y ? x < y : a < b;
        });
    }

    /// Samples of a node; any feature's order holds the same ones.
    std::uint32_t rowOrder(std::size_t i) const {
        return m_orders.empty() ? static_cast<std::uint32_t>(i) : m_orders[0][i];
    }
    double valueAt(std::size_t feature, std::size_t i) const {
        return m_features(m_samples[m_orders[feature][i]].row, static_cast<Eigen::Index>(feature));
    }
    double tolerance() const { return gainTolerance * m_tally.impurity(); }

    /// Small nodes are not worth handing to other threads.
    template <typename Body>
    void eachOf(std::size_t count, Range node, const Body& body) {
        constexpr std::size_t worthThreads = 20000;
        if (node.size() * count >= worthThreads)
            parallelFor(count, [&](std::size_t i) {
                m_context.throwIfStopped();
                body(i);
            });
        else
            for (std::size_t i = 0; i < count; ++i) body(i);
    }

    Split bestOf(std::uint32_t feature, Range node) const {
        Tally tally = m_tally;
        tally.restart();
        const std::vector<std::uint32_t>& order = m_orders[feature];
        const double* values = m_features.col(feature).data();
        Split best;
        double value = values[m_samples[order[node.begin]].row];
        for (std::size_t i = node.begin; i + 1 < node.end; ++i) {
            tally.move(m_samples[order[i]]);
            const double below = value;
            value = values[m_samples[order[i + 1]].row];
            if (!(below < value)) continue;
            if (tally.leftCount() < m_rules.minSamplesLeaf) continue;
            if (tally.count() - tally.leftCount() < m_rules.minSamplesLeaf) break;
            const double gain = tally.gain();
            if (gain > best.gain + tolerance())
                best = {gain, static_cast<std::int32_t>(feature), halfway(below, value), 0};
        }
        return best;
    }

    const Eigen::MatrixXd& m_features;
    const GrowthRules& m_rules;
    const JobContext& m_context;
    Tally m_tally;
    std::vector<Sample> m_samples;
    std::vector<std::vector<std::uint32_t>> m_orders;  ///< of samples, one a feature
    FeatureDraw m_draw;
    std::vector<std::uint32_t> m_batch;
    std::vector<Split> m_found;
    std::vector<char> m_goesLeft;
};

}  // namespace holdout
