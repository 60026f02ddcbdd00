// Result<T>: what every fallible function of Vitrina returns. Bad input (a file, a frame, a layout) is an
// Error with a message that says what and where; a broken invariant is VITRINA_ASSERT, on in release too.
// Plain values: copyable, no threads involved.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace vitrina {

enum class ErrorKind : std::uint8_t {
    kFailed,         // the work failed: a source, a model, a disk. Exit code 1.
    kConfiguration,  // the command line or a configuration file is wrong. Exit code 2.
};

struct Error {
    std::string message;
    ErrorKind kind = ErrorKind::kFailed;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// A failure of the work, with a message for the user: "what: where: why".
[[nodiscard]] inline tl::unexpected<Error> failed(std::string message) {
    return tl::unexpected<Error>(Error{std::move(message), ErrorKind::kFailed});
}

/// A mistake in the command line or in a configuration file.
[[nodiscard]] inline tl::unexpected<Error> misconfigured(std::string message) {
    return tl::unexpected<Error>(Error{std::move(message), ErrorKind::kConfiguration});
}

/// The same error with its context put in front: "context: message".
[[nodiscard]] inline tl::unexpected<Error> with_context(const std::string& context, Error error) {
    error.message = context + ": " + error.message;
    return tl::unexpected<Error>(std::move(error));
}

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace vitrina

#define VITRINA_CONCAT_EXPANDED(a, b) a##b
#define VITRINA_CONCAT(a, b) VITRINA_CONCAT_EXPANDED(a, b)

/// Returns the error of `expression` (a Result) from the enclosing function, or goes on.
#define TRY(expression)                                                             \
    do {                                                                            \
        if (auto try_result = (expression); !try_result)                            \
            return tl::unexpected<::vitrina::Error>(std::move(try_result).error()); \
    } while (false)

// A declaration can't stand in parentheses.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define VITRINA_TRY_ASSIGN(result, declaration, expression)                          \
    auto result = (expression);                                                      \
    if (!result) return tl::unexpected<::vitrina::Error>(std::move(result).error()); \
    declaration = std::move(*result)
// NOLINTEND(bugprone-macro-parentheses)

/// `TRY_ASSIGN(auto value, function());`: the value of a Result, or a return of its error.
#define TRY_ASSIGN(declaration, expression) \
    VITRINA_TRY_ASSIGN(VITRINA_CONCAT(try_assign_, __LINE__), declaration, expression)

/// A broken invariant ends the process, in release too: going on would write wrong facts.
#define VITRINA_ASSERT(condition) \
    ((condition) ? static_cast<void>(0) : ::vitrina::assertion_failed(#condition, __FILE__, __LINE__))
