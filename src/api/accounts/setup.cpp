// The first administrator.
#include <utility>

#include <fmt/format.h>

#include "api/accounts/accounts.h"
#include "api/accounts/names.h"
#include "api/accounts/secret.h"

namespace vitrina::api {
namespace {

constexpr const char* kTokenHash = "setup_token_hash";
constexpr int kTokenGroups = 3;  // 60 bits: with five free attempts nobody guesses them

tl::unexpected<Refusal> setup_done() {
    return tl::unexpected(Refusal(RefusalCode::kSetupDone, "this shop is set up already; sign in"));
}

}  // namespace

Result<bool> Accounts::setup_needed() const {
    TRY_ASSIGN(const bool found, has_administrator());
    return !found;
}

Result<std::optional<std::string>> Accounts::begin_setup() {
    const MutexLock lock(change_mutex_);
    TRY_ASSIGN(const bool found, has_administrator());
    if (found) {
        TRY(store_.remove_setting(kTokenHash));  // the last run ended before it did
        return std::nullopt;
    }
    std::string token = make_typed_secret(kTokenGroups);
    TRY(store_.set_setting(kTokenHash, hash_of_key(typed_secret_as_meant(token))));
    return token;
}

Answer<SignedIn> Accounts::set_up(const std::string& token, const std::string& name,
                                  const std::string& password, const std::string& language,
                                  const Client& client) {
    const UtcTime now = clock_();
    Throttle::Attempt attempt(throttle_, "", client.address, now);
    if (attempt.wait())
        return tl::unexpected(
            Refusal(RefusalCode::kTooOften, "too many wrong setup tokens; wait a little", *attempt.wait()));
    TRY_ASSIGN(const auto token_hash, store_.setting(kTokenHash));
    if (!token_hash) return setup_done();
    if (hash_of_key(typed_secret_as_meant(token)) != *token_hash) {
        attempt.was_wrong();
        static_cast<void>(
            store_.audit(now, "", fmt::format("wrong setup token from {}", printable(client.address))));
        return tl::unexpected(Refusal(RefusalCode::kWrongCredentials,
                                      "this is not the setup token that was printed at the last start"));
    }

    if (auto refusal = check_name(name)) return tl::unexpected(*std::move(refusal));
    if (!is_language(language))
        return tl::unexpected(Refusal(RefusalCode::kUnsuitableValue, "the language is one of en, ru"));
    auto password_hash = hash_new_password(name, password);
    if (!password_hash) return tl::unexpected(password_hash.error());

    records::UserRecord user;
    user.name = name;
    user.password_hash = *std::move(password_hash);
    user.role = to_text(Role::kAdministrator);
    user.language = language;
    user.created = now;
    {
        const MutexLock lock(change_mutex_);
        // Another request may have been quicker.
        TRY_ASSIGN(const auto token_hash_now, store_.setting(kTokenHash));
        TRY_ASSIGN(const bool found, has_administrator());
        if (found || token_hash_now != token_hash) return setup_done();
        TRY(store_.audit(now, name,
                         fmt::format("became the first administrator, from {}", printable(client.address))));
        TRY_ASSIGN(user.id, store_.add_user(user));
        TRY(store_.remove_setting(kTokenHash));
    }
    return begin_session(user, client);
}

}  // namespace vitrina::api
