// Loaded before a program (LD_PRELOAD), it sets that program's clock of the day, and no other program's: by
// the seconds, a 64-bit number, in the file that TEST_CLOCK_SHIFT names, which may change at any time. The
// steady clock goes on.
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>

namespace {

const volatile std::int64_t* open_shift() {
    const char* name = std::getenv("TEST_CLOCK_SHIFT");  // NOLINT(concurrency-mt-unsafe): nothing sets it
    const int file = name != nullptr ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) std::abort();
    void* shift = mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
    if (shift == MAP_FAILED) std::abort();
    return static_cast<const volatile std::int64_t*>(shift);
}

std::int64_t shift_s() {
    static const volatile std::int64_t* shift = open_shift();
    return *shift;
}

template <typename Function>
Function* original(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* now) noexcept {
    static auto* get = original<int(clockid_t, timespec*)>("clock_gettime");
    const int result = get(clock, now);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += shift_s();
    return result;
}

extern "C" int gettimeofday(timeval* now, void* zone) noexcept {
    static auto* get = original<int(timeval*, void*)>("gettimeofday");
    const int result = get(now, zone);
    now->tv_sec += shift_s();
    return result;
}

extern "C" time_t time(time_t* out) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != nullptr) *out = now.tv_sec;
    return now.tv_sec;
}
