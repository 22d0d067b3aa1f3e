// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/onnx_network.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>

#include "base/format.h"
#include "model/neural/network_model.h"

namespace holdout {

namespace {

using Eigen::Index;

constexpr Index mostNumbers = Index{1} << 28;  // of a tensor or a network: a gigabyte of float32
constexpr Index longestSide = Index{1} << 24;

[[noreturn]] void refuse(const std::string& problem) {
    throw Error("This ONNX network cannot be taken over: " + problem + ".", {.parameter = std::string(startParameter)},
                "Export a plain chain of dense, convolution, pooling, normalisation and activation layers.");
}

std::string called(const onnx::NodeProto& node) {
    return "its node " + (node.name().empty() ? node.op_type() : node.name() + " (" + node.op_type() + ")");
}

struct Tensor {
    std::vector<Index> sizes;
    std::vector<float> values;

    Index size(std::size_t i) const { return i < sizes.size() ? sizes[i] : 1; }
};

Tensor tensorFrom(const onnx::TensorProto& proto) {
    Tensor tensor;
    Index count = 1;
    for (const std::int64_t size : proto.dims()) {
        if (size < 1 || size > longestSide || count > mostNumbers / size)
            refuse("the tensor " + proto.name() + " has an impossible size");
        count *= size;
        tensor.sizes.push_back(size);
    }
    if (proto.data_type() != onnx::TensorProto_DataType_FLOAT) return tensor;  // shapes of Reshape: not needed
    const auto bytes = static_cast<std::size_t>(count) * sizeof(float);
    if (proto.has_raw_data() && proto.raw_data().size() == bytes) {
        tensor.values.resize(static_cast<std::size_t>(count));
        std::memcpy(tensor.values.data(), proto.raw_data().data(), bytes);
    } else if (proto.float_data_size() == count) {
        tensor.values.assign(proto.float_data().begin(), proto.float_data().end());
    } else {
        refuse("the tensor " + proto.name() + " holds another number of values than its size says");
    }
    return tensor;
}

/// Attributes of a node by name.
class Attributes {
public:
    explicit Attributes(const onnx::NodeProto& node) : m_node(node) {
        for (const onnx::AttributeProto& attribute : node.attribute()) m_byName.emplace(attribute.name(), &attribute);
    }
    Index integer(const char* name, Index fallback) const {
        const auto found = m_byName.find(name);
        return found == m_byName.end() ? fallback : static_cast<Index>(found->second->i());
    }
    double real(const char* name, double fallback) const {
        const auto found = m_byName.find(name);
        return found == m_byName.end() ? fallback : static_cast<double>(found->second->f());
    }
    /// `count` sizes from `least` to 65,536.
    std::vector<Index> sizes(const char* name, std::size_t count, Index fallback, Index least = 1) const {
        const auto found = m_byName.find(name);
        if (found == m_byName.end()) return std::vector<Index>(count, fallback);
        std::vector<Index> result(found->second->ints().begin(), found->second->ints().end());
        const auto isWrong = [least](Index size) { return size < least || size > 65536; };
        if (result.size() != count || std::any_of(result.begin(), result.end(), isWrong))
            refuse(called(m_node) + " has an unusual " + name);
        return result;
    }
    std::string text(const char* name) const {
        const auto found = m_byName.find(name);
        return found == m_byName.end() ? std::string() : found->second->s();
    }

private:
    const onnx::NodeProto& m_node;
    std::map<std::string, const onnx::AttributeProto*> m_byName;
};

/// Walks the chain and gathers layers and their numbers.
class Reader {
public:
    explicit Reader(const onnx::GraphProto& graph) {
        for (const onnx::TensorProto& tensor : graph.initializer()) m_tensors.emplace(tensor.name(), &tensor);
        findInput(graph);
        for (const onnx::NodeProto& node : graph.node()) read(node);
    }

