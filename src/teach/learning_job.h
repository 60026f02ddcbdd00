// The one lesson that is learnt at a time, in a thread of its own that takes only what live analysis leaves
// of the processor. It is written down while it runs: a program that was killed meanwhile begins it again.
// Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "teach/learn_goods.h"

namespace vitrina::teach {

/// A lesson that was cut short so often may be why.
inline constexpr int kAttemptsMax = 3;

enum class JobState : std::uint8_t { kRunning, kDone, kFailed, kCancelled };

struct JobOrder {
    std::int64_t collection = 0;
    std::string author;
    UtcTime begun;
    std::chrono::seconds time_max{0};
    int attempt = 1;
};

struct JobStatus {
    JobOrder order;
    JobState state = JobState::kRunning;
    double done = 0;                     // 0 to 1
    std::string step;                    // a network's name, "choosing" or kQuantisingStep
    std::optional<double> seconds_left;  // nothing while nobody knows
    std::string problem;                 // of one that failed
    std::optional<std::int64_t> version;
};

class LearningJob {
  public:
    /// Where the running lesson is written down.
    explicit LearningJob(std::filesystem::path file) : file_(std::move(file)) {}
    LearningJob(const LearningJob&) = delete;
    LearningJob& operator=(const LearningJob&) = delete;
    ~LearningJob() { stop(); }

    /// Gives the number of the version that was learnt. It runs in the job's thread.
    using Work = std::function<Result<std::int64_t>(const OnLessonProgress&)>;
    /// `networks` that are tried one after another. Fails (kConfiguration) while another runs, and when it
    /// can't be written down.
    [[nodiscard]] Result<void> start(const JobOrder& order, std::size_t networks, Work work);
    /// What a program that was killed left, if it did.
    [[nodiscard]] std::optional<JobOrder> left_over() const;
    /// One that is not begun again: it failed, and status() says why.
    void give_up(const JobOrder& order, const std::string& why);

    /// Ends the running lesson soon; false when none runs.
    bool cancel();
    /// The same because the program ends, and waits for it: it is begun again at the next start.
    void stop();
    /// The running or the last; nothing before the first.
    [[nodiscard]] std::optional<JobStatus> status() const;

  private:
    enum class Ending : std::uint8_t { kNone, kCancelled, kTime, kProgramEnds };
    void run(std::size_t networks, const Work& work);
    bool on_progress(std::size_t networks, const std::string& what, std::size_t done, std::size_t all);
    void finish(const Result<std::int64_t>& learnt);

    const std::filesystem::path file_;
    mutable Mutex mutex_;
    std::optional<JobStatus> status_ GUARDED_BY(mutex_);
    Ending ending_ GUARDED_BY(mutex_) = Ending::kNone;
    std::size_t networks_begun_ GUARDED_BY(mutex_) = 0;
    std::string network_ GUARDED_BY(mutex_);
    std::chrono::steady_clock::time_point begun_ GUARDED_BY(mutex_);
    Mutex starting_;  // one start or stop at a time
    std::thread thread_ GUARDED_BY(starting_);
};

}  // namespace vitrina::teach
