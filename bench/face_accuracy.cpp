// How well are faces found, sexed, aged and told apart, and down to how small a face? Reads photographs named
// PERSON_ANYTHING.jpg and a table face_id,face_age,face_gender,... beside them, shows each at several sizes,
// and prints the share that is found, the share of right sexes, the mean error of ages, and how often two
// photographs of one person match at thresholds at which 1 % and 0.1 % of those of two people do.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "perceive/crop.h"
#include "perceive/face_finder.h"
#include "perceive/face_reader.h"
#include "video/source.h"

namespace {

using vitrina::Picture;
using vitrina::Result;
using vitrina::perceive::Face;
using vitrina::perceive::FaceFinder;
using vitrina::perceive::FaceReader;
using vitrina::perceive::FaceReading;

struct Truth {
    double age = 0;
    bool female = false;
};

struct Photograph {
    std::string person;
    Picture picture;
    std::optional<Truth> truth;
    double eyes = 0;  // between them, pixels
};

Result<Picture> read_picture(const std::filesystem::path& path) {
    TRY_ASSIGN(const auto source, vitrina::video::Source::open(path.string()));
    TRY_ASSIGN(auto frame, source->next());
    if (!frame) return vitrina::failed(path.string() + ": no picture");
    return std::move(frame->picture);
}

std::map<std::string, Truth> read_table(const std::filesystem::path& folder) {
    std::map<std::string, Truth> table;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".csv") continue;
        std::ifstream file(entry.path());
        std::string line;
        std::getline(file, line);
        while (std::getline(file, line)) {
            std::istringstream cells(line);
            std::string person;
            std::string age;
            std::string sex;
            if (std::getline(cells, person, ',') && std::getline(cells, age, ',') &&
                std::getline(cells, sex, ','))
                table[person] = {std::stod(age), sex == "female"};
        }
    }
    return table;
}

// The person is the name up to the first "_", digit of a number at its end left out: 001_smiling, obama2.
std::string person_of(const std::string& stem) {
    if (const auto mark = stem.find('_'); mark != std::string::npos) return stem.substr(0, mark);
    return stem.substr(0, stem.find_first_of("0123456789"));
}

// Of the whole picture the face may be a small part: the square shrinks until it is found.
Result<std::optional<Face>> find_face(FaceFinder& finder, const Picture& picture) {
    const vitrina::Point middle{picture.width / 2.0, picture.height / 2.0};
    TRY_ASSIGN(const auto faces, finder.find(picture, middle, std::max(picture.width, picture.height)));
    if (faces.empty()) return std::nullopt;
    // Once more around it, as in the head of a track.
    constexpr double kAround = 2.5;
    const auto& first = faces.front().box;
    TRY_ASSIGN(const auto nearer,
               finder.find(picture, first.center(), kAround * std::max(first.width, first.height)));
    return nearer.empty() ? faces.front() : nearer.front();
}

Result<std::vector<Photograph>> read_photographs(const std::vector<std::string>& folders,
                                                 FaceFinder& finder) {
    std::vector<Photograph> photographs;
    for (const std::string& folder : folders) {
        const auto table = read_table(folder);
        std::vector<std::filesystem::path> paths;
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().extension() == ".jpg") paths.push_back(entry.path());
        std::sort(paths.begin(), paths.end());
        photographs.reserve(photographs.size() + paths.size());
        for (const auto& path : paths) {
            Photograph photograph;
            photograph.person = person_of(path.stem().string());
            TRY_ASSIGN(photograph.picture, read_picture(path));
            if (const auto found = table.find(photograph.person); found != table.end())
                photograph.truth = found->second;
            TRY_ASSIGN(const auto face, find_face(finder, photograph.picture));
            if (face)
                photograph.eyes = vitrina::perceive::eye_distance(*face);
            else
                fmt::print("no face found in {}\n", path.filename().string());
            photographs.push_back(std::move(photograph));
        }
    }
    return photographs;
}

// As a camera further away would see it.
Picture shrunk(const Photograph& photograph, double eyes) {
    const Picture& picture = photograph.picture;
    const double length = std::max(picture.width, picture.height);
    const int side = std::max(8, static_cast<int>(std::lround(length * eyes / photograph.eyes)));
    auto crop =
        vitrina::perceive::cut_square(picture, {picture.width / 2.0, picture.height / 2.0}, length, side);
    return {side, side, std::move(crop.rgb)};
}

