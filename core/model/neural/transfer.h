// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "model/neural/network_estimator.h"

namespace holdout {

/// A network made of another, and how each of its layers is to learn.
struct TransferredNetwork {
    Network<float> network;
    std::vector<double> rateScales;  ///< as NetworkTraining has them
    std::string words;               ///< what was taken over, replaced and frozen
};

/// Takes over `from`. The head, its last dense layer, is replaced by a new one for `outputs` outputs where
/// `settings.head` says so, or of itself where it does not fit. Throws Error when the inputs or the head that is to be
/// kept do not fit, and when a layer that is to be frozen does not exist.
TransferredNetwork transfer(const Network<float>& from, Eigen::Index inputs, Eigen::Index outputs, NetworkOutput output,
                            const TransferSettings& settings, Seed seed);

}  // namespace holdout
