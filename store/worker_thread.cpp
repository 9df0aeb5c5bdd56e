#include "store/worker_thread.hpp"

#include <utility>

#include <pthread.h>
#include <signal.h>

namespace sluice::store {

std::thread start_thread(const char* name, std::function<void()> body) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    // A thread inherits the mask of its maker.
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::move(body));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_setname_np(thread.native_handle(), name);
    return thread;
}

}  // namespace sluice::store
