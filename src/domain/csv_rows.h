// Rows of a CSV text: RFC 4180, with any of the separators that office programs use. One thread; what it
// gives points into the text or into itself, until the next row.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vitrina {

class CsvRows {
  public:
    /// `text` must stay. The separator is the one that the first line has most of: semicolon, comma, tab or
    /// bar.
    explicit CsvRows(std::string_view text);

    /// Reads the next row that has text in it; false at the end, and where a quote has no end.
    [[nodiscard]] bool next();
    /// Its fields, without quotes and without blanks around.
    [[nodiscard]] const std::vector<std::string>& fields() const { return fields_; }
    /// The line in which it begins, from 1.
    [[nodiscard]] std::size_t line() const { return line_; }
    /// Whether the text ended within quotes; they begin in line().
    [[nodiscard]] bool broken() const { return broken_; }

  private:
    void read_row();
    void read_quoted(std::string& field);

    std::string_view text_;
    char separator_ = ',';
    std::size_t at_ = 0;
    std::size_t next_line_ = 1;
    std::size_t line_ = 1;
    bool broken_ = false;
    std::vector<std::string> fields_;
};

}  // namespace vitrina
