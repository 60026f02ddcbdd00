// Who asks, and what kind of person that is. Which role may do what is the router's table. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace vitrina::api {

enum class Role : std::uint8_t { kAdministrator, kManager, kAnalyst, kGuard, kStaff };

/// "administrator", "manager", "analyst", "guard", "staff".
[[nodiscard]] std::string_view to_text(Role role);
[[nodiscard]] std::optional<Role> parse_role(std::string_view text);

/// What an API token may be used for. kWrite includes reading, kReceipts is for a till, which may only add
/// receipts; a token never may more than its user.
enum class Scope : std::uint8_t { kRead, kWrite, kReceipts };

/// "read", "write", "receipts".
[[nodiscard]] std::string_view to_text(Scope scope);
[[nodiscard]] std::optional<Scope> parse_scope(std::string_view text);

/// Languages of the dashboard: "en", "ru".
[[nodiscard]] bool is_language(std::string_view text);

struct Identity {
    enum class How : std::uint8_t { kSession, kToken };

    std::int64_t user = 0;
    std::string name;
    Role role = Role::kStaff;
    std::string language;
    How how = How::kSession;
    Scope scope = Scope::kRead;      // kWrite for a session
    std::optional<UtcTime> expires;  // of a token; none: never
    std::string forgery_token;       // of the session; empty for a token, which no browser sends by itself

    /// Whether `given` is this session's forgery token. Takes the same time whatever was given.
    [[nodiscard]] bool forgery_token_is(std::string_view given) const;
};

/// Whether he may know who of the staff does what.
[[nodiscard]] bool sees_staff(const Identity& who);

}  // namespace vitrina::api
