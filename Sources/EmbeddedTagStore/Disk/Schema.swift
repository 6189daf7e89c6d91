import GRDB

/// The numbered migrations that create the tables of the database file. See `docs/file-format.md`.
enum Schema {
    /// "TAGL" in ASCII. The `file` command and the store recognise the database by this number.
    static let applicationID = 0x5441_474C

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 accounts, tags, followers") { db in
            try db.execute(
                sql: """
                    CREATE TABLE account (
                        number INTEGER PRIMARY KEY, appid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
                        certified INTEGER NOT NULL, secret BLOB NOT NULL, secret_frozen INTEGER NOT NULL,
                        frozen INTEGER NOT NULL, addresses TEXT NOT NULL, limits TEXT NOT NULL, quotas TEXT NOT NULL,
                        next_tag_id INTEGER NOT NULL,
                        seal BLOB NOT NULL) STRICT;
                    CREATE TABLE tag (
                        account INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, slot INTEGER NOT NULL,
                        seal BLOB NOT NULL, PRIMARY KEY (account, id)) STRICT;
                    CREATE TABLE token (
                        fingerprint BLOB PRIMARY KEY NOT NULL, appid TEXT NOT NULL, kind TEXT NOT NULL, salt BLOB NOT NULL,
                        issued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, works_until INTEGER,
                        forced_day INTEGER NOT NULL, forced_count INTEGER NOT NULL, forced_last INTEGER,
                        seal BLOB NOT NULL) STRICT;
                    CREATE TABLE follower_chunk (
                        account INTEGER NOT NULL, chunk INTEGER NOT NULL, bytes BLOB NOT NULL, seal BLOB NOT NULL,
                        PRIMARY KEY (account, chunk)) STRICT;
                    CREATE TABLE word_chunk (
                        account INTEGER NOT NULL, chunk INTEGER NOT NULL, bytes BLOB NOT NULL, seal BLOB NOT NULL,
                        PRIMARY KEY (account, chunk)) STRICT;
                    CREATE TABLE checkpoint (id INTEGER PRIMARY KEY, cut INTEGER NOT NULL, seal BLOB NOT NULL) STRICT;
                    CREATE TABLE journal (sequence INTEGER PRIMARY KEY, record BLOB NOT NULL, seal BLOB NOT NULL) STRICT;
                    CREATE TABLE remark (
                        account INTEGER NOT NULL, ordinal INTEGER NOT NULL, remark TEXT NOT NULL, seal BLOB NOT NULL,
                        PRIMARY KEY (account, ordinal)) STRICT;
                    CREATE TABLE platform (number INTEGER PRIMARY KEY, platform TEXT NOT NULL, seal BLOB NOT NULL) STRICT;
                    CREATE TABLE authorization (
                        number INTEGER PRIMARY KEY, authorization TEXT NOT NULL, seal BLOB NOT NULL) STRICT;
                    CREATE TABLE counter (
                        appid TEXT NOT NULL, name TEXT NOT NULL, period INTEGER NOT NULL, count INTEGER NOT NULL,
                        seal BLOB NOT NULL, PRIMARY KEY (appid, name)) STRICT;
                    """)
            try CheckpointRow(cut: 0).insert(db)
        }
        migrator.registerMigration("2 totals of the rows") { db in
            try db.execute(
                sql: """
                    CREATE TABLE row_total (
                        name TEXT PRIMARY KEY NOT NULL, count INTEGER NOT NULL, sum BLOB NOT NULL, seal BLOB NOT NULL)
                        STRICT, WITHOUT ROWID;
                    """)
            for row in try TableTotals.computed(db).rows(since: nil) { try row.insert(db) }
        }
        return migrator
    }
}
