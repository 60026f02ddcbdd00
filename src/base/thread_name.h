// The name of a thread, as top and the debugger show it and the benchmarks count its time.
#pragma once

#include <pthread.h>

namespace vitrina {

/// Of the calling thread; the first 15 characters count.
inline void name_thread(const char* name) {
#ifdef __APPLE__
    pthread_setname_np(name);
#else
    pthread_setname_np(pthread_self(), name);
#endif
}

}  // namespace vitrina
