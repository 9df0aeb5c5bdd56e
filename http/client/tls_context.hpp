#pragma once

#include <memory>
#include <string>

#include "engine/async/asio.hpp"

namespace boost::asio::ssl {
class context;
}

namespace sluice::http {

/// What all TLS connections of a client share: TLS 1.2 and newer, the certificate authorities that
/// the system trusts (OpenSSL's default files, or what SSL_CERT_FILE and SSL_CERT_DIR name), and
/// those of `ca_file` (PEM) unless it is empty. Throws `ErrorException` with code
/// `invalid_ca_file`.
[[nodiscard]] std::shared_ptr<asio::ssl::context> make_tls_context(const std::string& ca_file);

}  // namespace sluice::http
