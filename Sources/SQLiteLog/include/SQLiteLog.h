/// What the embedded store does with SQLite's write-ahead log, and what Swift cannot call: `sqlite3_db_config` takes a variable
/// number of arguments.
#pragma once

#include <sqlite3.h>
#include <stddef.h>

/// Says whether closing the connection takes its log into the database file and removes the log. SQLite does so by default.
///
/// Returns an SQLite result code; SQLITE_MISUSE for no connection.
static inline int keepLogOnClose(sqlite3 *_Nullable connection, int keeps) {
    if (connection == NULL) return SQLITE_MISUSE;
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keeps, NULL);
}
