#include "drawing/page_print.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "base/mutex.h"
#include "drawing/child.h"

namespace vitrina::drawing {
namespace {

namespace fs = std::filesystem;

/// A folder that goes with what is in it.
class PrintFolder {
  public:
    static Result<PrintFolder> make() {
        std::error_code error;
        std::string name = (fs::temp_directory_path(error) / "vitrina-print-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr)
            return failed("no folder for printing: " + name + ": " + std::generic_category().message(errno));
        return PrintFolder(name);
    }
    ~PrintFolder() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    PrintFolder(PrintFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    PrintFolder& operator=(PrintFolder&& other) = delete;
    PrintFolder(const PrintFolder&) = delete;
    PrintFolder& operator=(const PrintFolder&) = delete;
    [[nodiscard]] const fs::path& path() const { return path_; }

  private:
    explicit PrintFolder(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

std::atomic<bool> ending = false;

/// As long as a computer that is busy with cameras takes.
ChildLimits print_limits(const fs::path& home) {
    ChildLimits limits;
    limits.time = std::chrono::seconds(60);
    limits.memory_bytes = 0;  // it reserves addresses by the terabyte
    limits.output_bytes = std::size_t{1} << 20;
    limits.file_bytes = std::size_t{256} << 20;
    limits.descriptors = 1024;
    limits.home = home.string();
    limits.stop = &ending;
    return limits;
}

}  // namespace

Result<std::string> print_page(std::string_view html, const std::string& program) {
    if (access(program.c_str(), X_OK) != 0)
        return misconfigured(
            program +
            " is not installed: PDF needs Debian's package chromium (apt install chromium); the "
            "HTML can be printed from any browser");
    // A browser takes some hundred megabytes: never two at once.
    static Mutex printing;
    const MutexLock lock(printing);
    if (ending) return failed("the PDF: was cut off");
    TRY_ASSIGN(const PrintFolder folder, PrintFolder::make());
    const fs::path page = folder.path() / "page.html";
    const fs::path pdf = folder.path() / "page.pdf";
    std::ofstream out(page, std::ios::binary);
    out.write(html.data(), static_cast<std::streamsize>(html.size()));
    out.close();
    if (!out) return failed(page.string() + ": can't be written");
    const auto printed = run_child(
        program,
        {"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
         "--no-default-browser-check", "--disable-breakpad", "--host-resolver-rules=MAP * ~NOTFOUND",
         "--user-data-dir=" + (folder.path() / "profile").string(), "--print-to-pdf=" + pdf.string(),
         "--no-pdf-header-footer", "--print-to-pdf-no-header", "file://" + page.string()},
        "", print_limits(folder.path()));
    if (!printed) return with_context("the PDF", printed.error());
    std::ifstream in(pdf, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!bytes.starts_with("%PDF-")) return misconfigured(program + " printed no PDF");
    return bytes;
}

void end_printing() {
    ending = true;
}

}  // namespace vitrina::drawing
