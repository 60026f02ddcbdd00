#include "onnx/model.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <limits>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include "tfjs_weights.h"

namespace mosaic::onnx {

namespace {

using Proto = ::onnx::TensorProto;

// Bytes of one element as raw_data holds it; 0: mosaic has no such type.
std::size_t stored_bytes(std::int32_t type) {
    switch (type) {
        case Proto::FLOAT:
        case Proto::INT32:
        case Proto::UINT32:
            return 4;
        case Proto::DOUBLE:
        case Proto::INT64:
        case Proto::UINT64:
            return 8;
        case Proto::FLOAT16:
        case Proto::BFLOAT16:
        case Proto::INT16:
        case Proto::UINT16:
            return 2;
        case Proto::INT8:
        case Proto::UINT8:
        case Proto::BOOL:
            return 1;
        default:
            return 0;
    }
}

template <typename Wide>
std::int32_t saturated(Wide value) {
    using Limits = std::numeric_limits<std::int32_t>;
    if (std::cmp_greater(value, Limits::max())) return Limits::max();
    if (std::cmp_less(value, Limits::min())) return Limits::min();
    return static_cast<std::int32_t>(value);
}

template <typename Stored, typename To, typename Convert>
void decode_as(const std::byte* from, std::span<To> to, Convert convert) {
    for (std::size_t i = 0; i < to.size(); ++i) {
        Stored stored;
        std::memcpy(&stored, from + i * sizeof(Stored), sizeof(Stored));
        to[i] = convert(stored);
    }
}

// Little-endian, as the format says and as every machine is that mosaic runs on.
void decode_raw(std::int32_t type, const std::byte* from, Tensor& tensor) {
    const auto integers = [&]<typename Stored>(Stored) {
        decode_as<Stored>(from, tensor.elements<std::int32_t>(), saturated<Stored>);
    };
    switch (type) {
        case Proto::FLOAT:
            return decode_as<float>(from, tensor.elements<float>(), [](float x) { return x; });
        case Proto::DOUBLE:
            return decode_as<double>(from, tensor.elements<float>(),
                                     [](double x) { return static_cast<float>(x); });
        case Proto::FLOAT16:
            return decode_as<std::uint16_t>(from, tensor.elements<float>(), tfjs::half_to_float);
        case Proto::BFLOAT16:
            return decode_as<std::uint16_t>(from, tensor.elements<float>(), [](std::uint16_t x) {
                return std::bit_cast<float>(static_cast<std::uint32_t>(x) << 16U);
            });
        case Proto::INT64:
            return integers(std::int64_t{});
        case Proto::UINT64:
            return integers(std::uint64_t{});
        case Proto::INT32:
            return integers(std::int32_t{});
        case Proto::UINT32:
            return integers(std::uint32_t{});
        case Proto::INT16:
            return integers(std::int16_t{});
        case Proto::UINT16:
            return integers(std::uint16_t{});
        case Proto::INT8:
            return integers(std::int8_t{});
        case Proto::UINT8:
            return integers(std::uint8_t{});
        default:
            return decode_as<std::uint8_t>(from, tensor.elements<std::uint8_t>(),
                                           [](std::uint8_t x) -> std::uint8_t { return x != 0 ? 1 : 0; });
    }
}

std::string where(const Proto& proto) {
    return "tensor " + proto.name();
}

// One repeated field of the message; fails when it hasn't as many elements as the shape.
template <typename Field, typename To, typename Convert>
Result<void> decode_field(const Proto& proto, const Field& field, std::span<To> to, Convert convert) {
    if (static_cast<std::size_t>(field.size()) != to.size()) {
        return failure(where(proto) + " has " + std::to_string(field.size()) + " elements instead of " +
                       std::to_string(to.size()));
    }
    std::transform(field.begin(), field.end(), to.begin(), convert);
    return {};
}

Result<void> decode_fields(const Proto& proto, Tensor& tensor) {
    const auto to_float = [](auto x) { return static_cast<float>(x); };
    switch (proto.data_type()) {
        case Proto::FLOAT:
            return decode_field(proto, proto.float_data(), tensor.elements<float>(), to_float);
        case Proto::DOUBLE:
            return decode_field(proto, proto.double_data(), tensor.elements<float>(), to_float);
        case Proto::FLOAT16:
            return decode_field(proto, proto.int32_data(), tensor.elements<float>(), [](std::int32_t x) {
                return tfjs::half_to_float(static_cast<std::uint16_t>(x));
            });
        case Proto::BFLOAT16:
            return decode_field(proto, proto.int32_data(), tensor.elements<float>(), [](std::int32_t x) {
                return std::bit_cast<float>(static_cast<std::uint32_t>(x) << 16U);
            });
        case Proto::INT64:
            return decode_field(proto, proto.int64_data(), tensor.elements<std::int32_t>(),
                                saturated<std::int64_t>);
        case Proto::UINT32:
        case Proto::UINT64:
            return decode_field(proto, proto.uint64_data(), tensor.elements<std::int32_t>(),
                                saturated<std::uint64_t>);
        case Proto::BOOL:
            return decode_field(proto, proto.int32_data(), tensor.elements<std::uint8_t>(),
                                [](std::int32_t x) -> std::uint8_t { return x != 0 ? 1 : 0; });
        default:
            return decode_field(proto, proto.int32_data(), tensor.elements<std::int32_t>(),
                                [](std::int32_t x) { return x; });
    }
}

std::optional<std::uint64_t> parse_number(const std::string& text) {
    constexpr std::size_t kDigitsMax = 18;  // far beyond any file, and no overflow
    if (text.empty() || text.size() > kDigitsMax) return std::nullopt;
    std::uint64_t number = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9') return std::nullopt;
        number = number * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    return number;
}

struct External {
    std::filesystem::path path;
    std::uint64_t offset = 0;
};

// Where external data of `bytes` bytes lies; fails when that is outside of the folder or of the file.
Result<External> locate(const Proto& proto, const std::filesystem::path& folder, std::uint64_t bytes) {
    External external;
    std::string location;
    std::uint64_t length = bytes;
    for (const auto& entry : proto.external_data()) {
        if (entry.key() == "location") location = entry.value();
        if (entry.key() != "offset" && entry.key() != "length") continue;
        const auto number = parse_number(entry.value());
        if (!number) return failure(where(proto) + " has an " + entry.key() + " that isn't a number");
        (entry.key() == "offset" ? external.offset : length) = *number;
    }
    if (folder.empty())
        return failure(where(proto) + " lies in another file, and the model was given without one");
    const std::filesystem::path relative(location);
    std::error_code error;
    const std::filesystem::path base = std::filesystem::weakly_canonical(folder, error);
    if (error) return failure(folder.string() + ": " + error.message());
    // Resolved with symbolic links, so that neither ".." nor a link leads out of the model's folder.
    external.path = std::filesystem::weakly_canonical(base / relative, error);
    if (error) return failure(where(proto) + ": " + location + ": " + error.message());
    const auto inside = external.path.lexically_relative(base);
    if (location.empty() || relative.is_absolute() || inside.empty() || *inside.begin() == "..") {
        return failure(where(proto) + ": external data " + location + " lies outside the model's folder");
    }
    if (!std::filesystem::is_regular_file(external.path, error))
        return failure(where(proto) + ": external data " + location + " isn't a file");
    const std::uint64_t size = std::filesystem::file_size(external.path, error);
    if (error || external.offset > size || bytes > size - external.offset || length != bytes) {
        return failure(where(proto) + ": external data " + location + " doesn't hold " +
                       std::to_string(bytes) + " bytes at " + std::to_string(external.offset));
    }
    return external;
}

Result<std::string> read_external(const Proto& proto, const std::filesystem::path& folder,
                                  std::uint64_t bytes) {
    MOSAIC_TRY_ASSIGN(const External external, locate(proto, folder, bytes));
    std::ifstream file(external.path, std::ios::binary);
    std::string data(bytes, '\0');
    file.seekg(static_cast<std::streamoff>(external.offset));
    if (!file.read(data.data(), static_cast<std::streamsize>(bytes)))
        return failure(external.path.string() + ": can't be read");
    return data;
}

}  // namespace

Result<DataType> read_type(std::int32_t onnx_type) {
    switch (onnx_type) {
        case Proto::FLOAT:
        case Proto::FLOAT16:
        case Proto::BFLOAT16:
        case Proto::DOUBLE:
            return DataType::kFloat32;
        case Proto::BOOL:
            return DataType::kBool;
        default:
            if (stored_bytes(onnx_type) > 0) return DataType::kInt32;
            return failure("data type " + std::to_string(onnx_type) + " isn't supported");
    }
}

Result<Tensor> read_tensor(const Proto& proto, const std::filesystem::path& folder) {
    auto type = read_type(proto.data_type());
    if (!type) return failure(where(proto) + ": " + type.error().message);
    const std::vector<std::int64_t> sizes(proto.dims().begin(), proto.dims().end());
    auto shape = Shape::create(sizes);
    if (!shape) return failure(where(proto) + ": " + shape.error().message);
    const std::uint64_t bytes =
        static_cast<std::uint64_t>(shape->element_count()) * stored_bytes(proto.data_type());
    const bool external = proto.data_location() == Proto::EXTERNAL;
    std::string outside;
    if (external) {
        MOSAIC_TRY_ASSIGN(outside, read_external(proto, folder, bytes));
    }
    const std::string& raw = external ? outside : proto.raw_data();
    if (external || proto.has_raw_data()) {
        if (raw.size() != bytes) {
            return failure(where(proto) + " has " + std::to_string(raw.size()) + " bytes instead of " +
                           std::to_string(bytes));
        }
        MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(*type, *shape));
        decode_raw(proto.data_type(), reinterpret_cast<const std::byte*>(raw.data()), tensor);
        return tensor;
    }
    // Each element takes at least one byte of the message.
    if (static_cast<std::uint64_t>(shape->element_count()) > proto.ByteSizeLong())
        return failure(where(proto) + " has less data than " + shape->to_string() + " needs");
    MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(*type, *shape));
    MOSAIC_TRY(decode_fields(proto, tensor));
    return tensor;
}

std::optional<std::vector<std::int64_t>> read_sizes(const ::onnx::ValueInfoProto& info) {
    if (!info.type().tensor_type().has_shape()) return std::nullopt;
    std::vector<std::int64_t> sizes;
    for (const auto& dimension : info.type().tensor_type().shape().dim()) {
        sizes.push_back(dimension.has_dim_value() && dimension.dim_value() > 0 ? dimension.dim_value() : -1);
    }
    return sizes;
}

Result<std::shared_ptr<const ::onnx::ModelProto>> parse_model(std::span<const std::byte> bytes) {
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        return failure("larger than 2 GB, which protobuf can't hold");
    const google::protobuf::LogSilencer silence;  // it would print what is wrong
    auto model = std::make_shared<::onnx::ModelProto>();
    google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                  static_cast<int>(bytes.size()));
    if (!model->ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage() || !model->has_graph())
        return failure("not an ONNX model");
    return model;
}

}  // namespace mosaic::onnx
