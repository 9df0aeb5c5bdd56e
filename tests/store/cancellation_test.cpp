#include <gmock/gmock.h>

#include "tests/store/store_fixture.hpp"

namespace sluice {
namespace {

class CancellationTest : public StoreTest {
  protected:
    CancellationTest() { open(); }

    static bool is_abort(const std::exception_ptr& thrown) {
        try {
            if (thrown) std::rethrow_exception(thrown);
        } catch (const system_error& error) {
            return is_cancellation(error);
        } catch (...) {
        }
        return false;
    }
};

TEST_F(CancellationTest, ACancelledReadEndsAtOnceAndItsAnswerIsDropped) {
    for (int round = 0; round < 50; ++round) {
        asio::cancellation_signal signal;
        std::exception_ptr thrown;
        int ended = 0;
        asio::co_spawn(loop, store->flows(),
                       asio::bind_cancellation_slot(
                           signal.slot(), [&](std::exception_ptr failure, std::vector<FlowRecord>) {
                               thrown = failure;
                               ++ended;
                           }));
        // Behind the start of the coroutine, in front of whatever the reader answers.
        asio::post(loop, [&] { signal.emit(asio::cancellation_type::terminal); });
        loop.run();
        loop.restart();
        EXPECT_EQ(ended, 1);
        EXPECT_TRUE(is_abort(thrown));
    }
    EXPECT_TRUE(wait(store->flows()).empty()) << "the store goes on";
}

TEST_F(CancellationTest, ACancelledWriteEndsAtOnceAndTheStoreStaysWhole) {
    asio::cancellation_signal signal;
    std::exception_ptr thrown;
    asio::co_spawn(
        loop, store->create_flow(flow("orders"), revision("x")),
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr failure,
                                                        result<FlowRecord>) { thrown = failure; }));
    asio::post(loop, [&] { signal.emit(asio::cancellation_type::terminal); });
    loop.run();
    loop.restart();
    EXPECT_TRUE(is_abort(thrown));
    EXPECT_TRUE(wait(store->create_flow(flow("other"), revision("x"))));
}

TEST_F(CancellationTest, ACancellationAfterTheAnswerIsHarmless) {
    asio::cancellation_signal signal;
    std::exception_ptr thrown;
    asio::co_spawn(loop, store->flows(),
                   asio::bind_cancellation_slot(
                       signal.slot(), [&](std::exception_ptr failure, std::vector<FlowRecord>) {
                           thrown = failure;
                       }));
    loop.run();
    loop.restart();
    signal.emit(asio::cancellation_type::terminal);
    EXPECT_FALSE(thrown);
}

TEST_F(CancellationTest, TooManyWaitingCallsAreRefused) {
    open({.waiting_calls = 2});
    int answered = 0;
    std::string code;
    for (int count = 0; count < 3; ++count)
        asio::co_spawn(loop, store->flows(),
                       [&](std::exception_ptr failure, std::vector<FlowRecord>) {
                           try {
                               if (failure) std::rethrow_exception(failure);
                               ++answered;
                           } catch (const ErrorException& thrown) {
                               code = thrown.error().code;
                           }
                       });
    loop.run();
    loop.restart();
    EXPECT_EQ(answered, 2);
    EXPECT_EQ(code, "store_busy");
    EXPECT_TRUE(wait(store->flows()).empty());
}

TEST_F(CancellationTest, ADoneThatThrowsDoesNotTakeTheOthersWithIt) {
    int done = 0;
    for (int count = 0; count < 20; ++count)
        store->commit({whole(ids.next())},
                      [&done](const std::optional<Error>&, const std::vector<Append>&) {
                          ++done;
                          throw std::runtime_error("a bug of the caller");
                      });
    for (int count = 0; count < 20; ++count) EXPECT_THROW(loop.run(), std::runtime_error);
    loop.run();
    loop.restart();
    EXPECT_EQ(done, 20);
}

TEST(LoopThatEnds, MayGoBeforeItsStore) {
    const TemporaryDirectory directory;
    TestIds ids;
    for (int round = 0; round < 20; ++round) {
        auto loop = std::make_unique<asio::io_context>();
        auto opened = Store::open(*loop, {.path = directory.path / "sluice.db"});
        ASSERT_TRUE(opened) << opened.error().message;
        const auto store = *std::move(opened);
        // What a waiting coroutine and a callback hold must be let go, not called.
        auto held = std::make_shared<int>(round);
        bool called = false;
        asio::co_spawn(
            *loop, store->flows(),
            [held, &called](std::exception_ptr, std::vector<FlowRecord>) { called = true; });
        loop->run_one();
        Append append;
        append.execution = ids.next();
        append.begins = true;
        store->commit({append}, [held, &called](const std::optional<Error>&,
                                                const std::vector<Append>&) { called = true; });
        loop.reset();
        EXPECT_FALSE(called);
        EXPECT_EQ(held.use_count(), 1);
    }
}

}  // namespace
}  // namespace sluice
