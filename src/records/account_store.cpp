#include "records/account_store.h"

#include <clocale>
#include <cwctype>
#include <utility>

#include <fmt/format.h>

#include "domain/text.h"
#include "records/database_impl.h"

namespace vitrina::records {
namespace {

const char* const kSelectUser =
    "SELECT id, name, password_hash, role, language, disabled, created_ms FROM users";

const char* const kSelectToken =
    "SELECT id, user, name, key_hash, scope, created_ms, expires_ms, used_ms FROM tokens";

UserRecord read_user(const Query& query) {
    UserRecord user;
    query.read(user.id, user.name, user.password_hash, user.role, user.language, user.disabled, user.created);
    return user;
}

TokenRecord read_token(const Query& query) {
    TokenRecord token;
    query.read(token.id, token.user, token.name, token.key_hash, token.scope, token.created, token.expires,
               token.used);
    return token;
}

/// A name as it is compared: "Анна" and "анна" are one user. Empty when it is not UTF-8.
std::optional<std::string> folded(const std::string& name) {
    // Of its own, so that nobody's setlocale() changes who is who.
    static const locale_t kUnicode = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    VITRINA_ASSERT(kUnicode != nullptr);
    const std::optional<std::u32string> points = decode_utf8(name);
    if (!points) return std::nullopt;
    // Only to be compared, so code points in digits do.
    std::string result;
    for (const char32_t point : *points)
        result += fmt::format(
            "{:x} ", static_cast<std::uint32_t>(::towlower_l(static_cast<std::wint_t>(point), kUnicode)));
    return result;
}

bool has_user(Connection& connection, std::int64_t id) {
    return connection.query("SELECT 1 FROM users WHERE id = ?").bind(id).step();
}

tl::unexpected<Error> no_user(std::int64_t id) {
    return failed(fmt::format("user {} is not there", id));
}

}  // namespace

AccountStore::AccountStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}
AccountStore::~AccountStore() = default;

Result<std::vector<UserRecord>> AccountStore::users() const {
    return database_->impl().read([](Connection& connection) -> Result<std::vector<UserRecord>> {
        std::vector<UserRecord> users;
        Query query = connection.query(fmt::format("{} ORDER BY id", kSelectUser));
        while (query.step())
            users.push_back(read_user(query));
        return users;
    });
}

Result<std::optional<UserRecord>> AccountStore::user_named(const std::string& name) const {
    const std::optional<std::string> key = folded(name);
    if (!key) return std::nullopt;
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<UserRecord>> {
        Query query = connection.query(fmt::format("{} WHERE folded_name = ?", kSelectUser));
        if (!query.bind(*key).step()) return std::nullopt;
        return read_user(query);
    });
}

Result<std::optional<UserRecord>> AccountStore::user(std::int64_t id) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<UserRecord>> {
        Query query = connection.query(fmt::format("{} WHERE id = ?", kSelectUser));
        if (!query.bind(id).step()) return std::nullopt;
        return read_user(query);
    });
}

Result<std::int64_t> AccountStore::add_user(const UserRecord& user) {
    const std::optional<std::string> key = folded(user.name);
    if (!key || key->empty()) return failed("a user needs a name, in UTF-8");
    return database_->impl().write([&](Connection& connection) -> Result<std::int64_t> {
        if (connection.query("SELECT 1 FROM users WHERE folded_name = ?").bind(*key).step())
            return failed("the name \"" + user.name + "\" is taken");
        connection
            .query(
                "INSERT INTO users (name, folded_name, password_hash, role, language, disabled, created_ms) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(user.name, *key, user.password_hash, user.role, user.language, user.disabled, user.created)
            .run();
        return connection.last_row();
    });
}

Result<void> AccountStore::change_user(const UserRecord& user) {
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        connection
            .query("UPDATE users SET password_hash = ?, role = ?, language = ?, disabled = ? WHERE id = ?")
            .bind(user.password_hash, user.role, user.language, user.disabled, user.id)
            .run();
        if (connection.changes() == 0) return no_user(user.id);
        return {};
    });
}

Result<void> AccountStore::remove_user(std::int64_t id) {
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        connection.query("DELETE FROM users WHERE id = ?").bind(id).run();
        if (connection.changes() == 0) return no_user(id);
        return {};
    });
}

