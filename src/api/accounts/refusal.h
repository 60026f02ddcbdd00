// Why accounts refuse something: a code for programs, a message for people, and when to try again. Plain
// values.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "base/result.h"

namespace vitrina::api {

enum class RefusalCode : std::uint8_t {
    kWrongCredentials,  // 401: name, password or setup token; which of them is not said
    kTooOften,          // 429: guessed too often; see retry_after
    kBusy,              // 503: too many passwords are being checked; see retry_after
    kUnsuitableName,    // 422 from here
    kPasswordTooShort,
    kPasswordTooLong,
    kPasswordCommon,
    kPasswordHasName,
    kUnsuitableValue,    // 422: role, language, scope, expiry
    kNameTaken,          // 409 from here
    kLastAdministrator,  // can't be removed, disabled or demoted
    kSetupDone,          // there is an administrator already
    kNotFound,           // 404
    kFailed,             // 500: the records could not be read or written
};

/// The code as it stands in answers: "wrong_credentials", "too_often" ...
[[nodiscard]] std::string_view to_text(RefusalCode code);

struct Refusal {
    RefusalCode code = RefusalCode::kFailed;
    std::string message;
    std::chrono::seconds retry_after{0};  // 0 but for kTooOften and kBusy

    Refusal(RefusalCode refused, std::string text, std::chrono::seconds retry = {})
        : code(refused), message(std::move(text)), retry_after(retry) {}
    /// An error of the records, so that TRY works in functions that return Answer.
    Refusal(Error error)  // NOLINT(google-explicit-constructor)
        : message(std::move(error.message)) {}
};

template <typename T>
using Answer = tl::expected<T, Refusal>;

}  // namespace vitrina::api
