// What the parts of Accounts share. The parts: setup.cpp, sessions.cpp, users.cpp, tokens.cpp.
#include "api/accounts/accounts.h"

#include <algorithm>
#include <utility>

#include "api/accounts/password_rules.h"
#include "api/accounts/secret.h"

namespace vitrina::api {

Accounts::Accounts(records::AccountStore& store, Clock clock, const AccountOptions& options)
    : store_(store), clock_(std::move(clock)), options_(options), hasher_(options.password_cost) {}

Result<std::unique_ptr<Accounts>> Accounts::create(records::AccountStore& store, Clock clock,
                                                   const AccountOptions& options) {
    std::unique_ptr<Accounts> accounts(new Accounts(store, std::move(clock), options));
    auto hash = accounts->hasher_.hash(make_key());
    if (!hash) return failed(hash.error().message);
    accounts->nobodys_hash_ = std::move(*hash);
    return accounts;
}

Answer<records::UserRecord> Accounts::user_record(std::int64_t id) const {
    TRY_ASSIGN(auto user, store_.user(id));
    if (!user) return tl::unexpected(Refusal(RefusalCode::kNotFound, "there is no such user"));
    return *user;
}

Answer<std::string> Accounts::hash_new_password(const std::string& name, const std::string& password) {
    if (auto refusal = check_new_password(name, password)) return tl::unexpected(*std::move(refusal));
    return hasher_.hash(password);
}

Result<bool> Accounts::has_administrator() const {
    TRY_ASSIGN(const auto users, store_.users());
    return std::any_of(users.begin(), users.end(), [](const records::UserRecord& user) {
        return user.role == to_text(Role::kAdministrator) && !user.disabled;
    });
}

Result<bool> Accounts::is_last_administrator(const records::UserRecord& user) const {
    if (user.role != to_text(Role::kAdministrator) || user.disabled) return false;
    TRY_ASSIGN(const auto users, store_.users());
    return std::none_of(users.begin(), users.end(), [&](const records::UserRecord& other) {
        return other.id != user.id && other.role == to_text(Role::kAdministrator) && !other.disabled;
    });
}

Result<void> Accounts::write_and_sign_out(const records::UserRecord& user) {
    TRY(store_.change_user(user));
    auto ended = store_.end_sessions_of(user.id);
    cache_.forget_user(user.id);
    return ended;
}

}  // namespace vitrina::api
