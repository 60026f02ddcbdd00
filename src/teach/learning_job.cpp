#include "teach/learning_job.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "base/thread_name.h"
#include "teach/whole_file.h"

namespace vitrina::teach {
namespace {

using Json = nlohmann::json;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kFileBytesMax = 4096;
// Of a network's share of the whole: to look at pictures takes longer than to choose how to learn from them.
constexpr double kLookingShare = 0.85;
// Before so much is done, what is left can't be told.
constexpr double kDoneToTell = 0.02;

// The weakest claim on the processor that still gets on beside others: a fifteenth of a percent of a core
// that is wanted by the analysis, all of one that is idle.
void take_what_is_left() {
#ifdef __linux__
    constexpr int kNicest = 19;
    static_cast<void>(::setpriority(PRIO_PROCESS, 0, kNicest));  // of this thread alone, as Linux reads it
#endif
}

std::string to_json(const JobOrder& order) {
    return Json{{"collection", order.collection},
                {"author", order.author},
                {"begun", order.begun.time_since_epoch().count()},
                {"time_max_s", order.time_max.count()},
                {"attempt", order.attempt}}
        .dump();
}

}  // namespace

Result<void> LearningJob::start(const JobOrder& order, std::size_t networks, Work work) {
    const MutexLock starting(starting_);
    {
        const MutexLock lock(mutex_);
        if (status_ && status_->state == JobState::kRunning)
            return misconfigured("another collection is being learnt; one at a time");
    }
    if (thread_.joinable()) thread_.join();
    TRY(write_whole(file_, to_json(order)));
    {
        const MutexLock lock(mutex_);
        status_.emplace();
        status_->order = order;
        ending_ = Ending::kNone;
        networks_begun_ = 0;
        network_.clear();
        begun_ = SteadyClock::now();
    }
    thread_ = std::thread([this, networks, done = std::move(work)] { run(networks, done); });
    return {};
}

std::optional<JobOrder> LearningJob::left_over() const {
    const auto text = read_whole(file_, kFileBytesMax);
    if (!text) return std::nullopt;
    try {
        const Json json = Json::parse(*text);
        JobOrder order;
        order.collection = json.at("collection");
        order.author = json.at("author");
        order.begun = UtcTime(std::chrono::milliseconds(json.at("begun").get<std::int64_t>()));
        order.time_max = std::chrono::seconds(json.at("time_max_s").get<std::int64_t>());
        order.attempt = json.at("attempt");
        return order;
    } catch (const Json::exception&) {
        return std::nullopt;  // damaged: what it was nobody knows
    }
}

void LearningJob::give_up(const JobOrder& order, const std::string& why) {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
    const MutexLock lock(mutex_);
    status_.emplace();
    status_->order = order;
    status_->state = JobState::kFailed;
    status_->problem = why;
}

void LearningJob::run(std::size_t networks, const Work& work) {
    name_thread("lesson");
    take_what_is_left();
    finish(work([&](const std::string& what, std::size_t done, std::size_t all) {
        return on_progress(networks, what, done, all);
    }));
}

bool LearningJob::on_progress(std::size_t networks, const std::string& what, std::size_t done,
                              std::size_t all) {
    const MutexLock lock(mutex_);
    const bool is_network = what != "choosing" && what != kQuantisingStep;
    if (is_network && what != network_) {
        network_ = what;
        ++networks_begun_;
    }
    const double part = all == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(all);
    const double of_network = is_network ? kLookingShare * part : kLookingShare + (1 - kLookingShare) * part;
    const double before = networks_begun_ == 0 ? 0.0 : static_cast<double>(networks_begun_ - 1);
    status_->step = what;
    status_->done = std::clamp(
        (before + of_network) / static_cast<double>(std::max<std::size_t>(networks, 1)), status_->done, 1.0);
    const std::chrono::duration<double> passed = SteadyClock::now() - begun_;
    if (status_->done > kDoneToTell)
        status_->seconds_left = passed.count() * (1 - status_->done) / status_->done;
    if (ending_ == Ending::kNone && passed > status_->order.time_max) ending_ = Ending::kTime;
    return ending_ == Ending::kNone;
}

void LearningJob::finish(const Result<std::int64_t>& learnt) {
    const MutexLock lock(mutex_);
    if (!learnt && ending_ == Ending::kProgramEnds) {
        // What is written down stays; this was no attempt that failed.
        JobOrder order = status_->order;
        --order.attempt;
        static_cast<void>(write_whole(file_, to_json(order)));
        return;
    }
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
    status_->seconds_left.reset();
    if (learnt) {
        status_->state = JobState::kDone;
        status_->done = 1;
        status_->version = *learnt;
    } else if (ending_ == Ending::kCancelled) {
        status_->state = JobState::kCancelled;
    } else {
        status_->state = JobState::kFailed;
        status_->problem = ending_ == Ending::kTime
                               ? fmt::format(
                                     "it took longer than the {} minutes it was given; what was computed of "
                                     "the pictures is kept, "
                                     "so another try gets further",
                                     std::chrono::ceil<std::chrono::minutes>(status_->order.time_max).count())
                               : learnt.error().message;
    }
}

bool LearningJob::cancel() {
    const MutexLock lock(mutex_);
    if (!status_ || status_->state != JobState::kRunning) return false;
    if (ending_ == Ending::kNone) ending_ = Ending::kCancelled;
    return true;
}

void LearningJob::stop() {
    const MutexLock starting(starting_);
    {
        const MutexLock lock(mutex_);
        if (ending_ == Ending::kNone) ending_ = Ending::kProgramEnds;
    }
    if (thread_.joinable()) thread_.join();
}

std::optional<JobStatus> LearningJob::status() const {
    const MutexLock lock(mutex_);
    return status_;
}

}  // namespace vitrina::teach
