// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/axis_scale.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"

namespace holdout {

void Extent::add(double value, AxisScale scale) {
    if (!std::isfinite(value) || (scale == AxisScale::Log && value <= 0)) return;
    low = std::min(low, value);
    high = std::max(high, value);
}

void Extent::add(std::span<const double> values, AxisScale scale) {
    for (const double value : values) add(value, scale);
}

AxisScaling::AxisScaling(const Axis& axis, double low, double high, double margin)
    : m_label(QString::fromStdString(axis.label)), m_categories(axis.categories), m_log(axis.scale == AxisScale::Log) {
    low = axis.low.value_or(low);
    high = axis.high.value_or(high);
    m_low = coordinate(low);
    m_high = coordinate(high);
    if (!std::isfinite(m_low) || !std::isfinite(m_high)) {
        m_low = 0;
        m_high = 1;
    }
    if (m_high < m_low) std::swap(m_low, m_high);
    const double range = m_high - m_low;
    if (!(range > 1e-12 * std::max(1e-290, std::abs(m_low)))) {
        const double half = m_log ? 0.5 : (m_low == 0 ? 0.5 : std::abs(m_low) * 0.1);
        m_low -= half;
        m_high += half;
        return;
    }
    if (!axis.high) m_high += margin * range;
    if (axis.low) return;
    // A scale that would begin just above 0 begins at 0.
    const bool nearZero = !m_log && m_low >= 0 && m_low < 0.3 * m_high && margin > 0;
    m_low = nearZero ? 0 : m_low - margin * range;
}

double AxisScaling::coordinate(double value) const {
    if (!m_log) return value;
    return value > 0 ? std::log10(value) : NAN;
}

std::vector<double> AxisScaling::coordinates(std::span<const double> values) const {
    std::vector<double> result(values.size());
    std::transform(values.begin(), values.end(), result.begin(), [this](double value) { return coordinate(value); });
    return result;
}

QString AxisScaling::words(double value) const {
    // Counts are told in full.
    if (m_categories.empty() && value == std::floor(value) && std::abs(value) >= 1e3 && std::abs(value) < 1e12)
        return QString::fromStdString(formatCount(static_cast<std::int64_t>(value)));
    if (m_categories.empty()) return QString::fromStdString(formatNumber(value, 4));
    const double at = std::round(value);
    if (!(at >= 0) || at >= static_cast<double>(m_categories.size())) return {};
    return QString::fromStdString(m_categories[static_cast<std::size_t>(at)]);
}

std::vector<Tick> AxisScaling::ticks(int most, double categoryOffset) const {
    most = std::max(most, 2);
    if (m_categories.empty()) return m_log ? logTicks(most) : linearTicks(most);
    std::vector<Tick> ticks;
    const std::size_t step = (m_categories.size() + static_cast<std::size_t>(most) - 1) / static_cast<std::size_t>(most);
    for (std::size_t i = 0; i < m_categories.size(); i += std::max<std::size_t>(1, step))
        ticks.push_back({static_cast<double>(i) + categoryOffset, QString::fromStdString(m_categories[i])});
    return ticks;
}

std::vector<Tick> AxisScaling::linearTicks(int most) const {
    const double rough = (m_high - m_low) / most;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double factor : {5.0, 2.5, 2.0, 1.0})
        if (factor * power >= rough * (1 - 1e-9)) step = factor * power;
    std::vector<Tick> ticks;
    for (double i = std::ceil(m_low / step - 1e-9); i * step <= m_high + 1e-9 * step; ++i) {
        const double value = i == 0 ? 0 : i * step;
        // As many digits as tell neighbours apart.
        const int digits = static_cast<int>(std::clamp(std::log10(std::max(1.0, std::abs(value) / step)) + 3, 3.0, 15.0));
        QString text = QString::fromStdString(std::abs(value) >= 1e3 && std::abs(value) < 1e7 && step >= 1
                                                  ? formatCount(std::llround(value))
                                                  : formatNumber(value, digits));
        ticks.push_back({value, text});
    }
    return ticks;
}

std::vector<Tick> AxisScaling::logTicks(int most) const {
    const auto textOf = [](double factor, int decade) {
        if (decade >= 0 && decade <= 4) return QString::fromStdString(formatNumber(factor * std::pow(10.0, decade), 6));
        return QString::fromStdString(formatNumber(factor, 2)) + QLatin1Char('e') + QString::number(decade);
    };
    const int first = static_cast<int>(std::ceil(m_low - 1e-9)), last = static_cast<int>(std::floor(m_high + 1e-9));
    std::vector<Tick> ticks;
    if (last - first + 1 >= 2) {
        const int step = std::max(1, (last - first + most) / most);
        for (int decade = first; decade <= last; decade += step) ticks.push_back({static_cast<double>(decade), textOf(1, decade)});
        return ticks;
    }
    const std::vector<double> coarse{1, 2, 3, 5}, fine{1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8};
    for (const std::vector<double>& factors : {coarse, fine}) {
        ticks.clear();
        for (int decade = first - 1; decade <= last + 1; ++decade)
            for (const double factor : factors) {
                const double at = decade + std::log10(factor);
                if (at >= m_low - 1e-9 && at <= m_high + 1e-9) ticks.push_back({at, textOf(factor, decade)});
            }
        if (ticks.size() >= 2) return ticks;
    }
    for (Tick& tick : ticks = AxisScaling::linearTicks(std::min(most, 4))) tick.text = words(std::pow(10.0, tick.at));
    return ticks;
}

}  // namespace holdout
