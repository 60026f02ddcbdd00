// A network in libtorch 1.13: see peer.h. The operators of the networks that `mosaic convert` writes for
// classifiers of pictures are called one after another, as a model written in PyTorch would do.
#include <functional>
#include <map>

#include <onnx/onnx_pb.h>
#include <torch/torch.h>

#include "nn/peer.h"

namespace {

using Node = onnx::NodeProto;
using Tensors = std::map<std::string, torch::Tensor>;

std::vector<std::int64_t> integers(const Node& node, const char* name, std::vector<std::int64_t> fallback) {
    for (const auto& attribute : node.attribute()) {
        if (attribute.name() == name) return {attribute.ints().begin(), attribute.ints().end()};
    }
    return fallback;
}

std::int64_t integer(const Node& node, const char* name, std::int64_t fallback) {
    for (const auto& attribute : node.attribute()) {
        if (attribute.name() == name) return attribute.i();
    }
    return fallback;
}

std::vector<std::int64_t> list_of(const torch::Tensor& tensor) {
    return {tensor.data_ptr<std::int64_t>(), tensor.data_ptr<std::int64_t>() + tensor.numel()};
}

// The same before and after, or padded beforehand with `value`.
torch::Tensor padded(const Node& node, torch::Tensor x, std::vector<std::int64_t>& symmetric, double value) {
    const auto pads = integers(node, "pads", {0, 0, 0, 0});
    symmetric = {pads[0], pads[1]};
    if (pads[0] == pads[2] && pads[1] == pads[3]) return x;
    symmetric = {0, 0};
    return torch::constant_pad_nd(x, {pads[1], pads[3], pads[0], pads[2]}, value);
}

torch::Tensor compute(const Node& node, const std::vector<torch::Tensor>& in) {
    const std::string& op = node.op_type();
    if (op == "Conv") {
        std::vector<std::int64_t> pads;
        const torch::Tensor x = padded(node, in[0], pads, 0);
        return torch::conv2d(x, in[1], in.size() > 2 ? in[2] : torch::Tensor(),
                             integers(node, "strides", {1, 1}), pads, integers(node, "dilations", {1, 1}),
                             integer(node, "group", 1));
    }
    if (op == "MaxPool") {
        std::vector<std::int64_t> pads;
        const torch::Tensor x = padded(node, in[0], pads, -std::numeric_limits<double>::infinity());
        return torch::max_pool2d(x, integers(node, "kernel_shape", {}), integers(node, "strides", {1, 1}),
                                 pads);
    }
    if (op == "Relu") return torch::relu(in[0]);
    if (op == "Add") return in[0] + in[1];
    if (op == "Transpose") return in[0].permute(integers(node, "perm", {}));
    if (op == "Reshape") return in[0].reshape(list_of(in[1]));
    if (op == "Flatten") return in[0].flatten(1);
    if (op == "GlobalAveragePool") return in[0].mean({2, 3}, true);
    if (op == "ReduceMean") return in[0].mean(integers(node, "axes", {}), integer(node, "keepdims", 1) != 0);
    if (op == "Gemm") {
        const torch::Tensor b = integer(node, "transB", 0) != 0 ? in[1].t() : in[1];
        return in.size() > 2 ? torch::addmm(in[2], in[0], b) : torch::mm(in[0], b);
    }
    if (op == "Softmax") return torch::softmax(in[0], integer(node, "axis", -1));
    if (op == "Identity") return in[0];
    throw std::runtime_error("operator " + op + " isn't known here");
}

torch::Tensor weight(const onnx::TensorProto& proto) {
    const std::vector<std::int64_t> sizes(proto.dims().begin(), proto.dims().end());
    const auto type = proto.data_type() == onnx::TensorProto::INT64 ? torch::kInt64 : torch::kFloat32;
    auto* data = const_cast<char*>(proto.raw_data().data());  // copied at once
    return torch::from_blob(data, sizes, type).clone();
}

}  // namespace

int main(int argc, char** argv) {
    return peer::main_of(
        argc, argv, [](const std::string& path, peer::Array input, int threads, const std::string& output) {
            torch::set_num_threads(threads);
            const torch::NoGradGuard guard;
            std::ifstream file(path, std::ios::binary);
            onnx::ModelProto model;
            if (!model.ParseFromIstream(&file)) throw std::runtime_error(path + ": can't be read");
            Tensors weights;
            for (const auto& proto : model.graph().initializer())
                weights[proto.name()] = weight(proto);
            const torch::Tensor x = torch::from_blob(input.values.data(), input.shape);
            torch::Tensor made;
            const auto run = [&] {
                Tensors values{{model.graph().input(0).name(), x}};
                for (const Node& node : model.graph().node()) {
                    std::vector<torch::Tensor> in;
                    in.reserve(static_cast<std::size_t>(node.input_size()));
                    for (const auto& name : node.input())
                        in.push_back(values.contains(name) ? values[name] : weights.at(name));
                    values[node.output(0)] = compute(node, in);
                }
                made = values.at(model.graph().output(0).name()).contiguous();
            };
            run();
            peer::write_npy(output, made.data_ptr<float>(), static_cast<std::size_t>(made.numel()));
            peer::serve(run);
        });
}
