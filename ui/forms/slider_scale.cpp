// SPDX-License-Identifier: GPL-3.0-or-later
#include "forms/slider_scale.h"

#include <algorithm>
#include <cmath>

namespace holdout {
namespace {

constexpr int finest = 400;  // finer than the pixels of a slider

double roundedTo(double value, double step) { return std::round(value / step) * step; }

double significant(double value, int digits) {
    if (value == 0) return 0;
    // Dividing by a power of ten is exact to the last digit where multiplying by its inverse is not (0.3, not 0.30000000000000004).
    const int power = digits - 1 - static_cast<int>(std::floor(std::log10(std::abs(value))));
    return power >= 0 ? std::round(value * std::pow(10, power)) / std::pow(10, power) : roundedTo(value, std::pow(10, -power));
}

}  // namespace

std::optional<SliderScale> SliderScale::of(const ParamSpec& spec) {
    SliderScale scale;
    constexpr IntegerRange all;
    if (const auto* r = std::get_if<RealRange>(&spec.rule)) {
        scale.m_low = r->low;
        scale.m_high = r->high;
    } else if (const auto* i = std::get_if<IntegerRange>(&spec.rule)) {
        scale.m_integer = true;
        scale.m_low = i->low == all.low ? -INFINITY : static_cast<double>(i->low);
        scale.m_high = i->high == all.high ? INFINITY : static_cast<double>(i->high);
    } else {
        return std::nullopt;
    }
    if (spec.usual) std::tie(scale.m_low, scale.m_high) = *spec.usual;
    if (!std::isfinite(scale.m_low) || !std::isfinite(scale.m_high) || scale.m_low >= scale.m_high) return std::nullopt;
    scale.m_log = spec.scale == Scale::Log && scale.m_high > 0;
    if (scale.m_log && scale.m_low <= 0) scale.m_low = scale.m_integer ? 1 : scale.m_high * 1e-6;
    const double steps = scale.m_high - scale.m_low;
    scale.m_positions = scale.m_integer && !scale.m_log ? static_cast<int>(std::min<double>(steps, finest)) : finest;
    return scale;
}

double SliderScale::valueAt(int position) const {
    if (position <= 0) return m_low;
    if (position >= m_positions) return m_high;
    const double t = static_cast<double>(position) / m_positions;
    const double raw = m_log ? m_low * std::pow(m_high / m_low, t) : m_low + t * (m_high - m_low);
    if (m_integer) return std::round(raw);
    // A hundredth of the range is what a hand can aim at.
    const double step = std::pow(10, std::floor(std::log10((m_high - m_low) / 100)));
    const double value = m_log ? significant(raw, 2) : significant(roundedTo(raw, step), 6);
    return std::clamp(value, m_low, m_high);
}

int SliderScale::positionOf(double value) const {
    value = std::clamp(value, m_low, m_high);
    const double t = m_log ? std::log(value / m_low) / std::log(m_high / m_low) : (value - m_low) / (m_high - m_low);
    return static_cast<int>(std::lround(t * m_positions));
}

}  // namespace holdout
