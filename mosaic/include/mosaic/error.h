// Errors of mosaic. Nothing in the library throws, prints or aborts because of a model, a file or a shape:
// such trouble comes back as a Result whose message says what is wrong and where (file, node, value).
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace mosaic {

struct Error {
    std::string message;  // one line, English, without a trailing full stop
};

template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(std::string message) {
    return tl::unexpected<Error>(Error{std::move(message)});
}

}  // namespace mosaic

#define MOSAIC_CONCAT_INNER(a, b) a##b
#define MOSAIC_CONCAT(a, b) MOSAIC_CONCAT_INNER(a, b)

// Evaluates a Result and returns its error from the enclosing function if it holds one.
#define MOSAIC_TRY(expr)                                                 \
    do {                                                                 \
        if (auto mosaic_try_result = (expr); !mosaic_try_result) {       \
            return tl::unexpected(std::move(mosaic_try_result).error()); \
        }                                                                \
    } while (false)

// A declaration can't stand in parentheses.
// NOLINTBEGIN(bugprone-macro-parentheses)
// MOSAIC_TRY_ASSIGN(auto x, f()): x is the value of f(), or the enclosing function returns f()'s error.
#define MOSAIC_TRY_ASSIGN(decl, expr) MOSAIC_TRY_ASSIGN_AS(MOSAIC_CONCAT(mosaic_try_, __LINE__), decl, expr)
#define MOSAIC_TRY_ASSIGN_AS(temporary, decl, expr)          \
    auto temporary = (expr);                                 \
    if (!temporary) {                                        \
        return tl::unexpected(std::move(temporary).error()); \
    }                                                        \
    decl = std::move(*temporary)
// NOLINTEND(bugprone-macro-parentheses)
