/// Statements for accounts, tags, followers and tokens. Other statements are declared in the files that use them.
enum Statements {
    // MARK: Accounts

    static let account = Statement("account", "SELECT appid, settings, version FROM account WHERE account = $1")

    static let accounts = Statement(
        "accounts",
        """
        SELECT appid, settings, following,
            (SELECT count(*) FROM tag WHERE tag.account = account.account AND tag.id >= 100)
        FROM account ORDER BY place, appid
        """)

    static let summary = Statement(
        "summary",
        """
        SELECT appid, settings, following, (SELECT count(*) FROM tag WHERE tag.account = $1 AND tag.id >= 100)
        FROM account WHERE account = $1
        """)

    /// SQL for the place of a new account or grant in the order of creation. The place is the time of the database in
    /// microseconds.
    ///
    /// Earlier versions counted places from 1. To find the next such number, the database would have to ask every
    /// machine.
    static let place = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

    /// Returns a row if the appid is taken. The row tells whether an account or a third-party platform has the appid.
    static let holder = Statement(
        "holder of an appid",
        "SELECT EXISTS (SELECT FROM account WHERE account.account = $1) FROM appid WHERE account = $1")

    static let lockAccount = Statement(
        "lock account",
        "SELECT appid, settings, next_tag_id, next_key, next_ordinal FROM account WHERE account = $1 FOR UPDATE")

    static let takeAppID = Statement(
        "take appid", "INSERT INTO appid (account, appid) VALUES ($1, $2) ON CONFLICT DO NOTHING")

    static let insertAccount = Statement(
        "insert account",
        """
        INSERT INTO account (account, appid, place, settings, next_tag_id, next_key)
        VALUES ($1, $2, \(place), $3, $4, $5)
        """)

    static let updateAccount = Statement(
        "update account", "UPDATE account SET settings = $2, version = version + 1 WHERE account = $1")

    static let setNextTag = Statement(
        "set next tag", "UPDATE account SET next_tag_id = $2, next_key = $3 WHERE account = $1")

    static let setFollowing = Statement(
        "set following", "UPDATE account SET next_ordinal = $2, following = following + $3 WHERE account = $1")

    static let setBlacklistCount = Statement(
        "set blacklist count", "UPDATE account SET blacklisted = blacklisted + $2 WHERE account = $1")

    static let totals = Statement("totals", "SELECT following, blacklisted, appid FROM account WHERE account = $1")

    static let vitals = Statement(
        "vitals",
        """
        SELECT (SELECT count(*) FROM account), (SELECT coalesce(sum(following), 0) FROM account),
            (SELECT coalesce(sum(count), 0) FROM tag) + (SELECT coalesce(sum(step), 0) FROM flip)
        """)

    static let mark = Statement("mark", "SELECT FROM mark WHERE name = $1")
    static let setMark = Statement("set mark", "INSERT INTO mark (name) VALUES ($1) ON CONFLICT DO NOTHING")

    // MARK: Tags

    static let insertTag = Statement(
        "insert tag", "INSERT INTO tag (account, id, key, name, count) VALUES ($1, $2, $3, $4, $5)")

    static let tagNames = Statement("tag names", "SELECT id, name, key FROM tag WHERE account = $1 ORDER BY id")

    static let renameTag = Statement("rename tag", "UPDATE tag SET name = $3 WHERE account = $1 AND id = $2")

    static let deleteTag = Statement("delete tag", "DELETE FROM tag WHERE account = $1 AND id = $2")

    static let dropCarriers = Statement("drop carriers", "DELETE FROM carriers WHERE account = $1 AND key = $2")

    static let dropFlips = Statement("drop flips", "DELETE FROM flip WHERE account = $1 AND key = $2")

    static let tags = Statement(
        "tags",
        """
        SELECT id, name, count
            + coalesce((SELECT sum(step) FROM flip WHERE flip.account = $1 AND flip.key = tag.key), 0)
        FROM tag WHERE account = $1 ORDER BY id
        """)

    static let tag = Statement(
        "tag",
        """
        SELECT key, count
            + coalesce((SELECT sum(step) FROM flip WHERE flip.account = $1 AND flip.key = tag.key), 0)
        FROM tag WHERE account = $1 AND id = $2
        """)

