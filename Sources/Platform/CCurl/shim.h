#ifndef VIGIL_CCURL_SHIM_H
#define VIGIL_CCURL_SHIM_H

#include <curl/curl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/// What is asked for. All pointers are lent for the call.
struct vigil_curl_request {
    const char *url;
    /// Files in PEM: whom to believe instead of the system's authorities, and who asks; NULL for
    /// none.
    const char *authorities;
    const char *certificate;
    const char *key;
    /// Lines such as "Content-Type: application/json".
    const struct curl_slist *headers;
    /// NULL asks by GET, anything else by POST.
    const void *body;
    long body_bytes;
    /// For all of it, connecting included.
    long timeout_ms;
    /// For connecting alone; 0: as long as for all.
    long connect_ms;
    /// Opens the socket to an address that was found for the host, or refuses; then no proxy is
    /// asked, which would connect in its place. NULL: any address will do.
    curl_opensocket_callback open_socket;
    void *open_socket_context;
    /// Fewer bytes a second than these for ten seconds end the exchange; 0: no bound.
    long bytes_a_second_min;
};

/// What came back besides the body.
struct vigil_curl_answer {
    long status;
    /// After how many seconds the other side wants to be asked again, 0 where it does not say.
    long retry_after_s;
    /// The line of Content-Type; empty where there is none, or none so short.
    char content_type[512];
};

/// What an address says of the way to it, as libcurl reads it, so that no other reading of the same
/// text counts. Bits.
enum vigil_address {
    /// It is no address of http or https.
    VIGIL_ADDRESS_BAD = 1,
    /// What is sent may be read on the way: http.
    VIGIL_ADDRESS_PLAIN = 2,
    /// The host is this machine by an address of 127.0.0.0/8, by ::1 or as localhost.
    VIGIL_ADDRESS_LOOPBACK = 4,
    /// It holds a user or a password.
    VIGIL_ADDRESS_LOGIN = 8,
};

static inline int vigil_address_is_loopback(const char *host)
{
    size_t length = strlen(host);
    unsigned int a, b, c, d;
    char rest;
    if (!strcasecmp(host, "localhost") || !strcasecmp(host, "localhost.")) return 1;
    if (!strcmp(host, "[::1]")) return 1;
    return length < 16 && sscanf(host, "%u.%u.%u.%u%c", &a, &b, &c, &d, &rest) == 4 && a == 127
        && b < 256 && c < 256 && d < 256;
}

static inline int vigil_address_read(const char *url)
{
    CURLU *parts = curl_url();
    char *scheme = NULL, *host = NULL, *user = NULL;
    int found = VIGIL_ADDRESS_BAD;
    // Without a scheme, libcurl guesses when it sends; so here.
    if (parts && !curl_url_set(parts, CURLUPART_URL, url, CURLU_GUESS_SCHEME)
        && !curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0)
        && !curl_url_get(parts, CURLUPART_HOST, &host, 0)) {
        found = 0;
        if (strcasecmp(scheme, "https")) found |= VIGIL_ADDRESS_PLAIN;
        if (strcasecmp(scheme, "https") && strcasecmp(scheme, "http")) found |= VIGIL_ADDRESS_BAD;
        if (vigil_address_is_loopback(host)) found |= VIGIL_ADDRESS_LOOPBACK;
        if (!curl_url_get(parts, CURLUPART_USER, &user, 0)) found |= VIGIL_ADDRESS_LOGIN;
        curl_free(user);
        if (!curl_url_get(parts, CURLUPART_PASSWORD, &user, 0)) {
            found |= VIGIL_ADDRESS_LOGIN;
            curl_free(user);
        }
    }
    curl_free(scheme);
    curl_free(host);
    curl_url_cleanup(parts);
    return found;
}

/// Whom to believe, and as whom to ask.
static inline void vigil_curl_trust(
    CURL *curl, const char *authorities, const char *certificate, const char *key)
{
    if (authorities) curl_easy_setopt(curl, CURLOPT_CAINFO, authorities);
    if (certificate) curl_easy_setopt(curl, CURLOPT_SSLCERT, certificate);
    if (key) curl_easy_setopt(curl, CURLOPT_SSLKEY, key);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

/// The bytes of an address that libcurl has found: their number, 4 or 16; 0 of another family.
static inline int vigil_socket_address(const struct curl_sockaddr *found, unsigned char *bytes)
{
    if (found->family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, &found->addr, sizeof four);
        memcpy(bytes, &four.sin_addr, 4);
        return 4;
    }
    if (found->family != AF_INET6 || found->addrlen < sizeof(struct sockaddr_in6)) return 0;
    // libcurl keeps the whole address behind its short type.
    struct sockaddr_in6 six;
    memcpy(&six, (const void *)&found->addr, sizeof six);
    memcpy(bytes, &six.sin6_addr, 16);
    return 16;
}

/// Bounds where a request may lead to, and how slowly it may be answered.
static inline void vigil_curl_guard(CURL *curl, const struct vigil_curl_request *request)
{
    if (request->connect_ms) curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, request->connect_ms);
    if (request->bytes_a_second_min) {
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, request->bytes_a_second_min);
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, 10L);
    }
    if (!request->open_socket) return;
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, request->open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, request->open_socket_context);
}

/// Sends a request and waits for the answer. Variadic functions cannot be called from Swift, hence
/// this one. Takes answers by http and https only, follows no redirection, and raises no signal.
/// Gives an error of libcurl, or CURLE_OK and what came besides the body.
static inline CURLcode vigil_curl_send(
    const struct vigil_curl_request *request, curl_write_callback take, void *context,
    struct vigil_curl_answer *answer)
{
    CURL *curl = curl_easy_init();
    if (!curl) return CURLE_FAILED_INIT;
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, request->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, request->headers);
    // A proxy of the environment is another machine.
    if (vigil_address_read(request->url) & VIGIL_ADDRESS_LOOPBACK)
        curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, context);
    vigil_curl_guard(curl, request);
    if (request->body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, request->body_bytes);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
    }
    vigil_curl_trust(curl, request->authorities, request->certificate, request->key);
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK)
        code = curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    curl_off_t wait = 0;
    if (code == CURLE_OK && !curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait))
        answer->retry_after_s = (long)wait;
    const char *type = NULL;
    if (code == CURLE_OK && !curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type) && type
        && strlen(type) < sizeof answer->content_type)
        strcpy(answer->content_type, type);
    curl_easy_cleanup(curl);
    return code;
}

/// Connects to where an address says, by TLS where it is one of https, and hands the bare
/// connection over; NULL and an error of libcurl.
static inline CURL *vigil_curl_connect(const struct vigil_curl_request *request, CURLcode *code)
{
    CURL *curl = curl_easy_init();
    *code = CURLE_FAILED_INIT;
    if (!curl) return NULL;
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, request->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    // What is spoken next is no HTTP.
    curl_easy_setopt(curl, CURLOPT_SSL_ENABLE_ALPN, 0L);
    vigil_curl_trust(curl, request->authorities, request->certificate, request->key);
    *code = curl_easy_perform(curl);
    if (*code == CURLE_OK) return curl;
    curl_easy_cleanup(curl);
    return NULL;
}

/// Waits until a connection of vigil_curl_connect may be read or written; 0 when the time is over.
static inline int vigil_curl_wait(CURL *curl, int writes, int timeout_ms)
{
    curl_socket_t open = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &open) || open == CURL_SOCKET_BAD) return 0;
    struct pollfd waited = {open, writes ? POLLOUT : POLLIN, 0};
    return poll(&waited, 1, timeout_ms) > 0;
}

#endif
