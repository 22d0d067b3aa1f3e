// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "model/tree/tree_samples.h"

namespace holdout {

// What growing a tree knows of the target: a tally sums up the rows of a node, then moves them one by one, or a bin at
// a time, from its right side to its left, and says at each point what splitting there would gain.
//
// Impurities are sums over the rows, not means: the gain of a split is the node's impurity less those of its sides
// (Breiman, Friedman, Olshen, Stone 1984, ch. 2 to 4 and 8). Gains of whole counts do not depend on the rows' order.

enum class Criterion { Gini, Entropy, SquaredError };

/// Classes: Gini, n - sum c²/n, or entropy in bits, n log n - sum c log c.
class ClassTally {
public:
    struct Sample {
        std::uint32_t row;
        std::uint32_t label;
        double count;
    };

    ClassTally(const Target& target, Criterion criterion)
        : m_classes(static_cast<std::size_t>(target.classCount())),
          m_entropy(criterion == Criterion::Entropy),
          m_all(m_classes),
          m_left(m_classes) {}

    static std::vector<Sample> samples(const Target& target, const CountedRows& rows) {
        std::vector<Sample> result(rows.rows.size());
        for (std::size_t i = 0; i < result.size(); ++i)
            result[i] = {rows.rows[i], static_cast<std::uint32_t>(target.classes[rows.rows[i]]), rows.counts[i]};
        return result;
    }

    int outputs() const { return static_cast<int>(m_classes); }
    /// Numbers that a bin of a histogram needs.
    std::size_t cells() const { return m_classes; }
    static void addTo(double* cells, const Sample& sample) { cells[sample.label] += sample.count; }

    void clear() {
        std::fill(m_all.begin(), m_all.end(), 0.0);
        m_count = 0;
    }
    void add(const Sample& sample) {
        m_all[sample.label] += sample.count;
        m_count += sample.count;
    }
    void closeNode() {
        m_purity = purity(m_all, m_count);
        m_impurity = m_entropy ? -m_purity : m_count - m_purity;
    }
    double count() const { return m_count; }
    double impurity() const { return m_impurity; }
    void values(double* shares) const {
        for (std::size_t k = 0; k < m_classes; ++k) shares[k] = m_all[k] / m_count;
    }

    /// All rows to the right.
    void restart() {
        std::fill(m_left.begin(), m_left.end(), 0.0);
        m_leftCount = 0;
        m_leftPurity = 0;
        m_rightPurity = m_entropy ? m_purity + term(m_count) : m_purity * m_count;
    }
    void move(const Sample& sample) {
        double& left = m_left[sample.label];
        const double right = m_all[sample.label] - left;
        m_leftPurity += term(left + sample.count) - term(left);
        m_rightPurity += term(right - sample.count) - term(right);
        left += sample.count;
        m_leftCount += sample.count;
    }
    void moveCells(const double* cells) {
        double leftPurity = 0;
        double rightPurity = 0;
        double moved = 0;
        for (std::size_t k = 0; k < m_classes; ++k) {
            m_left[k] += cells[k];
            moved += cells[k];
        }
        if (m_entropy) {
            for (std::size_t k = 0; k < m_classes; ++k) {
                leftPurity += term(m_left[k]);
                rightPurity += term(m_all[k] - m_left[k]);
            }
        } else {
            for (std::size_t k = 0; k < m_classes; ++k) {
                const double right = m_all[k] - m_left[k];
                leftPurity += m_left[k] * m_left[k];
                rightPurity += right * right;
            }
        }
        m_leftCount += moved;
        m_leftPurity = leftPurity;
        m_rightPurity = rightPurity;
    }
    double leftCount() const { return m_leftCount; }
    double gain() const {
        const double right = m_count - m_leftCount;
        if (m_entropy) return m_leftPurity - term(m_leftCount) + (m_rightPurity - term(right)) - m_purity;
        return m_leftPurity / m_leftCount + m_rightPurity / right - m_purity;
    }

private:
    /// What one class adds to the purity: c log2 c, or c².
    double term(double count) const {
        if (m_entropy) return count > 0 ? count * std::log2(count) : 0.0;
        return count * count;
    }
    double purity(const std::vector<double>& counts, double total) const {
        double sum = 0;
        for (const double count : counts) sum += term(count);
        return m_entropy ? sum - term(total) : sum / total;
    }

    std::size_t m_classes;
    bool m_entropy;
    std::vector<double> m_all, m_left;
    double m_count = 0, m_purity = 0, m_impurity = 0;
    double m_leftCount = 0, m_leftPurity = 0, m_rightPurity = 0;
};

/// Numbers: the sum of squared deviations from the mean.
class NumberTally {
public:
    struct Sample {
        std::uint32_t row;
        double count;
        double value;
    };

    explicit NumberTally(const Target&, Criterion) {}

    static std::vector<Sample> samples(const Target& target, const CountedRows& rows) {
        std::vector<Sample> result(rows.rows.size());
        for (std::size_t i = 0; i < result.size(); ++i)
            result[i] = {rows.rows[i], rows.counts[i], target.values[rows.rows[i]]};
        return result;
    }

    static int outputs() { return 1; }
    static std::size_t cells() { return 2; }
    static void addTo(double* cells, const Sample& sample) {
        cells[0] += sample.count;
        cells[1] += sample.count * sample.value;
    }

    void clear() { m_count = m_mean = m_impurity = 0; }
    /// Running mean and squares (West 1979): no digits are lost to a large mean.
    void add(const Sample& sample) {
        m_count += sample.count;
        const double apart = sample.value - m_mean;
        m_mean += apart * sample.count / m_count;
        m_impurity += sample.count * apart * (sample.value - m_mean);
    }
    void closeNode() {}
    double count() const { return m_count; }
    double impurity() const { return m_impurity; }
    void values(double* mean) const { *mean = m_mean; }

    void restart() { m_leftCount = m_leftSum = 0; }
    void move(const Sample& sample) {
        m_leftCount += sample.count;
        m_leftSum += sample.count * (sample.value - m_mean);
    }
    void moveCells(const double* cells) {
        m_leftCount += cells[0];
        m_leftSum += cells[1] - cells[0] * m_mean;
    }
    double leftCount() const { return m_leftCount; }
    /// Deviations from the node's mean sum to 0: those on the right are the negative of those on the left.
    double gain() const { return m_leftSum * m_leftSum * (1 / m_leftCount + 1 / (m_count - m_leftCount)); }

private:
    double m_count = 0, m_mean = 0, m_impurity = 0;
    double m_leftCount = 0, m_leftSum = 0;
};

}  // namespace holdout
