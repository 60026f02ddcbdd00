// What a command tells the shell. Scripts rely on it.
#pragma once

#include "base/result.h"

namespace vitrina::app {

constexpr int kExitDone = 0;
constexpr int kExitFailed = 1;         // the work failed, or could not be finished
constexpr int kExitConfiguration = 2;  // the command line or a configuration file is wrong

[[nodiscard]] inline int exit_code_of(const Error& error) {
    return error.kind == ErrorKind::kConfiguration ? kExitConfiguration : kExitFailed;
}

}  // namespace vitrina::app
