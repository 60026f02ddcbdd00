// Who may sign in: users, their sessions and API tokens, as they lie in the database. What a password or a
// token means is the business of src/api; here are only hashes. See database.h for threads and errors.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "records/database.h"

namespace vitrina::records {

struct UserRecord {
    std::int64_t id = 0;
    std::string name;           // unique, compared without case
    std::string password_hash;  // argon2id, as libsodium writes it
    std::string role;           // "administrator", "manager", "analyst", "guard", "staff"
    std::string language;       // "en", "ru"
    bool disabled = false;
    UtcTime created;
};

struct SessionRecord {
    std::string key_hash;  // of the cookie's value
    std::int64_t user = 0;
    std::string forgery_token;
    UtcTime created;
    UtcTime seen;
    UtcTime expires;
    std::string client;  // address and browser, for the list of sessions
};

struct TokenRecord {
    std::int64_t id = 0;
    std::int64_t user = 0;
    std::string name;
    std::string key_hash;
    std::string scope;  // "read", "write"
    UtcTime created;
    std::optional<UtcTime> expires;
    std::optional<UtcTime> used;
};

class AccountStore {
  public:
    explicit AccountStore(std::shared_ptr<Database> database);
    ~AccountStore();

    [[nodiscard]] Result<std::vector<UserRecord>> users() const;
    [[nodiscard]] Result<std::optional<UserRecord>> user_named(const std::string& name) const;
    [[nodiscard]] Result<std::optional<UserRecord>> user(std::int64_t id) const;
    /// The id of the new user. A name that is taken is an error.
    [[nodiscard]] Result<std::int64_t> add_user(const UserRecord& user);
    /// All fields but id, name and created.
    [[nodiscard]] Result<void> change_user(const UserRecord& user);
    [[nodiscard]] Result<void> remove_user(std::int64_t id);

    [[nodiscard]] Result<void> add_session(const SessionRecord& session);
    [[nodiscard]] Result<std::optional<SessionRecord>> session(const std::string& key_hash) const;
    /// Never waits for other writers, here or in another program: fails while one is at work. Every request
    /// asks for it, so they would all wait, and the next one tells the same.
    [[nodiscard]] Result<void> session_seen(const std::string& key_hash, UtcTime now);
    [[nodiscard]] Result<void> end_session(const std::string& key_hash);
    [[nodiscard]] Result<void> end_sessions_of(std::int64_t user);
    [[nodiscard]] Result<void> end_expired_sessions(UtcTime now);

    [[nodiscard]] Result<std::int64_t> add_token(const TokenRecord& token);
    [[nodiscard]] Result<std::vector<TokenRecord>> tokens() const;
    [[nodiscard]] Result<std::optional<TokenRecord>> token(const std::string& key_hash) const;
    /// Never waits either.
    [[nodiscard]] Result<void> token_used(std::int64_t id, UtcTime now);
    [[nodiscard]] Result<void> remove_token(std::int64_t id);

    /// Short named texts: the hash of the setup token, the shop's name and time zone.
    [[nodiscard]] Result<std::optional<std::string>> setting(const std::string& name) const;
    [[nodiscard]] Result<void> set_setting(const std::string& name, const std::string& value);
    [[nodiscard]] Result<void> remove_setting(const std::string& name);

    /// Who did what: kept as long as facts.
    [[nodiscard]] Result<void> audit(UtcTime at, const std::string& who, const std::string& what);

  private:
    std::shared_ptr<Database> database_;
};

}  // namespace vitrina::records
