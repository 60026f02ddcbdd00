#include "video/view.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <map>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "video/test_cameras.h"
#include "video/viewer_queue.h"

namespace vitrina::video {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

constexpr auto kSoon = 8s;

std::unique_ptr<Viewer> viewer_of(
    LiveCamera& camera, ViewForm form, std::function<void()> wake = [] {}) {
    std::unique_ptr<Viewer> viewer;
    EXPECT_TRUE(comes_true(
        [&] {
            viewer = camera.view().watch(form, wake);
            return viewer != nullptr;
        },
        kSoon))
        << camera.state().trouble.words;
    return viewer;
}

void append(Bytes& all, const ViewPiece& piece) {
    all.insert(all.end(), piece.bytes->begin(), piece.bytes->end());
}

std::optional<ViewPiece> wait_for_piece(Viewer& viewer, std::chrono::milliseconds patience = kSoon) {
    std::optional<ViewPiece> piece;
    static_cast<void>(comes_true([&] { return (piece = viewer.next()).has_value(); }, patience));
    return piece;
}

struct Seen {
    Bytes mp4;
    std::vector<SourceTime> pieces;
    std::vector<SourceTime> frames;  // of the camera, as the analysis gets them
    std::string media_type;
};

/// What a viewer and the analysis of the same camera see.
Seen watch_mp4(LiveCamera& camera, std::chrono::milliseconds time) {
    Seen seen;
    auto viewer = viewer_of(camera, ViewForm::kMp4);
    const auto initialisation = wait_for_piece(*viewer);
    EXPECT_TRUE(initialisation && !initialisation->key);
    append(seen.mp4, *initialisation);
    seen.media_type = viewer->media_type();
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
        if (auto frame = camera.take()) seen.frames.push_back(frame->frame.time);
        while (auto piece = viewer->next()) {
            EXPECT_TRUE(piece->key || !seen.pieces.empty()) << "the first fragment is a key frame's";
            append(seen.mp4, *piece);
            seen.pieces.push_back(piece->time);
        }
        std::this_thread::sleep_for(2ms);
    }
    EXPECT_EQ(viewer->lost(), 0);
    EXPECT_FALSE(viewer->ended());
    return seen;
}

/// Presentation times in the file, in the order of presentation, by ffprobe.
std::vector<std::int64_t> times_in(const ClipFolder& folder, const std::string& file) {
    const std::string command =
        fmt::format("ffprobe -v error -select_streams v -show_entries frame=pts -of csv=p=0 {} > {} 2> {}",
                    file, folder.path("times"), folder.path("errors"));
    EXPECT_EQ(std::system(command.c_str()), 0);
    const Bytes errors = bytes_of(folder.path("errors"));
    EXPECT_EQ(std::string(errors.begin(), errors.end()), "");
    std::vector<std::int64_t> times;
    const Bytes text = bytes_of(folder.path("times"));
    std::string line;
    for (const std::uint8_t byte : text) {
        if (byte == '\n' || byte == ',') {
            if (!line.empty()) times.push_back(std::stoll(line));
            line.clear();
        } else {
            line += static_cast<char>(byte);
        }
    }
    return times;
}

void expect_plays_in_step(const Seen& seen, double frames_at_least) {
    const ClipFolder folder;
    const std::vector<std::int64_t> times = times_in(folder, folder.write("view.mp4", seen.mp4));
    ASSERT_EQ(times.size(), seen.pieces.size()) << "every fragment is one picture that can be decoded";
    EXPECT_GE(static_cast<double>(times.size()), frames_at_least);
    std::multiset<std::int64_t> pieces;
    for (const SourceTime time : seen.pieces)
        pieces.insert(time.time_since_epoch().count());
    EXPECT_TRUE(std::equal(times.begin(), times.end(), pieces.begin(), pieces.end()))
        << "the file's times are the pieces': " << testing::PrintToString(times) << "\n"
        << testing::PrintToString(pieces);
    // Of the frames that fall into the time that was watched.
    int in_view = 0;
    for (const SourceTime time : seen.frames) {
        const std::int64_t us = time.time_since_epoch().count();
        if (us < times.front() || us > times.back()) continue;
        ++in_view;
        EXPECT_TRUE(pieces.contains(us)) << us;
    }
    EXPECT_GE(in_view, frames_at_least * 0.7);
}

