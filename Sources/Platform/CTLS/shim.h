#pragma once

// OpenSSL's TLS, and its macros, which do not reach Swift.

#include <openssl/err.h>
#include <openssl/ssl.h>

// A server's side by files in PEM: its certificate with those above it, its key and, unless null,
// the authorities of which a client must show a certificate. Null where one of them does not do.
static inline SSL_CTX *vigil_tls_server(const char *certificate, const char *key,
                                        const char *authorities) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (!context) return NULL;
    int fit = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
              SSL_CTX_use_certificate_chain_file(context, certificate) == 1 &&
              SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 &&
              SSL_CTX_check_private_key(context) == 1;
    if (fit && authorities) {
        fit = SSL_CTX_load_verify_locations(context, authorities, NULL) == 1;
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    // Nobody comes back to a session: each connection shows its certificate.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    ERR_clear_error();
    if (fit) return context;
    SSL_CTX_free(context);
    return NULL;
}

// One connection, whose bytes go through two memories. Null without room for it.
static inline SSL *vigil_tls_accept(SSL_CTX *context) {
    SSL *tls = SSL_new(context);
    if (!tls) return NULL;
    SSL_set_bio(tls, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(tls);
    return tls;
}

// Gives bytes that came to the connection.
static inline int vigil_tls_feed(SSL *tls, const void *bytes, int count) {
    return BIO_write(SSL_get_rbio(tls), bytes, count);
}

// Takes bytes that are to go; 0 or less: none.
static inline int vigil_tls_drain(SSL *tls, void *bytes, int count) {
    return BIO_read(SSL_get_wbio(tls), bytes, count);
}

// What came to more than bytes to be fed: 1 when the connection has ended or failed.
static inline int vigil_tls_is_over(SSL *tls, int result) {
    int error = SSL_get_error(tls, result);
    ERR_clear_error();
    return error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
}
