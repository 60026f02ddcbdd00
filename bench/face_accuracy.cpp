// How well are faces found, sexed, aged and told apart, and down to how small or blurred a face? Reads
// photographs named PERSON_ANYTHING.jpg and a table face_id,face_age,face_gender,... beside them, and shows
// each as a camera further away, or out of focus, would see it. What is chosen (how much around a face is
// looked at, bounds of ages, thresholds of likeness) is chosen on one half of the people; every figure that
// is printed is of the other half. With fewer bits it also prints how much answers change.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "judged_network.h"
#include "perceive/crop.h"
#include "perceive/face_finder.h"
#include "perceive/face_quality.h"
#include "perceive/face_reader.h"
#include "perceive/face_square.h"
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
    double eyes = 0;            // between them, pixels
    bool is_chosen_on = false;  // of the half that nothing is told of
};

/// How a camera sees it.
struct View {
    double eyes = 0;  // pixels between them; 0: as it is
    double blur = 1;  // how many times fewer pixels it was sharp for
};

struct Look {
    const Photograph* photograph = nullptr;
    FaceReading reading;
    vitrina::FaceQuality quality;
};

Result<Picture> read_picture(const std::filesystem::path& path) {
    TRY_ASSIGN(const auto source, vitrina::video::Source::open(path.string()));
    TRY_ASSIGN(auto frame, source->next());
    if (!frame) return vitrina::failed(path.string() + ": no picture");
    return std::move(frame->picture);
}

// Whose age or sex is not said ("NA") is left out.
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
            if (!std::getline(cells, person, ',') || !std::getline(cells, age, ',') ||
                !std::getline(cells, sex, ','))
                continue;
            std::istringstream number(age);
            double years = 0;
            if ((number >> years) && (sex == "female" || sex == "male"))
                table[person] = {years, sex == "female"};
        }
    }
    return table;
}

// The person is the name up to the first "_", digit of a number at its end left out: 001_smiling, obama2.
std::string person_of(const std::string& stem) {
    if (const auto mark = stem.find('_'); mark != std::string::npos) return stem.substr(0, mark);
    return stem.substr(0, stem.find_first_of("0123456789"));
}

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
    std::set<std::string> people;
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
            people.insert(photograph.person);
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
    for (Photograph& photograph : photographs)
        photograph.is_chosen_on = std::distance(people.begin(), people.find(photograph.person)) % 2 == 0;
    return photographs;
}

Picture at_size(const Picture& picture, double scale) {
    const double length = std::max(picture.width, picture.height);
    const int side = std::max(8, static_cast<int>(std::lround(length * scale)));
    auto crop =
        vitrina::perceive::cut_square(picture, {picture.width / 2.0, picture.height / 2.0}, length, side);
    return {side, side, std::move(crop.rgb)};
}

Picture as_seen(const Photograph& photograph, const View& view) {
    if (view.eyes <= 0) return photograph.picture;
    const double scale = view.eyes / photograph.eyes;
    if (view.blur <= 1) return at_size(photograph.picture, scale);
    return at_size(at_size(photograph.picture, scale / view.blur), view.blur);
}

struct Looks {
    std::vector<Look> looks;
    std::size_t shown = 0;
};

Result<Looks> look_at_all(const std::vector<Photograph>& photographs, const View& view, FaceFinder& finder,
                          FaceReader& reader) {
    Looks all;
    for (const Photograph& photograph : photographs) {
        if (photograph.eyes <= view.eyes) continue;
        ++all.shown;
        const Picture picture = as_seen(photograph, view);
        TRY_ASSIGN(const auto face, find_face(finder, picture));
        if (!face) continue;
        TRY_ASSIGN(FaceReading reading, reader.read(picture, *face));
        all.looks.push_back({&photograph, std::move(reading), vitrina::perceive::quality_of(picture, *face)});
    }
    return all;
}

enum class Half : std::uint8_t { kChosenOn, kToldOf };

bool is_of(const Look& look, Half half) {
    return look.photograph->is_chosen_on == (half == Half::kChosenOn);
}

/// Likenesses of a camera's looks to photographs as they are, of one person and of two.
struct Pairs {
    std::vector<double> same;
    std::vector<double> different;
};

Pairs pairs_of(const std::vector<Look>& seen, const std::vector<Look>& known, Half half) {
    Pairs pairs;
    for (const Look& a : seen) {
        if (!is_of(a, half)) continue;
        for (const Look& b : known) {
            if (!is_of(b, half) || a.photograph == b.photograph) continue;
            const double value = vitrina::perceive::likeness(a.reading.descriptor, b.reading.descriptor);
            (a.photograph->person == b.photograph->person ? pairs.same : pairs.different).push_back(value);
        }
    }
    return pairs;
}

