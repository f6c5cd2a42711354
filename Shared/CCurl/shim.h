#pragma once

// Swift cannot call variadic C functions, so each type of argument gets a wrapper here.
// The header's argument checks are macros around the same functions; they add nothing to wrappers with fixed types.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

static inline CURLcode curl_global_init_default(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT);
}

static inline CURLcode curl_easy_setopt_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_easy_setopt_size(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_easy_setopt_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_easy_setopt_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_easy_setopt_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

/// For certificates and keys in memory; curl copies them.
static inline CURLcode curl_easy_setopt_blob(CURL *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(easy, option, &blob);
}

typedef size_t (*curl_bytes_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode curl_easy_setopt_callback(CURL *easy, CURLoption option, curl_bytes_callback value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_easy_getinfo_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode curl_easy_getinfo_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode curl_multi_setopt_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// The outcome of a transfer, out of a message's union.
static inline CURLcode curl_message_result(const CURLMsg *message) {
    return message->data.result;
}

static inline size_t curl_write_pause(void) {
    return CURL_WRITEFUNC_PAUSE;
}

static inline CURLcode curl_easy_continue(CURL *easy) {
    return curl_easy_pause(easy, CURLPAUSE_CONT);
}

static inline bool curl_has_feature(int feature) {
    return (curl_version_info(CURLVERSION_NOW)->features & feature) != 0;
}

static inline int curl_apply_user_timeout(void *milliseconds, curl_socket_t socket, curlsocktype purpose) {
    (void)purpose;
#ifdef TCP_USER_TIMEOUT
    unsigned int value = (unsigned int)(uintptr_t)milliseconds;
    // Where it is not possible, requests still have their own timeouts.
    (void)setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &value, sizeof value);
#else
    (void)milliseconds;
    (void)socket;
#endif
    return CURL_SOCKOPT_OK;
}

/// Ends connections on which what was sent is not acknowledged for so long.
static inline CURLcode curl_easy_set_user_timeout(CURL *easy, unsigned int milliseconds) {
    curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, (void *)(uintptr_t)milliseconds);
    return curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, curl_apply_user_timeout);
}
