#include "app/output_folder.h"

#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "domain/event_json.h"

namespace vitrina::app {

Result<void> EventFile::accept(const Event& event) {
    write(to_json_line(event));
    flush();  // events are few, and a fact that is known must survive whatever happens to the program
    return {};
}

Result<void> TrackFile::accept(const TrackBox& box) {
    write(fmt::format("{},{},{:.2f},{:.2f},{:.2f},{:.2f},{:.4f},-1,-1,-1", box.frame + 1, box.track,
                      box.box.x, box.box.y, box.box.width, box.box.height, box.score));
    return {};
}

Result<void> PoseFile::accept(const PoseSighting& sighting) {
    write(to_json_line(sighting));
    return {};
}

Result<DiskReserve> DiskReserve::take(const std::filesystem::path& folder, std::int64_t bytes) {
    std::filesystem::path path = folder / ".reserve";
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return failed(folder.string() + ": " + std::generic_category().message(errno));
    DiskReserve reserve(std::move(path));
    const int error = ::posix_fallocate(descriptor, 0, bytes);
    ::close(descriptor);
    if (error == 0) return reserve;
    return failed(fmt::format("{}: {} ({} MB are set aside at the start)", folder.string(),
                              std::generic_category().message(error), bytes >> 20));
}

void DiskReserve::release() {
    if (path_.empty()) return;
    std::error_code ignored;  // at worst the space stays taken
    std::filesystem::remove(path_, ignored);
    path_.clear();
}

Result<void> make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return failed(fmt::format("{}: can't be made: {}", folder.string(), error.message()));
    if (!std::filesystem::is_directory(folder, error)) return failed(folder.string() + ": is not a folder");
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        return failed(
            fmt::format("{}: can't be written: {}", folder.string(), std::generic_category().message(errno)));
    return {};
}

Result<void> write_text(const std::filesystem::path& path, std::string_view text) {
    std::filesystem::path part = path;
    part += ".part";
    const auto written = [&]() -> Result<void> {
        TRY_ASSIGN(LineFile file, LineFile::create(part, path));
        static_cast<void>(file.write(text));  // what it can't write now it tries again when it is closed
        return file.close();
    }();
    std::error_code error;
    if (written) {
        std::filesystem::rename(part, path, error);
        if (!error) return {};
    }
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    return written ? failed(fmt::format("{}: {}", path.string(), error.message())) : written;
}

}  // namespace vitrina::app
