// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <vector>

#include "base/parallel.h"
#include "model/tree/decision_tree.h"
#include "model/tree/impurity.h"

namespace holdout {

/// When a node is split, and where splits are looked for.
struct GrowthRules {
    Criterion criterion = Criterion::Gini;
    std::int64_t maxDepth = 0;  ///< 0: no limit
    double minSamplesSplit = 2;
    double minSamplesLeaf = 1;
    std::size_t featuresPerSplit = 0;  ///< 0: all, in their order; else so many drawn at random for each node
    bool randomThresholds = false;     ///< one threshold drawn for each feature (Geurts, Ernst, Wehenkel 2006)
    bool keepInnerValues = false;      ///< what each inner node would answer, for pruning
};

/// What is known of a node besides its question.
struct NodeRecord {
    double count = 0;
    double impurity = 0;  ///< summed over the rows
    double gain = 0;      ///< of its split; 0 in a leaf
    std::int32_t valuesAt = -1;
};

struct GrownTree {
    DecisionTree tree;
    std::vector<NodeRecord> records;  ///< one a node
};

/// Writes the counts of the records to the tree, for those who explain its answers.
inline void keepCounts(GrownTree& grown) {
    grown.tree.counts.clear();
    for (const NodeRecord& record : grown.records) grown.tree.counts.push_back(static_cast<float>(record.count));
}

/// A question, and what asking it gains. `code` is for those who grow: samples up to it go left.
struct Split {
    double gain = -std::numeric_limits<double>::infinity();
    std::int32_t feature = -1;
    double threshold = 0;
    std::uint32_t code = 0;
};

/// A threshold t with below <= t < above, halfway where there is a number between.
inline double halfway(double below, double above) {
    const double middle = below / 2 + above / 2;
    return middle >= below && middle < above ? middle : below;
}

/// Two splits whose gains differ by less than this part of the node's impurity are equal, and the one that was found
/// first holds: otherwise the rounding of a sum, which depends on the rows' order, would decide between features that
/// part the rows alike.
inline constexpr double gainTolerance = 1e-11;

/// The features that a node may be split by, in the order to look at them. Not thread-safe.
class FeatureDraw {
public:
    FeatureDraw(std::size_t features, std::size_t wanted) : m_wanted(wanted), m_order(features) {
        std::iota(m_order.begin(), m_order.end(), 0U);
    }
    bool isAll() const { return m_wanted == 0 || m_wanted >= m_order.size(); }
    std::size_t wanted() const { return isAll() ? m_order.size() : m_wanted; }
    std::size_t features() const { return m_order.size(); }
    /// The next feature, drawn without replacement. `turn` counts from 0 in each node.
    std::uint32_t next(std::size_t turn, RandomStream& random) {
        if (!isAll()) std::swap(m_order[turn], m_order[turn + random.below(m_order.size() - turn)]);
        return m_order[turn];
    }

private:
    std::size_t m_wanted;
    std::vector<std::uint32_t> m_order;
};

/// Adds a leaf's values to the tree. Leaves of one class alone share theirs, which are most of a tree grown to its end.
class LeafValues {
public:
    explicit LeafValues(int outputs) : m_pureAt(static_cast<std::size_t>(outputs), -1), m_buffer(m_pureAt.size()) {}

    template <typename Tally>
    std::int32_t add(const Tally& tally, std::vector<double>& values) {
        tally.values(m_buffer.data());
        const auto at = static_cast<std::int32_t>(values.size());
        if (m_buffer.size() > 1) {
            const auto pure = std::find(m_buffer.begin(), m_buffer.end(), 1.0);
            if (pure != m_buffer.end()) {
                std::int32_t& known = m_pureAt[static_cast<std::size_t>(pure - m_buffer.begin())];
                if (known >= 0) return known;
                known = at;
            }
        }
        values.insert(values.end(), m_buffer.begin(), m_buffer.end());
        return at;
    }

private:
    std::vector<std::int32_t> m_pureAt;
    std::vector<double> m_buffer;
};

/// Grows a tree from the root down, the left side first. `Rows` holds the samples of the tree in an order in which each
/// node's are a range:
///     Tally& open(Range)                      sums up the node's samples
///     Split best(Range, RandomStream&)        the best split of the node that is open; feature -1 when there is none
///     std::size_t part(Range, const Split&)   brings the left side to the front and says where the right one begins
template <typename Rows>
GrownTree growTree(Rows& rows, const GrowthRules& rules, RandomStream& random, const JobContext& context) {
    struct Pending {
        Range range;
        std::int64_t depth;
        std::int32_t parent;
    };
    GrownTree grown;
    grown.tree.outputs = rows.outputs();
    LeafValues leafValues(rows.outputs());
    std::vector<Pending> pending{{{0, rows.size()}, 0, -1}};
    while (!pending.empty()) {
        context.throwIfStopped();
        const Pending next = pending.back();
        pending.pop_back();
        const auto index = static_cast<std::int32_t>(grown.tree.nodes.size());
        // The left child is made right after its parent, the right one when that side is done.
        if (next.parent >= 0 && index != next.parent + 1)
            grown.tree.nodes[static_cast<std::size_t>(next.parent)].right = index;
        const auto& tally = rows.open(next.range);
        NodeRecord record{tally.count(), tally.impurity(), 0, -1};
        const bool canSplit = (rules.maxDepth == 0 || next.depth < rules.maxDepth) &&
                              record.count >= rules.minSamplesSplit && record.count >= 2 * rules.minSamplesLeaf &&
                              next.range.size() > 1 && record.impurity > 1e-14 * record.count;
        const Split split = canSplit ? rows.best(next.range, random) : Split{};
        if (split.feature < 0 || rules.keepInnerValues) record.valuesAt = leafValues.add(tally, grown.tree.values);
        if (split.feature < 0) {
            grown.tree.nodes.push_back({.left = record.valuesAt});
        } else {
            record.gain = std::max(0.0, split.gain);
            grown.tree.nodes.push_back({.threshold = split.threshold, .feature = split.feature, .left = index + 1});
            const std::size_t middle = rows.part(next.range, split);
            pending.push_back({{middle, next.range.end}, next.depth + 1, index});
            pending.push_back({{next.range.begin, middle}, next.depth + 1, index});
        }
        grown.records.push_back(record);
    }
    keepCounts(grown);
    return grown;
}

}  // namespace holdout
