// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/outlier/local_outlier_factor.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/parallel.h"

namespace holdout {
namespace {

constexpr auto kNoRow = std::numeric_limits<std::size_t>::max();

void forEachRow(std::size_t rows, const JobContext& context, const std::function<void(std::size_t)>& body) {
    const std::vector<Range> parts = chunks(rows, 64);
    parallelFor(parts.size(), [&](std::size_t part) {
        context.throwIfStopped();
        for (std::size_t row = parts[part].begin; row < parts[part].end; ++row) body(row);
    });
}

}  // namespace

LocalOutlierFactor::LocalOutlierFactor(const RowMatrix& rows, std::vector<double> factors, std::size_t neighbors,
                                       const JobContext& context)
    : m_neighbors(neighbors), m_factors(std::move(factors)), m_rows(rows) {
    for (Eigen::Index j = 0; j < m_rows.cols(); ++j) m_rows.col(j) *= m_factors[static_cast<std::size_t>(j)];
    const auto count = static_cast<std::size_t>(rows.rows());
    std::vector<std::vector<Neighbour>> all(count);
    m_reaches.resize(count);
    forEachRow(count, context, [&](std::size_t row) {
        all[row] = neighboursOf(m_rows.row(static_cast<Eigen::Index>(row)).data(), row);
        m_reaches[row] = all[row].back().distance;
    });
    m_densities.resize(count);
    for (std::size_t row = 0; row < count; ++row) m_densities[row] = densityAmong(all[row]);
}

std::vector<LocalOutlierFactor::Neighbour> LocalOutlierFactor::neighboursOf(const double* row, std::size_t self) const {
    std::vector<Neighbour> heap;  // the farthest on top
    heap.reserve(m_neighbors + 1);
    const auto width = static_cast<std::size_t>(m_rows.cols());
    for (std::size_t other = 0; other < static_cast<std::size_t>(m_rows.rows()); ++other) {
        if (other == self) continue;
        const double* cells = m_rows.data() + other * width;
        double sum = 0;
        for (std::size_t j = 0; j < width; ++j) sum += (row[j] - cells[j]) * (row[j] - cells[j]);
        const Neighbour candidate{sum, other};
        if (heap.size() == m_neighbors && !(candidate < heap.front())) continue;
        heap.push_back(candidate);
        std::push_heap(heap.begin(), heap.end());
        if (heap.size() <= m_neighbors) continue;
        std::pop_heap(heap.begin(), heap.end());
        heap.pop_back();
    }
    std::sort_heap(heap.begin(), heap.end());
    for (Neighbour& neighbour : heap) neighbour.distance = std::sqrt(neighbour.distance);
    return heap;
}

double LocalOutlierFactor::densityAmong(const std::vector<Neighbour>& neighbours) const {
    double sum = 0;
    for (const Neighbour& neighbour : neighbours) sum += std::max(neighbour.distance, m_reaches[neighbour.row]);
    // More equal rows than neighbours lie infinitely dense.
    constexpr double least = 1e-10;
    return 1 / (sum / static_cast<double>(neighbours.size()) + least);
}

double LocalOutlierFactor::factorAmong(const std::vector<Neighbour>& neighbours) const {
    double sum = 0;
    for (const Neighbour& neighbour : neighbours) sum += m_densities[neighbour.row];
    return sum / static_cast<double>(neighbours.size()) / densityAmong(neighbours);
}

double LocalOutlierFactor::score(const double* row) const {
    std::vector<double> scaled(m_factors);
    for (std::size_t j = 0; j < scaled.size(); ++j) scaled[j] *= row[j];
    return factorAmong(neighboursOf(scaled.data(), kNoRow));
}

std::vector<double> LocalOutlierFactor::trainingScores(const JobContext& context) const {
    std::vector<double> scores(m_densities.size());
    forEachRow(scores.size(), context, [&](std::size_t row) {
        scores[row] = factorAmong(neighboursOf(m_rows.row(static_cast<Eigen::Index>(row)).data(), row));
    });
    return scores;
}

void to_json(nlohmann::json& json, const LocalOutlierFactor& from) {
    json = {{"neighbors", from.m_neighbors}, {"factors", from.m_factors}, {"rows", listOf(from.m_rows)},
            {"reaches", from.m_reaches},     {"densities", from.m_densities}};
}

void from_json(const nlohmann::json& json, LocalOutlierFactor& to) {
    json.at("neighbors").get_to(to.m_neighbors);
    json.at("factors").get_to(to.m_factors);
    json.at("reaches").get_to(to.m_reaches);
    json.at("densities").get_to(to.m_densities);
    const auto values = json.at("rows").get<std::vector<double>>();
    const auto width = static_cast<Eigen::Index>(to.m_factors.size());
    to.m_rows = Eigen::Map<const RowMatrix>(values.data(), width > 0 ? static_cast<Eigen::Index>(values.size()) / width : 0,
                                            width);
}

}  // namespace holdout
