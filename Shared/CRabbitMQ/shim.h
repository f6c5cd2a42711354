#pragma once

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <sys/eventfd.h>

// amqp_login is variadic, which Swift cannot call, and announces neither consumer_cancel_notify nor connection.blocked,
// without which the broker says nothing when a queue is deleted or an alarm blocks publishing.
static inline amqp_rpc_reply_t crabbitmq_login(amqp_connection_state_t state, const char *virtual_host, int frame_max,
                                               int heartbeat, const char *connection_name, const char *user,
                                               const char *password) {
    static const char *const names[] = {
        "authentication_failure_close", "basic.nack",         "connection.blocked", "consumer_cancel_notify",
        "exchange_exchange_bindings",   "publisher_confirms", "per_consumer_qos",
    };
    enum { count = sizeof(names) / sizeof(names[0]) };
    amqp_table_entry_t capabilities[count];
    for (int i = 0; i < count; i++) {
        capabilities[i].key = amqp_cstring_bytes(names[i]);
        capabilities[i].value.kind = AMQP_FIELD_KIND_BOOLEAN;
        capabilities[i].value.value.boolean = 1;
    }
    amqp_table_entry_t entries[2];
    entries[0].key = amqp_cstring_bytes("capabilities");
    entries[0].value.kind = AMQP_FIELD_KIND_TABLE;
    entries[0].value.value.table.num_entries = count;
    entries[0].value.value.table.entries = capabilities;
    entries[1].key = amqp_cstring_bytes("connection_name");
    entries[1].value.kind = AMQP_FIELD_KIND_UTF8;
    entries[1].value.value.bytes = amqp_cstring_bytes(connection_name);
    amqp_table_t properties = {.num_entries = 2, .entries = entries};
    return amqp_login_with_properties(state, virtual_host, 0, frame_max, heartbeat, &properties,
                                      AMQP_SASL_METHOD_PLAIN, user, password);
}

// Something to poll beside a socket; Swift's Glibc module leaves eventfd out.
static inline int crabbitmq_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
