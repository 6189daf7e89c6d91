/// Sets what SQLite does with its write-ahead log, and reads the errors of its files. Swift cannot call
/// `sqlite3_db_config`, which takes a variable number of arguments.
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

/// Returns the system's error number of the last failed operation on the log; 0 if it is not known.
///
/// `sqlite3_system_errno` does not know the errors of a commit in every version of SQLite.
static inline int lastErrorOfLog(sqlite3 *_Nullable connection) {
    sqlite3_file *log = NULL;
    int number = 0;
    if (connection == NULL) return 0;
    if (sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK) return 0;
    if (log == NULL || log->pMethods == NULL) return 0;
    if (log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &number) != SQLITE_OK) return 0;
    return number;
}

/// Returns the system's error number of the last failed operation on the database file; 0 if it is not known.
static inline int lastErrorOfDatabase(sqlite3 *_Nullable connection) {
    int number = 0;
    if (connection == NULL) return 0;
    if (sqlite3_file_control(connection, "main", SQLITE_FCNTL_LAST_ERRNO, &number) != SQLITE_OK) return 0;
    return number;
}
