// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <variant>

#include <Eigen/Core>

namespace holdout {

/// What one sample is between two layers: height × width × channels, each pixel's channels together. A plain list of
/// numbers is 1 × 1 × n.
struct TensorShape {
    Eigen::Index height = 1;
    Eigen::Index width = 1;
    Eigen::Index channels = 0;

    Eigen::Index pixels() const { return height * width; }
    Eigen::Index size() const { return height * width * channels; }
    bool operator==(const TensorShape&) const = default;
};

enum class Activation { Relu, Tanh, Sigmoid };
enum class PoolingKind { Max, Average };

/// Every output is a weighted sum of all inputs, plus a bias.
struct DenseLayer {
    Eigen::Index outputs = 1;
};

/// Every filter looks at a window of all channels, which moves over the picture; zeros stand around the picture.
struct ConvolutionLayer {
    Eigen::Index filters = 1;
    Eigen::Index kernelHeight = 3;
    Eigen::Index kernelWidth = 3;
    Eigen::Index stride = 1;
    Eigen::Index top = 0, left = 0, bottom = 0, right = 0;  ///< zeros on each side

    /// As many zeros as keep the size of the picture at stride 1.
    static ConvolutionLayer same(Eigen::Index filters, Eigen::Index kernel) {
        const Eigen::Index before = (kernel - 1) / 2;
        return {filters, kernel, kernel, 1, before, before, kernel - 1 - before, kernel - 1 - before};
    }
};

/// The largest or the mean of each window, channel by channel. Windows that would reach beyond the picture are left
/// out.
struct PoolingLayer {
    PoolingKind kind = PoolingKind::Max;
    Eigen::Index height = 2;
    Eigen::Index width = 2;
    Eigen::Index stride = 2;
};

/// Each channel gets mean 0 and deviation 1 over the batch, then a learnt scale and shift (Ioffe, Szegedy 2015).
/// Outside training, the running mean and variance of the batches stand in.
struct BatchNormLayer {
    double epsilon = 1e-5;
    double momentum = 0.1;  ///< the share of each new batch in the running statistics
};

struct ActivationLayer {
    Activation function = Activation::Relu;
};

/// Leaves out a share of the values in training and scales up the others (Srivastava et al. 2014). Nothing otherwise.
struct DropoutLayer {
    double rate = 0;
};

/// Adds normal noise in training. Nothing otherwise.
struct NoiseLayer {
    double deviation = 0;
};

/// From a picture to a list of numbers, in the order in which they lie.
struct FlattenLayer {};

using LayerKind = std::variant<DenseLayer, ConvolutionLayer, PoolingLayer, BatchNormLayer, ActivationLayer,
                               DropoutLayer, NoiseLayer, FlattenLayer>;

/// A layer and what a person calls it: "layer1", "conv2.norm", "head".
struct Layer {
    std::string name;
    LayerKind kind;
};

/// What the layer makes of a sample of shape `input`. A size below 1 says that the sample is too small for it.
TensorShape outputShape(const LayerKind& kind, const TensorShape& input);

/// Whether the layer may write its outputs over its inputs: what it needs on the way back, it reads from its outputs.
bool worksInPlace(const LayerKind& kind);

}  // namespace holdout
