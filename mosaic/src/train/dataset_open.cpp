// Datasets from what lies on the disk. Everything in the files is untrusted.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "mosaic/dataset.h"

namespace mosaic::train {

namespace {

namespace fs = std::filesystem;

bool is_picture(const fs::path& path) {
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension == ".jpg" || extension == ".jpeg" || extension == ".png";
}

// Below `folder`, sorted: the order of a directory differs from machine to machine.
Result<std::vector<fs::path>> pictures_below(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> paths;
    auto walk = fs::recursive_directory_iterator(folder, error);
    if (error) return failure(folder.string() + ": " + error.message());
    for (; walk != fs::recursive_directory_iterator(); walk.increment(error)) {
        if (error) return failure(folder.string() + ": " + error.message());
        if (walk->is_regular_file(error) && is_picture(walk->path())) paths.push_back(walk->path());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

Result<std::vector<fs::path>> folders_in(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> folders;
    auto walk = fs::directory_iterator(folder, error);
    if (error) return failure(folder.string() + ": " + error.message());
    for (; walk != fs::directory_iterator(); walk.increment(error)) {
        if (error) return failure(folder.string() + ": " + error.message());
        const bool hidden = walk->path().filename().string().starts_with('.');
        if (walk->is_directory(error) && !hidden) folders.push_back(walk->path());
    }
    std::sort(folders.begin(), folders.end());
    return folders;
}

// One line of a CSV: fields with commas between, quotes around fields that hold commas or quotes.
std::vector<std::string> csv_fields(const std::string& line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"') {
            if (quoted && i + 1 < line.size() && line[i + 1] == '"') {
                fields.back() += c;
                ++i;
            } else {
                quoted = !quoted;
            }
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
        } else if (c != '\r') {
            fields.back() += c;
        }
    }
    return fields;
}

// Rows of a list before its labels are numbered.
struct Rows {
    std::vector<std::pair<fs::path, std::string>> rows;
    std::vector<DataProblem> problems;
};

Result<Rows> read_csv(std::ifstream& file, const fs::path& list) {
    Rows rows;
    std::string line;
    if (!std::getline(file, line)) return failure(list.string() + ": is empty");
    const auto head = csv_fields(line);
    const auto column = [&](std::initializer_list<const char*> names) -> std::size_t {
        for (const char* name : names) {
            const auto found = std::find(head.begin(), head.end(), name);
            if (found != head.end()) return static_cast<std::size_t>(found - head.begin());
        }
        return head.size();
    };
    const std::size_t path = column({"path", "file", "filename", "image", "name"});
    const std::size_t label = column({"label", "class"});
    if (path == head.size() || label == head.size()) {
        return failure(list.string() + ": the first line names no columns path and label");
    }
    for (std::size_t number = 2; std::getline(file, line); ++number) {
        if (line.empty() || line == "\r") continue;
        const auto fields = csv_fields(line);
        if (fields.size() <= std::max(path, label) || fields[path].empty() || fields[label].empty()) {
            rows.problems.push_back(
                {list.string() + ":" + std::to_string(number), "has no path or no label"});
            continue;
        }
        rows.rows.emplace_back(fields[path], fields[label]);
    }
    return rows;
}

Result<Rows> read_jsonl(std::ifstream& file, const fs::path& list) {
    Rows rows;
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        if (line.empty() || line == "\r") continue;
        const auto parsed = nlohmann::json::parse(line, nullptr, false);
        const auto text = [&](const char* key) -> std::string {
            if (!parsed.is_object() || !parsed.contains(key)) return {};
            const auto& field = parsed[key];
            if (field.is_string()) return field.get<std::string>();
            return field.is_number_integer() ? field.dump() : std::string();
        };
        const std::string path = text("path");
        const std::string label = text("label").empty() ? text("class") : text("label");
        if (path.empty() || label.empty()) {
            rows.problems.push_back(
                {list.string() + ":" + std::to_string(number), "is no object with path and label"});
            continue;
        }
        rows.rows.emplace_back(path, label);
    }
    return rows;
}

fs::path label_file(const fs::path& picture) {
    fs::path beside = picture;
    beside.replace_extension(".txt");
    std::error_code error;
    if (fs::exists(beside, error)) return beside;
    if (picture.parent_path().filename() == "images") {
        return picture.parent_path().parent_path() / "labels" / beside.filename();
    }
    return beside;
}

// label x y width height. False: the line makes no sense.
bool parse_box(const std::string& line, Box& box) {
    const char* at = line.data();
    const char* const end = at + line.size();
    const auto number = [&](auto& to) {
        while (at < end && (*at == ' ' || *at == '\t'))
            ++at;
        const auto [next, error] = std::from_chars(at, end, to);
        at = next;
        return error == std::errc();
    };
    if (!number(box.label) || !number(box.x) || !number(box.y) || !number(box.width) || !number(box.height)) {
        return false;
    }
    const auto inside = [](float part) { return part >= 0.0F && part <= 1.0F; };
    return box.label >= 0 && inside(box.x) && inside(box.y) && inside(box.width) && inside(box.height) &&
           box.width > 0.0F && box.height > 0.0F;
}

}  // namespace

