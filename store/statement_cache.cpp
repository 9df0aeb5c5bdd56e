#include "store/statement_cache.hpp"

#include <functional>
#include <tuple>
#include <utility>

namespace sluice::store {

Use::~Use() {
    statement_.tryReset();
    statement_.clearBindings();
}

Use StatementCache::use(std::string_view sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end())
        found = statements_
                    .emplace(std::piecewise_construct, std::forward_as_tuple(sql),
                             std::forward_as_tuple(database_, std::string(sql)))
                    .first;
    return Use(found->second);
}

}  // namespace sluice::store
