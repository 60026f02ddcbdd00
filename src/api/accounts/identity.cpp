#include "api/accounts/identity.h"

#include <algorithm>
#include <array>
#include <utility>

#include <sodium.h>

namespace vitrina::api {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 5> kRoles = {{
    {Role::kAdministrator, "administrator"},
    {Role::kManager, "manager"},
    {Role::kAnalyst, "analyst"},
    {Role::kGuard, "guard"},
    {Role::kStaff, "staff"},
}};

constexpr std::array<std::pair<Scope, std::string_view>, 3> kScopes = {{
    {Scope::kRead, "read"},
    {Scope::kWrite, "write"},
    {Scope::kReceipts, "receipts"},
}};

template <typename Table>
auto value_of(const Table& table, std::string_view text) {
    using Value = typename Table::value_type::first_type;
    const auto* const found =
        std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.second == text; });
    return found == table.end() ? std::nullopt : std::optional<Value>(found->first);
}

}  // namespace

std::string_view to_text(Role role) {
    return kRoles.at(static_cast<std::size_t>(role)).second;
}

std::optional<Role> parse_role(std::string_view text) {
    return value_of(kRoles, text);
}

std::string_view to_text(Scope scope) {
    return kScopes.at(static_cast<std::size_t>(scope)).second;
}

std::optional<Scope> parse_scope(std::string_view text) {
    return value_of(kScopes, text);
}

bool is_language(std::string_view text) {
    return text == "en" || text == "ru";
}

bool sees_staff(const Identity& who) {
    return who.role == Role::kAdministrator || who.role == Role::kManager;
}

bool Identity::forgery_token_is(std::string_view given) const {
    return !forgery_token.empty() && given.size() == forgery_token.size() &&
           sodium_memcmp(given.data(), forgery_token.data(), given.size()) == 0;
}

}  // namespace vitrina::api
