// The nearest thing to `vitrina analyze` that a user would put together from Debian's packages: OpenCV 4.6
// reads the video, its HOG detector finds people, and boxes are joined to tracks where they overlap from
// frame to frame.
//
// opencv_pipeline VIDEO TIMINGS.json [MAX_FRAMES]: prints nothing but errors; the timings have the keys of
// `vitrina analyze --timings`. CenterNet is not used here because OpenCV's DNN module reads no TensorFlow.js
// model.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <limits>
#include <vector>

#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>
#include <opencv2/videoio.hpp>
#include <sys/resource.h>

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

struct Track {
    int id = 0;
    cv::Rect box;
    int missed = 0;  // frames in a row without a detection
};

// Greedy: each track takes the unused detection that overlaps it most.
class OverlapTracker {
  public:
    void update(const std::vector<cv::Rect>& detections) {
        std::vector<bool> used(detections.size(), false);
        for (Track& track : tracks_) {
            double best = kOverlapMin;
            std::size_t match = detections.size();
            for (std::size_t i = 0; i < detections.size(); ++i) {
                if (used[i] || overlap(track.box, detections[i]) < best) continue;
                best = overlap(track.box, detections[i]);
                match = i;
            }
            if (match == detections.size()) {
                ++track.missed;
                continue;
            }
            used[match] = true;
            track.box = detections[match];
            track.missed = 0;
        }
        std::erase_if(tracks_, [](const Track& track) { return track.missed > kMissedMax; });
        for (std::size_t i = 0; i < detections.size(); ++i) {
            if (!used[i]) tracks_.push_back({++born_, detections[i], 0});
        }
    }

    [[nodiscard]] int born() const { return born_; }

  private:
    static constexpr double kOverlapMin = 0.3;
    static constexpr int kMissedMax = 15;

    static double overlap(const cv::Rect& a, const cv::Rect& b) {
        const double common = (a & b).area();
        return common / (a.area() + b.area() - common);
    }

    std::vector<Track> tracks_;
    int born_ = 0;
};

double peak_memory_mb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

int run(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: opencv_pipeline VIDEO TIMINGS.json [MAX_FRAMES]\n");
        return 2;
    }
    const long max_frames = argc > 3 ? std::strtol(argv[3], nullptr, 10) : std::numeric_limits<long>::max();
    const Clock::time_point begin = Clock::now();
    cv::VideoCapture video(argv[1], cv::CAP_FFMPEG);
    if (!video.isOpened()) {
        std::fprintf(stderr, "%s: OpenCV can't read it\n", argv[1]);
        return 1;
    }
    cv::HOGDescriptor detector;
    detector.setSVMDetector(cv::HOGDescriptor::getDefaultPeopleDetector());
    OverlapTracker tracker;

    long frames = 0;
    double decode_s = 0;
    double inference_s = 0;
    double tracking_s = 0;
    cv::Mat picture;
    while (frames < max_frames) {
        Clock::time_point from = Clock::now();
        const bool is_read = video.read(picture);
        decode_s += seconds_since(from);
        if (!is_read) break;
        from = Clock::now();
        std::vector<cv::Rect> people;
        detector.detectMultiScale(picture, people, 0, cv::Size(8, 8), cv::Size(), 1.05);
        inference_s += seconds_since(from);
        from = Clock::now();
        tracker.update(people);
        tracking_s += seconds_since(from);
        ++frames;
    }
    const double wall_s = seconds_since(begin);
    const nlohmann::ordered_json timings = {
        {"frames", frames},
        {"wall_s", wall_s},
        {"frames_per_second", static_cast<double>(frames) / wall_s},
        {"split_s",
         {{"decode", decode_s},
          {"inference", inference_s},
          {"tracking", tracking_s},
          {"other", wall_s - decode_s - inference_s - tracking_s}}},
        {"peak_memory_mb", peak_memory_mb()},
        {"tracks", tracker.born()},
    };
    std::ofstream(argv[2]) << timings.dump(2) << '\n';
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "opencv_pipeline: %s\n", error.what());
        return 1;
    }
}
