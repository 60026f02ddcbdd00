// Signing in and out, and who a key belongs to.
#include <utility>

#include <fmt/format.h>

#include "api/accounts/accounts.h"
#include "api/accounts/names.h"
#include "api/accounts/secret.h"

namespace vitrina::api {
namespace {

/// How exactly the records know when a session or a token was last used: a write at each request would wear
/// out a memory card.
constexpr std::chrono::minutes kUseStep{1};

tl::unexpected<Refusal> wrong_credentials() {
    return tl::unexpected(Refusal(RefusalCode::kWrongCredentials, "the name or the password is wrong"));
}

tl::unexpected<Refusal> too_often(std::chrono::seconds wait) {
    return tl::unexpected(Refusal(RefusalCode::kTooOften,
                                  fmt::format("too many wrong passwords; try again in {} s", wait.count()),
                                  wait));
}

/// Further ahead than a clock that was set back explains.
bool is_ahead(UtcTime instant, UtcTime now) {
    return instant > now + kClockJumpMax;
}

bool is_over(const records::SessionRecord& session, UtcTime now, std::chrono::seconds idle_max) {
    return now >= session.expires || now - session.seen >= idle_max || is_ahead(session.created, now) ||
           is_ahead(session.seen, now);
}

bool is_use_worth_noting(UtcTime last, UtcTime now) {
    return now - last >= kUseStep || last > now;
}

Result<Identity> identity_of(const records::UserRecord& user) {
    const auto role = parse_role(user.role);
    if (!role) return failed(fmt::format("user {} has the unknown role \"{}\"", user.name, user.role));
    Identity identity;
    identity.user = user.id;
    identity.name = user.name;
    identity.role = *role;
    identity.language = user.language;
    return identity;
}

}  // namespace

Answer<bool> Accounts::is_password_of(const std::optional<records::UserRecord>& user,
                                      const std::string& password) {
    const bool may_sign_in = user && !user->disabled;
    auto right = hasher_.verify(may_sign_in ? user->password_hash : nobodys_hash_, password);
    if (!right) return right;
    return may_sign_in && *right;
}

Answer<SignedIn> Accounts::sign_in(const std::string& name, const std::string& password,
                                   const Client& client) {
    const UtcTime now = clock_();
    Throttle::Attempt attempt(throttle_, folded(name), client.address, now);
    if (attempt.wait()) return too_often(*attempt.wait());
    TRY_ASSIGN(const auto user, store_.user_named(name));
    const auto right = is_password_of(user, password);
    if (!right) return tl::unexpected(right.error());
    if (!*right) {
        attempt.was_wrong();
        // An unknown name is not written down: people type their password there.
        static_cast<void>(store_.audit(now, user ? user->name : "",
                                       fmt::format("sign-in failed from {}: {}", printable(client.address),
                                                   !user            ? "unknown name"
                                                   : user->disabled ? "disabled user"
                                                                    : "wrong password")));
        return wrong_credentials();
    }
    return begin_session(*user, client);
}

Answer<SignedIn> Accounts::begin_session(const records::UserRecord& user, const Client& client) {
    const UtcTime now = clock_();
    TRY_ASSIGN(Identity identity, identity_of(user));
    SignedIn result{std::move(identity), make_key(), options_.session_age_max};
    result.identity.scope = Scope::kWrite;
    result.identity.forgery_token = make_key();

    records::SessionRecord session;
    session.key_hash = hash_of_key(result.cookie_key);
    session.user = user.id;
    session.forgery_token = result.identity.forgery_token;
    session.created = now;
    session.seen = now;
    session.expires = now + options_.session_age_max;
    session.client = printable(client.address + " " + client.browser);

    const MutexLock lock(change_mutex_);
    // Disabled, or with a new password, since the old one was checked: those sessions were ended, and this
    // one would stay.
    TRY_ASSIGN(const auto user_now, store_.user(user.id));
    if (!user_now || user_now->disabled || user_now->password_hash != user.password_hash)
        return wrong_credentials();
    TRY(store_.audit(now, user.name, fmt::format("signed in from {}", printable(client.address))));
    TRY(store_.end_expired_sessions(now));
    TRY(store_.add_session(session));
    throttle_.remember(folded(user.name), client.address);
    return result;
}

Result<std::optional<Identity>> Accounts::identify(const std::string& cookie_key) {
    return identify_by(cookie_key, &Accounts::read_session);
}

Result<std::optional<Identity>> Accounts::identify_token(const std::string& token_key) {
    return identify_by(token_key, &Accounts::read_token);
}

Result<std::optional<Identity>> Accounts::identify_by(
    const std::string& key, Result<std::optional<Identity>> (Accounts::*read)(const std::string&, UtcTime)) {
    const UtcTime now = clock_();
    const std::string key_hash = hash_of_key(key);
    if (auto identity = cache_.find(key_hash, now)) return identity;
    const std::uint64_t generation = cache_.generation();
    TRY_ASSIGN(auto identity, (this->*read)(key_hash, now));
    if (identity) cache_.keep(key_hash, *identity, now, generation);
    return identity;
}

Result<std::optional<Identity>> Accounts::read_session(const std::string& key_hash, UtcTime now) {
    TRY_ASSIGN(const auto session, store_.session(key_hash));
    if (!session || is_over(*session, now, options_.session_idle_max)) return std::nullopt;
    TRY_ASSIGN(const auto user, store_.user(session->user));
    if (!user || user->disabled) return std::nullopt;
    TRY_ASSIGN(Identity identity, identity_of(*user));
    identity.how = Identity::How::kSession;
    identity.scope = Scope::kWrite;
    identity.forgery_token = session->forgery_token;
    // People still look at what there is on a full disk, and while another program has the records locked.
    if (is_use_worth_noting(session->seen, now)) static_cast<void>(store_.session_seen(key_hash, now));
    return identity;
}

Result<std::optional<Identity>> Accounts::read_token(const std::string& key_hash, UtcTime now) {
    TRY_ASSIGN(const auto token, store_.token(key_hash));
    if (!token || (token->expires && now >= *token->expires)) return std::nullopt;
    TRY_ASSIGN(const auto user, store_.user(token->user));
    if (!user || user->disabled) return std::nullopt;
    const auto scope = parse_scope(token->scope);
    if (!scope) return failed(fmt::format("token {} has the unknown scope \"{}\"", token->id, token->scope));
    TRY_ASSIGN(Identity identity, identity_of(*user));
    identity.how = Identity::How::kToken;
    identity.expires = token->expires;
    identity.scope = *scope;
    if (!token->used || is_use_worth_noting(*token->used, now))
        static_cast<void>(store_.token_used(token->id, now));
    return identity;
}

Answer<void> Accounts::sign_out(const std::string& cookie_key) {
    const std::string key_hash = hash_of_key(cookie_key);
    const auto ended = store_.end_session(key_hash);
    cache_.forget_key(key_hash);
    TRY(ended);
    return {};
}

Answer<void> Accounts::sign_out_everywhere(const Identity& by) {
    const MutexLock lock(change_mutex_);
    const auto ended = store_.end_sessions_of(by.user);
    cache_.forget_user(by.user);
    TRY(ended);
    TRY(store_.audit(clock_(), by.name, "signed out everywhere"));
    return {};
}

Answer<SignedIn> Accounts::change_password(const Identity& by, const std::string& old_password,
                                           const std::string& password, const Client& client) {
    const UtcTime now = clock_();
    Throttle::Attempt attempt(throttle_, folded(by.name), client.address, now);
    if (attempt.wait()) return too_often(*attempt.wait());
    auto user = user_record(by.user);
    if (!user) return tl::unexpected(user.error());
    const auto right = is_password_of(*user, old_password);
    if (!right) return tl::unexpected(right.error());
    if (!*right) {
        attempt.was_wrong();
        static_cast<void>(store_.audit(now, by.name, "wrong old password for a change of password"));
        return tl::unexpected(Refusal(RefusalCode::kWrongCredentials, "the old password is wrong"));
    }
    auto hash = hash_new_password(by.name, password);
    if (!hash) return tl::unexpected(hash.error());
    {
        const MutexLock lock(change_mutex_);
        auto user_now = user_record(by.user);
        if (!user_now) return tl::unexpected(user_now.error());
        if (user_now->password_hash != user->password_hash) return wrong_credentials();
        user_now->password_hash = *std::move(hash);
        TRY(store_.audit(now, by.name, "changed the own password"));
        TRY(write_and_sign_out(*user_now));
        user = std::move(user_now);
    }
    return begin_session(*user, client);
}

}  // namespace vitrina::api