/// That `share` of the values lie above.
double threshold_of(std::vector<double> values, double share) {
    if (values.empty()) return 1;
    std::sort(values.rbegin(), values.rend());
    return values[std::min(values.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

double share_above(const std::vector<double>& values, double threshold) {
    const auto count =
        std::count_if(values.begin(), values.end(), [&](double value) { return value > threshold; });
    return values.empty() ? 0 : static_cast<double>(count) / static_cast<double>(values.size());
}

struct Ages {
    int truths = 0;
    int right = 0;  // sexes
    int sure = 0;   // sexes of more than kSure
    int sure_right = 0;
    double error = 0;
    double bias = 0;
    std::vector<double> off;
};

Ages ages_of(const std::vector<Look>& looks, Half half) {
    constexpr double kSure = 0.9;
    Ages ages;
    for (const Look& look : looks) {
        if (!look.photograph->truth || !is_of(look, half)) continue;
        const Truth& truth = *look.photograph->truth;
        const bool is_right = (look.reading.female > 0.5) == truth.female;
        ++ages.truths;
        ages.right += is_right ? 1 : 0;
        if (std::max(look.reading.female, 1 - look.reading.female) > kSure) {
            ++ages.sure;
            ages.sure_right += is_right ? 1 : 0;
        }
        ages.off.push_back(std::abs(look.reading.age - truth.age));
        ages.error += ages.off.back();
        ages.bias += look.reading.age - truth.age;
    }
    const double n = std::max(1, ages.truths);
    ages.error /= n;
    ages.bias /= n;
    return ages;
}

/// What was chosen on the first half.
struct Chosen {
    double age_off = 0;  // that four of five ages are off by less than
    double likeness_1 = 0;
    double likeness_01 = 0;
};

constexpr double kRare = 0.01;
constexpr double kRarer = 0.001;

std::string name_of(const View& view) {
    if (view.eyes <= 0) return "as it is";
    if (view.blur <= 1) return fmt::format("{:.0f} px", view.eyes);
    return fmt::format("{:.0f} px, sharp for {:.0f}", view.eyes, view.eyes / view.blur);
}

void print_row(const View& view, const Looks& seen, const std::vector<Look>& known, const Chosen& chosen) {
    const Ages ages = ages_of(seen.looks, Half::kToldOf);
    const Pairs pairs = pairs_of(seen.looks, known, Half::kToldOf);
    double worth = 0;
    for (const Look& look : seen.looks)
        worth += look.quality.worth / static_cast<double>(seen.looks.size());
    fmt::print(
        "| {} | {}/{} | {:.2f} | {}/{} | {}/{} | {:.1f} | {:+.1f} | {:.2f} | {:.3f} ({:.4f}) | {:.3f} "
        "({:.4f}) | {}, {} |\n",
        name_of(view), seen.looks.size(), seen.shown, worth, ages.right, ages.truths, ages.sure_right,
        ages.sure, ages.error, ages.bias, 1 - share_above(ages.off, chosen.age_off),
        share_above(pairs.same, chosen.likeness_1), share_above(pairs.different, chosen.likeness_1),
        share_above(pairs.same, chosen.likeness_01), share_above(pairs.different, chosen.likeness_01),
        pairs.same.size(), pairs.different.size());
}

// What the same faces are told with fewer bits and in float, of the half that is told of.
void print_changes(const View& view, const Looks& few, const Looks& plain) {
    int faces = 0;
    int sexes = 0;
    double years = 0;
    double years_max = 0;
    double likeness_min = 1;
    for (std::size_t i = 0; i < std::min(few.looks.size(), plain.looks.size()); ++i) {
        if (!is_of(few.looks[i], Half::kToldOf)) continue;
        const FaceReading& a = few.looks[i].reading;
        const FaceReading& b = plain.looks[i].reading;
        ++faces;
        sexes += (a.female > 0.5) != (b.female > 0.5) ? 1 : 0;
        years += std::abs(a.age - b.age);
        years_max = std::max(years_max, std::abs(a.age - b.age));
        likeness_min = std::min(likeness_min, vitrina::perceive::likeness(a.descriptor, b.descriptor));
    }
    fmt::print(
        "against float, {}: {} faces, {} sexes changed, ages by {:.2f} years on the mean, {:.2f} at most, "
        "likeness of descriptors at least {:.4f}\n",
        name_of(view), faces, sexes, years / std::max(1, faces), years_max, likeness_min);
}

// The faces of the half that is chosen on, as the network sees them.
Result<void> write_crops(const std::vector<Photograph>& photographs, FaceFinder& finder,
                         const std::filesystem::path& folder) {
    constexpr int kSide = 224;
    const double margin = vitrina::perceive::FaceReaderOptions().margin;
    for (std::size_t i = 0; i < photographs.size(); ++i) {
        if (!photographs[i].is_chosen_on) continue;
        for (const double eyes : {0.0, 40.0, 20.0}) {
            if (photographs[i].eyes <= eyes) continue;
            const Picture picture = as_seen(photographs[i], {eyes, 1});
            TRY_ASSIGN(const auto face, find_face(finder, picture));
            const auto square = face ? vitrina::perceive::square_by_box(*face, margin) : std::nullopt;
            if (!square) continue;
            const auto crop =
                vitrina::perceive::cut_square(picture, square->center, square->length, kSide, square->turn);
            TRY(judged::write_picture(
                folder / fmt::format("{}_{:03}_{:.0f}.ppm", photographs[i].person, i, eyes), kSide, kSide,
                crop.rgb));
        }
    }
    return {};
}

Result<double> choose_margin(const std::filesystem::path& model, const std::vector<Photograph>& photographs,
                             FaceFinder& finder) {
    double best = 0;
    double best_error = 0;
    for (const double margin : {1.2, 1.4, 1.6, 1.8}) {
        vitrina::perceive::FaceReaderOptions options;
        options.margin = margin;
        TRY_ASSIGN(FaceReader reader, FaceReader::create(model, options));
        TRY_ASSIGN(const Looks seen, look_at_all(photographs, {20, 1}, finder, reader));
        const Ages ages = ages_of(seen.looks, Half::kChosenOn);
        const Pairs pairs = pairs_of(seen.looks, seen.looks, Half::kChosenOn);
        const double matched = share_above(pairs.same, threshold_of(pairs.different, kRare));
        fmt::print("chosen on: margin {:.1f}, 20 px: sex {}/{}, age error {:.2f}, matched at 1 % {:.3f}\n",
                   margin, ages.right, ages.truths, ages.error, matched);
        // A tenth of the sexes, or of the matches, counts like a year.
        const double error =
            ages.error + 10.0 * (ages.truths - ages.right) / std::max(1, ages.truths) + 10 * (1 - matched);
        if (best > 0 && error >= best_error) continue;
        best = margin;
        best_error = error;
    }
    return best;
}

Result<void> run(const judged::Arguments& arguments) {
    const std::filesystem::path models = arguments.plain[0];
    const std::vector<std::string> folders(arguments.plain.begin() + 1, arguments.plain.end());
    TRY_ASSIGN(FaceFinder finder, FaceFinder::create(models / "blazeface.json"));
    TRY_ASSIGN(const auto photographs, read_photographs(folders, finder));
    if (const std::string crops = arguments.value("--crops"); !crops.empty())
        return write_crops(photographs, finder, crops);
    TRY_ASSIGN(const double margin, choose_margin(models / "faceres.json", photographs, finder));
    vitrina::perceive::FaceReaderOptions options;
    options.margin = margin;
    TRY_ASSIGN(FaceReader plain, FaceReader::create(models / "faceres.json", options));
    options.precision = arguments.precision;
    options.calibration = arguments.calibration;
    TRY_ASSIGN(FaceReader reader, FaceReader::create(models / "faceres.json", options));
    const std::array<View, 11> views = {
        {{0, 1}, {40, 1}, {30, 1}, {20, 1}, {14, 1}, {10, 1}, {8, 1}, {6, 1}, {40, 2}, {40, 4}, {40, 6}}};
    std::vector<Looks> seen;
    seen.reserve(views.size());
    for (const View& view : views) {
        TRY_ASSIGN(seen.emplace_back(), look_at_all(photographs, view, finder, reader));
        if (arguments.precision == judged::Precision::kFloat32) continue;
        TRY_ASSIGN(const Looks in_float, look_at_all(photographs, view, finder, plain));
        print_changes(view, seen.back(), in_float);
    }
    const std::vector<Look>& known = seen.front().looks;
    // What a shop's cameras see: from as sharp as it is down to 14 px.
    Pairs pairs;
    std::vector<double> off;
    constexpr std::size_t kOfCameras = 5;
    for (std::size_t i = 0; i < kOfCameras; ++i) {
        const Pairs more = pairs_of(seen[i].looks, known, Half::kChosenOn);
        pairs.different.insert(pairs.different.end(), more.different.begin(), more.different.end());
        const Ages ages = ages_of(seen[i].looks, Half::kChosenOn);
        off.insert(off.end(), ages.off.begin(), ages.off.end());
    }
    constexpr double kOutside = 0.2;
    const Chosen chosen = {threshold_of(off, kOutside), threshold_of(pairs.different, kRare),
                           threshold_of(pairs.different, kRarer)};
    fmt::print("chosen: margin {:.1f}, ages within {:.1f} years, likeness {:.3f} for 1 %, {:.3f} for 0.1 %\n",
               margin, chosen.age_off, chosen.likeness_1, chosen.likeness_01);
    fmt::print(
        "| between the eyes | found | worth | sex right | where surer than 0.9 | age off | bias | within "
        "bounds "
        "| matched at 1 % (false) | at 0.1 % (false) | pairs: same, different |\n");
    for (std::size_t i = 0; i < views.size(); ++i)
        print_row(views.at(i), seen[i], known, chosen);
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto arguments = judged::parse(argc, argv, {"--crops"});
        if (!arguments || arguments->plain.size() < 2) {
            fmt::print(stderr,
                       "usage: face_accuracy MODELS FOLDER... [--precision fp32|bf16|int8] "
                       "[--calibration FILE] [--crops FOLDER]\n");
            return 2;
        }
        const auto done = run(*arguments);
        if (done) return 0;
        fmt::print(stderr, "face_accuracy: {}\n", done.error().message);
    } catch (const std::exception& exception) {  // no memory, a folder that is not there
        std::fprintf(stderr, "face_accuracy: %s\n", exception.what());
    }
    return 1;
}
