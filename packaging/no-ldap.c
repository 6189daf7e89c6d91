// Replaces, in the image, OpenLDAP's client library, which Debian's libpq loads. packaging/no-ldap compiles it.
//
// libpq uses OpenLDAP in one case only: a line of pg_service.conf begins with `ldap://` and names a server that knows
// the parameters of the connection. With these functions libpq loads, and such a lookup fails with the message below.
//
// The functions succeed up to the search, because libpq reports the text of an error only there. If the bind fails,
// libpq continues without any message, as if the LDAP server were down.
#include <stddef.h>

struct berval;
struct timeval;

static struct connection {
    char unused;
} connection;

static struct message {
    char unused;
} message;

enum {
    succeeded = 0,       // LDAP_SUCCESS
    notSupported = -12,  // LDAP_NOT_SUPPORTED
    bound = 0x61,        // LDAP_RES_BIND
};

struct connection *ldap_init(const char *host, int port) { return &connection; }

int ldap_set_option(struct connection *connection, int option, const void *value) { return succeeded; }

// Returns the number of a request, whose answer ldap_result gives.
int ldap_simple_bind(struct connection *connection, const char *name, const char *password) { return 1; }

int ldap_result(struct connection *connection, int request, int all, struct timeval *timeout, struct message **result) {
    *result = &message;
    return bound;
}

int ldap_search_st(
    struct connection *connection, char *base, int scope, char *filter, char **attributes, int onlyNames,
    struct timeval *timeout, struct message **result
) {
    *result = NULL;
    return notSupported;
}

char *ldap_err2string(int error) { return "this image has no LDAP; write the parameters into pg_service.conf"; }

int ldap_count_entries(struct connection *connection, struct message *result) { return 0; }

struct message *ldap_first_entry(struct connection *connection, struct message *result) { return NULL; }

struct berval **ldap_get_values_len(struct connection *connection, struct message *entry, const char *attribute) {
    return NULL;
}

void ldap_value_free_len(struct berval **values) {}

int ldap_msgfree(struct message *message) { return bound; }

int ldap_unbind(struct connection *connection) { return succeeded; }
