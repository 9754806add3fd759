#ifndef VIGIL_CCURL_SHIM_H
#define VIGIL_CCURL_SHIM_H

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/// What is asked for. All pointers are lent for the call.
struct vigil_curl_request {
    const char *url;
    /// Lines such as "Content-Type: application/json".
    const struct curl_slist *headers;
    /// NULL asks by GET, anything else by POST.
    const void *body;
    long body_bytes;
    /// For all of it, connecting included.
    long timeout_ms;
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

/// Sends a request and waits for the answer. Variadic functions cannot be called from Swift, hence
/// this one. Takes answers by http and https only, follows no redirection, and raises no signal.
/// Gives an error of libcurl, or CURLE_OK and the status.
static inline CURLcode vigil_curl_send(
    const struct vigil_curl_request *request, curl_write_callback take, void *context,
    long *status)
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
    if (request->body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, request->body_bytes);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
    }
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK) code = curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    curl_easy_cleanup(curl);
    return code;
}

#endif
