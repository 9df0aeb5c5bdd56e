#include "http/client/tls_context.hpp"

#include <array>

#include <boost/asio/ssl/context.hpp>

#include "engine/model/error.hpp"

namespace sluice::http {
namespace {

// ALPN (RFC 7301): one protocol name with its length before it.
constexpr std::array<unsigned char, 9> http_1_1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

}  // namespace

std::shared_ptr<asio::ssl::context> make_tls_context(const std::string& ca_file) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_alpn_protos(context->native_handle(), http_1_1.data(), http_1_1.size());
    error_code error;
    context->set_default_verify_paths(error);
    if (!ca_file.empty()) {
        context->load_verify_file(ca_file, error);
        if (error)
            throw ErrorException(
                {"invalid_ca_file",
                 "cannot read certificate authorities from " + ca_file + ": " + error.message(),
                 nullptr});
    }
    return context;
}

}  // namespace sluice::http
