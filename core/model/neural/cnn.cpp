// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/cnn.h"

#include <charconv>
#include <cmath>

#include "base/format.h"
#include "model/neural/network_model.h"
#include "model/neural/network_params.h"

namespace holdout {

namespace {

using Eigen::Index;

enum class Pooling { Max, Average, None };

struct CnnLayers {
    std::vector<std::int64_t> filters;
    Index kernel = 3;
    Pooling pooling = Pooling::Max;
    std::vector<std::int64_t> dense;
    std::string shape;
};

/// "28x28" or "28x28x3", with x or ×.
TensorShape shapeFromText(const std::string& text) {
    std::vector<Index> sizes;
    const char* at = text.data();
    const char* end = at + text.size();
    while (at < end) {
        Index size = 0;
        const auto [next, error] = std::from_chars(at, end, size);
        if (error != std::errc() || size < 1 || size > 65536) break;
        sizes.push_back(size);
        at = next;
        while (at < end && (*at < '0' || *at > '9')) ++at;
    }
    if (at != end || sizes.size() < 2 || sizes.size() > 3)
        throw Error("The shape of pictures cannot be read from \"" + text + "\".", {.parameter = "shape"},
                    "Write height x width x channels, such as 28x28x1, or auto.");
    return {sizes[0], sizes[1], sizes.size() == 3 ? sizes[2] : 1};
}

TensorShape pictureShape(const Features& features, const std::string& text) {
    const Index columns = features.columns();
    if (text != "auto") {
        const TensorShape shape = shapeFromText(text);
        if (shape.size() != columns)
            throw Error("Pictures of the shape " + text + " have " + formatCount(shape.size()) +
                            " values, but the prepared data have " + formatCount(columns) + " features.",
                        {.parameter = "shape"}, "Mend the shape, or leave other columns out.");
        return shape;
    }
    if (features.image) return {features.image->height, features.image->width, features.image->channels};
    const auto side = static_cast<Index>(std::lround(std::sqrt(static_cast<double>(columns))));
    if (side * side == columns) return {side, side, 1};
    return {1, columns, 1};
}

class CnnEstimator final : public NetworkEstimator {
public:
    CnnEstimator(CnnLayers layers, const Params& params, Task task)
        : NetworkEstimator(networkSettings(params), task),
          m_layers(std::move(layers)),
          m_inputs(inputLayers(params)),
          m_hidden(hiddenLayers(params)) {}

private:
    NetworkBody body(const Features& features) const override {
        NetworkBody body{pictureShape(features, m_layers.shape), m_inputs};
        TensorShape shape = body.input;
        // Pixels that are left out are shared with their neighbours: dropout acts where units stand for themselves.
        HiddenLayers convolution = m_hidden;
        convolution.dropout = 0;
        for (std::size_t i = 0; i < m_layers.filters.size(); ++i) {
            const std::string name = "conv" + std::to_string(i + 1);
            body.layers.push_back({name, ConvolutionLayer::same(m_layers.filters[i], m_layers.kernel)});
            convolution.finish(body.layers, name);
            if (m_layers.pooling == Pooling::None) continue;
            // Along an edge that is one pixel long there is nothing to halve.
            PoolingLayer pool{m_layers.pooling == Pooling::Max ? PoolingKind::Max : PoolingKind::Average,
                              std::min<Index>(2, shape.height), std::min<Index>(2, shape.width), 2};
            if (pool.height * pool.width == 1) continue;
            body.layers.push_back({name + ".pool", pool});
            shape = outputShape(pool, shape);
        }
        body.layers.push_back({"flatten", FlattenLayer{}});
        if (m_hidden.dropout > 0) body.layers.push_back({"flatten.dropout", DropoutLayer{m_hidden.dropout}});
        for (std::size_t i = 0; i < m_layers.dense.size(); ++i) {
            const std::string name = "layer" + std::to_string(i + 1);
            body.layers.push_back({name, DenseLayer{m_layers.dense[i]}});
            m_hidden.finish(body.layers, name);
        }
        return body;
    }

    CnnLayers m_layers;
    std::vector<Layer> m_inputs;
    HiddenLayers m_hidden;
};

const std::vector<ParamSpec>& cnnParams() {
    static const std::vector<ParamSpec> specs = networkParams(
        {
            {.id = "filters",
             .label = "Filters",
             .help = "Filters of each block of convolutions. Each block halves the picture.",
             .fallback = std::vector<std::int64_t>{16, 32},
             .rule = IntegerList{1, 1024, 8}},
            {.id = "kernel",
             .label = "Window",
             .help = "Height and width of what a filter looks at, in pixels.",
             .fallback = std::int64_t{3},
             .rule = IntegerRange{1, 15},
             .usual = {{1, 9}}},
            {.id = "pooling",
             .label = "Pooling",
             .help = "How a block halves the picture: the largest or the mean of each 2 × 2 pixels; or not at all.",
             .fallback = std::string("max"),
             .rule = OneOf{{{"max", "Maximum"}, {"average", "Mean"}, {"none", "None"}}}},
            {.id = "layers",
             .label = "Dense layers",
             .help = "Width of each layer between the blocks and the output.",
             .fallback = std::vector<std::int64_t>{},
             .rule = IntegerList{1, 8192, 16}},
            {.id = "shape",
             .label = "Picture",
             .help = "Height x width x channels of the picture whose pixels the columns are, such as 28x28x1. auto: "
                     "that of an image column, a "
                     "square where the number of columns is one, else a single row.",
             .fallback = std::string("auto"),
             .rule = AnyText{}},
            activationParam(),
        },
        {.epochs = 30, .patience = 5});
    return specs;
}

CnnLayers layersFrom(const Params& params) {
    const std::string& pooling = params.text("pooling");
    return {params.integers("filters"), params.integer("kernel"),
            pooling == "max"       ? Pooling::Max
            : pooling == "average" ? Pooling::Average
                                   : Pooling::None,
            params.integers("layers"), params.text("shape")};
}

}  // namespace

ModelInfo cnnInfo() {
    return {.id = "cnn",
            .label = "Convolutional network",
            .sentence =
                "Small windows of weights that look for the same pattern everywhere in a picture. For images, or "
                "tables whose "
                "columns are pixels.",
            .can = {.classification = true,
                    .regression = true,
                    .weights = true,
                    .trace = true,
                    .update = true,
                    .startFrom = true,
                    .freshRows = true},
            .params = cnnParams(),
            .make = [](const Params& params, Task task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<CnnEstimator>(layersFrom(params), params, task);
            },
            .load = &NetworkModel::load};
}

}  // namespace holdout
