#pragma once

#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "engine/async/asio.hpp"
#include "engine/async/clock.hpp"
#include "engine/async/task.hpp"
#include "engine/model/identifier.hpp"
#include "store/store.hpp"

namespace sluice {

inline WallTime at(std::int64_t milliseconds) {
    return WallTime(Milliseconds(milliseconds));
}

/// Ids that ascend from a fixed time, the same in every run.
class TestIds {
  public:
    Uuid next() { return generator_.next(); }

  private:
    struct StillClock final : Clock {
        WallTime wall() const override { return at(1'760'000'000'000); }
        SteadyTime steady() const override { return {}; }
    };
    struct Counting final : Random {
        std::uint64_t next() override { return seed += 0x9E3779B97F4A7C15ULL; }
        std::uint64_t seed = 7;
    };
    StillClock clock_;
    Counting random_;
    UuidGenerator generator_{clock_, random_};
};

/// A directory that goes with the test.
class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        auto pattern = (std::filesystem::temp_directory_path() / "sluice-store-XXXXXX").string();
        if (!mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp failed");
        path = pattern;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    std::filesystem::path path;
};

/// Runs `work` on `loop` to its end and hands on what it returns or throws.
template <typename T>
T run_task(asio::io_context& loop, task<T> work) {
    std::optional<T> answer;
    std::exception_ptr failure;
    asio::co_spawn(loop, std::move(work), [&](std::exception_ptr thrown, T returned) {
        failure = thrown;
        answer.emplace(std::move(returned));
    });
    loop.run();
    loop.restart();
    if (failure) std::rethrow_exception(failure);
    return std::move(*answer);
}

class StoreTest : public testing::Test {
  protected:
    StoreTest() : path(directory.path / "sluice.db") {}

    Store& open(StoreOptions options = {}) {
        store.reset();
        options.path = path;
        auto opened = Store::open(loop, options);
        if (!opened) throw std::runtime_error(opened.error().message);
        store = *std::move(opened);
        return *store;
    }

    /// The code of the error that opening ends with, empty when it succeeds.
    std::string refusal(const std::filesystem::path& file, std::string* message = nullptr) {
        auto opened = Store::open(loop, {.path = file});
        if (opened) return {};
        if (message) *message = opened.error().message;
        return opened.error().code;
    }

    template <typename T>
    T wait(task<T> work) {
        return run_task(loop, std::move(work));
    }

    std::optional<Error> commit(std::vector<Append> group) {
        std::optional<std::optional<Error>> outcome;
        store->commit(std::move(group),
                      [&](std::optional<Error> error, const std::vector<Append>&) {
                          outcome.emplace(std::move(error));
                      });
        EXPECT_FALSE(outcome) << "done must run in a turn of its own";
        loop.run();
        loop.restart();
        if (!outcome) throw std::runtime_error("done did not run");
        return *outcome;
    }

    FlowRecord flow(std::string name) {
        FlowRecord record;
        record.id = ids.next();
        record.name = std::move(name);
        record.created = record.updated = at(1'000);
        return record;
    }

    static RevisionRecord revision(std::string source, std::int64_t created = 1'000) {
        RevisionRecord record;
        record.media_type = "application/yaml";
        record.source = std::move(source);
        record.created = at(created);
        return record;
    }

    /// An execution that begins and ends in this commit.
    static Append whole(const Uuid& id, std::string chunk = "chunk",
                        ExecutionStatus status = ExecutionStatus::succeeded,
                        std::int64_t of_flow = 1) {
        Append append = beginning(id, std::move(chunk), ExecutionStatus::running, of_flow);
        append.status = status;
        append.ended = at(2'500);
        return append;
    }

    static Append beginning(const Uuid& id, std::string chunk,
                            ExecutionStatus status = ExecutionStatus::running,
                            std::int64_t of_flow = 1) {
        Append append;
        append.execution = id;
        append.begins = true;
        append.flow = of_flow;
        append.revision = 10 * of_flow;
        append.created = at(2'000);
        append.status = status;
        append.first_sequence = 1;
        append.chunk = std::move(chunk);
        return append;
    }

    static Append going_on(const Uuid& id, std::uint64_t sequence, std::string chunk,
                           ExecutionStatus status = ExecutionStatus::running,
                           std::optional<WallTime> ended = std::nullopt) {
        Append append;
        append.execution = id;
        append.status = status;
        append.ended = ended;
        append.first_sequence = sequence;
        append.chunk = std::move(chunk);
        return append;
    }

    TemporaryDirectory directory;
    std::filesystem::path path;
    asio::io_context loop;
    TestIds ids;
    std::unique_ptr<Store> store;
};

}  // namespace sluice
