// What the programs share that judge a network by its task before and after it computes with fewer bits:
//     ... [--precision fp32|bf16|int8] [--calibration FILE] [--crops FOLDER]
// FILE is what `mosaic quantize` or bench/nn.mjs --pictures made. With --crops they write the pictures that
// the network is shown, to calibrate on, and judge nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "perceive/precision.h"

namespace judged {

using vitrina::perceive::Precision;

struct Arguments {
    std::vector<std::string> plain;            // those without a name
    std::map<std::string, std::string> named;  // by "--name"
    Precision precision = Precision::kFloat32;
    std::filesystem::path calibration;

    // Empty: it wasn't given.
    [[nodiscard]] std::string value(const std::string& name) const {
        const auto found = named.find(name);
        return found == named.end() ? std::string() : found->second;
    }
};

// Nothing when a name is neither one of these nor one of `more`, lacks its value, or the precision isn't
// known.
[[nodiscard]] inline std::optional<Arguments> parse(int argc, char** argv,
                                                    std::initializer_list<std::string_view> more = {}) {
    std::vector<std::string_view> known = {"--precision", "--calibration"};
    known.insert(known.end(), more.begin(), more.end());
    Arguments arguments;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (!word.starts_with("--")) {
            arguments.plain.push_back(word);
            continue;
        }
        if (std::find(known.begin(), known.end(), word) == known.end() || i + 1 == argc) return std::nullopt;
        arguments.named[word] = argv[++i];
    }
    const std::string precision = arguments.value("--precision");
    if (precision == "bf16") {
        arguments.precision = Precision::kBFloat16;
    } else if (precision == "int8") {
        arguments.precision = Precision::kInt8;
    } else if (!precision.empty() && precision != "fp32") {
        return std::nullopt;
    }
    arguments.calibration = arguments.value("--calibration");
    return arguments;
}

// As .ppm, which has no more to it than its pixels; the folder is made.
[[nodiscard]] inline vitrina::Result<void> write_picture(const std::filesystem::path& file, int width,
                                                         int height, std::span<const std::uint8_t> rgb) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary);
    out << "P6\n" << width << ' ' << height << "\n255\n";
    out.write(reinterpret_cast<const char*>(rgb.data()), static_cast<std::streamsize>(rgb.size()));
    out.close();
    if (!out) return vitrina::failed(file.string() + ": can't be written");
    return {};
}

}  // namespace judged