    Network<float> network() {
        finishHead();
        NetworkShape shape(m_input, m_layers, NetworkOutput::ClassScores);
        if (shape.parameters() > mostNumbers) refuse("it has more weights than any memory could hold");
        Eigen::VectorXf parameters(shape.parameters());
        Eigen::VectorXf statistics(shape.statistics());
        Index at = 0;
        Index statisticsAt = 0;
        for (const std::vector<float>& numbers : m_parameters)
            for (const float value : numbers) parameters[at++] = value;
        for (const std::vector<float>& numbers : m_statistics)
            for (const float value : numbers) statistics[statisticsAt++] = value;
        if (!parameters.allFinite() || !statistics.allFinite()) refuse("some of its weights are no numbers");
        return {std::move(shape), std::move(parameters), std::move(statistics)};
    }

private:
    void findInput(const onnx::GraphProto& graph) {
        for (const onnx::ValueInfoProto& input : graph.input()) {
            if (m_tensors.contains(input.name())) continue;
            std::vector<Index> sizes;
            for (const auto& size : input.type().tensor_type().shape().dim()) sizes.push_back(size.dim_value());
            const auto isWrong = [](Index size) { return size < 1 || size > longestSide; };
            if ((sizes.size() != 2 && sizes.size() != 4) || std::any_of(sizes.begin() + 1, sizes.end(), isWrong))
                refuse("its input must be rows × features or rows × channels × height × width of known sizes");
            m_input = sizes.size() == 2 ? TensorShape{1, 1, sizes[1]} : TensorShape{sizes[2], sizes[3], sizes[1]};
            if (m_input.height > mostNumbers / m_input.width || m_input.pixels() > mostNumbers / m_input.channels)
                refuse("its input is too large");
            m_shape = m_input;
            m_last = input.name();
            return;
        }
        refuse("it has no input");
    }

    void read(const onnx::NodeProto& node) {
        const std::string& kind = node.op_type();
        if (kind == "Constant") {
            if (node.output_size() == 1 && node.attribute_size() == 1 && node.attribute(0).has_t())
                m_tensors.emplace(node.output(0), &node.attribute(0).t());
            return;
        }
        if (kind == "Identity" && node.input_size() == 1 && node.output_size() == 1 &&
            m_tensors.contains(node.input(0))) {
            m_tensors.emplace(node.output(0), m_tensors.at(node.input(0)));  // weights that two nodes share
            return;
        }
        if (kind == "Shape" || kind == "Gather" || kind == "Unsqueeze" || kind == "Concat")
            return;  // sizes for Reshape
        const bool swapped = kind == "Add" && node.input_size() == 2 && node.input(1) == m_last;
        if (node.input_size() < 1 || (node.input(0) != m_last && !swapped) || node.output_size() < 1)
            refuse(called(node) + " does not go on from the node before it");
        if (m_ended) refuse("something follows its softmax");
        if (kind == "Gemm" || kind == "MatMul")
            dense(node);
        else if (kind == "Add")
            bias(node, swapped ? 0 : 1);
        else if (kind == "Conv")
            convolution(node);
        else if (kind == "MaxPool" || kind == "AveragePool" || kind == "GlobalAveragePool")
            pooling(node);
        else if (kind == "BatchNormalization")
            normalisation(node);
        else if (kind == "Relu")
            activation(Activation::Relu);
        else if (kind == "Tanh")
            activation(Activation::Tanh);
        else if (kind == "Sigmoid")
            activation(Activation::Sigmoid);
        else if (kind == "Flatten" || kind == "Reshape")
            flatten();
        else if (kind == "Pad")
            padding(node);
        else if (kind == "Softmax" || kind == "LogSoftmax")
            m_ended = true;
        else if (kind != "Dropout" && kind != "Identity")
            refuse(called(node) + " is of a kind that is not known here");
        m_last = node.output(0);
    }

    Tensor tensor(const onnx::NodeProto& node, int input) const {
        const auto found = input < node.input_size() ? m_tensors.find(node.input(input)) : m_tensors.end();
        if (found == m_tensors.end()) refuse(called(node) + " has no constant weights");
        Tensor result = tensorFrom(*found->second);
        if (result.values.empty()) refuse(called(node) + " has weights that are not of float32");
        return result;
    }

    void add(const std::string& name, LayerKind kind) {
        m_shape = outputShape(kind, m_shape);
        if (m_shape.size() < 1 || m_shape.size() > mostNumbers) refuse("its layer " + name + " has an impossible size");
        m_layers.push_back({name, std::move(kind)});
    }

