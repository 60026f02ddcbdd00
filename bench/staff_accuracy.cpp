// How well are staff told from customers after twenty marks? Reads crops of people, FOLDER/PERSON/01_N.png of
// one camera and 02_N.png of another (N: the direction), and prints for each description of bodies:
//   known:    four people drawn by lot work here and twelve are customers, in clothes of their own. By what
//   one
//             camera saw of them the four are marked twice, by two looks from one side and two from the
//             other, and the customers once: twenty marks. Asked are the four by their other looks, and the
//             seventeen who were never marked. 200 draws, half with each camera.
//   moved:    the same, asked as the other camera saw them.
//   uniform:  for each list of people in like clothes (PERSON,PERSON,...): one of them was never marked, the
//             others and fourteen customers by lot were, half by one camera and half by the other. Asked are
//             he, and the customers who were never marked, before both cameras.
// Each is asked with one look (what is known at first) and with four (what is known in the end). Beside it
// the time of a look, and how often the nearest body in the other camera is the right one.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <numeric>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <mosaic/session.h>

#include "base/processor_time.h"
#include "perceive/body_describer.h"
#include "perceive/crop.h"
#include "teach/staff_model.h"
#include "video/source.h"

namespace {

using vitrina::Box;
using vitrina::Picture;
using vitrina::Result;
using vitrina::perceive::BodyDescriber;
using vitrina::teach::Look;

constexpr std::size_t kDirections = 8;
constexpr std::size_t kMarkedLooks = 4;
constexpr int kDraws = 200;
constexpr std::size_t kStaff = 4;
constexpr std::size_t kCustomers = 12;
constexpr std::size_t kUniformCustomers = 14;

struct Person {
    std::string name;
    std::array<std::vector<Picture>, 2> pictures;  // by camera, by direction
    std::array<std::vector<Look>, 2> looks;
};

Result<Picture> read_picture(const std::filesystem::path& path) {
    TRY_ASSIGN(const auto source, vitrina::video::Source::open(path.string()));
    TRY_ASSIGN(auto frame, source->next());
    if (!frame) return vitrina::failed(path.string() + ": no picture");
    return std::move(frame->picture);
}

Result<std::vector<Person>> read_people(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> folders;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.is_directory()) folders.push_back(entry.path());
    std::sort(folders.begin(), folders.end());
    std::vector<Person> people;
    people.reserve(folders.size());
    for (const auto& path : folders) {
        Person person;
        person.name = path.filename().string();
        for (const std::size_t camera : {0U, 1U})
            for (std::size_t direction = 1; direction <= kDirections; ++direction) {
                TRY_ASSIGN(auto picture,
                           read_picture(path / fmt::format("{:02}_{}.png", camera + 1, direction)));
                person.pictures.at(camera).push_back(std::move(picture));
            }
        people.push_back(std::move(person));
    }
    return people;
}

using Describe = std::function<Result<Look>(const Picture&)>;

struct Way {
    std::string name;
    Describe describe;
};

Box whole(const Picture& picture) {
    return {0, 0, double(picture.width), double(picture.height)};
}

/// The parts of our description whose bit is set.
Way parts_of(const std::shared_ptr<BodyDescriber>& describer, std::string name, unsigned wanted) {
    return {std::move(name), [describer, wanted](const Picture& picture) -> Result<Look> {
                TRY_ASSIGN(const Look all, describer->describe(picture, whole(picture)));
                Look some;
                some.reserve(all.size());
                std::size_t at = 0;
                for (std::size_t part = 0; part < describer->parts().size(); ++part) {
                    const std::size_t width = describer->parts()[part];
                    if ((wanted >> part & 1U) != 0)
                        some.insert(some.end(), all.begin() + static_cast<std::ptrdiff_t>(at),
                                    all.begin() + static_cast<std::ptrdiff_t>(at + width));
                    at += width;
                }
                return some;
            }};
}

