#include "pipeline/audit_watch.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/thread_name.h"
#include "domain/digest.h"
#include "pipeline/audit_report.h"
#include "teach/whole_file.h"

namespace vitrina::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kAuditEvery{250};
constexpr std::chrono::seconds kLookEvery{2};
constexpr std::chrono::hours kTidyEvery{1};
constexpr const char* kSealedClip = "clip of an audit";

UtcTime instant_of(std::int64_t window, std::chrono::seconds length) {
    return UtcTime(std::chrono::milliseconds(length) * window);
}

/// The first window that begins at or after `instant`.
std::int64_t window_after(UtcTime instant, std::chrono::seconds length) {
    const auto since = instant.time_since_epoch();
    const std::chrono::milliseconds one(length);
    return (since + one - std::chrono::milliseconds(1)) / one;
}

}  // namespace

double draw_of(std::int64_t seed, const records::AuditPlace& place, std::int64_t window) {
    const std::string digest = hex_digest(fmt::format("{}\n{}\n{}\n{}\n{}", seed, place.camera,
                                                      records::to_text(place.kind), place.place, window),
                                          6);
    return static_cast<double>(std::stoull(digest, nullptr, 16)) / static_cast<double>(1ULL << 48U);
}

AuditWatch::AuditWatch(records::AuditStore& audits, const privacy::Sealer& sealer, const Shop& shop,
                       Options options)
    : audits_(audits), sealer_(sealer), shop_(shop), options_(std::move(options)) {
    if (options_.thread == Options::Thread::kOwn) thread_ = std::thread([this] { run(); });
}

AuditWatch::~AuditWatch() {
    stop();
}

