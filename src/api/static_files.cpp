#include "api/static_files.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <memory>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>

#include "api/stream.h"

namespace vitrina::api {
namespace {

constexpr std::size_t kSentAtOnce = kBatchBytes;

constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kTypes = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".ico", "image/vnd.microsoft.icon"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
    {".mp4", "video/mp4"},
    {".pdf", "application/pdf"},
}};

constexpr std::string_view kNotBuilt = R"(<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Vitrina</title>
<h1>Vitrina runs, but its dashboard is not built</h1>
<p>Run <code>scripts/build.sh</code> in the folder of the sources, which builds it into <code>web/dist</code>,
or say with the setting of its folder where it lies. The interface for programs is at
<a href="/api/openapi.json">/api/openapi.json</a>.</p>
</html>
)";

std::string_view type_of(const std::filesystem::path& path) {
    const std::string extension = path.extension().string();
    const auto* const found = std::find_if(kTypes.begin(), kTypes.end(),
                                           [&](const auto& entry) { return entry.first == extension; });
    return found == kTypes.end() ? "application/octet-stream" : found->second;
}

/// A part of a file, read as it is sent.
class FileStream final : public Stream {
  public:
    FileStream(std::ifstream file, std::size_t length)
        : file_(std::move(file)), length_(length), left_(length) {}

    std::optional<HttpError> start(std::function<void()> /*wake*/) override { return std::nullopt; }
    bool blocks() const override { return true; }
    bool is_endless() const override { return false; }
    std::optional<std::size_t> length() const override { return length_; }

    Batch next() override {
        std::string bytes(std::min(left_, kSentAtOnce), '\0');
        file_.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        Batch batch;
        batch.broken = file_.gcount() != static_cast<std::streamsize>(bytes.size());  // it became shorter
        left_ -= bytes.size();
        batch.end = left_ == 0;
        batch.chunks.push_back(Chunk::of(std::move(bytes)));
        return batch;
    }

  private:
    std::ifstream file_;
    const std::size_t length_;
    std::size_t left_;
};

struct FileState {
    std::size_t size = 0;
    std::string tag;  // changes with the file
};

std::optional<FileState> state_of(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return FileState{
        static_cast<std::size_t>(status.st_size),
        fmt::format("{:x}-{:x}{:x}", status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec)};
}

struct Range {
    std::size_t first = 0;
    std::size_t last = 0;  // inside
};

/// The one range of a Range header. Nothing where the whole file is the right answer: no header, several
/// ranges, another unit, nonsense; `satisfiable` is false for a range behind the end.
std::optional<Range> range_of(std::string_view header, std::size_t size, bool& satisfiable) {
    satisfiable = true;
    constexpr std::string_view kUnit = "bytes=";
    if (!header.starts_with(kUnit)) return std::nullopt;
    header.remove_prefix(kUnit.size());
    const std::size_t dash = header.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto number = [](std::string_view text) -> std::optional<std::size_t> {
        std::size_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
        return value;
    };
    const std::string_view first_text = header.substr(0, dash);
    const std::string_view last_text = header.substr(dash + 1);
    const auto first = number(first_text);
    const auto last = number(last_text);
    if ((!first && !first_text.empty()) || (!last && !last_text.empty()) || (!first && !last) ||
        (first && last && *first > *last))
        return std::nullopt;
    satisfiable = first ? *first < size : *last > 0 && size > 0;
    if (!satisfiable) return std::nullopt;
    if (!first) return Range{size - std::min(*last, size), size - 1};
    return Range{*first, std::min(last.value_or(size - 1), size - 1)};
}

/// Vite's names hold a hash of what is in them: "assets/index-B3xk2q1_.js".
bool never_changes(const std::vector<std::string>& path) {
    return path.size() > 1 && path.front() == "assets";
}

bool has_tag(std::string_view header, const std::string& tag) {
    return header == "*" || header.find("\"" + tag + "\"") != std::string_view::npos;
}

bool is_inside(const std::filesystem::path& file, const std::filesystem::path& folder) {
    const auto [end, unused] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
    return end == folder.end();
}

