#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "http/server/request_reader.hpp"

namespace sluice::http::testing {

/// Feeds text to a reader, in pieces of `piece` bytes, until it wants something else than more.
inline RequestReader::Step feed(RequestReader& reader, std::string_view text,
                                std::size_t piece = 1'000'000) {
    auto step = RequestReader::Step::need_more;
    while (step == RequestReader::Step::need_more && !text.empty()) {
        const auto space = reader.space();
        const std::size_t size = std::min({piece, text.size(), space.size()});
        std::memcpy(space.data(), text.data(), size);
        reader.commit(size);
        text.remove_prefix(size);
        step = reader.next();
    }
    return step;
}

}  // namespace sluice::http::testing
