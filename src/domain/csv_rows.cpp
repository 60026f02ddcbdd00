#include "domain/csv_rows.h"

#include <algorithm>
#include <utility>

namespace vitrina {
namespace {

constexpr std::string_view kSeparators = ";,\t|";

char separator_of(std::string_view text) {
    const std::string_view head = text.substr(0, text.find_first_of("\r\n"));
    const auto count = [&](char c) { return std::count(head.begin(), head.end(), c); };
    return *std::max_element(kSeparators.begin(), kSeparators.end(),
                             [&](char a, char b) { return count(a) < count(b); });
}

std::string trimmed(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

CsvRows::CsvRows(std::string_view text) : text_(text), separator_(separator_of(text)) {}

bool CsvRows::next() {
    while (!broken_ && at_ < text_.size()) {
        line_ = next_line_;
        read_row();
        if (broken_) return false;
        if (std::any_of(fields_.begin(), fields_.end(), [](const auto& field) { return !field.empty(); }))
            return true;
    }
    return false;
}

void CsvRows::read_row() {
    fields_.clear();
    std::string field;
    bool quoted = false;
    const auto end_field = [&] {
        fields_.push_back(quoted ? std::move(field) : trimmed(field));
        field.clear();
        quoted = false;
    };
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (c == '"' && !quoted && trimmed(field).empty()) {
            field.clear();
            quoted = true;
            read_quoted(field);
            if (broken_) return;
            continue;
        }
        ++at_;
        if (c == separator_) {
            end_field();
        } else if (c == '\r' || c == '\n') {
            if (c == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
            ++next_line_;
            break;
        } else if (!quoted || (c != ' ' && c != '\t')) {
            field += c;
        }
    }
    end_field();
}

void CsvRows::read_quoted(std::string& field) {
    for (++at_; at_ < text_.size(); ++at_) {
        const char c = text_[at_];
        if (c == '\n') ++next_line_;
        if (c == '"') {
            if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') {
                ++at_;
                return;
            }
            ++at_;
        }
        field += c;
    }
    broken_ = true;
}

}  // namespace vitrina