void AuditWatch::stop() {
    {
        const MutexLock lock(inbox_mutex_);
        stopping_ = true;
        wants_film_ = false;
        inbox_.clear();
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void AuditWatch::film(const FilmFrame& frame) {
    const MutexLock lock(inbox_mutex_);
    if (!wants_film_ || inbox_.size() >= kFilmWaitingMax) return;
    inbox_.push_back(frame);
    changed_.notify_all();
}

void AuditWatch::poke() {
    const MutexLock lock(inbox_mutex_);
    poked_ = true;
    changed_.notify_all();
}

void AuditWatch::run() {
    name_thread("audit");
    while (wait())
        step();
}

bool AuditWatch::wait() {
    const auto end = std::chrono::steady_clock::now() + kAuditEvery;
    const MutexLock lock(inbox_mutex_);
    while (!stopping_ && !poked_ && inbox_.empty() && std::chrono::steady_clock::now() < end)
        changed_.wait_until(inbox_mutex_, end);
    return !stopping_;
}

void AuditWatch::step() {
    bool is_poked = false;
    {
        const MutexLock lock(inbox_mutex_);
        is_poked = std::exchange(poked_, false);
    }
    const MutexLock lock(mutex_);
    const UtcTime now = options_.now();
    if (is_poked || now < looked_ || now - looked_ >= kLookEvery) {
        looked_ = now;
        look_at_audits();
    }
    take_film();
    if (open_) decide(*open_);
}

void AuditWatch::complain(const std::string& message) {
    if (std::exchange(complaint_, message) != message && options_.log && !message.empty())
        options_.log("audit: " + message);
}

void AuditWatch::look_at_audits() {
    const auto audits = audits_.audits(options_.now());
    if (!audits) return complain(audits.error().message);
    const auto open = std::find_if(audits->begin(), audits->end(),
                                   [](const records::Audit& audit) { return !audit.closed; });
    const bool was_open = open_.has_value();
    if (open == audits->end()) {
        open_.reset();
        films_.clear();
        places_.clear();
        next_window_ = 0;
    } else {
        if (!open_ || open_->id != open->id) next_window_ = 0;
        open_ = *open;
        places_ = places();
    }
    if (was_open != open_.has_value()) {
        if (options_.want_film) options_.want_film(open_.has_value());
        const MutexLock lock(inbox_mutex_);
        wants_film_ = open_.has_value() && !stopping_;
        inbox_.clear();
    }
    tidy(*audits);
}

std::vector<FilmedPlace> AuditWatch::places() const {
    std::vector<FilmedPlace> all;
    const auto add = [&](std::vector<FilmedPlace> more) {
        std::move(more.begin(), more.end(), std::back_inserter(all));
    };
    if (const auto plan = shop_.plan()) add(places_of(*plan));
    for (const CameraState& camera : shop_.cameras())
        if (const auto layout = shop_.layout(camera.settings.id)) add(places_of(camera.settings.id, *layout));
    // Lines first: they count most.
    std::stable_sort(all.begin(), all.end(),
                     [](const FilmedPlace& a, const FilmedPlace& b) { return a.place.kind < b.place.kind; });
    if (all.size() > kAuditPlacesMax) all.resize(kAuditPlacesMax);
    return all;
}

std::vector<records::AuditPlace> AuditWatch::unseen() const {
    std::vector<records::AuditPlace> unseen;
    for (const FilmedPlace& place : places())
        if (place.film.empty()) unseen.push_back(place.place);
    return unseen;
}

void AuditWatch::take_film() {
    std::deque<FilmFrame> frames;
    {
        const MutexLock lock(inbox_mutex_);
        frames.swap(inbox_);
    }
    std::set<std::string> filmed;
    for (const FilmedPlace& place : places_)
        filmed.insert(place.film);
    for (const FilmFrame& frame : frames) {
        if (filmed.contains(frame.camera) && frame.frame)
            films_[frame.camera].add(frame.at, frame.frame->picture, frame.bodies);
    }
    std::erase_if(films_, [&](const auto& entry) { return !filmed.contains(entry.first); });
}

void AuditWatch::decide(const records::Audit& audit) {
    const UtcTime now = options_.now();
    if (next_window_ == 0) next_window_ = window_after(now, audit.window);
    while (instant_of(next_window_ + 1, audit.window) + kAuditSettles <= now) {
        const UtcTime begin = instant_of(next_window_, audit.window);
        const UtcTime end = instant_of(next_window_ + 1, audit.window);
        ++next_window_;
        if (begin < audit.opened || end > audit.closes) continue;
        for (const FilmedPlace& place : places_)
            offer(audit, place, begin, end);
    }
}

void AuditWatch::offer(const records::Audit& audit, const FilmedPlace& place, UtcTime begin, UtcTime end) {
    const auto film = films_.find(place.film);
    if (film == films_.end() || !film->second.covers(begin, end)) return;
    records::AuditClip window;
    window.place = place.place;
    window.begin = begin;
    window.end = end;
    const auto counted = counted_in(audits_, audit, window);
    if (!counted) return complain(counted.error().message);
    const std::vector<FilmPicture> pictures = film->second.cut(begin, end);
    const auto bytes = audits_.bytes();
    window.is_busy = counted->in + counted->out > 0;
    window.draw = draw_of(audit.seed, place.place, begin.time_since_epoch() / audit.window);
    window.film = place.film;
    window.drawing = to_json(place.drawing);
    window.frames = static_cast<int>(pictures.size());
    for (const FilmPicture& picture : pictures)  // base64 of them, sealed
        window.bytes += static_cast<std::int64_t>(picture.jpeg.size()) * 4 / 3 + 20;
    const auto offered = audits_.offer(audit, window);
    if (!offered) return complain(offered.error().message);
    window.audit = audit.id;
    std::error_code ignored;
    for (const std::int64_t gone : offered->replaced) {
        window.id = gone;
        fs::remove(file_of(window), ignored);
    }
    if (!offered->kept) return;
    window.id = *offered->kept;
    const bool is_within = bytes && *bytes + window.bytes <= kAuditBytesMax;
    const bool has_room = !options_.has_room || options_.has_room();
    const auto written = !is_within
                             ? failed("clips take as much room as they may; close this audit, or remove one")
                         : !has_room ? failed("the disk is full: no clip is kept; free some space")
                                     : keep(window, pictures);
    if (written) return complain("");
    complain(written.error().message);
    if (const auto lost = audits_.lose(window.id); !lost) complain(lost.error().message);
}

fs::path AuditWatch::folder_of(std::int64_t audit) const {
    return options_.folder / std::to_string(audit);
}

fs::path AuditWatch::file_of(const records::AuditClip& clip) const {
    return folder_of(clip.audit) / (std::to_string(clip.id) + ".clip");
}

Result<void> AuditWatch::keep(const records::AuditClip& clip, std::span<const FilmPicture> pictures) const {
    const fs::path file = file_of(clip);
    std::error_code ignored;  // where there is no folder, writing fails
    fs::create_directories(file.parent_path(), ignored);
    fs::permissions(file.parent_path(), fs::perms::owner_all, ignored);
    return teach::write_whole(file, sealer_.seal(clip_code(pictures), kSealedClip));
}

Result<std::vector<FilmPicture>> AuditWatch::pictures(const records::AuditClip& clip) const {
    std::ifstream in(file_of(clip), std::ios::binary);
    if (clip.frames == 0 || !in) return std::vector<FilmPicture>();
    const std::string sealed((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    TRY_ASSIGN(const std::string code, sealer_.open_sealed(sealed, kSealedClip));
    return clip_from(code);
}

Result<bool> AuditWatch::remove(std::int64_t audit) {
    TRY_ASSIGN(const bool was_there, audits_.remove(audit));
    std::error_code error;
    fs::remove_all(folder_of(audit), error);
    poke();
    return was_there;
}

Result<bool> AuditWatch::forget_oldest_film() {
    const MutexLock lock(mutex_);  // or one that is being written would stay
    TRY_ASSIGN(const auto clip, audits_.oldest_with_pictures());
    if (!clip) return false;
    std::error_code ignored;  // what can't be removed goes with its audit
    fs::remove(file_of(*clip), ignored);
    TRY(audits_.lose(clip->id));
    return true;
}

void AuditWatch::tidy(const std::vector<records::Audit>& audits) {
    const UtcTime now = options_.now();
    if (now >= tidied_ && now - tidied_ < kTidyEvery) return;
    tidied_ = now;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(options_.folder, error)) {
        const auto known = std::find_if(audits.begin(), audits.end(), [&](const records::Audit& audit) {
            return entry.path().filename() == std::to_string(audit.id);
        });
        if (known != audits.end() && (!known->closed || now - *known->closed < kAuditKept)) continue;
        if (known != audits.end())
            if (const auto clips = audits_.clips(known->id))
                for (const records::AuditClip& clip : *clips)
                    if (const auto lost = audits_.lose(clip.id); !lost) complain(lost.error().message);
        std::error_code ignored;
        fs::remove_all(entry.path(), ignored);
    }
}

}  // namespace vitrina::pipeline
