#ifndef VIGIL_CCURL_SHIM_H
#define VIGIL_CCURL_SHIM_H

#include <curl/curl.h>

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
