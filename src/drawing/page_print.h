// A page of HTML as a PDF, by the browser of this computer. Any thread; a call takes some seconds, and one
// after the other is served.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace vitrina::drawing {

/// Debian's package chromium.
inline constexpr const char* kPrintProgram = "/usr/bin/chromium";

/// The PDF. The page must be ours and forbid programs by its policy: the browser runs without its sandbox, if
/// also without names of a network that it could ask. Fails (kConfiguration) where the browser isn't
/// installed, with what to do, and where it fails.
[[nodiscard]] Result<std::string> print_page(std::string_view html,
                                             const std::string& program = kPrintProgram);

/// Prints are cut off from now on: the program ends. Any thread.
void end_printing();

}  // namespace vitrina::drawing
