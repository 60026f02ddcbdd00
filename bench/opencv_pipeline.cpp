// The nearest thing to `vitrina analyze` that a user would put together from Debian's packages: OpenCV 4.6
// reads the video, finds people, and boxes are joined to tracks where they overlap from frame to frame.
// People are found by the same CenterNet where OpenCV's DNN module can run it, else by OpenCV's HOG detector.
//
// opencv_pipeline VIDEO TIMINGS.json MAX_FRAMES [CENTERNET.onnx]: prints nothing but errors, and why it is
// HOG; the timings have the keys of `vitrina analyze --timings`. The network is made by `mosaic convert`, for
// the size of picture that the video has, with the outputs of heat and box sizes.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>
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

class Detector {
  public:
    Detector() = default;
    Detector(const Detector&) = delete;
    Detector& operator=(const Detector&) = delete;
    virtual ~Detector() = default;
    virtual std::vector<cv::Rect> detect(const cv::Mat& picture) = 0;
    [[nodiscard]] virtual std::string name() const = 0;
};

class Hog final : public Detector {
  public:
    Hog() { hog_.setSVMDetector(cv::HOGDescriptor::getDefaultPeopleDetector()); }
    std::vector<cv::Rect> detect(const cv::Mat& picture) override {
        std::vector<cv::Rect> people;
        hog_.detectMultiScale(picture, people, 0, cv::Size(8, 8), cv::Size(), 1.05);
        return people;
    }
    [[nodiscard]] std::string name() const override { return "HOG"; }

  private:
    cv::HOGDescriptor hog_;
};

/// Input [1,H,W,3], RGB of 0..255; outputs [1,H/4,W/4,80] and [1,H/4,W/4,4], as perceive/peaks.h reads them.
class CenterNet final : public Detector {
  public:
    /// Throws when OpenCV can't read or run the network.
    CenterNet(const std::string& model, cv::Size input)
        : net_(cv::dnn::readNetFromONNX(model)), input_(input) {
        static_cast<void>(detect(cv::Mat(input, CV_8UC3, cv::Scalar::all(128))));
    }
    std::vector<cv::Rect> detect(const cv::Mat& picture) override {
        cv::Mat scaled;
        cv::resize(picture, scaled, input_, 0, 0, cv::INTER_AREA);
        cv::cvtColor(scaled, scaled, cv::COLOR_BGR2RGB);
        cv::Mat numbers;
        scaled.convertTo(numbers, CV_32FC3);
        const std::vector<int> shape = {1, input_.height, input_.width, 3};
        net_.setInput(cv::Mat(shape, CV_32F, numbers.data));
        std::vector<cv::Mat> outputs;
        net_.forward(outputs, net_.getUnconnectedOutLayersNames());
        if (outputs.size() != 2) throw std::runtime_error("the network has other outputs");
        const bool heat_first = outputs[0].size[outputs[0].dims - 1] != 4;
        return people_of(outputs[heat_first ? 0 : 1], outputs[heat_first ? 1 : 0], picture.size());
    }
    [[nodiscard]] std::string name() const override { return "CenterNet in OpenCV's DNN"; }

  private:
    static constexpr int kCell = 4;
    static constexpr float kScoreMin = 0.3F;

    [[nodiscard]] std::vector<cv::Rect> people_of(const cv::Mat& heat, const cv::Mat& size,
                                                  cv::Size picture) const {
        const int rows = input_.height / kCell;
        const int columns = input_.width / kCell;
        if (heat.dims != 4 || size.dims != 4 || heat.size[1] != rows || heat.size[2] != columns)
            throw std::runtime_error("OpenCV gives outputs of another shape");
        const int classes = heat.size[3];
        const auto* scores = heat.ptr<float>();
        const auto at = [&](int y, int x) { return scores[(y * columns + x) * classes]; };
        const double scale_x = static_cast<double>(picture.width) / input_.width;
        const double scale_y = static_cast<double>(picture.height) / input_.height;
        std::vector<cv::Rect> people;
        for (int y = 1; y + 1 < rows; ++y) {
            for (int x = 1; x + 1 < columns; ++x) {
                bool peak = at(y, x) >= kScoreMin;
                for (int i = 0; i < 9 && peak; ++i)
                    peak = at(y - 1 + i / 3, x - 1 + i % 3) <= at(y, x);
                if (!peak) continue;
                const float* edges = size.ptr<float>() + (y * columns + x) * 4;
                people.push_back(cv::Rect2d((x * kCell - edges[0]) * scale_x,
                                            (y * kCell - edges[1]) * scale_y, (edges[0] + edges[2]) * scale_x,
                                            (edges[1] + edges[3]) * scale_y));
            }
        }
        return people;
    }

    cv::dnn::Net net_;
    const cv::Size input_;
};

/// The long side is 512, as in Vitrina, and both are whole multiples of 32: the picture is stretched by
/// little.
cv::Size input_for(cv::Size picture) {
    const double scale = 512.0 / std::max(picture.width, picture.height);
    const auto side = [&](int pixels) { return (static_cast<int>(pixels * scale) + 31) / 32 * 32; };
    return {side(picture.width), side(picture.height)};
}

std::unique_ptr<Detector> make_detector(const char* model, cv::Size picture) {
    if (model == nullptr) return std::make_unique<Hog>();
    try {
        return std::make_unique<CenterNet>(model, input_for(picture));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "HOG instead of CenterNet, which OpenCV can't run: %s\n", error.what());
        return std::make_unique<Hog>();
    }
}

double peak_memory_mb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

int run(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: opencv_pipeline VIDEO TIMINGS.json [MAX_FRAMES [CENTERNET.onnx]]\n");
        return 2;
    }
    const long max_frames = argc > 3 ? std::strtol(argv[3], nullptr, 10) : std::numeric_limits<long>::max();
    cv::VideoCapture video(argv[1], cv::CAP_FFMPEG);
    if (!video.isOpened()) {
        std::fprintf(stderr, "%s: OpenCV can't read it\n", argv[1]);
        return 1;
    }
    const cv::Size size(static_cast<int>(video.get(cv::CAP_PROP_FRAME_WIDTH)),
                        static_cast<int>(video.get(cv::CAP_PROP_FRAME_HEIGHT)));
    const std::unique_ptr<Detector> detector = make_detector(argc > 4 ? argv[4] : nullptr, size);
    const Clock::time_point begin = Clock::now();  // as vitrina's, whose network is ready by then
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
        const std::vector<cv::Rect> people = detector->detect(picture);
        inference_s += seconds_since(from);
        from = Clock::now();
        tracker.update(people);
        tracking_s += seconds_since(from);
        ++frames;
    }
    const double wall_s = seconds_since(begin);
    const nlohmann::ordered_json timings = {
        {"detector", detector->name()},
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
