// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "base/job_context.h"
#include "model/neural/network.h"

namespace holdout {

/// Histograms of the weights of each layer that has some, and of what it gives (after its activation) for up to 256 of
/// `samples`, features × samples; without samples, of the weights alone.
std::vector<LayerView> layerViews(const Network<float>& network, const Eigen::MatrixXf& samples);

}  // namespace holdout
