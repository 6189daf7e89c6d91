/// One step from an older schema to a newer one. Never change a step that has been released. Add a new step after the
/// last step.
struct Migration: Sendable {
    let number: Int
    private let sql: String

    private init(number: Int, sql: String) {
        self.number = number
        self.sql = sql
    }

    func sql(for dialect: Dialect) -> String {
        sql.replacing(Dialect.postgres.byteOrder, with: dialect.byteOrder)
    }

    /// All steps, in order.
    static let all = [Migration(number: 1, sql: firstSchema)]

    /// The number of the schema with which this version of the store works.
    static var latest: Int { all.count }

    /// The tables whose rows belong to accounts. If the database is spread over machines, each row is on the machine of
    /// its account.
    static let distributedTables = [
        "account", "appid", "tag", "follower", "remark", "carriers", "flip", "settled", "token", "component_grant",
        "counter",
        "refused_call",
    ]
    /// The tables of which every machine has a copy.
    static let referenceTables = ["platform", "platform_token", "mark", "migration"]

    /// Statements that tune PostgreSQL. If another engine, such as CockroachDB, refuses a statement, the store ignores
    /// the error.
    ///
    /// The first three statements make the planner assume that all rows of a table belong to one account and one tag.
    /// Otherwise it would make plans for an account of average size, which take seconds for a large account. The last
    /// two statements make PostgreSQL vacuum `flip` and `settled` early, because the store often deletes their rows.
    static let advice = [
        "ALTER TABLE follower ALTER COLUMN account SET (n_distinct = 1)",
        "ALTER TABLE carriers ALTER COLUMN account SET (n_distinct = 1)",
        "ALTER TABLE carriers ALTER COLUMN key SET (n_distinct = 1)",
        "ALTER TABLE flip SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000)",
        "ALTER TABLE settled SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000)",
    ]

    private static let firstSchema = """
        -- The number of an account is the first eight bytes of the SHA-256 of its appid, so no query is needed to find the number.
        -- place is the order of accounts; version grows with every change of the settings. Ordinals number followers and keys number tags,
        -- including deleted ones, because neither is ever given out again.
        CREATE TABLE account (
            account bigint PRIMARY KEY,
            appid text NOT NULL,
            place bigint NOT NULL,
            version bigint NOT NULL DEFAULT 1,
            settings text NOT NULL,
            next_tag_id bigint NOT NULL DEFAULT 100,
            next_key integer NOT NULL DEFAULT 1,
            next_ordinal integer NOT NULL DEFAULT 0,
            following bigint NOT NULL DEFAULT 0,
            blacklisted bigint NOT NULL DEFAULT 0);

        -- The appids that are taken, by an account or by a third-party platform.
        CREATE TABLE appid (
            account bigint PRIMARY KEY,
            appid text NOT NULL);

        -- count is the number of present followers that carry the tag, without the changes in the table flip.
        CREATE TABLE tag (
            account bigint NOT NULL,
            id bigint NOT NULL,
            key integer NOT NULL,
            name text NOT NULL,
            count bigint NOT NULL DEFAULT 0,
            PRIMARY KEY (account, id));

        -- tags holds keys, including the keys of tags that were deleted since. A row gives up its room when its tags first change: new versions of rows
        -- then find a place on their page, and the database removes many old ones at once. The key begins with the openid, so that a query can find
        -- out whether an openid follows another account.
        CREATE TABLE follower (
            account bigint NOT NULL,
            since bigint NOT NULL,
            ordinal integer NOT NULL,
            following boolean NOT NULL,
            blacklisted boolean NOT NULL,
            openid text COLLATE "C" NOT NULL,
            tags integer[] NOT NULL,
            room text DEFAULT repeat(' ', 64),
            PRIMARY KEY (openid, account)) WITH (fillfactor = 95);
        -- The condition is always true. Only a statement that states it too can use this index. So the planner never answers a statement that names
        -- openids by reading all followers of the account, however few the account had when the statement was planned.
        CREATE UNIQUE INDEX follower_by_ordinal ON follower (account, ordinal) WHERE ordinal >= 0;
        CREATE INDEX follower_on_blacklist ON follower (account, ordinal) WHERE blacklisted;

        CREATE TABLE remark (
            account bigint NOT NULL,
            ordinal integer NOT NULL,
            remark bytea NOT NULL,
            PRIMARY KEY (account, ordinal));

        -- The carriers of a tag: a bit for each of 2048 followers. The flips still have to be applied to the bits.
        CREATE TABLE carriers (
            account bigint NOT NULL,
            key integer NOT NULL,
            chunk integer NOT NULL,
            bits bytea NOT NULL,
            PRIMARY KEY (account, key, chunk));

        -- The changes of a call: the followers whose bits must be flipped, and the change of the count in step.
        CREATE TABLE flip (
            account bigint NOT NULL,
            key integer NOT NULL,
            id bigint NOT NULL,
            part integer NOT NULL,
            step integer NOT NULL,
            ordinals integer[] NOT NULL,
            PRIMARY KEY (account, key, id, part));

        -- The changes that were made, for a node whose connection broke and that asks, and the changes that must not be made any more (fenced).
        -- calls holds the calls of a group that were applied.
        CREATE TABLE settled (
            account bigint NOT NULL,
            id bigint NOT NULL,
            fenced boolean NOT NULL,
            calls integer[],
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (account, id));

        CREATE TABLE token (
            account bigint NOT NULL,
            fingerprint bytea NOT NULL,
            stable boolean NOT NULL,
            issued_at bigint NOT NULL,
            record text NOT NULL,
            PRIMARY KEY (account, fingerprint));
        CREATE INDEX token_by_fingerprint ON token (fingerprint);

        CREATE TABLE platform (
            component bigint PRIMARY KEY,
            place bigint NOT NULL,
            record text NOT NULL);

        CREATE TABLE component_grant (
            account bigint NOT NULL,
            component bigint NOT NULL,
            place bigint NOT NULL,
            record text NOT NULL,
            PRIMARY KEY (account, component));

        -- The tokens of third-party platforms, with the account for which they act.
        CREATE TABLE platform_token (
            fingerprint bytea PRIMARY KEY,
            component bigint NOT NULL,
            account bigint);

        -- Marks of the whole database, such as that it holds the data of a sandbox.
        CREATE TABLE mark (
            name text PRIMARY KEY);

        CREATE TABLE counter (
            account bigint NOT NULL,
            name text NOT NULL,
            appid text NOT NULL,
            period bigint NOT NULL,
            count bigint NOT NULL,
            PRIMARY KEY (account, name));

        CREATE TABLE refused_call (
            account bigint NOT NULL,
            rid text COLLATE "C" NOT NULL,
            record text NOT NULL,
            PRIMARY KEY (account, rid));
        CREATE INDEX refused_call_by_rid ON refused_call (rid);
        """
}
