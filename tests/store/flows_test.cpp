#include <gmock/gmock.h>

#include "tests/store/store_fixture.hpp"

namespace sluice {
namespace {

class FlowsTest : public StoreTest {
  protected:
    FlowsTest() { open(); }

    FlowRecord created(std::string name) {
        auto made = wait(store->create_flow(flow(std::move(name)), revision("one")));
        if (!made) throw ErrorException(made.error());
        return *made;
    }
};

TEST_F(FlowsTest, ANewFlowHasItsFirstRevision) {
    auto wanted = flow("orders");
    wanted.flow_namespace = "shop";
    wanted.labels = {{"team", "sales"}, {"tier", "\"1\" \xC3\xA9"}};
    const auto made = wait(store->create_flow(wanted, revision("nodes: {}\n")));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_GT(made->number, 0);
    EXPECT_EQ(made->version, 1u);
    EXPECT_FALSE(made->deleted);

    const auto listed = wait(store->flows());
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].id, wanted.id);
    EXPECT_EQ(listed[0].workspace, "default");
    EXPECT_EQ(listed[0].flow_namespace, "shop");
    EXPECT_EQ(listed[0].name, "orders");
    EXPECT_EQ(listed[0].labels, wanted.labels);
    EXPECT_EQ(listed[0].created, wanted.created);
    EXPECT_EQ(listed[0].revision, made->revision);

    const auto stored = wait(store->revision(made->revision));
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->flow, made->number);
    EXPECT_EQ(stored->version, 1u);
    EXPECT_EQ(stored->dialect, "native");
    EXPECT_EQ(stored->media_type, "application/yaml");
    EXPECT_EQ(stored->source, "nodes: {}\n");
    EXPECT_EQ(stored->created, at(1'000));
}

TEST_F(FlowsTest, ASourceIsKeptToTheByte) {
    const std::string source("a\0b\xFF\r\n", 6);
    const auto made = wait(store->create_flow(flow("bytes"), revision(source)));
    ASSERT_TRUE(made);
    EXPECT_EQ(wait(store->revision(made->revision))->source, source);
}

TEST_F(FlowsTest, AnEmptySourceIsKept) {
    const auto made = wait(store->create_flow(flow("empty"), revision("")));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(wait(store->revision(made->revision))->source, "");
}

TEST_F(FlowsTest, ATakenNameIsRefusedAndLeavesNoTrace) {
    created("orders");
    const auto second = wait(store->create_flow(flow("orders"), revision("two")));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "flow_name_taken");
    EXPECT_THAT(second.error().message, testing::HasSubstr("orders"));
    EXPECT_EQ(wait(store->flows()).size(), 1u);
}

TEST_F(FlowsTest, TheSameNameMayLiveInAnotherNamespaceOrWorkspace) {
    created("orders");
    auto elsewhere = flow("orders");
    elsewhere.flow_namespace = "shop";
    EXPECT_TRUE(wait(store->create_flow(elsewhere, revision("x"))));
    auto other_tenant = flow("orders");
    other_tenant.workspace = "acme";
    EXPECT_TRUE(wait(store->create_flow(other_tenant, revision("x"))));
}

TEST_F(FlowsTest, ARefusalDoesNotTouchItsNeighboursInTheGroup) {
    // Handed over in one turn: they share one transaction.
    std::vector<result<FlowRecord>> outcomes(3);
    const char* names[] = {"a", "a", "b"};
    for (std::size_t index = 0; index < 3; ++index)
        asio::co_spawn(loop, store->create_flow(flow(names[index]), revision("x")),
                       [&outcomes, index](std::exception_ptr, result<FlowRecord> made) {
                           outcomes[index] = made;
                       });
    const auto id = ids.next();
    std::optional<Error> error;
    store->commit({whole(id)}, [&](std::optional<Error> failed, const std::vector<Append>&) {
        error = std::move(failed);
    });
    loop.run();
    loop.restart();
    EXPECT_TRUE(outcomes[0]);
    EXPECT_FALSE(outcomes[1]);
    EXPECT_TRUE(outcomes[2]);
    EXPECT_FALSE(error);
    EXPECT_TRUE(wait(store->execution(id)));
    EXPECT_EQ(wait(store->flows()).size(), 2u);
}

