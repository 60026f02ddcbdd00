// Who may come in: the first administrator, signing in, sessions, API tokens, users.
//
// Threads: any thread may call anything. What takes or makes a password (set_up, sign_in, change_password,
// add_user, change_user, reset_password) computes argon2id and blocks for 0.2 s, or up to 2 s when many sign
// in at once: not for a thread that serves others meanwhile. The rest is a look into memory or the records.
//
// Keys, tokens and passwords are given out once and kept only as hashes. Nothing here logs them.
//
// Clock: sessions and tokens are dated by the clock that is passed in. One that jumps back an hour locks
// nobody out: what seems to come from up to kClockJumpMax ahead counts as of now, so sessions live that much
// longer at most and no wait for guessing exceeds its limit. What was dated further ahead than that (the
// clock was wrong by days) is refused until the clock has come there.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/accounts/identity.h"
#include "api/accounts/identity_cache.h"
#include "api/accounts/password_hasher.h"
#include "api/accounts/refusal.h"
#include "api/accounts/throttle.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "records/account_store.h"

namespace vitrina::api {

using Clock = std::function<UtcTime()>;

/// What is dated no further ahead than this is not wrong: the clock jumped back, by an hour and some.
inline constexpr std::chrono::hours kClockJumpMax{2};

struct AccountOptions {
    /// A session ends after so long without a request, and after so long in any case.
    std::chrono::seconds session_idle_max = std::chrono::hours(12);
    std::chrono::seconds session_age_max = std::chrono::hours(24 * 30);
    /// Leave alone but in tests.
    PasswordCost password_cost = PasswordCost::kInteractive;
};

/// Where a request comes from.
struct Client {
    std::string address;  // "10.0.0.7", "2001:db8::1"
    std::string browser;  // User-Agent, for the list of sessions
};

/// A fresh session.
struct SignedIn {
    Identity identity;
    std::string cookie_key;             // the cookie's value
    std::chrono::seconds cookie_age{};  // how long the browser may keep it
};

/// A user without secrets.
struct User {
    std::int64_t id = 0;
    std::string name;
    Role role = Role::kStaff;
    std::string language;
    bool disabled = false;
    UtcTime created;
};

struct NewUser {
    std::string name;
    std::string password;
    Role role = Role::kStaff;
    std::string language = "en";
};

/// What is not given stays.
struct UserChange {
    std::optional<Role> role;
    std::optional<std::string> language;
    std::optional<bool> disabled;
    std::optional<std::string> password;
};

/// An API token without its key.
struct Token {
    std::int64_t id = 0;
    std::int64_t user = 0;
    std::string name;
    Scope scope = Scope::kRead;
    UtcTime created;
    std::optional<UtcTime> expires;
    std::optional<UtcTime> used;
};

struct NewToken {
    std::string name;
    Scope scope = Scope::kRead;
    std::optional<UtcTime> expires;  // none: never
};

struct MadeToken {
    Token token;
    std::string key;  // "vit_..." for the Authorization header; shown this once
};

class Accounts {
  public:
    /// The store must outlive it.
    [[nodiscard]] static Result<std::unique_ptr<Accounts>> create(records::AccountStore& store, Clock clock,
                                                                  const AccountOptions& options = {});

    // The first administrator.

    /// Called at each start. While there is no administrator: a new token to print ("K7QF-2MXA-9TRD"), the
    /// former one is void. Nothing when there is an administrator.
    [[nodiscard]] Result<std::optional<std::string>> begin_setup();
    [[nodiscard]] Result<bool> setup_needed() const;
    /// Makes the administrator and signs him in. The token may be typed in any case, with or without dashes.
    [[nodiscard]] Answer<SignedIn> set_up(const std::string& token, const std::string& name,
                                          const std::string& password, const std::string& language,
                                          const Client& client);

    // Sessions.