TEST(View, Mp4OfACameraIsInStepWithItsFrames) {
    for (const auto& clip : {h264_clip(), h264_clip_with_b_frames()}) {
        START_RTSP_SERVER(server, {"--clip", "door=" + clip});
        auto camera = camera_at(server->address("door"));
        // The clock learns from the first pictures.
        ASSERT_TRUE(comes_true([&] { return camera->state().decoded > 10; }, kSoon));
        const Seen seen = watch_mp4(*camera, 3s);
        EXPECT_THAT(seen.media_type, StartsWith("video/mp4; codecs=\"avc1."));
        expect_plays_in_step(seen, 25);
    }
}

TEST(View, Mp4OfAFileInEitherFormOfH264) {
    const ClipFolder clips;
    // MP4 has its parameter sets in the header, MPEG-TS between the pictures.
    for (const char* name : {"a.mp4", "a.ts"}) {
        auto camera =
            player_of(clips.make_h264(name, 250, "320x240", {"-profile:v", "main", "-level", "3.1"}));
        ASSERT_TRUE(comes_true([&] { return camera->state().decoded > 30; }, kSoon));
        const Seen seen = watch_mp4(*camera, 2s);
        EXPECT_EQ(seen.media_type, "video/mp4; codecs=\"avc1.4d401f\"") << name;
        expect_plays_in_step(seen, 45);
    }
}

TEST(View, ANewViewerHasAPictureAtOnce) {
    const ClipFolder clips;
    auto camera = player_of(clips.make_h264("a.mp4", 250, "320x240", {"-g", "125"}));
    // Nobody watched the key frame; the next one is four seconds away.
    ASSERT_TRUE(comes_true([&] { return camera->state().decoded > 20; }, kSoon));
    auto viewer = viewer_of(*camera, ViewForm::kMp4);
    ASSERT_TRUE(viewer->next());
    const auto first = viewer->next();
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->key);
    std::int64_t pieces = 1;
    while (viewer->next())
        ++pieces;
    EXPECT_GE(pieces, 20);
    EXPECT_FALSE(viewer->ended());
}

