// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "base/seed.h"
#include "tune/space_encoding.h"

namespace holdout {

/// A density over positions: one part around each of some points and one over the whole space, each a product over
/// dimensions (normal, cut off at the range; or a choice that is mostly its own) (Falkner, Klein, Hutter 2018; Watanabe
/// 2023).
class ParzenDensity {
public:
    ParzenDensity(const SpaceEncoding& encoding, std::vector<Eigen::VectorXd> points);
    double logDensity(const Eigen::VectorXd& at) const;
    Eigen::VectorXd sample(RandomStream& random) const;

private:
    double partDensity(const Eigen::VectorXd& centre, const Eigen::VectorXd& at) const;

    const SpaceEncoding& m_encoding;
    std::vector<Eigen::VectorXd> m_points;
    double m_width;
};

/// The most promising of `candidates` draws from the density of good trials: where it exceeds that of the others most
/// (Bergstra et al. 2011, NIPS 24). `taken` (proposed, not scored yet) count as bad. Deterministic for `seed`.
Eigen::VectorXd parzenProposal(const SpaceEncoding& encoding, const std::vector<Eigen::VectorXd>& points,
                               const std::vector<double>& costs, const std::vector<Eigen::VectorXd>& taken,
                               int candidates, Seed seed);

}  // namespace holdout
