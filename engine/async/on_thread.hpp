#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "engine/async/task.hpp"

#if defined(SLUICE_ASIO_STANDALONE)
#include <asio/thread_pool.hpp>
#else
#include <boost/asio/thread_pool.hpp>
#endif

namespace sluice {

/// Runs `work` on a thread of `threads`, and gives what it returns to the loop's thread. It cannot
/// be cancelled: what it uses lives until it returns, and so do `threads`. `work` does not throw.
template <typename Result>
task<std::shared_ptr<Result>> on_thread(asio::thread_pool& threads,
                                        std::function<std::shared_ptr<Result>()> work) {
    return asio::async_initiate<const asio::use_awaitable_t<Executor>&,
                                void(std::shared_ptr<Result>)>(
        [&threads, work = std::move(work)](auto handler) mutable {
            auto back = asio::prefer(asio::get_associated_executor(handler),
                                     asio::execution::outstanding_work.tracked);
            asio::post(threads, [handler = std::move(handler), back = std::move(back),
                                 work = std::move(work)]() mutable {
                auto made = work();
                asio::post(back, [handler = std::move(handler), made = std::move(made)]() mutable {
                    handler(std::move(made));
                });
            });
        },
        use_task);
}

}  // namespace sluice
