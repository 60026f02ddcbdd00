#include "video/live_thread.h"

#include <algorithm>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/thread_name.h"
#include "video/decoder.h"

namespace vitrina::video {
namespace {

/// Some cameras send a key frame only every so often, and begin in between: until then packets are a good
/// sign, though no picture comes out of them.
constexpr Duration kKeyFrameWait = std::chrono::seconds(20);

/// A connection that lived so long was a good one: when it is lost, the camera is tried again at once. Less,
/// and a camera that falls over at each attempt would be asked without a pause.
constexpr Duration kGoodConnection = kBackoffMax;

/// Files have no deadline: a computer that slept or is overloaded is no reason to give one up.
constexpr std::chrono::milliseconds kUnlimited = std::chrono::hours(24);

/// How often a wait looks whether it should end.
constexpr std::chrono::milliseconds kWaitSlice{20};
static_assert(kWaitSlice * 10 < kStopTimeMax);

std::chrono::milliseconds in_milliseconds(Duration time) {
    return std::chrono::ceil<std::chrono::milliseconds>(time);
}

}  // namespace

LiveThread::LiveThread(Address address, const LiveOptions& options)
    : address_(std::move(address)),
      options_(options),
      zero_(std::chrono::steady_clock::now()),
      backoff_(options.seed) {}

void LiveThread::run() {
    name_thread("camera");
    while (!deadline_.interrupted()) {
        connect_and_play();
        wait_until(now() + backoff_.next());
    }
    view_.end();
}

void LiveThread::stop() {
    deadline_.interrupt();
    // After this the callback doesn't run any more, even should the thread outlive the camera.
    set_wake(nullptr);
    view_.end();
}

void LiveThread::connect_and_play() {
    deadline_.start(is_file() ? kUnlimited : options_.open_timeout);
    auto connection = LiveConnection::open(address_, options_.transport, deadline_);
    if (connection) return play(**connection);
    if (deadline_.interrupted()) return;
    const bool late = !is_file() && deadline_.passed();
    if (late)
        health_.lost({TroubleCode::kNoAnswer,
                      fmt::format("no answer within {:g} s",
                                  std::chrono::duration<double>(options_.open_timeout).count())});
    else
        health_.lost(connection.error());
}

void LiveThread::play(LiveConnection& connection) {
    clock_.begin_anew();
    view_.begin(connection.parameters(), connection.orientation());
    health_.connected(avcodec_get_name(connection.parameters().codec_id));
    Turn turn;
    turn.begin = now();
    turn.paced = is_file() || (address_.kind == AddressKind::kHttp && connection.is_recording());
    while (AVPacket* packet = next_packet(connection, turn))
        take(connection, *packet, turn);
    if (deadline_.interrupted()) return;
    if (is_file()) end_of_file(connection, turn);
    if (!is_file() || !turn.last_picture) health_.lost(why_lost(connection, turn));
    if (!turn.last_picture) return;
    ++connections_;
    if (is_file() || now() - turn.begin >= kGoodConnection) backoff_.begin_anew();
}

AVPacket* LiveThread::next_packet(LiveConnection& connection, const Turn& turn) {
    const Duration patience = std::max(silent_at(turn) - now(), Duration::zero());
    deadline_.start(is_file() ? kUnlimited : in_milliseconds(patience));
    return connection.read();
}

/// When the patience with a connection ends.
SourceTime LiveThread::silent_at(const Turn& turn) {
    if (turn.last_picture) return *turn.last_picture + kSilentAfter;
    if (turn.last_packet && !turn.key_came)
        return std::min(turn.begin + kKeyFrameWait, *turn.last_packet + kSilentAfter);
    return turn.begin + kSilentAfter;
}

void LiveThread::take(LiveConnection& connection, AVPacket& packet, Turn& turn) {
    wait_until(turn.gate.due(now()));
    const SourceTime time =
        turn.paced ? wait_for_turn(connection, packet, turn) : clock_.at(connection.live_time(packet), now());
    const SourceTime arrival = now();
    turn.last_packet = arrival;
    turn.key_came = turn.key_came || (packet.flags & AV_PKT_FLAG_KEY) != 0;
    health_.packet(static_cast<std::size_t>(packet.size), arrival);
    health_.clock(clock_, arrival);

    // From here on the packet, its picture and its piece of the view have the camera's time.
    packet.pts = packet.dts = time.time_since_epoch().count();
    connection.decode(&packet);
    view_.packet(packet, connection.form());
    give_pictures(connection, turn);
}

/// Of a recording, whose timestamps need no learning.
SourceTime LiveThread::wait_for_turn(const LiveConnection& connection, const AVPacket& packet, Turn& turn) {
    const auto decode_time = connection.decode_time(packet);
    const auto presentation_time = connection.presentation_time(packet);
    if (!decode_time || !presentation_time) return now();
    wait_until(turn.playback.due(*decode_time, now()));
    return turn.playback.time_of(*presentation_time);
}

/// The pictures that the decoder held back, and the time that the last one stays.
void LiveThread::end_of_file(LiveConnection& connection, Turn& turn) {
    connection.decode(nullptr);
    give_pictures(connection, turn);
    if (turn.last_packet) wait_until(*turn.last_packet + connection.picture_duration());
}

void LiveThread::give_pictures(LiveConnection& connection, Turn& turn) {
    while (AVFrame* frame = connection.next_picture()) {
        if (!turn.last_picture && decoded_ > 0 && !is_file()) health_.reconnected();
        turn.last_picture = now();
        give(connection, *frame);
    }
    health_.damaged(connection.take_damaged());
}

void LiveThread::give(LiveConnection& connection, AVFrame& frame) {
    DecodedPicture picture;
    picture.frame.reset(av_frame_alloc());
    if (!picture.frame) return;
    SourceTime time = frame.pts != AV_NOPTS_VALUE ? SourceTime(Duration(frame.pts)) : now();
    if (last_time_) time = std::max(time, *last_time_ + Duration(1));
    last_time_ = time;
    picture.orientation = orientation_of_frame(frame, connection.orientation());
    picture.time = time;
    picture.index = decoded_++;
    picture.connection = connections_;
    health_.picture(frame.width, frame.height, time, now());
    view_.picture(frame, picture.orientation, time);
    av_frame_move_ref(picture.frame.get(), &frame);
    newest_.put(std::move(picture));
    wake();
}

Trouble LiveThread::why_lost(const LiveConnection& connection, const Turn& turn) const {
    if (const Trouble& why = connection.why_ended(); why.code != TroubleCode::kNone)
        return {why.code, fmt::format("the connection broke: {}", why.words)};
    const bool silent = !is_file() && now() >= silent_at(turn);
    if (silent && turn.last_packet && !turn.last_picture)
        return {TroubleCode::kNotDecodable, "no picture that can be decoded came"};
    if (silent)
        return {TroubleCode::kNoPicture,
                fmt::format("no picture for {:g} s", std::chrono::duration<double>(kSilentAfter).count())};
    if (is_file()) return {TroubleCode::kNotDecodable, "no picture in it can be decoded"};
    return {TroubleCode::kConnectionLost, "the other side ended the connection"};
}

void LiveThread::wait_until(SourceTime time) const {
    while (!deadline_.interrupted()) {
        const Duration left = time - now();
        if (left <= Duration::zero()) return;
        std::this_thread::sleep_for(std::min<Duration>(left, kWaitSlice));
    }
}

void LiveThread::set_wake(std::function<void()> wake) {
    const MutexLock lock(wake_mutex_);
    wake_ = std::move(wake);
}

void LiveThread::wake() {
    const MutexLock lock(wake_mutex_);
    if (wake_) wake_();
}

SourceTime LiveThread::now() const {
    return SourceTime(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - zero_));
}

LiveState LiveThread::state() const {
    LiveState state = health_.state(now());
    state.skipped = newest_.skipped();
    return state;
}

}  // namespace vitrina::video
