#ifndef VIGIL_CMICROHTTPD_SHIM_H
#define VIGIL_CMICROHTTPD_SHIM_H

#include <microhttpd.h>
#include <string.h>

/// Limits of the HTTP server.
struct vigil_http_limits {
    /// Connections held at once.
    unsigned int connections;
    /// Seconds without a byte after which a connection is closed.
    unsigned int idle_s;
    /// Bytes of memory a connection, which bounds request line and headers.
    size_t connection_bytes;
};

/// Leaves a path as it was sent: "%2e" stays "%2e", so that no spelling reaches a page but its own.
static inline size_t vigil_http_keep(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

/// What a server calls, all with `context`.
struct vigil_http_calls {
    /// For each request, once its headers are there, then for its body.
    MHD_AccessHandlerCallback answer;
    /// When a connection opens or closes.
    MHD_NotifyConnectionCallback notice;
    /// When a request has ended, however it ended.
    MHD_RequestCompletedCallback completed;
    void *context;
};

/// Starts a server with one thread of its own on a socket that listens already. Variadic functions
/// cannot be called from Swift, hence this one. NULL when the library refuses; the socket is then
/// still the caller's.
static inline struct MHD_Daemon *vigil_http_start(
    int listen_socket, struct vigil_http_limits limits, struct vigil_http_calls calls)
{
    return MHD_start_daemon(
        MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
        calls.answer, calls.context,
        MHD_OPTION_LISTEN_SOCKET, listen_socket,
        MHD_OPTION_UNESCAPE_CALLBACK, &vigil_http_keep, NULL,
        MHD_OPTION_CONNECTION_LIMIT, limits.connections,
        MHD_OPTION_CONNECTION_TIMEOUT, limits.idle_s,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits.connection_bytes,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_NOTIFY_CONNECTION, calls.notice, calls.context,
        MHD_OPTION_NOTIFY_COMPLETED, calls.completed, calls.context,
        MHD_OPTION_END);
}

/// Closes a connection after so many seconds without a byte, from now on.
static inline void vigil_http_patience(struct MHD_Connection *connection, unsigned int seconds)
{
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

/// The socket of a connection, or -1.
static inline int vigil_http_socket(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

#endif
