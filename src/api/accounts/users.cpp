// Users, as administrators see and change them. What can't be put into the audit isn't done.
#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "api/accounts/accounts.h"
#include "api/accounts/names.h"
#include "api/accounts/secret.h"

namespace vitrina::api {
namespace {

constexpr int kResetGroups = 4;  // 80 random bits: no need to change it at once

User user_of(const records::UserRecord& record) {
    User user;
    user.id = record.id;
    user.name = record.name;
    user.role = parse_role(record.role).value_or(Role::kStaff);  // an unknown role may not even sign in
    user.language = record.language;
    user.disabled = record.disabled;
    user.created = record.created;
    return user;
}

tl::unexpected<Refusal> unknown_language() {
    return tl::unexpected(Refusal(RefusalCode::kUnsuitableValue, "the language is one of en, ru"));
}

tl::unexpected<Refusal> last_administrator(const std::string& name) {
    return tl::unexpected(
        Refusal(RefusalCode::kLastAdministrator,
                fmt::format("{} is the last administrator; make another one before", name)));
}

/// "role guard, disabled, new password": for the audit.
std::string text_of(const UserChange& change) {
    std::string text;
    const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    if (change.role) add(fmt::format("role {}", to_text(*change.role)));
    if (change.language) add("language " + *change.language);
    if (change.disabled) add(*change.disabled ? "disabled" : "enabled");
    if (change.password) add("new password");
    return text;
}

}  // namespace

Answer<std::vector<User>> Accounts::users() const {
    TRY_ASSIGN(const auto records, store_.users());
    std::vector<User> users;
    users.reserve(records.size());
    std::transform(records.begin(), records.end(), std::back_inserter(users), user_of);
    return users;
}

Answer<User> Accounts::add_user(const Identity& by, const NewUser& wanted) {
    if (auto refusal = check_name(wanted.name)) return tl::unexpected(*std::move(refusal));
    if (!is_language(wanted.language)) return unknown_language();
    auto hash = hash_new_password(wanted.name, wanted.password);
    if (!hash) return tl::unexpected(hash.error());

    records::UserRecord user;
    user.name = wanted.name;
    user.password_hash = *std::move(hash);
    user.role = to_text(wanted.role);
    user.language = wanted.language;
    user.created = clock_();
    const MutexLock lock(change_mutex_);
    TRY_ASSIGN(const auto taken, store_.user_named(wanted.name));
    if (taken)
        return tl::unexpected(
            Refusal(RefusalCode::kNameTaken, fmt::format("there is a user {} already", taken->name)));
    TRY(store_.audit(user.created, by.name, fmt::format("added user {}, {}", user.name, user.role)));
    TRY_ASSIGN(user.id, store_.add_user(user));
    return user_of(user);
}

Answer<User> Accounts::change_user(const Identity& by, std::int64_t id, const UserChange& change) {
    if (change.language && !is_language(*change.language)) return unknown_language();
    std::optional<std::string> hash;
    if (change.password) {
        const auto named = user_record(id);
        if (!named) return tl::unexpected(named.error());
        auto made = hash_new_password(named->name, *change.password);
        if (!made) return tl::unexpected(made.error());
        hash = *std::move(made);
    }

    const MutexLock lock(change_mutex_);
    auto user = user_record(id);
    if (!user) return tl::unexpected(user.error());
    TRY_ASSIGN(const bool is_last, is_last_administrator(*user));
    const bool steps_down = change.role.value_or(Role::kAdministrator) != Role::kAdministrator;
    if (is_last && (steps_down || change.disabled.value_or(false))) return last_administrator(user->name);
    if (change.role) user->role = to_text(*change.role);
    if (change.language) user->language = *change.language;
    if (change.disabled) user->disabled = *change.disabled;
    if (hash) user->password_hash = *std::move(hash);
    TRY(store_.audit(clock_(), by.name, fmt::format("changed user {}: {}", user->name, text_of(change))));
    if (change.role || change.disabled || change.password) {
        TRY(write_and_sign_out(*user));
    } else {
        TRY(store_.change_user(*user));
        cache_.forget_user(user->id);
    }
    return user_of(*user);
}

Answer<void> Accounts::change_language(const Identity& by, const std::string& language) {
    UserChange change;
    change.language = language;
    const auto changed = change_user(by, by.user, change);
    if (!changed) return tl::unexpected(changed.error());
    return {};
}

Answer<void> Accounts::remove_user(const Identity& by, std::int64_t id) {
    const MutexLock lock(change_mutex_);
    const auto user = user_record(id);
    if (!user) return tl::unexpected(user.error());
    TRY_ASSIGN(const bool is_last, is_last_administrator(*user));
    if (is_last) return last_administrator(user->name);
    TRY(store_.audit(clock_(), by.name, fmt::format("removed user {}", user->name)));
    const auto removed = store_.remove_user(id);
    cache_.forget_user(id);
    TRY(removed);
    return {};
}

Answer<std::string> Accounts::reset_password(const std::string& name,
                                             const std::optional<std::string>& password) {
    std::string given = password.value_or(make_typed_secret(kResetGroups));
    auto hash = hash_new_password(name, given);
    if (!hash) return tl::unexpected(hash.error());
    const MutexLock lock(change_mutex_);
    TRY_ASSIGN(auto user, store_.user_named(name));
    if (!user)
        return tl::unexpected(Refusal(RefusalCode::kNotFound, fmt::format("there is no user {}", name)));
    user->password_hash = *std::move(hash);
    TRY(store_.audit(clock_(), user->name, "got a new password by command on the machine"));
    TRY(write_and_sign_out(*user));
    return given;
}

}  // namespace vitrina::api
