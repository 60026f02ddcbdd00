#include "program.h"

#include <algorithm>
#include <map>

#include "invariant.h"

namespace mosaic {

BufferId Program::add_buffer(std::size_t bytes) {
    Buffer buffer;
    buffer.bytes = bytes;
    buffers_.push_back(std::move(buffer));
    return buffers_.size() - 1;
}

BufferId Program::add_part(BufferId parent, std::size_t offset_bytes, std::size_t bytes) {
    MOSAIC_ASSERT(offset_bytes + bytes <= buffers_[parent].bytes);
    const BufferId id = add_buffer(bytes);
    buffers_[id].parent = parent;
    buffers_[id].offset_bytes = offset_bytes;
    return id;
}

BufferId Program::add_input(std::size_t bytes) {
    const BufferId id = add_buffer(bytes);
    buffers_[id].is_input = true;
    return id;
}

BufferId Program::add_constant(std::shared_ptr<const Tensor> tensor) {
    const BufferId id = add_buffer(tensor->bytes().size());
    buffers_[id].constant = tensor->bytes().data();
    buffers_[id].constant_owner = std::move(tensor);
    return id;
}

BufferId Program::root(BufferId id) const {
    while (buffers_[id].parent != kNoBuffer)
        id = buffers_[id].parent;
    return id;
}

std::size_t Program::offset_in_root(BufferId id) const {
    std::size_t offset = 0;
    for (; buffers_[id].parent != kNoBuffer; id = buffers_[id].parent)
        offset += buffers_[id].offset_bytes;
    return offset;
}

void Program::place_buffers() {
    std::map<BufferId, Lifetime> lifetimes;
    const auto touch = [&](BufferId id, std::size_t step) {
        const BufferId base = root(id);
        if (buffers_[base].is_input || buffers_[base].constant != nullptr) return;
        const auto [it, added] = lifetimes.try_emplace(base, Lifetime{buffers_[base].bytes, step, step});
        it->second.last_step = std::max(it->second.last_step, step);
    };
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        for (const BufferId id : steps_[i].reads)
            touch(id, i);
        for (const BufferId id : steps_[i].writes)
            touch(id, i);
    }
    for (BufferId id = 0; id < buffers_.size(); ++id) {
        if (buffers_[id].is_output) touch(id, steps_.size());
    }
    std::vector<Lifetime> list;
    placed_.clear();
    for (const auto& [id, lifetime] : lifetimes) {
        placed_.push_back(id);
        list.push_back(lifetime);
    }
    memory_ = plan_memory(list);
}

std::size_t Program::constant_bytes() const {
    std::size_t bytes = 0;
    for (const Buffer& buffer : buffers_)
        bytes += buffer.constant != nullptr ? buffer.bytes : 0;
    return bytes;
}

void Program::bind(std::byte* arena) {
    addresses_.assign(buffers_.size(), nullptr);
    for (std::size_t i = 0; i < placed_.size(); ++i)
        addresses_[placed_[i]] = arena + memory_.offsets[i];
    for (BufferId id = 0; id < buffers_.size(); ++id) {
        // Constants are only ever read; the cast is undone where reads are handed out.
        if (buffers_[id].constant != nullptr) addresses_[id] = const_cast<std::byte*>(buffers_[id].constant);
    }
    resolve_step_addresses();
}

void Program::bind_input(BufferId id, const std::byte* data) {
    MOSAIC_ASSERT(buffers_[id].is_input);
    if (addresses_[id] == data) return;
    addresses_[id] = const_cast<std::byte*>(data);  // only read, as constants
    resolve_step_addresses();
}

void Program::resolve_step_addresses() {
    for (BufferId id = 0; id < buffers_.size(); ++id) {
        if (buffers_[id].parent == kNoBuffer) continue;
        std::byte* base = addresses_[root(id)];
        addresses_[id] = base == nullptr ? nullptr : base + offset_in_root(id);
    }
    bound_.resize(steps_.size());
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        const Step& step = steps_[i];
        bound_[i].reads.resize(step.reads.size());
        bound_[i].writes.resize(step.writes.size());
        for (std::size_t k = 0; k < step.reads.size(); ++k)
            bound_[i].reads[k] = addresses_[step.reads[k]];
        for (std::size_t k = 0; k < step.writes.size(); ++k)
            bound_[i].writes[k] = addresses_[step.writes[k]];
    }
}

void Program::run() {
    for (std::size_t i = 0; i < steps_.size(); ++i)
        run_step(i);
}

void Program::run_step(std::size_t index) {
    steps_[index].code->run(bound_[index].reads, bound_[index].writes);
}

}  // namespace mosaic