/// Whether a segment is "..", or holds one behind slashes that were encoded. No page of ours has such a name.
bool leads_up(const std::string& segment) {
    constexpr std::string_view kSlashes = "/\\";
    std::string_view rest = segment;
    while (true) {
        const std::size_t end = rest.find_first_of(kSlashes);
        if (rest.substr(0, end) == "..") return true;
        if (end == std::string_view::npos) return false;
        rest.remove_prefix(end + 1);
    }
}

/// The file behind a path, symbolic links followed; nothing when it leads out of the folder.
std::optional<std::filesystem::path> resolve(const std::filesystem::path& folder,
                                             const std::vector<std::string>& path) {
    std::filesystem::path wanted = folder;
    for (const std::string& segment : path) {
        if (segment == ".." || segment == "." || segment.starts_with('.') ||
            segment.find_first_of("/\\") != std::string::npos)
            return std::nullopt;
        if (!segment.empty()) wanted /= segment;
    }
    std::error_code error;
    auto file = std::filesystem::canonical(wanted, error);
    if (error || !is_inside(file, folder)) return std::nullopt;
    return file;
}

Reply send(const Request& request, const std::filesystem::path& file, bool immutable) {
    std::filesystem::path sent = file;
    std::filesystem::path packed = file;
    packed += ".gz";
    const bool takes_gzip = request.header("accept-encoding").find("gzip") != std::string_view::npos;
    const bool has_gzip = state_of(packed).has_value();
    const bool is_packed = takes_gzip && has_gzip && request.header("range").empty();
    if (is_packed) sent = packed;
    const auto state = state_of(sent);
    if (!state) return not_found("this file is not there");

    Response response;
    response.type = type_of(file);
    response.headers = {{"ETag", "\"" + state->tag + "\""},
                        {"Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache"},
                        {"Accept-Ranges", "bytes"}};
    if (has_gzip) response.headers.emplace_back("Vary", "Accept-Encoding");
    if (has_tag(request.header("if-none-match"), state->tag)) {
        response.status = 304;
        return response;
    }
    if (is_packed) response.headers.emplace_back("Content-Encoding", "gzip");

    bool satisfiable = true;
    const auto range = range_of(request.header("range"), state->size, satisfiable);
    if (!satisfiable) {
        response = error_response({416, "range_not_satisfiable", "the file is shorter than that"});
        response.headers.emplace_back("Content-Range", fmt::format("bytes */{}", state->size));
        return response;
    }
    std::ifstream stream(sent, std::ios::binary);
    if (!stream) return failed(sent.string() + ": can't be opened");
    std::size_t length = state->size;
    if (range) {
        length = range->last - range->first + 1;
        stream.seekg(static_cast<std::streamoff>(range->first));
        response.status = 206;
        response.headers.emplace_back("Content-Range",
                                      fmt::format("bytes {}-{}/{}", range->first, range->last, state->size));
    }
    response.stream = std::make_shared<FileStream>(std::move(stream), length);
    return response;
}

}  // namespace

StaticFiles StaticFiles::of(const std::filesystem::path& folder) {
    std::error_code error;
    auto real = std::filesystem::canonical(folder, error);
    if (error || !std::filesystem::is_regular_file(real / "index.html", error)) return StaticFiles({});
    return StaticFiles(std::move(real));
}

Reply StaticFiles::get(const Request& request) const {
    if (std::any_of(request.path.begin(), request.path.end(), leads_up))
        return not_found("this file is not there");
    const std::string& name = request.path.back();
    const bool is_page = name.find('.') == std::string::npos;
    if (folder_.empty()) {
        if (!is_page) return not_found("the dashboard is not built");
        Response response;
        response.status = 503;
        response.type = "text/html; charset=utf-8";
        response.body = kNotBuilt;
        return response;
    }
    const auto file = resolve(folder_, request.path);
    if (file && state_of(*file)) return send(request, *file, never_changes(request.path));
    if (!is_page) return not_found("this file is not there");
    return send(request, folder_ / "index.html", false);
}

}  // namespace vitrina::api