Result<void> AccountStore::add_session(const SessionRecord& session) {
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        if (!has_user(connection, session.user)) return no_user(session.user);
        connection
            .query(
                "INSERT INTO sessions (key_hash, user, forgery_token, created_ms, seen_ms, expires_ms, "
                "client) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(session.key_hash, session.user, session.forgery_token, session.created, session.seen,
                  session.expires, session.client)
            .run();
        return {};
    });
}

Result<std::optional<SessionRecord>> AccountStore::session(const std::string& key_hash) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<SessionRecord>> {
        Query query = connection.query(
            "SELECT key_hash, user, forgery_token, created_ms, seen_ms, expires_ms, client FROM sessions "
            "WHERE key_hash = ?");
        if (!query.bind(key_hash).step()) return std::nullopt;
        SessionRecord session;
        query.read(session.key_hash, session.user, session.forgery_token, session.created, session.seen,
                   session.expires, session.client);
        return session;
    });
}

Result<void> AccountStore::session_seen(const std::string& key_hash, UtcTime now) {
    return database_->impl().run_if_free("UPDATE sessions SET seen_ms = ? WHERE key_hash = ?", now, key_hash);
}

Result<void> AccountStore::end_session(const std::string& key_hash) {
    return database_->impl().run("DELETE FROM sessions WHERE key_hash = ?", key_hash);
}

Result<void> AccountStore::end_sessions_of(std::int64_t user) {
    return database_->impl().run("DELETE FROM sessions WHERE user = ?", user);
}

Result<void> AccountStore::end_expired_sessions(UtcTime now) {
    return database_->impl().run("DELETE FROM sessions WHERE expires_ms <= ?", now);
}

Result<std::int64_t> AccountStore::add_token(const TokenRecord& token) {
    return database_->impl().write([&](Connection& connection) -> Result<std::int64_t> {
        if (!has_user(connection, token.user)) return no_user(token.user);
        connection
            .query(
                "INSERT INTO tokens (user, name, key_hash, scope, created_ms, expires_ms, used_ms) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(token.user, token.name, token.key_hash, token.scope, token.created, token.expires,
                  token.used)
            .run();
        return connection.last_row();
    });
}

Result<std::vector<TokenRecord>> AccountStore::tokens() const {
    return database_->impl().read([](Connection& connection) -> Result<std::vector<TokenRecord>> {
        std::vector<TokenRecord> tokens;
        Query query = connection.query(fmt::format("{} ORDER BY id", kSelectToken));
        while (query.step())
            tokens.push_back(read_token(query));
        return tokens;
    });
}

Result<std::optional<TokenRecord>> AccountStore::token(const std::string& key_hash) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<TokenRecord>> {
        Query query = connection.query(fmt::format("{} WHERE key_hash = ?", kSelectToken));
        if (!query.bind(key_hash).step()) return std::nullopt;
        return read_token(query);
    });
}

Result<void> AccountStore::token_used(std::int64_t id, UtcTime now) {
    return database_->impl().run_if_free("UPDATE tokens SET used_ms = ? WHERE id = ?", now, id);
}

Result<void> AccountStore::remove_token(std::int64_t id) {
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        connection.query("DELETE FROM tokens WHERE id = ?").bind(id).run();
        if (connection.changes() == 0) return failed(fmt::format("token {} is not there", id));
        return {};
    });
}

Result<std::optional<std::string>> AccountStore::setting(const std::string& name) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<std::string>> {
        Query query = connection.query("SELECT value FROM settings WHERE name = ?");
        std::optional<std::string> value;
        if (query.bind(name).step()) query.read(value);
        return value;
    });
}

Result<void> AccountStore::set_setting(const std::string& name, const std::string& value) {
    return database_->impl().run("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", name, value);
}

Result<void> AccountStore::remove_setting(const std::string& name) {
    return database_->impl().run("DELETE FROM settings WHERE name = ?", name);
}

Result<void> AccountStore::audit(UtcTime at, const std::string& who, const std::string& what) {
    return database_->impl().run("INSERT INTO audit (at_ms, who, what) VALUES (?, ?, ?)", at, who, what);
}

}  // namespace vitrina::records