TEST(View, GoesOnWhenAFileBeginsAnew) {
    const ClipFolder clips;
    auto camera = player_of(clips.make_h264("a.mp4", 30, "160x120"));
    const Seen seen = watch_mp4(*camera, 3'500ms);
    expect_plays_in_step(seen, 70);
}

TEST(View, EndsWhenThePicturesChangeTheirForm) {
    auto server = RtspServer::start({"--clip", "door=" + h264_clip()});
    if (!server) GTEST_SKIP() << "no GStreamer RTSP server";
    auto camera = camera_at(server->address("door"));
    auto viewer = viewer_of(*camera, ViewForm::kMp4);
    ASSERT_TRUE(wait_for_piece(*viewer));
    const int port = server->port();
    server.reset();
    server = RtspServer::start({"--clip", "door=" + small_h264_clip()}, port);
    ASSERT_TRUE(server);
    EXPECT_TRUE(comes_true(
        [&] {
            while (viewer->next()) {
            }
            return viewer->ended();
        },
        10s));
    auto again = viewer_of(*camera, ViewForm::kMp4);
    EXPECT_TRUE(wait_for_piece(*again));
    EXPECT_TRUE(comes_true([&] { return camera->state().width == 320; }, kSoon));
    camera.reset();
    EXPECT_TRUE(comes_true([&] { return !again->next() && again->ended(); }, 1s));
}

TEST(View, JpegOfAnyCodec) {
    START_RTSP_SERVER(server, {"--clip", "door=" + h265_clip()});
    auto camera = camera_at(server->address("door"));
    std::atomic<int> woken{0};
    auto viewer = viewer_of(*camera, ViewForm::kJpeg, [&woken] { ++woken; });
    const auto first = wait_for_piece(*viewer);
    ASSERT_TRUE(first);
    EXPECT_EQ(camera->view().watch(ViewForm::kMp4, [] {}), nullptr);
    const ClipFolder clips;
    auto source = Source::open(clips.write("a.jpg", *first->bytes));
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ((*source)->info().width, 640);
    EXPECT_EQ((*source)->info().height, 360);
    EXPECT_EQ(viewer->media_type(), "");
    std::set<SourceTime> pieces;
    std::set<SourceTime> frames;
    ASSERT_TRUE(comes_true(
        [&] {
            if (auto frame = camera->take()) frames.insert(frame->frame.time);
            while (auto piece = viewer->next())
                pieces.insert(piece->time);
            return pieces.size() >= 15;
        },
        kSoon));
    EXPECT_GE(woken.load(), 15);
    std::size_t together = 0;
    for (const SourceTime time : pieces)
        together += frames.count(time);
    EXPECT_GE(together, 10U);
}

TEST(View, JpegComesAtMostTenTimesASecond) {
    const ClipFolder clips;
    auto camera = player_of(clips.make_h264("a.mp4", 250, "320x240"));
    auto viewer = viewer_of(*camera, ViewForm::kJpeg);
    int pieces = 0;
    const auto end = std::chrono::steady_clock::now() + 3s;
    while (std::chrono::steady_clock::now() < end) {
        while (viewer->next())
            ++pieces;
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_NEAR(pieces, 3 * kJpegRate, 4);
    EXPECT_EQ(viewer->lost(), 0);
}

TEST(View, ASlowViewerLosesAndHoldsNobodyUp) {
    const ClipFolder clips;
    auto camera = player_of(clips.make_h264(
        "noise.mp4", 250, "640x480",
        {"-vf", "noise=alls=60:allf=t", "-g", "25", "-b:v", "12M", "-maxrate", "12M", "-bufsize", "4M"}));
    auto slow = viewer_of(*camera, ViewForm::kMp4);
    auto quick = viewer_of(*camera, ViewForm::kMp4);
    const std::int64_t decoded = camera->state().decoded;
    ASSERT_TRUE(comes_true(
        [&] {
            while (quick->next()) {
            }
            return slow->lost() > 60;
        },
        10s));
    EXPECT_EQ(quick->lost(), 0);
    EXPECT_GT(camera->state().decoded, decoded + 60);
    // What it gets in the end can be decoded: it begins anew with a key frame.
    Seen seen;
    append(seen.mp4, *slow->next());
    ASSERT_TRUE(comes_true(
        [&] {
            while (auto piece = slow->next()) {
                EXPECT_TRUE(piece->key || !seen.pieces.empty());
                append(seen.mp4, *piece);
                seen.pieces.push_back(piece->time);
            }
            return seen.pieces.size() > 10;
        },
        kSoon));
    EXPECT_EQ(times_in(clips, clips.write("slow.mp4", seen.mp4)).size(), seen.pieces.size());
}

TEST(View, HasRoomForSoManyViewers) {
    const ClipFolder clips;
    auto camera = player_of(clips.make_h264("a.mp4", 100, "160x120"));
    std::vector<std::unique_ptr<Viewer>> viewers;
    for (std::size_t i = 0; i < kViewersMax; ++i)
        viewers.push_back(viewer_of(*camera, ViewForm::kJpeg));
    EXPECT_EQ(camera->view().watch(ViewForm::kJpeg, [] {}), nullptr);
    viewers.pop_back();
    EXPECT_NE(camera->view().watch(ViewForm::kJpeg, [] {}), nullptr);
}

TEST(View, APictureThatLiesOnItsSideIsTurned) {
    const ClipFolder clips;
    const std::string plain = clips.make_h264("plain.mp4", 50, "320x240");
    const std::string turned =
        clips.make("turned.mp4", {"-i", plain, "-c", "copy", "-metadata:s:v", "rotate=90"});
    auto camera = player_of(turned);
    ASSERT_TRUE(comes_true([&] { return camera->has_new(); }, kSoon));
    EXPECT_EQ(camera->take()->frame.picture.width, 240);
    EXPECT_EQ(camera->view().has_mp4(), std::optional<bool>(false));
    const auto piece = wait_for_piece(*viewer_of(*camera, ViewForm::kJpeg));
    ASSERT_TRUE(piece);
    auto source = Source::open(clips.write("turned.jpg", *piece->bytes));
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ((*source)->info().width, 240);
}

TEST(View, AViewerOfMp4MayComeBeforeTheFirstConnection) {
    const ClipFolder clips;
    auto camera = player_of(clips.make_h264("a.mp4", 50, "160x120"));
    // Asked before the camera's thread can have opened the file, or right after: both are fine.
    const auto viewer = viewer_of(*camera, ViewForm::kMp4);
    std::vector<SourceTime> times;
    ASSERT_TRUE(comes_true(
        [&] {
            while (const auto piece = viewer->next())
                times.push_back(piece->time);
            return times.size() > 20;
        },
        kSoon));
    EXPECT_EQ(viewer->lost(), 0) << "it goes on where it began, not with the next key frame";
    EXPECT_FALSE(viewer->media_type().empty());

    auto other = player_of(
        clips.make("b.avi", {"-f", "lavfi", "-i", "testsrc2=size=160x120", "-t", "2", "-c:v", "mjpeg"}));
    if (const auto refused = other->view().watch(ViewForm::kMp4, [] {})) {
        EXPECT_TRUE(comes_true([&] { return refused->ended(); }, kSoon));
        EXPECT_FALSE(refused->next());
    }
    EXPECT_TRUE(comes_true([&] { return other->view().has_mp4() == std::optional<bool>(false); }, kSoon));
}

TEST(View, EndsWhenTheCameraIsStopped) {
    const ClipFolder clips;
    auto camera = player_of(clips.make_h264("a.mp4", 50, "160x120"));
    std::atomic<int> woken = 0;
    const auto viewer = camera->view().watch(ViewForm::kJpeg, [&] { ++woken; });
    ASSERT_NE(viewer, nullptr);
    ASSERT_TRUE(wait_for_piece(*viewer));
    camera->stop();
    const int before = woken;
    while (viewer->next()) {
    }
    EXPECT_TRUE(viewer->ended());
    EXPECT_GT(before, 0);
    EXPECT_EQ(camera->view().watch(ViewForm::kJpeg, [] {}), nullptr);
}

ViewPiece piece_of(std::size_t bytes, bool key, int time_ms) {
    return {std::make_shared<const Bytes>(bytes), SourceTime(std::chrono::milliseconds(time_ms)), key};
}

TEST(ViewerQueue, WhatWaitsSinceTheKeyFrameDoesNotCountAsBehind) {
    ViewerQueue queue(ViewForm::kMp4, nullptr);
    queue.begin("video/mp4", piece_of(10, false, 0), {piece_of(3 * kViewerBytesMax, true, 0)});
    queue.put(piece_of(100, false, 1));
    EXPECT_EQ(queue.lost(), 0);
    EXPECT_EQ(queue.next()->bytes->size(), 10U);
    EXPECT_EQ(queue.next()->bytes->size(), 3 * kViewerBytesMax);
    EXPECT_EQ(queue.next()->bytes->size(), 100U);
    EXPECT_FALSE(queue.next());
}

TEST(ViewerQueue, Mp4GoesOnWithAKeyFrame) {
    ViewerQueue queue(ViewForm::kMp4, nullptr);
    queue.begin("video/mp4", piece_of(10, false, 0), {piece_of(10, true, 0)});
    for (int i = 1; i <= 3; ++i)
        queue.put(piece_of(kViewerBytesMax / 2, false, i));
    EXPECT_EQ(queue.lost(), 4);
    queue.put(piece_of(10, false, 4));
    queue.put(piece_of(10, true, 5));
    EXPECT_EQ(queue.lost(), 5);
    EXPECT_EQ(queue.next()->time, SourceTime());  // the initialisation segment stays
    EXPECT_EQ(queue.next()->time, SourceTime(5ms));
}

TEST(ViewerQueue, JpegLosesTheOldest) {
    ViewerQueue queue(ViewForm::kJpeg, nullptr);
    for (int i = 0; i < 40; ++i)
        queue.put(piece_of(10, true, i));
    EXPECT_EQ(queue.lost(), 10);
    EXPECT_EQ(queue.next()->time, SourceTime(10ms));
    queue.put(piece_of(2 * kViewerBytesMax, true, 41));
    EXPECT_EQ(queue.next()->time, SourceTime(41ms)) << "one too large goes alone";
}

TEST(Jpeg, LooksLikeThePicture) {
    Picture picture{101, 77, {}};
    for (int y = 0; y < 77; ++y)
        for (int x = 0; x < 101; ++x)
            picture.rgb.insert(picture.rgb.end(), {static_cast<std::uint8_t>(x * 2),
                                                   static_cast<std::uint8_t>(y * 3), std::uint8_t{60}});
    const ClipFolder clips;
    std::size_t larger = 0;
    for (const int quality : {100, 80, 40, 1}) {
        const Bytes bytes = to_jpeg(picture, quality);
        ASSERT_FALSE(bytes.empty());
        if (larger != 0) {
            EXPECT_LT(bytes.size(), larger) << quality;
        }
        larger = bytes.size();
        auto source = Source::open(clips.write("a.jpg", bytes));
        ASSERT_TRUE(source) << source.error().message;
        const auto frame = (*source)->next();
        ASSERT_TRUE(frame && *frame);
        const Picture& decoded = (*frame)->picture;
        ASSERT_EQ(decoded.rgb.size(), picture.rgb.size());
        double error = 0;
        for (std::size_t i = 0; i < picture.rgb.size(); ++i)
            error += std::abs(int{decoded.rgb[i]} - int{picture.rgb[i]});
        EXPECT_LT(error / static_cast<double>(picture.rgb.size()), quality >= 80 ? 3 : 20) << quality;
    }
    EXPECT_TRUE(to_jpeg(Picture()).empty());
}

}  // namespace
}  // namespace vitrina::video
