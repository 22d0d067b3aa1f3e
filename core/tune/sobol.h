// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include <Eigen/Core>

#include "base/seed.h"

namespace holdout {

/// Points that fill the unit cube evenly: Sobol's sequence with the direction numbers of Joe and Kuo (2008, SIAM J.
/// Sci. Comput. 30), each dimension scrambled as Owen's with a hash (Burley 2020, JCGT 9, after Laine and Karras).
/// Dimensions beyond the table's 40 are independent uniform numbers. Immutable; any thread may call.
class SobolSequence {
public:
    SobolSequence(Eigen::Index dimensions, Seed seed) : m_dimensions(dimensions), m_seed(seed) {}
    /// Each number in [0, 1).
    Eigen::VectorXd point(std::uint32_t index) const;
    /// Points `first` … `first + count - 1`, a row each.
    Eigen::MatrixXd points(std::uint32_t first, Eigen::Index count) const;

private:
    Eigen::Index m_dimensions;
    Seed m_seed;
};

/// `count` points, one in each of `count` slices of every dimension (McKay, Beckman, Conover 1979). A row each.
Eigen::MatrixXd latinHypercube(Eigen::Index count, Eigen::Index dimensions, Seed seed);

}  // namespace holdout
