// Loads libpq when a store on PostgreSQL is opened. So a sandbox and the commands need no libpq, and do not wait for
// the thirty libraries that it needs. The types are those of libpq's own header, so the compiler checks every call.
#ifndef TAGLINE_LIBPQ_H
#define TAGLINE_LIBPQ_H

#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif
#include <dlfcn.h>
#include <stddef.h>

#define TAGLINE_LIBPQ_FUNCTIONS(use) \
    use(PQclear) use(PQcmdTuples) use(PQconninfoFree) use(PQconninfoParse) use(PQconnectdbParams) use(PQconsumeInput) \
    use(PQenterPipelineMode) use(PQerrorMessage) use(PQexitPipelineMode) use(PQfinish) use(PQflush) \
    use(PQgetResult) use(PQgetisnull) use(PQgetlength) use(PQgetvalue) use(PQisBusy) use(PQntuples) \
    use(PQpipelineSync) use(PQputCopyData) use(PQputCopyEnd) use(PQresultErrorField) \
    use(PQresultErrorMessage) use(PQresultStatus) use(PQsendPrepare) use(PQsendQuery) use(PQsendQueryPrepared) \
    use(PQsetNoticeReceiver) use(PQsetnonblocking) use(PQsocket) use(PQstatus)

#define TAGLINE_LIBPQ_FIELD(name) __typeof__(name) *name;

// The functions of libpq that are used.
struct tagline_libpq {
    TAGLINE_LIBPQ_FUNCTIONS(TAGLINE_LIBPQ_FIELD)
};

#define TAGLINE_LIBPQ_TAKE(name) \
    table->name = (__typeof__(name) *)dlsym(library, #name); \
    if (table->name == NULL) return #name;

// Fills the table. NULL if all is there, else what is missing: the library or a function it should have.
static inline const char *tagline_libpq_load(struct tagline_libpq *table) {
    static const char *const names[] = {"libpq.so.5", "libpq.5.dylib", "/opt/homebrew/opt/libpq/lib/libpq.5.dylib"};
    void *library = NULL;
    for (size_t place = 0; library == NULL && place < sizeof names / sizeof *names; place += 1)
        library = dlopen(names[place], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return "libpq";
    TAGLINE_LIBPQ_FUNCTIONS(TAGLINE_LIBPQ_TAKE)
    return NULL;
}

#endif
