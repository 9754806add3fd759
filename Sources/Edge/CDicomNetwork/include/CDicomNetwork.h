#pragma once

// The C face of DCMTK for the gateway. Nothing throws, and nothing is kept.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Texts of a header.

enum vigil_text_status {
    VIGIL_TEXT_OK = 0,
    VIGIL_TEXT_CHARACTER_SET = 1,  // a character set that is not known, or bytes that are not in it
    VIGIL_TEXT_TOO_LONG = 2,       // more than `room` bytes of UTF-8
    VIGIL_TEXT_OUT_OF_MEMORY = 3,
};

// Turns a text of a data set into UTF-8. `character_set` is the value of SpecificCharacterSet
// (0008,0005), `is_name` says that it is a person's name, in which other delimiters end an escape
// sequence. `*used` is how many bytes of `out` were written; there is no zero byte behind them.
int vigil_text_to_utf8(const char *character_set, int is_name, const uint8_t *text, size_t count,
                       uint8_t *out, size_t room, size_t *used);

// Inflates the first bytes of a deflated data set, `room` at most, and gives how many came. Bytes
// that are not deflated give fewer.
size_t vigil_inflate_head(const uint8_t *packed, size_t count, uint8_t *out, size_t room);

// Storing at another application entity.

enum vigil_peer_outcome {
    VIGIL_PEER_ANSWERED = 0,      // `status` is the DIMSE status
    VIGIL_PEER_UNREACHABLE = 1,   // no connection, or no association in time
    VIGIL_PEER_REJECTED = 2,      // the other side does not want the association
    VIGIL_PEER_NOT_ACCEPTED = 3,  // it takes no such objects, or not in their transfer syntax
    VIGIL_PEER_BROKEN = 4,        // the association ended, or no answer came in time
    VIGIL_PEER_BAD_FILE = 5,      // what should be stored is no DICOM object
    VIGIL_PEER_SECURITY = 6,      // a certificate or key cannot be used
    VIGIL_PEER_OUT_OF_MEMORY = 7,
};

typedef struct vigil_peer vigil_peer;

// An application entity and how it is called. NULL without memory. Texts are copied.
vigil_peer *vigil_peer_new(const char *host, uint16_t port, const char *calling,
                           const char *called, uint32_t seconds);
void vigil_peer_free(vigil_peer *peer);
// Has all go over TLS (BCP 195): `authority` is the file of certificates that the other side's must
// come from; of `certificate` and `key` either both are files, or both are empty.
int vigil_peer_secure(vigil_peer *peer, const char *authority, const char *certificate,
                      const char *key);

// Opens an association of its own and gives a vigil_peer_outcome. Blocks for at most three times
// the peer's seconds.
int vigil_peer_store(const vigil_peer *peer, const uint8_t *file, size_t count,
                     uint16_t *status);

// Receiving from other application entities.

enum vigil_listen_outcome {
    VIGIL_LISTEN_OPEN = 0,
    VIGIL_LISTEN_ADDRESS = 1,   // the address is none of this machine's, or its port is taken
    VIGIL_LISTEN_SECURITY = 2,  // a certificate or key cannot be used
    VIGIL_LISTEN_SYSTEM = 3,    // no memory, no socket
};

// Where and for whom to listen. Texts are copied.
typedef struct vigil_listening {
    const char *address;  // IPv4, in digits
    uint16_t port;        // 0: one that is free
    const char *title;    // the only one that is answered to
    const char *const *callers;
    size_t caller_count;  // 0: anybody may call
    // Files in PEM; all NULL: without TLS. Who calls shows a certificate that comes from these.
    const char *authority, *certificate, *key;
    uint32_t silence_seconds;  // without a whole protocol data unit
    uint32_t object_seconds;   // for one object
} vigil_listening;

enum vigil_association_outcome {
    VIGIL_ASSOCIATION_NONE = 0,  // nobody called
    VIGIL_ASSOCIATION_RELEASED = 1,
    VIGIL_ASSOCIATION_BROKEN = 2,           // aborted by the other side, or closed
    VIGIL_ASSOCIATION_MALFORMED = 3,        // not this protocol, or beyond bounds
    VIGIL_ASSOCIATION_TIMED_OUT = 4,
    VIGIL_ASSOCIATION_CALLED_UNKNOWN = 5,   // another title was called; said to the other side
    VIGIL_ASSOCIATION_CALLING_UNKNOWN = 6,  // who calls may not; said to the other side
    VIGIL_ASSOCIATION_INSECURE = 7,         // no TLS, or none with a certificate that is trusted
    VIGIL_ASSOCIATION_STOPPED = 8,
};

// What a C-STORE says of its object. From outside, whatever it is.
typedef struct vigil_incoming_object {
    const char *sop_class, *sop_instance, *transfer_syntax;
} vigil_incoming_object;

// What is told of one association, on the thread that serves it. A data set comes in pieces, as it
// was sent, after `begin`; then `end` gives the DIMSE status, success once it is durable.
typedef struct vigil_store_calls {
    void *context;
    void (*begin)(void *context, const vigil_incoming_object *object);
    void (*piece)(void *context, const uint8_t *bytes, size_t count);
    uint16_t (*end)(void *context, int is_whole);
} vigil_store_calls;

typedef struct vigil_receiver vigil_receiver;

// Listens, and gives a vigil_listen_outcome.
int vigil_receiver_open(const vigil_listening *wanted, vigil_receiver **receiver);
void vigil_receiver_free(vigil_receiver *receiver);
// The port that it listens on; 0 when the system does not say.
uint16_t vigil_receiver_port(const vigil_receiver *receiver);
// Waits for a second at most until somebody calls and serves the association to its end. As many
// associations are served as threads call this. Gives a vigil_association_outcome.
int vigil_receiver_serve(vigil_receiver *receiver, const vigil_store_calls *calls);
// Cuts what is silent for too long; to be called every second or so. Any thread.
void vigil_receiver_sweep(vigil_receiver *receiver);
// Ends what is served, objects under way within five seconds, and takes nobody more. Any thread.
void vigil_receiver_stop(vigil_receiver *receiver);

#ifdef __cplusplus
}
#endif
