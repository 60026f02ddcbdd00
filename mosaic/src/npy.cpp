#include "npy.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <vector>

#include "files.h"

namespace mosaic {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY\x01";
constexpr std::size_t kPreambleBytes = 10;  // magic, version, length of the header
constexpr std::uintmax_t kFileBytesMax = std::uintmax_t{4} << 30;

// What stands after `key` in the header, a Python dictionary.
std::string_view after_key(std::string_view header, std::string_view key) {
    const std::size_t at = header.find(key);
    if (at == std::string_view::npos) return {};
    std::string_view rest = header.substr(at + key.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return rest;
}

Result<Shape> parse_shape(std::string_view text) {
    if (!text.starts_with('(')) return failure("no shape");
    text = text.substr(1, text.find(')') - 1);
    std::vector<std::int64_t> sizes;
    while (!text.empty()) {
        text.remove_prefix(std::min(text.find_first_not_of(", "), text.size()));
        if (text.empty()) break;
        std::int64_t size = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
        if (error != std::errc()) return failure("a size isn't an integer");
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        sizes.push_back(size);
    }
    return Shape::create(sizes);
}

Result<Tensor> parse(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (bytes.size() < kPreambleBytes || !text.starts_with(kMagic))
        return failure("not a .npy file of version 1");
    const std::size_t length =
        static_cast<std::size_t>(bytes[8]) + (static_cast<std::size_t>(bytes[9]) << 8U) + kPreambleBytes;
    if (length > bytes.size()) return failure("ends within its header");
    const std::string_view header = text.substr(kPreambleBytes, length - kPreambleBytes);
    if (!after_key(header, "'fortran_order':").starts_with("False")) return failure("isn't in C order");
    MOSAIC_TRY_ASSIGN(const Shape shape, parse_shape(after_key(header, "'shape':")));
    const std::string_view type = after_key(header, "'descr':");
    const bool small = type.starts_with("'|u1'");
    DataType data_type = DataType::kFloat32;
    if (type.starts_with("'<i4'") || small) {
        data_type = DataType::kInt32;
    } else if (type.starts_with("'|b1'")) {
        data_type = DataType::kBool;
    } else if (!type.starts_with("'<f4'")) {
        return failure("type must be <f4, <i4, |b1 or |u1");
    }
    const std::span<const std::byte> data = bytes.subspan(length);
    const std::size_t width = small ? 1 : bytes_per_element(data_type);
    if (data.size() != static_cast<std::size_t>(shape.element_count()) * width) {
        return failure("holds " + std::to_string(data.size()) + " bytes for shape " + shape.to_string());
    }
    MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(data_type, shape));
    if (small) {
        std::transform(data.begin(), data.end(), tensor.elements<std::int32_t>().begin(),
                       [](std::byte value) { return static_cast<std::int32_t>(value); });
    } else {
        std::copy(data.begin(), data.end(), tensor.bytes().begin());
    }
    return tensor;
}

}  // namespace

Result<Tensor> read_npy(const std::filesystem::path& path) {
    std::vector<std::byte> bytes;
    MOSAIC_TRY(append_file(path, kFileBytesMax, bytes));
    auto tensor = parse(bytes);
    if (!tensor) return failure(path.string() + ": " + tensor.error().message);
    return tensor;
}

Result<void> write_npy(const std::filesystem::path& path, const TensorView& tensor) {
    std::string shape;
    for (const std::int64_t size : tensor.shape().sizes())
        shape += std::to_string(size) + ",";
    const char* type = "|b1";
    if (tensor.type() == DataType::kFloat32) type = "<f4";
    if (tensor.type() == DataType::kInt32) type = "<i4";
    std::string header = "{'descr': '";
    header.append(type).append("', 'fortran_order': False, 'shape': (").append(shape).append("), }");
    // The data begins at a multiple of 64 bytes.
    header.append(63 - (kPreambleBytes + header.size()) % 64, ' ');
    header += '\n';
    std::ofstream file(path, std::ios::binary);
    const char lengths[] = {'\0', static_cast<char>(header.size() & 0xFFU),
                            static_cast<char>(header.size() >> 8U)};
    file << kMagic;
    file.write(lengths, sizeof(lengths));
    file << header;
    file.write(reinterpret_cast<const char*>(tensor.bytes().data()),
               static_cast<std::streamsize>(tensor.bytes().size()));
    file.flush();
    if (!file) return failure(path.string() + ": can't be written");
    return {};
}

}  // namespace mosaic
