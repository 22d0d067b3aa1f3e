// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/column_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "prepare/bin_edges.h"
#include "prepare/column_statistics.h"

namespace holdout {
namespace {

std::vector<std::uint32_t> presentRows(const Column& column) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < column.rows(); ++row)
        if (!column.isMissing(row)) rows.push_back(row);
    return rows;
}

double quotient(double above, double below) {
    constexpr double most = std::numeric_limits<double>::max();
    if (above <= 0 || !std::isfinite(above)) return 0;
    return below > 0 ? std::min(above / below, most) : most;
}

double regressionF(const std::vector<double>& x, const Eigen::VectorXd& y) {
    const auto n = static_cast<Eigen::Index>(x.size());
    const Eigen::Map<const Eigen::VectorXd> values(x.data(), n);
    const Eigen::VectorXd dx = values.array() - values.mean(), dy = y.array() - y.mean();
    const double r = dx.dot(dy) / (dx.norm() * dy.norm());
    return std::isfinite(r) ? quotient(r * r * static_cast<double>(n - 2), 1 - r * r) : 0.0;
}

double classesF(const std::vector<double>& x, const Target& target) {
    const auto classes = static_cast<std::size_t>(target.classCount());
    std::vector<double> counts(classes), means(classes);
    double all = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const auto label = static_cast<std::size_t>(target.classes[i]);
        ++counts[label];
        means[label] += x[i];
        all += x[i];
    }
    all /= static_cast<double>(x.size());
    double between = 0, within = 0, seen = 0;
    for (std::size_t label = 0; label < classes; ++label) {
        if (counts[label] == 0) continue;
        ++seen;
        means[label] /= counts[label];
        between += counts[label] * (means[label] - all) * (means[label] - all);
    }
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double rest = x[i] - means[static_cast<std::size_t>(target.classes[i])];
        within += rest * rest;
    }
    if (seen < 2) return 0;
    return quotient(between / (seen - 1), within / (static_cast<double>(x.size()) - seen));
}

/// The interval of each value, as codes 0 … count - 1.
std::vector<std::size_t> binned(const std::vector<double>& values, std::size_t& count) {
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    const std::vector<double> edges = equalFrequencyEdges(sorted, 10);
    count = edges.size() + 1;
    std::vector<std::size_t> codes;
    for (const double value : values)
        codes.push_back(static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin()));
    return codes;
}

}  // namespace

double fScore(const Column& column, const Target& target) {
    const std::vector<double> x = presentNumbers(column);
    const Target y = target.gather(presentRows(column));
    if (x.size() < 3 || y.size() != x.size() || momentsOf(column).constant) return 0;
    return y.task == Task::Regression ? regressionF(x, y.values) : classesF(x, y);
}

double mutualInformation(const Column& column, const Target& target) {
    const std::vector<double> x = presentNumbers(column);
    const Target y = target.gather(presentRows(column));
    if (x.empty() || y.size() != x.size()) return 0;
    std::size_t columns = 0, rows = static_cast<std::size_t>(y.classCount());
    const std::vector<std::size_t> mine = binned(x, columns);
    const std::vector<std::size_t> theirs = y.task == Task::Regression
                                                ? binned({y.values.begin(), y.values.end()}, rows)
                                                : std::vector<std::size_t>(y.classes.begin(), y.classes.end());
    Eigen::ArrayXXd joint = Eigen::ArrayXXd::Zero(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
    for (std::size_t i = 0; i < x.size(); ++i)
        joint(static_cast<Eigen::Index>(theirs[i]), static_cast<Eigen::Index>(mine[i])) +=
            1 / static_cast<double>(x.size());
    double information = 0;
    for (Eigen::Index j = 0; j < joint.cols(); ++j)
        for (Eigen::Index i = 0; i < joint.rows(); ++i)
            if (joint(i, j) > 0)
                information += joint(i, j) * std::log(joint(i, j) / (joint.row(i).sum() * joint.col(j).sum()));
    return std::max(information, 0.0);
}

}  // namespace holdout
