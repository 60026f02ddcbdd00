// Finds people in a picture with CenterNet: detect centernet.json picture.rgb
// The picture is 512 rows of 512 pixels of three bytes: red, green, blue.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include "mosaic/mosaic.h"

namespace {

constexpr std::int64_t kSize = 512;

mosaic::Result<void> detect(const char* model, const char* picture) {
    mosaic::Options options;
    options.threads = 1;
    options.outputs = {"tower_0/detections"};
    MOSAIC_TRY_ASSIGN(mosaic::Session session, mosaic::Session::load(model, options));

    std::ifstream file(picture, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    MOSAIC_TRY_ASSIGN(mosaic::Tensor input,
                      mosaic::Tensor::create(mosaic::DataType::kFloat32, {1, kSize, kSize, 3}));
    if (bytes.size() != input.elements<float>().size())
        return mosaic::failure("the picture has another size");
    std::transform(bytes.begin(), bytes.end(), input.elements<float>().begin(),
                   [](char byte) { return static_cast<float>(static_cast<unsigned char>(byte)); });

    MOSAIC_TRY(session.run(input.view()));
    // 100 rows of x1, y1, x2, y2 in pixels, score, class; class 0 is a person.
    const auto rows = session.output(0).elements<float>();
    for (std::size_t at = 0; at + 6 <= rows.size(); at += 6) {
        if (rows[at + 4] < 0.3F || rows[at + 5] != 0.0F) continue;
        std::cout << "person " << rows[at + 4] << " at " << rows[at] << ' ' << rows[at + 1] << ' '
                  << rows[at + 2] << ' ' << rows[at + 3] << '\n';
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: detect centernet.json picture.rgb\n";
        return 2;
    }
    const auto done = detect(argv[1], argv[2]);
    if (!done) std::cerr << done.error().message << '\n';
    return done ? 0 : 1;
}
