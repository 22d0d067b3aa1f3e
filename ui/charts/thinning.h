// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QPointF>
#include <span>

namespace holdout {

/// The points of a line over `low` … `high` with no more than four to a pixel column of `pixels`: the first, the least,
/// the greatest and the last of each, in their order, so that the line is drawn as if all were there (the M4 aggregation:
/// Jugel et al., VLDB 2014). Lines that are short enough, or whose x runs back, come out as they are. All numbers finite.
QList<QPointF> thinned(std::span<const double> x, std::span<const double> y, double low, double high, int pixels);

}  // namespace holdout
