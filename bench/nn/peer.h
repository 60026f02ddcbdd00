// What the programs share that run a network in another library for bench/nn.mjs:
//     PROGRAM MODEL.onnx INPUT.npy THREADS OUTPUT.npy
// Each line of standard input is a number of runs, answered by a line of their times in milliseconds; the
// first answer comes after the output has been written.
#pragma once

#include <chrono>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace peer {

struct Array {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

// Floats in C order, as bench/nn.mjs writes them.
inline Array read_npy(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string begin(10, '\0');
    if (!file.read(begin.data(), 10)) throw std::runtime_error(path + ": can't be read");
    const auto length = static_cast<unsigned char>(begin[8]) + 256U * static_cast<unsigned char>(begin[9]);
    std::string header(length, '\0');
    file.read(header.data(), static_cast<std::streamsize>(length));
    if (header.find("'<f4'") == std::string::npos) throw std::runtime_error(path + ": holds no floats");
    Array array;
    std::istringstream sizes(header.substr(header.find('(') + 1, header.find(')') - header.find('(') - 1));
    std::size_t count = 1;
    for (std::string size; std::getline(sizes, size, ',');) {
        if (size.find_first_of("0123456789") == std::string::npos) continue;
        array.shape.push_back(std::stoll(size));
        count *= static_cast<std::size_t>(array.shape.back());
    }
    array.values.resize(count);
    file.read(reinterpret_cast<char*>(array.values.data()),
              static_cast<std::streamsize>(count * sizeof(float)));
    if (!file) throw std::runtime_error(path + ": is too short");
    return array;
}

// One dimension: whoever compares knows the shape.
inline void write_npy(const std::string& path, const float* values, std::size_t count) {
    constexpr std::size_t kStart = 10;
    constexpr std::size_t kAlignment = 64;
    std::string header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(count) + ",), }";
    header += std::string(kAlignment - 1 - (kStart + header.size()) % kAlignment, ' ') + '\n';
    std::ofstream file(path, std::ios::binary);
    file << "\x93NUMPY\x01" << '\0' << static_cast<char>(header.size() % 256)
         << static_cast<char>(header.size() / 256) << header;
    file.write(reinterpret_cast<const char*>(values), static_cast<std::streamsize>(count * sizeof(float)));
}

// Answers until standard input ends.
template <typename Run>
void serve(Run run) {
    for (std::string line; std::getline(std::cin, line);) {
        const int runs = std::stoi(line);
        for (int i = 0; i < runs; ++i) {
            const auto begin = std::chrono::steady_clock::now();
            run();
            const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - begin;
            std::cout << (i > 0 ? " " : "") << taken.count();
        }
        std::cout << std::endl;
    }
}

template <typename Work>
int main_of(int argc, char** argv, Work work) {
    constexpr int kArguments = 5;
    if (argc != kArguments) {
        std::cerr << "usage: " << argv[0] << " MODEL.onnx INPUT.npy THREADS OUTPUT.npy\n";
        return 2;
    }
    try {
        work(std::string(argv[1]), read_npy(argv[2]), std::stoi(argv[3]), std::string(argv[4]));
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}

}  // namespace peer
