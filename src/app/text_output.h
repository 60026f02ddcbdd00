// A text file that says afterwards whether all of it was written. One thread.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/result.h"

namespace vitrina::app {

class TextOutput {
  public:
    explicit TextOutput(std::filesystem::path path)
        : path_(std::move(path)), file_(path_, std::ios::binary) {}
    template <typename... Arguments>
    void line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        buffer_.clear();
        fmt::format_to(std::back_inserter(buffer_), format, std::forward<Arguments>(arguments)...);
        buffer_.push_back('\n');
        file_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    }
    [[nodiscard]] Result<void> close() {
        file_.close();
        return file_ ? Result<void>() : failed(path_.string() + ": can't be written");
    }

  private:
    std::filesystem::path path_;
    std::ofstream file_;
    fmt::memory_buffer buffer_;
};

}  // namespace vitrina::app