Result<Dataset> Dataset::from_folders(const fs::path& folder) {
    Dataset data;
    MOSAIC_TRY_ASSIGN(const auto folders, folders_in(folder));
    for (const fs::path& one : folders) {
        MOSAIC_TRY_ASSIGN(const auto paths, pictures_below(one));
        if (paths.empty()) {
            data.problems_.push_back({one.string(), "holds no pictures"});
            continue;
        }
        const auto label = static_cast<std::int32_t>(data.classes_.size());
        data.classes_.push_back(one.filename().string());
        for (const fs::path& path : paths)
            data.samples_.push_back({path, label, {}});
    }
    if (data.samples_.empty()) {
        return failure(folder.string() + ": holds no folders with pictures; each class is a folder in it");
    }
    return data;
}

Result<Dataset> Dataset::from_list(const fs::path& list) {
    std::ifstream file(list);
    if (!file) return failure(list.string() + ": can't be opened");
    MOSAIC_TRY_ASSIGN(Rows rows, list.extension() == ".csv" ? read_csv(file, list) : read_jsonl(file, list));
    Dataset data;
    data.problems_ = std::move(rows.problems);
    std::set<std::string> names;
    for (const auto& [path, label] : rows.rows)
        names.insert(label);
    data.classes_.assign(names.begin(), names.end());
    for (const auto& [path, label] : rows.rows) {
        const auto found = std::lower_bound(data.classes_.begin(), data.classes_.end(), label);
        data.samples_.push_back(
            {list.parent_path() / path, static_cast<std::int32_t>(found - data.classes_.begin()), {}});
    }
    if (data.samples_.empty()) return failure(list.string() + ": names no pictures");
    return data;
}

Result<Dataset> Dataset::from_yolo(const fs::path& folder) {
    Dataset data;
    MOSAIC_TRY_ASSIGN(const auto paths, pictures_below(folder));
    std::int32_t labels = 0;
    for (const fs::path& path : paths) {
        Sample sample{path, -1, {}};
        std::ifstream file(label_file(path));
        std::string line;
        for (std::size_t number = 1; std::getline(file, line); ++number) {
            if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
            Box box;
            if (!parse_box(line, box)) {
                data.problems_.push_back({label_file(path).string() + ":" + std::to_string(number),
                                          "is no box (label x y width height, parts of the picture)"});
                continue;
            }
            labels = std::max(labels, box.label + 1);
            sample.boxes.push_back(box);
        }
        data.samples_.push_back(std::move(sample));
    }
    if (data.samples_.empty()) return failure(folder.string() + ": holds no pictures");
    if (labels == 0) return failure(folder.string() + ": no picture has a box beside it (NAME.txt)");
    for (std::int32_t i = 0; i < labels; ++i)
        data.classes_.push_back(std::to_string(i));
    return data;
}

Result<Dataset> Dataset::open(const fs::path& path) {
    std::error_code error;
    if (!fs::exists(path, error)) return failure(path.string() + ": doesn't exist");
    if (fs::is_regular_file(path, error)) {
        if (path.extension() == ".csv" || path.extension() == ".jsonl") return from_list(path);
        return failure(path.string() + ": is neither a folder nor a list (.csv, .jsonl)");
    }
    MOSAIC_TRY_ASSIGN(const auto paths, pictures_below(path));
    const bool boxes = std::any_of(paths.begin(), paths.end(), [&](const fs::path& picture) {
        return fs::exists(label_file(picture), error);
    });
    return boxes ? from_yolo(path) : from_folders(path);
}

}  // namespace mosaic::train
