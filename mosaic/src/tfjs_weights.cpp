#include "tfjs_weights.h"

#include <bit>
#include <cmath>
#include <cstring>

#include <nlohmann/json.hpp>

#include "files.h"

namespace mosaic::tfjs {

namespace {

using Json = nlohmann::json;

constexpr std::uintmax_t kShardBytesMax = std::uintmax_t{4} << 30;

enum class Storage : std::uint8_t { kFloat32, kInt32, kBool, kFloat16, kUint8, kUint16 };

struct WeightSpec {
    std::string name;
    DataType type = DataType::kFloat32;
    Shape shape;
    Storage storage = Storage::kFloat32;
    float scale = 1.0F;
    float minimum = 0.0F;
};

std::size_t stored_bytes(Storage storage) {
    switch (storage) {
        case Storage::kFloat32:
        case Storage::kInt32:
            return 4;
        case Storage::kFloat16:
        case Storage::kUint16:
            return 2;
        case Storage::kBool:
        case Storage::kUint8:
            return 1;
    }
    return 1;
}

std::string text_or_empty(const Json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

Result<void> read_quantization(const Json& quantization, WeightSpec& spec) {
    const std::string where = "weight " + spec.name;
    if (!quantization.is_object()) return failure(where + ": quantization isn't an object");
    const std::string stored = text_or_empty(quantization, "dtype");
    if (stored == "float16" && spec.type == DataType::kFloat32) {
        spec.storage = Storage::kFloat16;
        return {};
    }
    if ((stored != "uint8" && stored != "uint16") || spec.type == DataType::kBool) {
        return failure(where + ": unsupported quantization " + stored);
    }
    spec.storage = stored == "uint8" ? Storage::kUint8 : Storage::kUint16;
    const auto scale = quantization.find("scale");
    const auto minimum = quantization.find("min");
    if (scale == quantization.end() || !scale->is_number() || minimum == quantization.end() ||
        !minimum->is_number()) {
        return failure(where + ": quantization without scale and min");
    }
    spec.scale = scale->get<float>();
    spec.minimum = minimum->get<float>();
    return {};
}

Result<WeightSpec> read_spec(const Json& json) {
    if (!json.is_object()) return failure("weights manifest: a weight isn't an object");
    WeightSpec spec;
    spec.name = text_or_empty(json, "name");
    if (spec.name.empty()) return failure("weights manifest: a weight has no name");
    const std::string where = "weight " + spec.name;
    const std::string type = text_or_empty(json, "dtype");
    if (type == "float32") {
        spec.type = DataType::kFloat32;
        spec.storage = Storage::kFloat32;
    } else if (type == "int32") {
        spec.type = DataType::kInt32;
        spec.storage = Storage::kInt32;
    } else if (type == "bool") {
        spec.type = DataType::kBool;
        spec.storage = Storage::kBool;
    } else {
        return failure(where + ": unsupported type " + type);
    }
    const auto shape = json.find("shape");
    if (shape == json.end() || !shape->is_array()) return failure(where + ": no shape");
    if (shape->size() > Shape::kRankMax) return failure(where + ": too many dimensions");
    std::vector<std::int64_t> sizes;
    for (const Json& size : *shape) {
        if (!size.is_number_integer()) return failure(where + ": a size isn't an integer");
        sizes.push_back(size.get<std::int64_t>());
    }
    auto checked = Shape::create(sizes);
    if (!checked) return failure(where + ": " + checked.error().message);
    spec.shape = *checked;
    if (const auto quantization = json.find("quantization"); quantization != json.end()) {
        MOSAIC_TRY(read_quantization(*quantization, spec));
    }
    return spec;
}

template <typename Stored, typename Element>
void dequantize(const std::byte* bytes, float scale, float minimum, std::span<Element> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
        Stored stored;
        std::memcpy(&stored, bytes + i * sizeof(Stored), sizeof(Stored));
        const float value = static_cast<float>(stored) * scale + minimum;
        if constexpr (std::is_same_v<Element, float>) {
            out[i] = value;
        } else {
            // Outside of int32 the conversion is undefined; such a model is wrong, but not dangerous.
            constexpr float kLimit = 2147483520.0F;
            const float rounded = std::nearbyint(value);
            out[i] = rounded >= -kLimit && rounded <= kLimit ? static_cast<Element>(rounded) : 0;
        }
    }
}

void decode(const WeightSpec& spec, const std::byte* bytes, Tensor& tensor) {
    switch (spec.storage) {
        case Storage::kFloat32:
        case Storage::kInt32:
            if (!tensor.bytes().empty()) std::memcpy(tensor.bytes().data(), bytes, tensor.bytes().size());
            return;
        case Storage::kBool:
            for (std::size_t i = 0; i < tensor.bytes().size(); ++i) {
                tensor.elements<std::uint8_t>()[i] = bytes[i] != std::byte{0} ? 1 : 0;
            }
            return;
        case Storage::kFloat16: {
            const std::span<float> out = tensor.elements<float>();
            for (std::size_t i = 0; i < out.size(); ++i) {
                std::uint16_t half = 0;
                std::memcpy(&half, bytes + i * sizeof(half), sizeof(half));
                out[i] = half_to_float(half);
            }
            return;
        }
        case Storage::kUint8:
        case Storage::kUint16:
            break;
    }
    const auto fill = [&](auto elements) {
        if (spec.storage == Storage::kUint8) {
            dequantize<std::uint8_t>(bytes, spec.scale, spec.minimum, elements);
        } else {
            dequantize<std::uint16_t>(bytes, spec.scale, spec.minimum, elements);
        }
    };
    if (spec.type == DataType::kFloat32) {
        fill(tensor.elements<float>());
    } else {
        fill(tensor.elements<std::int32_t>());
    }
}

// What the lists under `key` of the manifest's groups hold, in order. Pointers into the manifest.
Result<std::vector<const Json*>> lists(const Json& manifest, const char* key) {
    if (!manifest.is_array()) return failure("weightsManifest isn't a list");
    std::vector<const Json*> all;
    for (const Json& group : manifest) {
        const auto list = group.is_object() ? group.find(key) : group.end();
        if (list == group.end() || !list->is_array()) {
            return failure("weightsManifest: a group without " + std::string(key));
        }
        for (const Json& entry : *list)
            all.push_back(&entry);
    }
    return all;
}

}  // namespace

float half_to_float(std::uint16_t half) {
    const std::uint32_t sign = (half & 0x8000U) << 16U;
    const std::uint32_t exponent = (half >> 10U) & 0x1FU;
    const std::uint32_t mantissa = half & 0x3FFU;
    if (exponent == 0) {  // zero or subnormal: mantissa * 2^-24
        const float magnitude = std::ldexp(static_cast<float>(mantissa), -24);
        return sign != 0 ? -magnitude : magnitude;
    }
    if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000U | (mantissa << 13U));
    return std::bit_cast<float>(sign | ((exponent + 112U) << 23U) | (mantissa << 13U));
}