    void dense(const onnx::NodeProto& node) {
        const Attributes attributes(node);
        if (attributes.real("alpha", 1) != 1 || attributes.real("beta", 1) != 1 || attributes.integer("transA", 0) != 0)
            refuse(called(node) + " scales or turns over its inputs");
        if (m_shape.pixels() > 1) refuse(called(node) + " follows a picture without Flatten");
        const Tensor weights = tensor(node, 1);
        const bool turned = attributes.integer("transB", 0) != 0;
        const Index inputs = weights.size(turned ? 1 : 0);
        const Index outputs = weights.size(turned ? 0 : 1);
        if (weights.sizes.size() != 2 || inputs != m_shape.size())
            refuse(called(node) + " has weights of another size");
        std::vector<float> numbers;
        numbers.reserve(weights.values.size());
        for (Index i = 0; i < inputs; ++i) {
            const Index from = originalInput(i);
            for (Index o = 0; o < outputs; ++o)
                numbers.push_back(
                    weights.values[static_cast<std::size_t>(turned ? o * inputs + from : from * outputs + o)]);
        }
        m_flattened.reset();
        m_name = "layer" + std::to_string(++m_denseCount);
        add(m_name, DenseLayer{outputs});
        m_parameters.push_back(std::move(numbers));
        m_parameters.push_back(node.input_size() > 2 ? biasOf(node, 2, outputs)
                                                     : std::vector<float>(static_cast<std::size_t>(outputs), 0.0F));
        m_canAdd = node.op_type() == "MatMul";
    }

    /// Where ONNX has the input that stands at `i` here: it flattens channel by channel.
    Index originalInput(Index i) const {
        if (!m_flattened) return i;
        return i % m_flattened->channels * m_flattened->pixels() + i / m_flattened->channels;
    }

    std::vector<float> biasOf(const onnx::NodeProto& node, int input, Index outputs) const {
        Tensor bias = tensor(node, input);
        if (static_cast<Index>(bias.values.size()) != outputs) refuse(called(node) + " has a bias of another size");
        return std::move(bias.values);
    }

    void bias(const onnx::NodeProto& node, int input) {
        if (!m_canAdd) refuse(called(node) + " adds to something other than a product");
        m_parameters.back() = biasOf(node, input, m_shape.size());
        m_canAdd = false;
    }

    void convolution(const onnx::NodeProto& node) {
        const Attributes attributes(node);
        const Tensor weights = tensor(node, 1);
        if (weights.sizes.size() != 4 || weights.size(1) != m_shape.channels || m_flattened)
            refuse(called(node) + " has weights of another size");
        const std::vector<Index> strides = attributes.sizes("strides", 2, 1);
        const std::vector<Index> dilations = attributes.sizes("dilations", 2, 1);
        const std::vector<Index> pads = attributes.sizes("pads", 4, 0, 0);
        const std::string automatic = attributes.text("auto_pad");
        if (attributes.integer("group", 1) != 1 || strides[0] != strides[1] || dilations[0] != 1 || dilations[1] != 1 ||
            (!automatic.empty() && automatic != "NOTSET" && automatic != "VALID"))
            refuse(called(node) + " has groups, dilation, uneven strides or automatic padding");
        const Index filters = weights.size(0), channels = weights.size(1), height = weights.size(2),
                    width = weights.size(3);
        if (std::max(pads[0], pads[2]) >= height || std::max(pads[1], pads[3]) >= width)
            refuse(called(node) + " has more zeros around than its window is wide");
        std::vector<float> numbers;
        numbers.reserve(weights.values.size());
        for (Index pixel = 0; pixel < height * width; ++pixel)
            for (Index c = 0; c < channels; ++c)
                for (Index f = 0; f < filters; ++f)
                    numbers.push_back(
                        weights.values[static_cast<std::size_t>((f * channels + c) * height * width + pixel)]);
        m_name = "conv" + std::to_string(++m_convolutionCount);
        add(m_name, ConvolutionLayer{filters, height, width, strides[0], pads[0], pads[1], pads[2], pads[3]});
        m_parameters.push_back(std::move(numbers));
        m_parameters.push_back(node.input_size() > 2 ? biasOf(node, 2, filters)
                                                     : std::vector<float>(static_cast<std::size_t>(filters), 0.0F));
        m_canAdd = false;
    }

