#include "api/test_recognition.h"

#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include <sodium.h>

namespace vitrina::api {
namespace {

constexpr std::size_t kLength = 16;
constexpr const char* kForm = "test/1";

template <typename Expected>
auto must(Expected result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

}  // namespace

class TestRecognition::Photographs final : public FacePhotographs {
  public:
    Result<FaceLook> read(const std::vector<std::uint8_t>& file) override {
        const std::string text(file.begin(), file.end());
        constexpr std::string_view kFace = "face ";
        if (!text.starts_with(kFace)) return failed("there is no face on it");
        return face(std::stoi(text.substr(kFace.size())));
    }
};

FaceLook TestRecognition::face(int person, double turned) {
    FaceLook look;
    look.camera = "door";
    look.quality.worth = 1;
    look.made_by = kForm;
    look.descriptor.assign(kLength, 0);
    look.descriptor.at(static_cast<std::size_t>(person)) = static_cast<float>(std::sqrt(1 - turned * turned));
    look.descriptor.back() = static_cast<float>(turned);
    const std::string jpeg = "picture of " + std::to_string(person);
    look.jpeg.assign(jpeg.begin(), jpeg.end());
    return look;
}

std::string TestRecognition::photograph(int person) {
    const std::string file = "face " + std::to_string(person);
    std::string text(sodium_base64_encoded_len(file.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(file.data()),
                      file.size(), sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();  // the terminating zero
    return text;
}

TestRecognition::TestRecognition(const std::shared_ptr<records::Database>& database,
                                 const std::filesystem::path& folder, pipeline::AlarmWatch& alarms,
                                 const std::function<UtcTime()>& now,
                                 std::function<std::string(const std::string&)> pseudonym_of,
                                 std::function<Result<void>(const std::string&)> forget_card,
                                 privacy::Mode mode, privacy::Whom whom)
    : store_(std::make_shared<records::GalleryStore>(database)) {
    privacy::Gallery::Options gallery;
    gallery.people_max = 10;
    gallery.pseudonym_of = std::move(pseudonym_of);
    gallery.now = now;
    gallery_ = must(privacy::Gallery::create(store_, privacy::key_files_in(folder), std::move(gallery)));
    looks_ = std::make_unique<privacy::LookLog>(store_, now);
    pipeline::RecognitionWatch::Options watch;
    watch.mode = mode;
    watch.whom = whom;
    watch.made_by = kForm;
    watch.day_of = [](UtcTime instant) {
        return std::int64_t{std::chrono::floor<std::chrono::days>(instant).time_since_epoch().count()};
    };
    watch.now = now;
    watch.forget_card = std::move(forget_card);
    watch.rates = [](const std::string& made_by) {
        std::vector<privacy::MatchRate> rates;
        if (made_by == kForm) rates = {{0.01, 0.6, 0.95, 40, 1000, 12}, {0.001, 0.7, 0.9, 40, 40, 2}};
        return rates;
    };
    watch_ = must(pipeline::RecognitionWatch::create(*gallery_, store_, alarms, std::move(watch)));
    photographs_ = std::make_unique<Photographs>();
    services_.reset(new RecognitionServices{*gallery_, *store_, *looks_, *watch_, photographs_.get()});
}

TestRecognition::~TestRecognition() = default;

}  // namespace vitrina::api
