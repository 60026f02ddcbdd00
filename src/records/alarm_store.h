// Alarms at rest: the rules, whom they tell, what was raised, and the messages that are still to be
// delivered. What a rule says is the business of src/rules; here it is text. See database.h for threads and
// errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "records/database.h"

namespace vitrina::records {

struct RuleRecord {
    std::int64_t id = 0;
    std::string json;  // of rules::Rule, without the id
};

struct ChannelRecord {
    std::int64_t id = 0;
    std::string name;
    std::string kind;  // as notify::ChannelKind is written
    bool enabled = true;
    std::string address;
    std::string user;
    std::string sender;         // of e-mails
    std::string recipient;      // of e-mails; the chat
    std::string sealed_secret;  // sealed by privacy::Sealer; opaque here; may be empty
    bool demand_tls = true;
    std::string language = "en";  // in which it is told
};

/// What somebody did about an alarm, or saw.
struct AlarmNote {
    UtcTime at;
    std::string who;
    std::string text;
};
inline constexpr std::size_t kAlarmNotesMax = 100;  // of one alarm; nobody reads more

struct AlarmRecord {
    std::int64_t id = 0;
    std::int64_t rule = 0;
    std::string rule_name;  // as it was then
    std::string severity;
    std::string measure;
    std::string camera;
    std::string place;
    double value = 0;
    double limit = 0;
    std::string text;  // a sentence
    UtcTime raised;
    std::optional<UtcTime> ended;
    std::optional<UtcTime> acknowledged;
    std::string acknowledged_by;
    std::string note;  // of who acknowledged
    std::optional<UtcTime> escalated;
    /// Of a forecast: which till should open, and when; empty: none.
    std::string open_till;
    std::optional<UtcTime> open_at;
    std::string watch_match;       // of the watchlist: which match it is; empty: of another measure
    std::vector<AlarmNote> notes;  // in their order, the one above among them
};

struct AlarmFilter {
    UtcTime from;  // raised at or after it
    UtcTime to;    // and before it
    bool unacknowledged_only = false;
    std::int64_t limit = 100;  // the newest; at most kAlarmsAtOnceMax
};
inline constexpr std::int64_t kAlarmsAtOnceMax = 1000;

/// Goes with a message over channels that take files: e-mail.
struct OutgoingFile {
    std::string name;  // ASCII
    std::string type;  // "application/pdf"
    std::vector<std::uint8_t> bytes;
};

/// A message for one channel.
struct Outgoing {
    std::int64_t id = 0;
    std::int64_t alarm = 0;  // 0: of none, a test
    std::int64_t channel = 0;
    std::string key;  // the same at each try
    std::string subject;
    std::string text;
    std::string json;
    UtcTime created;
    std::int64_t attempts = 0;
    std::optional<OutgoingFile> file = {};
};

/// What is to be told of an alarm that is being kept: its id is known. Must not call the store.
using MessagesOf = std::function<std::vector<Outgoing>(const AlarmRecord&)>;

/// How a channel does.
struct ChannelHealth {
    std::int64_t channel = 0;
    std::int64_t waiting = 0;
    std::int64_t given_up = 0;  // of the last week
    std::optional<UtcTime> last_sent;
    std::string last_error;  // of what waits
};

class AlarmStore {
  public:
    explicit AlarmStore(std::shared_ptr<Database> database);
    ~AlarmStore();

    [[nodiscard]] Result<std::vector<RuleRecord>> rules() const;
    /// Id 0: adds it. The id; 0 when there is none of that id.
    [[nodiscard]] Result<std::int64_t> save_rule(const RuleRecord& rule);
    /// Whether it was there. Its alarms stay.
    [[nodiscard]] Result<bool> remove_rule(std::int64_t id);

    [[nodiscard]] Result<std::vector<ChannelRecord>> channels() const;
    [[nodiscard]] Result<std::int64_t> save_channel(const ChannelRecord& channel);
    /// What waits for it goes with it.
    [[nodiscard]] Result<bool> remove_channel(std::int64_t id);
    [[nodiscard]] Result<std::vector<ChannelHealth>> channel_health(UtcTime now) const;

    /// Both on the disk, or neither, when this returns; `alarm` of the messages is filled in. The alarm's id.
    /// Its notes are not looked at.
    [[nodiscard]] Result<std::int64_t> raise(const AlarmRecord& alarm, const MessagesOf& messages = {});
    /// Those of this rule and place that go on.
    [[nodiscard]] Result<void> end(std::int64_t rule, const std::string& camera, const std::string& place,
                                   UtcTime at);
    /// That one, if it goes on.
    [[nodiscard]] Result<void> end_alarm(std::int64_t id, UtcTime at);
    /// False when there is none of that id. Who was first stays; what is told later is one more note.
    [[nodiscard]] Result<bool> acknowledge(std::int64_t id, const std::string& who, const std::string& note,
                                           UtcTime at);
    /// The same of a note alone. An error where the alarm has kAlarmNotesMax.
    [[nodiscard]] Result<bool> add_note(std::int64_t id, const AlarmNote& note);
    [[nodiscard]] Result<void> escalate(std::int64_t id, UtcTime at, const std::vector<Outgoing>& messages);
    [[nodiscard]] Result<std::optional<AlarmRecord>> alarm(std::int64_t id) const;
    [[nodiscard]] Result<std::vector<AlarmRecord>> alarms(const AlarmFilter& filter) const;
    /// That go on.
    [[nodiscard]] Result<std::vector<AlarmRecord>> open_alarms() const;

    [[nodiscard]] Result<void> post(const Outgoing& message);
    /// What the channel is to be sent now, the oldest first; none: nothing.
    [[nodiscard]] Result<std::optional<Outgoing>> due(std::int64_t channel, UtcTime now) const;
    /// When there will be something; none: nothing waits.
    [[nodiscard]] Result<std::optional<UtcTime>> next_due(std::int64_t channel) const;
    [[nodiscard]] Result<void> sent(std::int64_t id, UtcTime at);
    /// `next` none: it is given up.
    [[nodiscard]] Result<void> not_sent(std::int64_t id, const std::string& error, UtcTime at,
                                        const std::optional<UtcTime>& next);

  private:
    std::shared_ptr<Database> database_;
};

}  // namespace vitrina::records
