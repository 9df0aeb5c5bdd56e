#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/client/address_policy.hpp"

namespace sluice::http {
namespace {

AddressPolicy denying(std::vector<std::string> allow = {}) {
    return AddressPolicy::deny_private(allow).value();
}

bool allows(const AddressPolicy& policy, const char* address, const char* host = "any.test") {
    return policy.allows(host, boost::asio::ip::make_address(address));
}

TEST(AddressPolicy, AllowsEverythingUnlessTold) {
    EXPECT_TRUE(allows(AddressPolicy(), "127.0.0.1"));
    EXPECT_TRUE(allows(AddressPolicy(), "fe80::1"));
}

class Denied : public testing::TestWithParam<const char*> {};
TEST_P(Denied, IsDenied) {
    EXPECT_FALSE(allows(denying(), GetParam()));
}
INSTANTIATE_TEST_SUITE_P(AddressPolicy, Denied,
                         testing::Values("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1",
                                         "127.255.255.254", "169.254.169.254", "172.16.0.1",
                                         "172.31.255.255", "192.0.2.1", "192.168.1.1", "198.19.0.1",
                                         "224.0.0.1", "255.255.255.255", "::", "::1", "fc00::1",
                                         "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
                                         "2001:db8::1", "2001::1", "100::1", "::ffff:127.0.0.1",
                                         "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1",
                                         "2002:7f00:1::1", "::7f00:1"));

class Allowed : public testing::TestWithParam<const char*> {};
TEST_P(Allowed, IsAllowed) {
    EXPECT_TRUE(allows(denying(), GetParam()));
}
INSTANTIATE_TEST_SUITE_P(AddressPolicy, Allowed,
                         testing::Values("1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255",
                                         "100.128.0.0", "172.15.255.255", "172.32.0.0",
                                         "192.167.255.255", "192.169.0.0", "223.255.255.255",
                                         "2606:4700::1111", "2a00::1", "::ffff:1.1.1.1",
                                         "64:ff9b::101:101", "2002:101:101::1", "2001:4860::1"));

TEST(AddressPolicy, AllowListNamesHosts) {
    const auto policy = denying({"CRM.internal", "*.cluster.local"});
    EXPECT_TRUE(allows(policy, "10.0.0.1", "crm.internal"));
    EXPECT_FALSE(allows(policy, "10.0.0.1", "other.internal"));
    EXPECT_FALSE(allows(policy, "10.0.0.1", "evil-crm.internal"));
    EXPECT_TRUE(allows(policy, "10.0.0.1", "db.cluster.local"));
    EXPECT_FALSE(allows(policy, "10.0.0.1", "cluster.local"));
    EXPECT_FALSE(allows(policy, "10.0.0.1", "evilcluster.local"));
}

TEST(AddressPolicy, AllowListNamesAddressesAndBlocks) {
    const auto policy = denying({"10.1.0.0/16", "127.0.0.1", "fd00::/9", "::1"});
    EXPECT_TRUE(allows(policy, "10.1.255.255"));
    EXPECT_FALSE(allows(policy, "10.2.0.0"));
    EXPECT_TRUE(allows(policy, "127.0.0.1"));
    EXPECT_TRUE(allows(policy, "::ffff:127.0.0.1")) << "another spelling of the same address";
    EXPECT_FALSE(allows(policy, "127.0.0.2"));
    EXPECT_TRUE(allows(policy, "fd7f::1"));
    EXPECT_FALSE(allows(policy, "fd80::1"));
    EXPECT_TRUE(allows(policy, "::1"));
    EXPECT_FALSE(allows(policy, "fe80::1"));
}

TEST(AddressPolicy, WrongEntryIsNamed) {
    for (const char* entry : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "a b", "", "*", "::/129"}) {
        const std::vector<std::string> allow{"fine.test", entry};
        const auto policy = AddressPolicy::deny_private(allow);
        ASSERT_FALSE(policy) << entry;
        EXPECT_EQ(policy.error().code, "invalid_allow_list");
        EXPECT_NE(policy.error().message.find('`' + std::string(entry) + '`'), std::string::npos);
    }
}

}  // namespace
}  // namespace sluice::http
