#include "api/accounts/refusal.h"

#include <array>
#include <cstddef>

namespace vitrina::api {
namespace {

// In the order of the codes.
constexpr std::array<std::string_view, 14> kTexts = {
    "wrong_credentials",
    "too_often",
    "busy",
    "unsuitable_name",
    "password_too_short",
    "password_too_long",
    "password_common",
    "password_has_name",
    "unsuitable_value",
    "name_taken",
    "last_administrator",
    "setup_done",
    "not_found",
    "failed",
};
static_assert(kTexts.size() == static_cast<std::size_t>(RefusalCode::kFailed) + 1);

}  // namespace

std::string_view to_text(RefusalCode code) {
    return kTexts.at(static_cast<std::size_t>(code));
}

}  // namespace vitrina::api