// Share of `same` above the threshold that `share` of `different` are above.
double true_match_rate(const std::vector<double>& same, std::vector<double> different, double share) {
    if (same.empty() || different.empty()) return 0;
    std::sort(different.rbegin(), different.rend());
    const auto place = std::min(different.size() - 1, static_cast<std::size_t>(share * different.size()));
    const auto matched =
        std::count_if(same.begin(), same.end(), [&](double value) { return value > different[place]; });
    return static_cast<double>(matched) / static_cast<double>(same.size());
}

struct Read {
    const Photograph* photograph;
    FaceReading reading;
};

void print_scores(const std::vector<Read>& reads, std::size_t shown) {
    int truths = 0;
    int right = 0;
    int within = 0;
    double error = 0;
    double bias = 0;
    for (const Read& read : reads) {
        if (!read.photograph->truth) continue;
        const Truth& truth = *read.photograph->truth;
        ++truths;
        right += (read.reading.female > 0.5) == truth.female ? 1 : 0;
        error += std::abs(read.reading.age - truth.age);
        bias += read.reading.age - truth.age;
        within += std::abs(read.reading.age - truth.age) <= 1.28 * read.reading.age_deviation ? 1 : 0;
    }
    std::vector<double> same;
    std::vector<double> different;
    for (std::size_t i = 0; i < reads.size(); ++i)
        for (std::size_t k = i + 1; k < reads.size(); ++k) {
            const double value =
                vitrina::perceive::likeness(reads[i].reading.descriptor, reads[k].reading.descriptor);
            (reads[i].photograph->person == reads[k].photograph->person ? same : different).push_back(value);
        }
    const double n = std::max(1, truths);
    fmt::print(
        "found {}/{}  sex right {:.3f} (n {})  age error {:.1f} bias {:+.1f} within 80 % interval {:.2f}  "
        "match at 1 % {:.3f}, at 0.1 % {:.3f} (same {}, different {})\n",
        reads.size(), shown, right / n, truths, error / n, bias / n, within / n,
        true_match_rate(same, different, 0.01), true_match_rate(same, different, 0.001), same.size(),
        different.size());
}

Result<void> run(const std::filesystem::path& models, const std::vector<std::string>& folders) {
    TRY_ASSIGN(FaceFinder finder, FaceFinder::create(models / "blazeface.json"));
    TRY_ASSIGN(const auto photographs, read_photographs(folders, finder));
    const auto measure = [&](FaceReader& reader, double eyes) -> Result<void> {
        std::vector<Read> reads;
        std::size_t shown = 0;
        for (const Photograph& photograph : photographs) {
            if (photograph.eyes <= eyes) continue;
            ++shown;
            const Picture picture = eyes > 0 ? shrunk(photograph, eyes) : photograph.picture;
            TRY_ASSIGN(const auto face, find_face(finder, picture));
            if (!face) continue;
            TRY_ASSIGN(FaceReading reading, reader.read(picture, *face));
            reads.push_back({&photograph, std::move(reading)});
        }
        print_scores(reads, shown);
        return {};
    };
    for (const double margin : {1.2, 1.4, 1.6}) {
        vitrina::perceive::FaceReaderOptions options;
        options.margin = margin;
        TRY_ASSIGN(FaceReader reader, FaceReader::create(models / "faceres.json", options));
        fmt::print("margin {:.1f}, as they are: ", margin);
        TRY(measure(reader, 0));
    }
    TRY_ASSIGN(FaceReader reader, FaceReader::create(models / "faceres.json"));
    for (const double eyes : {40.0, 20.0, 14.0, 10.0}) {
        fmt::print("{:.0f} px between the eyes: ", eyes);
        TRY(measure(reader, eyes));
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::vector<std::string> arguments(argv + 1, argv + argc);
        if (arguments.size() < 2) {
            fmt::print(stderr, "usage: face_accuracy MODELS FOLDER...\n");
            return 2;
        }
        const auto done = run(arguments[0], {arguments.begin() + 1, arguments.end()});
        if (done) return 0;
        fmt::print(stderr, "face_accuracy: {}\n", done.error().message);
    } catch (const std::exception& exception) {  // a table that is not what it should be
        std::fprintf(stderr, "face_accuracy: %s\n", exception.what());
    }
    return 1;
}
