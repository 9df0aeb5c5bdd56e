#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "engine/model/error.hpp"

namespace sluice::http {

/// Which addresses outgoing requests may reach. It is asked about the address that is then
/// connected to, so a name that resolves to something else the second time gains nothing.
class AddressPolicy {
  public:
    /// Allows every address.
    AddressPolicy() = default;

    /// Denies every address that is not globally reachable (private, loopback, link-local, shared,
    /// reserved, multicast: IANA's special-purpose registries, RFC 6890), and IPv6 forms that lead
    /// to such an IPv4 address, except what `allow` names: a host name (`crm.internal`), a domain
    /// with everything below it (`*.internal`), an address, or a block (`10.1.0.0/16`, `fd00::/8`).
    /// Refuses an entry that is none of these with code `invalid_allow_list`.
    [[nodiscard]] static result<AddressPolicy> deny_private(std::span<const std::string> allow);

    /// `host` is the name that the request was for, in lower case.
    [[nodiscard]] bool allows(std::string_view host, const boost::asio::ip::address& address) const;

  private:
    struct Block {
        boost::asio::ip::address_v6 network;  // IPv4 as v4-mapped
        unsigned bits = 128;
    };
    static bool contains(const Block& block, const boost::asio::ip::address_v6& address);

    bool deny_private_ = false;
    std::vector<std::string> names_;     // `crm.internal`
    std::vector<std::string> suffixes_;  // `.internal`
    std::vector<Block> blocks_;
};

}  // namespace sluice::http
