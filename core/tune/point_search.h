// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "tune/acquisition.h"
#include "tune/space_encoding.h"

namespace holdout {

/// A box of positions that is searched: all of the space, or a region around the best trial.
struct Region {
    Eigen::VectorXd low, high;
    static Region whole(Eigen::Index dimensions) {
        return {Eigen::VectorXd::Zero(dimensions), Eigen::VectorXd::Ones(dimensions)};
    }
};

/// The point of the greatest worth in `region`: quasi-random candidates and others near `centre`, the best of which
/// climb by the slope of the worth along numbers and by single steps along whole numbers and choices. `taken`: points
/// (snapped) that are not proposed again. Empty when every candidate is taken.
std::optional<Eigen::VectorXd> bestPoint(const SpaceEncoding& encoding, const PointWorth& acquisition,
                                         const Region& region, const Eigen::VectorXd& centre,
                                         const std::vector<Eigen::VectorXd>& taken, Seed seed);

}  // namespace holdout
