// How long an exact search through many descriptors takes, beside a plain scan of their numbers, and whether
// both find the same. Descriptors are random, but alike as those of faces are: a few of one person, and all
// of one cloud. face_search [HOW MANY]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "perceive/descriptor_search.h"
#include "perceive/face_reader.h"

namespace {

using vitrina::perceive::DescriptorSearch;
using Descriptor = std::vector<float>;

constexpr std::size_t kLength = vitrina::perceive::kFaceDescriptorLength;
constexpr int kSearches = 200;

// FaceRes gives numbers that are never below zero, two of different people with a cosine of 0.4 on the mean.
class Faces {
  public:
    Descriptor somebody() {
        Descriptor face(kLength);
        for (float& value : face)
            value = std::max(0.0F, normal_(random_) - kQuiet);
        return unit(std::move(face));
    }
    Descriptor again(const Descriptor& face) {
        Descriptor other = face;
        const auto noise = static_cast<float>(kNoise / std::sqrt(static_cast<double>(kLength)));
        for (float& value : other)
            value = std::max(0.0F, value + noise * normal_(random_));
        return unit(std::move(other));
    }

  private:
    static constexpr float kQuiet = 0.2F;
    static constexpr double kNoise = 0.5;

    static Descriptor unit(Descriptor face) {
        const double length = std::sqrt(std::inner_product(face.begin(), face.end(), face.begin(), 0.0));
        for (float& value : face)
            value = static_cast<float>(value / length);
        return face;
    }

    std::mt19937 random_{1};
    std::normal_distribution<float> normal_;
};

double milliseconds_since(std::chrono::steady_clock::time_point began) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
}

// What the search must find: everybody compared as they were given.
std::size_t likest_of(const std::vector<Descriptor>& all, const Descriptor& asked) {
    std::size_t best = 0;
    double most = -2;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const double likeness = std::inner_product(asked.begin(), asked.end(), all[i].begin(), 0.0);
        if (likeness <= most) continue;
        most = likeness;
        best = i;
    }
    return best;
}

int run(std::size_t count) {
    Faces faces;
    DescriptorSearch search(kLength);
    std::vector<Descriptor> all;
    all.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        all.push_back(faces.somebody());
        if (!search.add(static_cast<DescriptorSearch::Owner>(i), all.back())) return 1;
    }
    std::vector<Descriptor> asked;
    asked.reserve(kSearches);
    for (int i = 0; i < kSearches; ++i)  // half of them are known
        asked.push_back(i % 2 == 0 ? faces.somebody()
                                   : faces.again(all[static_cast<std::size_t>(i) * 7919 % count]));
    int wrong = 0;
    constexpr int kCompared = 10;
    for (int i = 0; i < kCompared; ++i) {
        const auto found = search.nearest(asked[static_cast<std::size_t>(i)], 1, -2);
        const std::size_t truth = likest_of(all, asked[static_cast<std::size_t>(i)]);
        if (found.empty() || found[0].owner != static_cast<DescriptorSearch::Owner>(truth)) ++wrong;
    }
    for (const double least : {0.6, -2.0}) {
        std::vector<double> times;
        times.reserve(asked.size());
        for (const Descriptor& face : asked) {
            const auto began = std::chrono::steady_clock::now();
            const auto found = search.nearest(face, 2, least);
            times.push_back(milliseconds_since(began));
            if (least < 0 && found.size() != 2) ++wrong;
        }
        std::sort(times.begin(), times.end());
        fmt::print(
            "{} descriptors of {}, {}, likeness from {}: median {:.2f} ms, 95th percentile {:.2f} ms\n",
            count, kLength, DescriptorSearch::instructions(), least, times[times.size() / 2],
            times[times.size() * 95 / 100]);
    }
    fmt::print("{} answers of {} differ from a plain scan\n", wrong, kCompared);
    return wrong == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        constexpr std::size_t kUsual = 100'000;
        const std::size_t count = argc > 1 ? std::stoul(argv[1]) : kUsual;
        if (count > 0) return run(count);
        fmt::print(stderr, "usage: face_search [HOW MANY]\n");
        return 2;
    } catch (const std::exception& exception) {
        std::fprintf(stderr, "face_search: %s\n", exception.what());
    }
    return 2;
}
