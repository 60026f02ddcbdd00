#include "app/calibrate.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "scene/camera_model.h"

namespace vitrina::app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CalibrateByTracks : public testing::Test {
  protected:
    CalibrateByTracks() { fs::create_directories(folder_); }
    ~CalibrateByTracks() override { fs::remove_all(folder_); }

    fs::path write(const std::string& name, const std::string& text) {
        std::ofstream(folder_ / name) << text;
        return folder_ / name;
    }

    /// People who cross before the camera, three frames a second.
    [[nodiscard]] static std::string tracks(const CameraCalibration& camera, unsigned seed, int people) {
        const scene::CameraModel model(camera);
        std::mt19937 random(seed);
        std::normal_distribution<double> height(1.70, 0.09);
        std::normal_distribution<double> noise(0, 0.015);
        std::uniform_real_distribution<double> distance(3, 11);
        std::string text;
        int frame = 0;
        for (int person = 1; person <= people; ++person) {
            const double tall = height(random);
            const double away = distance(random);
            for (int step = 0; step <= 16; ++step) {
                const double angle = (-20 + 2.5 * step) * 3.14159265358979 / 180;
                const Point place = {away * std::cos(angle), away * std::sin(angle)};
                const auto foot = model.to_picture(place, 0);
                const auto head = model.to_picture(place, tall);
                ++frame;
                if (!foot || !head) continue;
                const double size = foot->y - head->y;
                const double left = std::min(foot->x, head->x) - 0.15 * size;
                const double right = std::max(foot->x, head->x) + 0.15 * size;
                const double top = head->y + size * noise(random);
                text += fmt::format("{},{},{:.2f},{:.2f},{:.2f},{:.2f},0.9,-1,-1,-1\n", frame, person, left,
                                    top, right - left, foot->y + size * noise(random) - top);
            }
        }
        return text;
    }

    static CameraCalibration camera() {
        return {.width = 1280,
                .height = 720,
                .focal_px = 850,
                .center = {640, 360},
                .place = {0, 0},
                .height_m = 2.9,
                .pan_deg = 0,
                .tilt_deg = 24};
    }

    static std::string error_of(const CalibrateRequest& request) {
        const auto fit = fit_to_tracks(request);
        return fit ? std::string() : fit.error().message;
    }

    const fs::path folder_ = fs::temp_directory_path() / fmt::format("vitrina-calibrate-test-{}", getpid());
};

TEST_F(CalibrateByTracks, FindsHeightAndTilt) {
    CalibrateRequest request;
    request.tracks = {write("a.txt", tracks(camera(), 1, 60)), write("b.txt", tracks(camera(), 2, 60))};
    request.picture = "1280x720";
    request.view_deg = 74;  // 850 px
    request.place = {3, 4};
    request.pan_deg = 30;
    const auto fit = fit_to_tracks(request);
    ASSERT_TRUE(fit) << fit.error().message;
    EXPECT_NEAR(fit->calibration.tilt_deg, 24, 3);
    EXPECT_NEAR(fit->calibration.height_m / 2.9, 1, 0.1);
    EXPECT_EQ(fit->calibration.place, (Point{3, 4}));
    EXPECT_EQ(fit->calibration.pan_deg, 30);
    EXPECT_TRUE(calibrate(request));
}

TEST_F(CalibrateByTracks, SaysWhatIsWrong) {
    CalibrateRequest request;
    EXPECT_THAT(error_of(request), HasSubstr("no file of tracks"));
    request.tracks = {folder_ / "nosuch.txt"};
    request.picture = "1280x720";
    EXPECT_THAT(error_of(request), HasSubstr("nosuch.txt"));
    request.tracks = {write("few.txt", tracks(camera(), 1, 1))};
    EXPECT_THAT(error_of(request), HasSubstr("boxes are of people who walk, whole and alone: "));
    EXPECT_THAT(error_of(request), HasSubstr("too few; at least 30 looks are needed"));
    request.picture = "";
    EXPECT_THAT(error_of(request), HasSubstr("few.txt: nothing says how large the picture is"));
    request.picture = "1280";
    EXPECT_THAT(error_of(request), HasSubstr("--picture 1280: not WIDTHxHEIGHT"));
    request.picture = "1280x720";
    request.tracks = {write("bad.txt", "1,1,what\n")};
    EXPECT_THAT(error_of(request), HasSubstr("bad.txt: line 1"));
    request.place = {1};
    EXPECT_THAT(error_of(request), HasSubstr("--place"));
}

}  // namespace
}  // namespace vitrina::app