TEST_F(FlowsTest, ADuplicateIdFailsThatCallAlone) {
    auto first = flow("first");
    ASSERT_TRUE(wait(store->create_flow(first, revision("x"))));
    first.name = "second";
    try {
        wait(store->create_flow(first, revision("x")));
        FAIL() << "expected an error";
    } catch (const ErrorException& thrown) {
        EXPECT_EQ(thrown.error().code, "store_failed");
    }
    created("third");
    EXPECT_EQ(wait(store->flows()).size(), 2u);
}

TEST_F(FlowsTest, ARevisionBecomesTheNewestAndMayRename) {
    auto record = created("orders");
    record.name = "orders-2";
    record.labels = {{"a", "b"}};
    const auto revised = wait(store->add_revision(record, revision("two", 5'000), 1));
    ASSERT_TRUE(revised) << revised.error().message;
    EXPECT_EQ(revised->version, 2u);
    EXPECT_EQ(revised->name, "orders-2");
    EXPECT_EQ(revised->updated, at(5'000));
    EXPECT_EQ(revised->created, at(1'000));
    EXPECT_NE(revised->revision, record.revision);
    const auto listed = wait(store->flows());
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].version, 2u);
    EXPECT_EQ(listed[0].labels, record.labels);
    EXPECT_EQ(wait(store->revision(record.revision))->source, "one")
        << "old revisions never change";
}

TEST_F(FlowsTest, AnOutdatedRevisionIsRefused) {
    const auto record = created("orders");
    ASSERT_TRUE(wait(store->add_revision(record, revision("two"), std::nullopt)));
    const auto late = wait(store->add_revision(record, revision("three"), 1));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, "revision_conflict");
    EXPECT_EQ(wait(store->revisions(record.number, std::nullopt, 10)).size(), 2u);
}

TEST_F(FlowsTest, ARevisionMayNotTakeAnotherFlowsName) {
    created("taken");
    auto record = created("orders");
    record.name = "taken";
    const auto refused = wait(store->add_revision(record, revision("two"), std::nullopt));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "flow_name_taken");
}

TEST_F(FlowsTest, AnUnknownFlowCannotBeRevisedOrDeleted) {
    EXPECT_EQ(wait(store->add_revision(flow("nobody"), revision("x"), std::nullopt)).error().code,
              "flow_not_found");
    EXPECT_EQ(wait(store->delete_flow(ids.next(), at(1))).error().code, "flow_not_found");
}

TEST_F(FlowsTest, ADeletedFlowStaysReadableAndFreesItsName) {
    const auto record = created("orders");
    const auto deleted = wait(store->delete_flow(record.id, at(9'000)));
    ASSERT_TRUE(deleted);
    EXPECT_TRUE(deleted->deleted);
    EXPECT_EQ(deleted->updated, at(9'000));
    EXPECT_EQ(wait(store->delete_flow(record.id, at(9'000))).error().code, "flow_not_found");
    EXPECT_TRUE(wait(store->revision(record.revision)));

    created("orders");
    const auto listed = wait(store->flows());
    ASSERT_EQ(listed.size(), 2u);
    EXPECT_TRUE(listed[0].deleted);
    EXPECT_FALSE(listed[1].deleted);
}

TEST_F(FlowsTest, RevisionsArePagedNewestFirst) {
    const auto record = created("orders");
    for (int count = 0; count < 4; ++count)
        ASSERT_TRUE(wait(store->add_revision(record, revision("x"), std::nullopt)));
    const auto versions = [](const std::vector<RevisionRecord>& page) {
        std::vector<std::uint32_t> found;
        for (const auto& item : page) found.push_back(item.version);
        return found;
    };
    EXPECT_THAT(versions(wait(store->revisions(record.number, std::nullopt, 2))),
                testing::ElementsAre(5, 4));
    EXPECT_THAT(versions(wait(store->revisions(record.number, 4, 2))), testing::ElementsAre(3, 2));
    EXPECT_THAT(versions(wait(store->revisions(record.number, 2, 2))), testing::ElementsAre(1));
    EXPECT_TRUE(wait(store->revisions(record.number + 1, std::nullopt, 2)).empty());
    EXPECT_FALSE(wait(store->revision(999)));
}

}  // namespace
}  // namespace sluice