    static let insertFlip = Statement(
        "insert flip",
        "INSERT INTO flip (account, key, id, part, step, ordinals) VALUES ($1, $2, $3, $4, $5, $6)")

    // MARK: Followers

    static let followers = Statement(
        "followers",
        """
        SELECT openid, ordinal, following, tags, blacklisted FROM follower
        WHERE openid = ANY ($2) AND account = $1
        """)

    static let lockFollowers = Statement(
        "lock followers",
        """
        SELECT openid, ordinal, following, tags, blacklisted FROM follower
        WHERE openid = ANY ($2) AND account = $1 ORDER BY ordinal FOR UPDATE
        """)

    /// Locks followers without waiting. Skips followers that another change has locked.
    static let claimFollowers = Statement(
        "claim followers",
        """
        SELECT openid, ordinal, following, tags, blacklisted FROM follower
        WHERE openid = ANY ($2) AND account = $1 FOR UPDATE SKIP LOCKED
        """)

    static let followersElsewhere = Statement(
        "followers elsewhere",
        "SELECT DISTINCT openid FROM follower WHERE openid = ANY ($2) AND following AND account <> $1")

    static let insertFollowers = Statement(
        "insert followers",
        """
        INSERT INTO follower (account, since, ordinal, following, blacklisted, openid, tags)
        SELECT $1, $2, $3::integer + place::integer - 1, true, false, openid, '{}'
        FROM unnest($4::text[]) WITH ORDINALITY AS arrived (openid, place)
        """)

    static let setFollowersBack = Statement(
        "set followers back",
        "UPDATE follower SET following = true, since = $2 WHERE openid = ANY ($3) AND account = $1")

    static let setFollowersGone = Statement(
        "set followers gone", "UPDATE follower SET following = false WHERE openid = ANY ($2) AND account = $1")

    static let setTags = Statement(
        "set tags", "UPDATE follower SET tags = $3, room = NULL WHERE openid = $2 AND account = $1")

    static let setBlacklisted = Statement(
        "set blacklisted", "UPDATE follower SET blacklisted = $3 WHERE openid = ANY ($2) AND account = $1")

    static let followersAfter = Statement(
        "followers after",
        """
        SELECT openid FROM follower WHERE account = $1 AND ordinal > $2 AND ordinal >= 0 AND following
        ORDER BY ordinal LIMIT $3
        """)

    static let blacklistAfter = Statement(
        "blacklist after",
        """
        SELECT openid FROM follower WHERE account = $1 AND ordinal > $2 AND blacklisted ORDER BY ordinal LIMIT $3
        """)

    static let ordinal = Statement(
        "ordinal", "SELECT ordinal FROM follower WHERE openid = $2 AND account = $1")

    static let followersBetween = Statement(
        "followers between",
        """
        SELECT ordinal, openid FROM follower
        WHERE account = $1 AND ordinal BETWEEN $2 AND $3 AND ordinal >= 0 ORDER BY ordinal
        """)

    /// Returns the followers with the ordinals in $2, in the order of $2. The subquery keeps the planner from scanning
    /// all followers of the account.
    static let followersNumbered = Statement(
        "followers numbered",
        """
        SELECT found.ordinal, found.openid
        FROM unnest($2::integer[]) WITH ORDINALITY AS named (ordinal, place), LATERAL (
            SELECT ordinal, openid FROM follower
            WHERE account = $1 AND ordinal = named.ordinal AND ordinal >= 0 OFFSET 0
        ) AS found ORDER BY place
        """)

    static let profiles = Statement(
        "profiles",
        """
        SELECT openid, following, since, tags,
            (SELECT remark FROM remark WHERE remark.account = $1 AND remark.ordinal = follower.ordinal)
        FROM follower WHERE openid = ANY ($2) AND account = $1
        """)

    static let setRemark = Statement(
        "set remark",
        """
        INSERT INTO remark (account, ordinal, remark) VALUES ($1, $2, $3)
        ON CONFLICT (account, ordinal) DO UPDATE SET remark = excluded.remark
        """)

    static let dropRemark = Statement("drop remark", "DELETE FROM remark WHERE account = $1 AND ordinal = $2")

    // MARK: Tokens

    static let dropTokens = Statement("drop tokens", "DELETE FROM token WHERE account = $1")
}
