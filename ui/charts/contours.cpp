// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/contours.h"

#include <QPointF>
#include <cmath>

namespace holdout {

std::vector<QLineF> contourLines(const Eigen::MatrixXd& values, const std::vector<double>& xs,
                                 const std::vector<double>& ys, double level) {
    struct Corner {
        double x, y, value;
    };
    std::vector<QLineF> lines;
    for (Eigen::Index row = 0; row + 1 < values.rows(); ++row)
        for (Eigen::Index column = 0; column + 1 < values.cols(); ++column) {
            const auto corner = [&](Eigen::Index r, Eigen::Index c) {
                return Corner{xs[static_cast<std::size_t>(c)], ys[static_cast<std::size_t>(r)], values(r, c)};
            };
            const Corner around[] = {corner(row, column), corner(row, column + 1), corner(row + 1, column + 1),
                                     corner(row + 1, column)};
            QPointF crossings[4];
            int count = 0;
            bool isKnown = true;
            for (int side = 0; side < 4; ++side) {
                const Corner &a = around[side], &b = around[(side + 1) % 4];
                isKnown = isKnown && std::isfinite(a.value);
                if ((a.value < level) == (b.value < level)) continue;
                const double share = (level - a.value) / (b.value - a.value);
                crossings[count++] = {a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)};
            }
            // Four crossings are a saddle: either pairing of its sides is as good.
            if (!isKnown) continue;
            for (int i = 0; i + 1 < count; i += 2) lines.emplace_back(crossings[i], crossings[i + 1]);
        }
    return lines;
}

}  // namespace holdout
