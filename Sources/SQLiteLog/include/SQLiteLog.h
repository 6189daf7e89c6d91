/// Sets what SQLite does with its write-ahead log. Swift cannot call `sqlite3_db_config`, which takes a variable number
/// of arguments.
#pragma once

#include <sqlite3.h>
#include <stddef.h>

/// Sets whether SQLite keeps the log when the connection is closed. By default, SQLite copies the log into the database
/// file and removes the log.
///
/// Returns an SQLite result code; SQLITE_MISUSE for no connection.
static inline int keepLogOnClose(sqlite3 *_Nullable connection, int keeps) {
    if (connection == NULL) return SQLITE_MISUSE;
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keeps, NULL);
}