    [[nodiscard]] Answer<SignedIn> sign_in(const std::string& name, const std::string& password,
                                           const Client& client);
    /// Who the cookie's key belongs to; nothing for one that is unknown, ended or of a disabled user. Called
    /// at each request; an answer may be kIdentityAgeMax old when another process changed the records.
    [[nodiscard]] Result<std::optional<Identity>> identify(const std::string& cookie_key);
    /// The same for the key of an API token.
    [[nodiscard]] Result<std::optional<Identity>> identify_token(const std::string& token_key);
    /// Ends the session; one that is unknown has ended already.
    [[nodiscard]] Answer<void> sign_out(const std::string& cookie_key);
    [[nodiscard]] Answer<void> sign_out_everywhere(const Identity& by);

    // One's own account.

    [[nodiscard]] Answer<void> change_language(const Identity& by, const std::string& language);
    /// Ends all sessions of the user and begins a new one: set its cookie.
    [[nodiscard]] Answer<SignedIn> change_password(const Identity& by, const std::string& old_password,
                                                   const std::string& password, const Client& client);

    // Users and tokens, for administrators; `by` stands in the audit.

    [[nodiscard]] Answer<std::vector<User>> users() const;
    [[nodiscard]] Answer<User> add_user(const Identity& by, const NewUser& wanted);
    /// A change of role, password or disabled ends the user's sessions.
    [[nodiscard]] Answer<User> change_user(const Identity& by, std::int64_t id, const UserChange& change);
    /// With his sessions and tokens.
    [[nodiscard]] Answer<void> remove_user(const Identity& by, std::int64_t id);
    [[nodiscard]] Answer<std::vector<Token>> tokens() const;
    /// A token of `by`: it may what he may, and no more than its scope. One that is made with a token ends
    /// with that at the latest.
    [[nodiscard]] Answer<MadeToken> make_token(const Identity& by, const NewToken& wanted);
    [[nodiscard]] Answer<void> remove_token(const Identity& by, std::int64_t id);

    /// For the command on the machine, beside a running server too: gives the user this password, or a
    /// random one, and ends his sessions. The password.
    [[nodiscard]] Answer<std::string> reset_password(const std::string& name,
                                                     const std::optional<std::string>& password);

  private:
    Accounts(records::AccountStore& store, Clock clock, const AccountOptions& options);

    /// Whether the password is the user's (of a user who may sign in), as slowly for one who isn't there.
    [[nodiscard]] Answer<bool> is_password_of(const std::optional<records::UserRecord>& user,
                                              const std::string& password);
    /// A session of a user whose password was just checked. Refuses with kWrongCredentials when he was
    /// changed meanwhile.
    [[nodiscard]] Answer<SignedIn> begin_session(const records::UserRecord& user, const Client& client);
    [[nodiscard]] Result<std::optional<Identity>> identify_by(
        const std::string& key,
        Result<std::optional<Identity>> (Accounts::*read)(const std::string&, UtcTime));
    [[nodiscard]] Result<std::optional<Identity>> read_session(const std::string& key_hash, UtcTime now);
    [[nodiscard]] Result<std::optional<Identity>> read_token(const std::string& key_hash, UtcTime now);

    [[nodiscard]] Answer<records::UserRecord> user_record(std::int64_t id) const;
    /// The hash of a password that the user may have.
    [[nodiscard]] Answer<std::string> hash_new_password(const std::string& name, const std::string& password);
    [[nodiscard]] Result<bool> has_administrator() const;
    [[nodiscard]] Result<bool> is_last_administrator(const records::UserRecord& user) const;
    /// Writes the user and ends his sessions.
    [[nodiscard]] Result<void> write_and_sign_out(const records::UserRecord& user) REQUIRES(change_mutex_);

    records::AccountStore& store_;
    const Clock clock_;
    const AccountOptions options_;
    std::string nobodys_hash_;  // what the password of an unknown user is checked against
    PasswordHasher hasher_;
    Throttle throttle_;
    IdentityCache cache_;
    /// Held while users are changed, so that what was checked (the last administrator, the setup token) still
    /// holds when it is written. Taken before any mutex of the parts above.
    mutable Mutex change_mutex_;
};

}  // namespace vitrina::api
