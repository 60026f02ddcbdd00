// Whatever bytes: sightings or an error, and those that were read are written and read again, the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "base/result.h"
#include "domain/sighting_file.h"

namespace {

struct Read {
    std::vector<vitrina::Sighting> sightings;
    vitrina::SightingHead head;
    bool whole = false;
};

Read read(const std::string& path) {
    Read result;
    auto reader = vitrina::SightingReader::open(path);
    if (!reader) {
        VITRINA_ASSERT(reader.error().message.starts_with(path));
        return result;
    }
    result.head = reader->head();
    for (;;) {
        auto next = reader->next();
        if (!next) {
            VITRINA_ASSERT(next.error().message.starts_with(path));
            return result;
        }
        if (!*next) break;
        result.sightings.push_back(**next);
    }
    result.whole = true;
    return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(  // NOLINT(readability-identifier-naming): libFuzzer's name
    const std::uint8_t* data, std::size_t size) {
    static const int kFile = memfd_create("sightings", 0);
    static const std::string kPath = "/proc/self/fd/" + std::to_string(kFile);
    VITRINA_ASSERT(ftruncate(kFile, 0) == 0);
    VITRINA_ASSERT(pwrite(kFile, data, size, 0) == static_cast<ssize_t>(size));
    const Read first = read(kPath);
    if (!first.whole) return 0;
    auto writer = vitrina::SightingWriter::create(kPath, first.head);
    VITRINA_ASSERT(writer.has_value());
    for (const vitrina::Sighting& sighting : first.sightings)
        writer->write(sighting);
    VITRINA_ASSERT(writer->close().has_value());
    const Read again = read(kPath);
    VITRINA_ASSERT(again.whole && again.sightings.size() == first.sightings.size());
    for (std::size_t i = 0; i < again.sightings.size(); ++i)
        VITRINA_ASSERT(again.sightings[i].person == first.sightings[i].person &&
                       again.sightings[i].at == first.sightings[i].at &&
                       again.sightings[i].labels == first.sightings[i].labels);
    return 0;
}
