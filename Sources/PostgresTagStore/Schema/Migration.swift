/// One step from an older schema to a newer one. A released step is never changed; a new step is added after it.
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

    /// The tables whose rows belong to accounts and stay with them when the database is spread over machines.
    static let distributedTables = [
        "account", "appid", "tag", "follower", "remark", "carriers", "flip", "settled", "token", "component_grant",
        "counter",
        "refused_call",
    ]
    /// The tables of which every machine has a copy.
    static let referenceTables = ["platform", "platform_token", "mark", "migration"]

    /// Statements that tune PostgreSQL. Errors of other engines are ignored. The planner must assume that every account
    /// has all rows. A plan for the average of many small accounts would take seconds for a large one. Tables with a
    /// high turnover are vacuumed early.
    static let advice = [
        "ALTER TABLE follower ALTER COLUMN account SET (n_distinct = 1)",
        "ALTER TABLE carriers ALTER COLUMN account SET (n_distinct = 1)",
        "ALTER TABLE carriers ALTER COLUMN key SET (n_distinct = 1)",
        "ALTER TABLE flip SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000)",
        "ALTER TABLE settled SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000)",
    ]

    private static let firstSchema = """
        -- Accounts are numbered by the first eight bytes of the SHA-256 of their appid, so that no table has to be asked for the number.
        -- place is their order; version grows with every change of the settings; ordinals number followers, keys number tags,
        -- deleted ones among them, because neither is ever given out again.
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

        -- Who has an appid, an account or a platform: one or the other.
        CREATE TABLE appid (
            account bigint PRIMARY KEY,
            appid text NOT NULL);

        -- count is how many present followers carry it, but for what stands in flip.
        CREATE TABLE tag (
            account bigint NOT NULL,
            id bigint NOT NULL,
            key integer NOT NULL,
            name text NOT NULL,
            count bigint NOT NULL DEFAULT 0,
            PRIMARY KEY (account, id));

        -- tags holds keys, those of tags deleted since among them. A row gives its room up when its tags first change: new versions of rows
        -- then find a place on their page, and old ones are cleared away many at once. The key begins with the openid: it alone tells whether
        -- someone follows another account.
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
        -- What always holds is said here so that only a statement which says it as well can use this index: one that names openids must
        -- never be answered by going through all followers of the account, however few there were when it was planned.
        CREATE UNIQUE INDEX follower_by_ordinal ON follower (account, ordinal) WHERE ordinal >= 0;
        CREATE INDEX follower_on_blacklist ON follower (account, ordinal) WHERE blacklisted;

        CREATE TABLE remark (
            account bigint NOT NULL,
            ordinal integer NOT NULL,
            remark bytea NOT NULL,
            PRIMARY KEY (account, ordinal));

        -- Who carries a tag: a bit for each of 2048 followers, after which the flips are still to be made.
        CREATE TABLE carriers (
            account bigint NOT NULL,
            key integer NOT NULL,
            chunk integer NOT NULL,
            bits bytea NOT NULL,
            PRIMARY KEY (account, key, chunk));

        -- What a call has changed: these bits are to be flipped, by which the count grows by step.
        CREATE TABLE flip (
            account bigint NOT NULL,
            key integer NOT NULL,
            id bigint NOT NULL,
            part integer NOT NULL,
            step integer NOT NULL,
            ordinals integer[] NOT NULL,
            PRIMARY KEY (account, key, id, part));

        -- Changes that have been made, to be asked for by one whose connection broke, and such as may no longer be made. calls are those of a
        -- group that were applied.
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

        -- Tokens of platforms, with the account for which they act.
        CREATE TABLE platform_token (
            fingerprint bytea PRIMARY KEY,
            component bigint NOT NULL,
            account bigint);

        -- What is said of the whole, such as that it is a sandbox's.
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