/// A network of re-identification: [1,3,256,128], as ImageNet's pictures are normalised.
Result<Way> reid_network(const std::filesystem::path& path) {
    mosaic::Options options;
    options.threads = 1;
    auto loaded = mosaic::Session::load(path, options);
    if (!loaded) return vitrina::failed(loaded.error().message);
    const auto session = std::make_shared<mosaic::Session>(std::move(*loaded));
    return Way{path.filename().string(), [session](const Picture& picture) -> Result<Look> {
                   constexpr std::size_t kHigh = 256;
                   constexpr std::size_t kWide = 128;
                   constexpr std::array kMean = {0.485F, 0.456F, 0.406F};
                   constexpr std::array kSpread = {0.229F, 0.224F, 0.225F};
                   const auto crop = vitrina::perceive::cut_square(picture, whole(picture).center(),
                                                                   picture.height, static_cast<int>(kHigh));
                   std::vector<float> input(3 * kHigh * kWide);
                   for (std::size_t y = 0; y < kHigh; ++y)
                       for (std::size_t x = 0; x < kWide; ++x)
                           for (std::size_t k = 0; k < 3; ++k)
                               input[(k * kHigh + y) * kWide + x] =
                                   (crop.rgb[3 * (y * kHigh + x + kWide / 2) + k] / 255.0F - kMean.at(k)) /
                                   kSpread.at(k);
                   const mosaic::Shape shape{1, 3, kHigh, kWide};
                   if (auto done = session->run(mosaic::TensorView(shape, std::span<const float>(input)));
                       !done)
                       return vitrina::failed(done.error().message);
                   const auto values = session->output(0).elements<float>();
                   Look look(values.begin(), values.end());
                   const double length =
                       std::sqrt(std::inner_product(look.begin(), look.end(), look.begin(), 1e-12));
                   for (float& value : look)
                       value = static_cast<float>(value / length);
                   return look;
               }};
}

Result<double> describe_all(std::vector<Person>& people, const Describe& describe) {
    std::size_t count = 0;
    const auto before = vitrina::thread_processor_time();
    for (Person& person : people)
        for (const std::size_t camera : {0U, 1U}) {
            person.looks.at(camera).clear();
            for (const Picture& picture : person.pictures.at(camera)) {
                TRY_ASSIGN(Look look, describe(picture));
                person.looks.at(camera).push_back(std::move(look));
                ++count;
            }
        }
    const std::chrono::duration<double, std::milli> took = vitrina::thread_processor_time() - before;
    return took.count() / static_cast<double>(count);
}

