// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstring>

#include "model/tree/bins.h"
#include "model/tree/growth.h"

namespace holdout {

/// Samples of one tree, whose splits are found from histograms over bins. Works on one thread: trees of a forest grow
/// side by side.
template <typename Tally>
class BinnedRows {
public:
    using Sample = typename Tally::Sample;

    BinnedRows(const BinnedFeatures& features, const Target& target, const CountedRows& rows, const GrowthRules& rules)
        : m_features(features),
          m_rules(rules),
          m_tally(target, rules.criterion),
          m_samples(Tally::samples(target, rows)),
          m_right(m_samples.size()),
          m_draw(features.columns(), rules.featuresPerSplit),
          m_cells(BinnedFeatures::maxBins * m_tally.cells(), 0.0) {}

    std::size_t size() const { return m_samples.size(); }
    int outputs() const { return m_tally.outputs(); }

    const Tally& open(Range node) {
        m_tally.clear();
        for (std::size_t i = node.begin; i < node.end; ++i) m_tally.add(m_samples[i]);
        m_tally.closeNode();
        return m_tally;
    }

    Split best(Range node, RandomStream& random) {
        // Constant features are not counted among those that are drawn, as a split by them is none.
        Split best;
        std::size_t counted = 0;
        for (std::size_t turn = 0; turn < m_draw.features() && counted < m_draw.wanted(); ++turn) {
            const std::uint32_t feature = m_draw.next(turn, random);
            count(node, feature);
            if (m_first == m_last) {
                clear(m_first);
                continue;
            }
            ++counted;
            if (m_rules.randomThresholds)
                tryRandomThreshold(feature, random, best);
            else
                tryAllThresholds(feature, best);
        }
        return best;
    }

    std::size_t part(Range node, const Split& split) {
        std::size_t left = node.begin;
        std::size_t right = 0;
        for (std::size_t i = node.begin; i < node.end; ++i) {
            const Sample sample = m_samples[i];
            const bool goesLeft = m_features.row(sample.row)[split.feature] <= split.code;
            m_samples[left] = sample;
            m_right[right] = sample;
            left += goesLeft;
            right += !goesLeft;
        }
        std::copy(m_right.begin(), m_right.begin() + static_cast<std::ptrdiff_t>(right),
                  m_samples.begin() + static_cast<std::ptrdiff_t>(left));
        return left;
    }

private:
    /// The node's histogram by one feature. Cells of bins that no row is in stay 0 throughout.
    void count(Range node, std::uint32_t feature) {
        const std::size_t cells = m_tally.cells();
        for (std::size_t i = node.begin; i < node.end; ++i) {
            const std::size_t code = m_features.row(m_samples[i].row)[feature];
            m_present[code] = 1;
            Tally::addTo(&m_cells[code * cells], m_samples[i]);
        }
        std::size_t word = 0;
        while (presentWord(word) == 0) ++word;
        m_first = 8 * word + static_cast<std::size_t>(std::countr_zero(presentWord(word))) / 8;
        word = BinnedFeatures::maxBins / 8 - 1;
        while (presentWord(word) == 0) --word;
        m_last = 8 * word + 7 - static_cast<std::size_t>(std::countl_zero(presentWord(word))) / 8;
    }

    std::uint64_t presentWord(std::size_t word) const {
        std::uint64_t bytes;
        std::memcpy(&bytes, m_present + 8 * word, sizeof bytes);
        return bytes;
    }

    void clear(std::size_t code) {
        const std::size_t cells = m_tally.cells();
        std::fill_n(&m_cells[code * cells], cells, 0.0);
        m_present[code] = 0;
    }

    /// Calls visit(code) for each bin with rows, in order; then the bin is emptied.
    template <typename Visit>
    void eachBin(const Visit& visit) {
        for (std::size_t word = m_first / 8; word <= m_last / 8; ++word) {
            for (std::uint64_t bytes = presentWord(word); bytes != 0; bytes &= bytes - 1) {
                const std::size_t code = 8 * word + static_cast<std::size_t>(std::countr_zero(bytes)) / 8;
                visit(code);
                clear(code);
            }
        }
    }

    void tryAllThresholds(std::uint32_t feature, Split& best) {
        m_tally.restart();
        std::size_t previous = m_first;
        eachBin([&](std::size_t code) {
            if (code != m_first) trySplit(feature, previous, code, best);
            m_tally.moveCells(&m_cells[code * m_tally.cells()]);
            previous = code;
        });
    }

    void tryRandomThreshold(std::uint32_t feature, RandomStream& random, Split& best) {
        const FeatureBins& bins = m_features.bins(feature);
        const double drawn = random.uniform(bins.lows[m_first], bins.highs[m_last]);
        std::size_t cut = m_first;
        while (cut + 1 < m_last && bins.highs[cut + 1] <= drawn) ++cut;
        m_tally.restart();
        std::size_t previous = m_first;
        eachBin([&](std::size_t code) {
            if (code > cut && previous <= cut && trySplit(feature, previous, code, best) && drawn >= bins.highs[cut] &&
                drawn < bins.lows[cut + 1])
                best.threshold = drawn;
            m_tally.moveCells(&m_cells[code * m_tally.cells()]);
            previous = code;
        });
    }

    /// Whether parting bin `below` from bin `above` is now the best.
    bool trySplit(std::uint32_t feature, std::size_t below, std::size_t above, Split& best) const {
        const double left = m_tally.leftCount();
        if (left < m_rules.minSamplesLeaf || m_tally.count() - left < m_rules.minSamplesLeaf) return false;
        const double gain = m_tally.gain();
        if (!(gain > best.gain + gainTolerance * m_tally.impurity())) return false;
        best = {gain, static_cast<std::int32_t>(feature), m_features.bins(feature).between(below, above),
                static_cast<std::uint32_t>(below)};
        return true;
    }

    const BinnedFeatures& m_features;
    const GrowthRules& m_rules;
    Tally m_tally;
    std::vector<Sample> m_samples;  ///< each node's are a range
    std::vector<Sample> m_right;    ///< room for the right side of a split
    FeatureDraw m_draw;
    std::vector<double> m_cells;
    alignas(8) std::uint8_t m_present[BinnedFeatures::maxBins] = {};
    std::size_t m_first = 0;
    std::size_t m_last = 0;
};

}  // namespace holdout
