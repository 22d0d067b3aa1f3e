// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "insight/chart.h"

class QSize;

namespace holdout {

/// Writes `chart` with title and sentence as a picture of `size` (png at twice the resolution, svg, pdf), or its numbers
/// (csv); the ending of `path` decides. Throws Error: an ending that is none of these, an empty chart, a path that cannot be written.
void exportChart(const Chart& chart, const QString& path, const QSize& size);

}  // namespace holdout