Result<Weights> decode_weights(const Json& manifest, std::span<const std::byte> bytes) {
    MOSAIC_TRY_ASSIGN(const std::vector<const Json*> list, lists(manifest, "weights"));
    Weights weights;
    std::size_t offset = 0;
    for (const Json* json : list) {
        MOSAIC_TRY_ASSIGN(const WeightSpec spec, read_spec(*json));
        const std::size_t size =
            static_cast<std::size_t>(spec.shape.element_count()) * stored_bytes(spec.storage);
        if (size > bytes.size() - offset) {
            return failure("weight " + spec.name + " ends at byte " + std::to_string(offset + size) + " of " +
                           std::to_string(bytes.size()) + " bytes of weights");
        }
        MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(spec.type, spec.shape));
        decode(spec, bytes.data() + offset, tensor);
        offset += size;
        if (!weights.emplace(spec.name, std::move(tensor)).second) {
            return failure("weight " + spec.name + " is there twice");
        }
    }
    return weights;
}

Result<std::vector<std::byte>> read_shards(const Json& manifest, const std::filesystem::path& folder) {
    MOSAIC_TRY_ASSIGN(const std::vector<const Json*> paths, lists(manifest, "paths"));
    std::vector<std::byte> bytes;
    std::error_code error;
    const std::filesystem::path base = std::filesystem::weakly_canonical(folder, error);
    if (error) return failure(folder.string() + ": " + error.message());
    for (const Json* json : paths) {
        if (!json->is_string()) return failure("weightsManifest: a path isn't text");
        const std::filesystem::path relative = json->get<std::string>();
        // Resolved with symbolic links, so that neither ".." nor a link leads out of the model's folder.
        const std::filesystem::path full = std::filesystem::weakly_canonical(base / relative, error);
        if (error) return failure("shard " + relative.string() + ": " + error.message());
        const auto inside = full.lexically_relative(base);
        if (relative.is_absolute() || inside.empty() || *inside.begin() == "..") {
            return failure("shard " + relative.string() + " lies outside the model's folder");
        }
        MOSAIC_TRY(append_file(full, kShardBytesMax - bytes.size(), bytes));
    }
    return bytes;
}

}  // namespace mosaic::tfjs
