// Recognition for tests: a gallery, and photographs that say who is on them: "face 3" has the face of person
// 3, anything else is refused. Looks are made the same way.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "api/recognition_services.h"
#include "records/database.h"

namespace vitrina::api {

class TestRecognition {
  public:
    TestRecognition(const std::shared_ptr<records::Database>& database, const std::filesystem::path& folder,
                    pipeline::AlarmWatch& alarms, const std::function<UtcTime()>& now,
                    std::function<std::string(const std::string&)> pseudonym_of = {},
                    std::function<Result<void>(const std::string&)> forget_card = {},
                    privacy::Mode mode = privacy::Mode::kRecognition,
                    privacy::Whom whom = privacy::Whom::kEnrolledAndWatchlist);
    ~TestRecognition();
    TestRecognition(const TestRecognition&) = delete;
    TestRecognition& operator=(const TestRecognition&) = delete;

    [[nodiscard]] const RecognitionServices& services() const { return *services_; }
    [[nodiscard]] privacy::Gallery& gallery() { return *gallery_; }
    [[nodiscard]] pipeline::RecognitionWatch& watch() { return *watch_; }

    /// A face of this test's person; `turned` 0 to 1 makes it less like himself.
    [[nodiscard]] static FaceLook face(int person, double turned = 0);
    /// In base64, of face(person).
    [[nodiscard]] static std::string photograph(int person);

  private:
    class Photographs;
    std::shared_ptr<records::GalleryStore> store_;
    std::unique_ptr<privacy::Gallery> gallery_;
    std::unique_ptr<privacy::LookLog> looks_;
    std::unique_ptr<pipeline::RecognitionWatch> watch_;
    std::unique_ptr<FacePhotographs> photographs_;
    std::unique_ptr<RecognitionServices> services_;
};

}  // namespace vitrina::api
