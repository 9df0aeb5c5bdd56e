#include "tests/http/certificate.hpp"

#include <cstdio>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

namespace sluice::testing {
namespace {

template <auto release>
struct Release {
    void operator()(auto* object) const { release(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;

void check(bool good, const char* what) {
    if (!good) throw std::runtime_error(what);
}

Key make_key() {
    Key key(EVP_EC_gen("P-256"));
    check(key != nullptr, "cannot make a key");
    return key;
}

void name(X509* certificate, const char* text) {
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(text), -1, -1, 0);
}

void extend(X509* certificate, int kind, const std::string& value) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
    check(extension != nullptr, "cannot make an extension");
    X509_add_ext(certificate, extension.get(), -1);
}

Certificate make_certificate(EVP_PKEY* key, const char* subject, bool expired) {
    static long serial = 1;
    constexpr long day = 24 * 60 * 60;
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -2 * day);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), expired ? -day : day);
    X509_set_pubkey(certificate.get(), key);
    name(certificate.get(), subject);
    return certificate;
}

std::string text_of(BIO* memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
    const Memory memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(memory.get(), certificate);
    return text_of(memory.get());
}

std::string pem_of(EVP_PKEY* key) {
    const Memory memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(memory.get());
}

}  // namespace

struct Authority::State {
    Key key = make_key();
    Certificate certificate = make_certificate(key.get(), "Test Authority", false);
};

Authority::Authority() : state_(std::make_unique<State>()) {
    auto* certificate = state_->certificate.get();
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate, NID_key_usage, "critical,keyCertSign");
    check(X509_sign(certificate, state_->key.get(), EVP_sha256()) != 0, "cannot sign");

    file_ = "/tmp/sluice-authority-XXXXXX";
    const int file = ::mkstemp(file_.data());
    const auto pem = pem_of(certificate);
    check(file >= 0 && ::write(file, pem.data(), pem.size()) == static_cast<ssize_t>(pem.size()),
          "cannot write the certificate");
    ::close(file);
}

Authority::~Authority() {
    std::remove(file_.c_str());
}

Identity Authority::issue(std::string_view names, bool expired) const {
    const Key key = make_key();
    const Certificate certificate = make_certificate(key.get(), "test service", expired);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(state_->certificate.get()));
    extend(certificate.get(), NID_subject_alt_name, std::string(names));
    check(X509_sign(certificate.get(), state_->key.get(), EVP_sha256()) != 0, "cannot sign");
    return {pem_of(certificate.get()), pem_of(key.get())};
}

}  // namespace sluice::testing
