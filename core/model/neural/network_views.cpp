// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/network_views.h"

#include <algorithm>

#include "model/neural/forward_pass.h"

namespace holdout {

namespace {

using Eigen::Index;

constexpr Index mostSamples = 256;
constexpr std::size_t bins = 40;

ValueHistogram histogramOf(const float* values, Index count) {
    const Eigen::Map<const Eigen::VectorXf> all(values, count);
    ValueHistogram histogram{static_cast<double>(all.minCoeff()), static_cast<double>(all.maxCoeff()),
                             std::vector<std::int64_t>(bins, 0)};
    const double width = histogram.high - histogram.low;
    for (const float value : all) {
        const double at = width > 0 ? (static_cast<double>(value) - histogram.low) / width : 0;
        ++histogram.counts[std::min(bins - 1, static_cast<std::size_t>(at * bins))];
    }
    return histogram;
}

/// Past the activation that follows layer i, if one does.
std::size_t afterActivation(const NetworkShape& shape, std::size_t i) {
    for (std::size_t j = i + 1; j < std::min(i + 3, shape.size()); ++j)
        if (std::holds_alternative<ActivationLayer>(shape.layer(j).kind)) return j + 1;
    return i + 1;
}

}  // namespace

std::vector<LayerView> layerViews(const Network<float>& network, const Eigen::MatrixXf& samples) {
    const NetworkShape& shape = network.shape();
    const Index count = std::min(mostSamples, samples.cols());
    std::vector<LayerView> views;
    if (!network.parameters().allFinite()) return views;
    ForwardPass<float> pass(network, std::max<Index>(count, 1));
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const ParameterPlace& place = shape.place(i);
        if (!place.penalised) continue;
        LayerView view{shape.layer(i).name, histogramOf(network.weights(i).data(), place.weightCount()), {}};
        if (count > 0) {
            const Eigen::MatrixXf& values = pass.through(samples.leftCols(count), afterActivation(shape, i));
            if (values.allFinite()) view.activations = histogramOf(values.data(), values.size());
        }
        views.push_back(std::move(view));
    }
    return views;
}

}  // namespace holdout
