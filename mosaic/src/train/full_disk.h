// For tests. As long as it lives no file of this process grows beyond so many bytes, which is what a full
// disk does to writing.
#pragma once

#include <csignal>
#include <cstdint>

#include <sys/resource.h>

namespace mosaic::train {

class FullDisk {
  public:
    explicit FullDisk(std::uint64_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);  // so that writing fails instead
        rlimit limit{};
        ::getrlimit(RLIMIT_FSIZE, &limit);
        before_ = limit.rlim_cur;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    ~FullDisk() {
        rlimit limit{};
        ::getrlimit(RLIMIT_FSIZE, &limit);
        limit.rlim_cur = before_;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }

  private:
    rlim_t before_ = 0;
};

}  // namespace mosaic::train