    void pooling(const onnx::NodeProto& node) {
        const Attributes attributes(node);
        PoolingLayer pool{node.op_type() == "MaxPool" ? PoolingKind::Max : PoolingKind::Average, m_shape.height,
                          m_shape.width, std::max(m_shape.height, m_shape.width)};
        if (node.op_type() != "GlobalAveragePool") {
            const std::vector<Index> window = attributes.sizes("kernel_shape", 2, 0);
            const std::vector<Index> strides = attributes.sizes("strides", 2, 1);
            const std::vector<Index> pads = attributes.sizes("pads", 4, 0, 0);
            const bool padded = std::any_of(pads.begin(), pads.end(), [](Index pad) { return pad != 0; });
            if (window[0] < 1 || window[1] < 1 || strides[0] != strides[1] || padded ||
                attributes.integer("ceil_mode", 0) != 0)
                refuse(called(node) + " has padding, uneven strides or no window");
            pool.height = window[0];
            pool.width = window[1];
            pool.stride = strides[0];
        }
        add(m_name + ".pool", pool);
    }

    /// Exporters write a Pad of nothing before mean pooling: it does nothing. Others are refused.
    void padding(const onnx::NodeProto& node) const {
        const auto found = node.input_size() > 1 ? m_tensors.find(node.input(1)) : m_tensors.end();
        const auto isZero = [](auto value) { return value == 0; };
        const bool isNothing = found != m_tensors.end() && std::ranges::all_of(found->second->int64_data(), isZero) &&
                               std::ranges::all_of(found->second->raw_data(), isZero);
        if (!isNothing) refuse(called(node) + " puts something around pictures apart from a convolution");
    }

    void normalisation(const onnx::NodeProto& node) {
        const Attributes attributes(node);
        const Index channels = m_shape.channels;
        std::vector<std::vector<float>> numbers;
        for (int input = 1; input <= 4; ++input) numbers.push_back(biasOf(node, input, channels));
        if (m_flattened) refuse(called(node) + " follows a flattened picture");
        add(m_name.empty() ? "inputs.norm" : m_name + ".norm",
            BatchNormLayer{attributes.real("epsilon", 1e-5), 1 - attributes.real("momentum", 0.9)});
        m_parameters.push_back(std::move(numbers[0]));
        m_parameters.push_back(std::move(numbers[1]));
        m_statistics.push_back(std::move(numbers[2]));
        m_statistics.push_back(std::move(numbers[3]));
        m_canAdd = false;
    }

    void activation(Activation function) {
        add(m_name + ".activation", ActivationLayer{function});
        m_canAdd = false;
    }

    void flatten() {
        if (m_shape.pixels() == 1) return;
        m_flattened = m_shape;
        add("flatten", FlattenLayer{});
    }

    /// The last dense layer is the head, as of networks made here.
    void finishHead() {
        for (std::size_t i = m_layers.size(); i-- > 0;)
            if (std::holds_alternative<DenseLayer>(m_layers[i].kind)) {
                m_layers[i].name = "head";
                return;
            }
        refuse("it has no dense layer");
    }

    std::map<std::string, const onnx::TensorProto*> m_tensors;
    TensorShape m_input;
    TensorShape m_shape;                     ///< after the nodes read so far
    std::optional<TensorShape> m_flattened;  ///< what was flattened, until a dense layer takes it
    std::vector<Layer> m_layers;
    std::vector<std::vector<float>> m_parameters, m_statistics;
    std::string m_last;  ///< the value that the next node must take
    std::string m_name;  ///< of the last layer with weights
    int m_denseCount = 0;
    int m_convolutionCount = 0;
    bool m_canAdd = false;  ///< after MatMul, whose bias is a node of its own
    bool m_ended = false;
};

}  // namespace

Network<float> networkFromOnnx(std::string_view bytes) {
    onnx::ModelProto model;
    if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !model.has_graph())
        throw Error("This file is no ONNX network.", {}, "Choose a file that ends in .onnx.");
    return Reader(model.graph()).network();
}

std::shared_ptr<const Model> modelFromOnnx(const std::filesystem::path& file) {
    constexpr std::uintmax_t mostBytes = std::uintmax_t{1} << 30;
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(file, error);
    if (error || size > mostBytes)
        throw Error("The ONNX file cannot be read, or is larger than 1 GB.", {.file = file.string()},
                    "Check the file and your right to read it.");
    std::ifstream stream(file, std::ios::binary);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!stream) throw Error("The ONNX file cannot be read.", {.file = file.string()}, "Check your right to read it.");
    NetworkRecord record;
    record.origin = "read from " + file.filename().string();
    return std::make_shared<NetworkModel>(networkFromOnnx(bytes), TargetScale{}, std::move(record));
}

}  // namespace holdout
