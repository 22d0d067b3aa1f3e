// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "model/model.h"
#include "model/neural/network.h"

namespace holdout {

/// A network from ONNX's own format (schema of ONNX 1.12): a chain of Gemm, MatMul and Add, Conv, MaxPool, AveragePool,
/// GlobalAveragePool, BatchNormalization, Relu, Tanh, Sigmoid, Flatten, Reshape to rows; Dropout and Identity do
/// nothing, and a Softmax at the end is that of class scores. Pictures of ONNX are channels × height × width; weights
/// are put in this library's order, so that it takes rows of pixels with their channels together. Layers are named
/// conv1, conv1.norm …, layer1 …, head. Dimensions and sizes are checked before memory is taken. Throws Error that
/// names the node which cannot be taken.
Network<float> networkFromOnnx(std::string_view bytes);

/// Reads a file of at most 1 GB. Throws Error.
std::shared_ptr<const Model> modelFromOnnx(const std::filesystem::path& file);

}  // namespace holdout