double squared_distance(const Look& a, const Look& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

/// Share of the second camera's looks whose nearest in the first, of all directions, is of the same person.
double right_first(const std::vector<Person>& people) {
    int right = 0;
    int all = 0;
    for (const Person& asked : people)
        for (const Look& look : asked.looks[1]) {
            double best = 1e300;
            const Person* nearest = nullptr;
            for (const Person& known : people)
                for (const Look& other : known.looks[0])
                    if (const double distance = squared_distance(look, other); distance < best) {
                        best = distance;
                        nearest = &known;
                    }
            ++all;
            right += nearest == &asked ? 1 : 0;
        }
    return static_cast<double>(right) / all;
}

struct Tally {
    int staff = 0;
    int staff_right = 0;
    int customers = 0;
    int customers_right = 0;
    void add(bool is_staff, double probability) {
        ++(is_staff ? staff : customers);
        (is_staff ? staff_right : customers_right) += (probability >= 0.5) == is_staff ? 1 : 0;
    }
    [[nodiscard]] std::string text() const {
        return fmt::format("right {:.3f} (staff {:.3f} of {}, customers {:.3f} of {})",
                           (static_cast<double>(staff_right) / std::max(1, staff) +
                            static_cast<double>(customers_right) / std::max(1, customers)) /
                               2,
                           static_cast<double>(staff_right) / std::max(1, staff), staff,
                           static_cast<double>(customers_right) / std::max(1, customers), customers);
    }
};

/// Somebody as a camera saw him.
struct Seen {
    std::size_t person = 0;
    std::size_t camera = 0;
    std::vector<std::size_t> directions;
};

/// Directions next to one another, as a track shows them.
Seen track_of(std::size_t person, std::size_t camera, std::size_t first, std::size_t count) {
    Seen seen{person, camera, {}};
    seen.directions.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        seen.directions.push_back((first + i) % kDirections);
    return seen;
}

struct Roles {
    std::vector<Seen> staff;  // marked
    std::vector<Seen> customers;
    std::vector<Seen> asked_staff;
    std::vector<Seen> asked_customers;
};

struct Outcome {
    std::array<Tally, 2> tallies;  // one look, four looks
    double left_out_sum = 0;
    int trainings = 0;
    double train_ms = 0;
};

Result<void> try_roles(const std::vector<Person>& people, const Roles& roles, Outcome& outcome) {
    std::vector<vitrina::teach::StaffExample> examples;
    const auto looks_of = [&](const Seen& seen, std::size_t count_max) {
        std::vector<Look> looks;
        for (std::size_t i = 0; i < std::min(count_max, seen.directions.size()); ++i)
            looks.push_back(people[seen.person].looks.at(seen.camera)[seen.directions[i]]);
        return looks;
    };
    for (const Seen& seen : roles.staff)
        examples.push_back({true, looks_of(seen, kMarkedLooks)});
    for (const Seen& seen : roles.customers)
        examples.push_back({false, looks_of(seen, kMarkedLooks)});
    const auto before = vitrina::thread_processor_time();
    TRY_ASSIGN(const auto model, vitrina::teach::StaffModel::train(examples));
    const std::chrono::duration<double, std::milli> took = vitrina::thread_processor_time() - before;
    outcome.train_ms += took.count();
    outcome.left_out_sum += model.right().share;
    ++outcome.trainings;
    const auto ask = [&](const std::vector<Seen>& who, bool staff) {
        for (const Seen& seen : who)
            for (const std::size_t looks : {0U, 1U})
                outcome.tallies.at(looks).add(
                    staff, model.staff_probability(looks_of(seen, looks == 0 ? 1 : kMarkedLooks)));
    };
    ask(roles.asked_staff, true);
    ask(roles.asked_customers, false);
    return {};
}

Result<Outcome> known_staff(const std::vector<Person>& people, bool moved) {
    std::mt19937 random(1);
    Outcome outcome;
    std::vector<std::size_t> order(people.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (int draw = 0; draw < kDraws; ++draw) {
        std::shuffle(order.begin(), order.end(), random);
        const std::size_t camera = draw % 2;
        const std::size_t asked = moved ? 1 - camera : camera;
        Roles roles;
        for (std::size_t i = 0; i < order.size(); ++i) {
            const std::size_t first = random() % kDirections;
            const std::size_t half = kDirections / 2;
            if (i < kStaff) {
                roles.staff.push_back(track_of(order[i], camera, first, half / 2));
                roles.staff.push_back(track_of(order[i], camera, first + half, half / 2));
            } else if (i < kStaff + kCustomers) {
                roles.customers.push_back(track_of(order[i], camera, first, half / 2));
                continue;
            }
            // None of the looks that were marked.
            Seen later = track_of(order[i], asked, first + half / 2, half / 2);
            const Seen other_side = track_of(order[i], asked, first + half + half / 2, half / 2);
            later.directions.insert(later.directions.end(), other_side.directions.begin(),
                                    other_side.directions.end());
            (i < kStaff ? roles.asked_staff : roles.asked_customers).push_back(later);
        }
        TRY(try_roles(people, roles, outcome));
    }
    return outcome;
}

std::vector<std::size_t> places_of(const std::vector<Person>& people, const std::string& list) {
    std::vector<std::size_t> places;
    std::istringstream names(list);
    for (std::string name; std::getline(names, name, ',');)
        for (std::size_t i = 0; i < people.size(); ++i)
            if (people[i].name == name) places.push_back(i);
    return places;
}

Result<void> in_uniform(const std::vector<Person>& people, const std::vector<std::size_t>& uniform,
                        Outcome& outcome) {
    std::mt19937 random(2);
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < people.size(); ++i)
        if (std::find(uniform.begin(), uniform.end(), i) == uniform.end()) others.push_back(i);
    const auto seen_by = [&](std::size_t person, std::size_t camera) {
        return track_of(person, camera, random() % kDirections, kMarkedLooks);
    };
    for (const std::size_t newcomer : uniform)
        for (int draw = 0; draw < kDraws / 10; ++draw) {
            std::shuffle(others.begin(), others.end(), random);
            Roles roles;
            std::size_t marks = 0;
            for (const std::size_t i : uniform)
                if (i != newcomer) roles.staff.push_back(seen_by(i, marks++ % 2));
            for (std::size_t i = 0; i < others.size(); ++i) {
                if (i < kUniformCustomers) {
                    roles.customers.push_back(seen_by(others[i], i % 2));
                    continue;
                }
                for (const std::size_t camera : {0U, 1U})
                    roles.asked_customers.push_back(seen_by(others[i], camera));
            }
            for (const std::size_t camera : {0U, 1U})
                roles.asked_staff.push_back(seen_by(newcomer, camera));
            TRY(try_roles(people, roles, outcome));
        }
    return {};
}

void print(const char* what, const Outcome& outcome) {
    fmt::print(
        "  {:8} one look {}\n  {:8} four     {}\n  {:8} left out {:.3f} of the marked, {:.1f} ms to learn\n",
        what, outcome.tallies[0].text(), "", outcome.tallies[1].text(), "",
        outcome.left_out_sum / outcome.trainings, outcome.train_ms / outcome.trainings);
}

Result<void> run(const std::vector<std::string>& arguments) {
    TRY_ASSIGN(auto people, read_people(arguments[1]));
    if (people.size() < kStaff + kUniformCustomers + 2) return vitrina::failed("too few people");
    TRY_ASSIGN(auto made, BodyDescriber::create(arguments[0]));
    const std::shared_ptr<BodyDescriber> describer = std::move(made);
    std::vector<Way> ways = {parts_of(describer, "colours", 1), parts_of(describer, "first layer", 2),
                             parts_of(describer, "second layer", 4), parts_of(describer, "third layer", 8),
                             parts_of(describer, "all", 15)};
    std::vector<std::vector<std::size_t>> uniforms;
    for (std::size_t i = 2; i < arguments.size(); ++i) {
        if (arguments[i].ends_with(".onnx")) {
            TRY_ASSIGN(Way way, reid_network(arguments[i]));
            ways.push_back(std::move(way));
        } else {
            uniforms.push_back(places_of(people, arguments[i]));
        }
    }
    for (const Way& way : ways) {
        TRY_ASSIGN(const double milliseconds, describe_all(people, way.describe));
        fmt::print("{}: {} numbers, {:.2f} ms a look, the right one first {:.3f}\n", way.name,
                   people[0].looks[0][0].size(), milliseconds, right_first(people));
        TRY_ASSIGN(const Outcome known, known_staff(people, false));
        print("known", known);
        TRY_ASSIGN(const Outcome moved, known_staff(people, true));
        print("moved", moved);
        Outcome uniform;
        for (const auto& list : uniforms)
            TRY(in_uniform(people, list, uniform));
        if (uniform.trainings > 0) print("uniform", uniform);
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::vector<std::string> arguments(argv + 1, argv + argc);
        if (arguments.size() < 2) {
            fmt::print(stderr,
                       "usage: staff_accuracy CENTERNET FOLDER [PERSON,PERSON,... | NETWORK.onnx]...\n");
            return 2;
        }
        const auto done = run(arguments);
        if (done) return 0;
        fmt::print(stderr, "staff_accuracy: {}\n", done.error().message);
    } catch (const std::exception& exception) {
        std::fprintf(stderr, "staff_accuracy: %s\n", exception.what());
    }
    return 1;
}
