import OfficialAccount
import TagStore

// Reads and changes tags.
extension PostgresTagStore {
    public func createTag(named name: String, id: TagID?, for appID: AppID) async throws(Refusal) -> TagID {
        let number = AccountKey(appID)
        let limits = limits
        return try await change(number) { connection in
            let account = try connection.lock(appID, number)
            let names = try connection.tagNames(number).names
            let created = id ?? account.nextTagID
            try TagRules.judgeNew(
                created, named: name, among: names, limits: account.account.limits.applied(to: limits))
            let next = max(account.nextTagID, TagID(created.rawValue + 1))
            try connection.run(
                Statements.setNextTag, [number.parameter, .int(next.rawValue), .int(account.nextKey + 1)])
            try connection.run(
                Statements.insertTag,
                [number.parameter, .int(created.rawValue), .int(account.nextKey), .text(name), .int(0)])
            return created
        }
    }

    public func renameTag(_ tag: TagID, to name: String, for appID: AppID) async throws(Refusal) {
        let number = AccountKey(appID)
        let limits = limits
        try await change(number) { connection in
            let account = try connection.lock(appID, number)
            try TagRules.judgeModifiable(tag)
            let names = try connection.tagNames(number)
            _ = try names.entry(tag)
            try TagRules.judge(
                name, for: tag, among: names.names, limits: account.account.limits.applied(to: limits))
            try connection.run(Statements.renameTag, [number.parameter, .int(tag.rawValue), .text(name)])
        }
    }

    public func deleteTag(_ tag: TagID, for appID: AppID) async throws(Refusal) {
        let number = AccountKey(appID)
        let limits = limits
        try await change(number) { connection in
            let account = try connection.lock(appID, number)
            try TagRules.judgeModifiable(tag)
            let rows = try connection.run(Statements.tag, [number.parameter, .int(tag.rawValue)])
            guard rows.count == 1 else { throw Refusal.unknownTag(tag) }
            try TagRules.judgeDeletion(
                of: tag, carriers: try rows.int(0, 1), limits: account.account.limits.applied(to: limits))
            let key = try rows.int(0, 0)
            // The rows of followers keep the key, which belongs to no tag any more.
            try connection.run(Statements.deleteTag, [number.parameter, .int(tag.rawValue)])
            try connection.run(Statements.dropFlips, [number.parameter, .int(key)])
            try connection.run(Statements.dropCarriers, [number.parameter, .int(key)])
        }
    }

    public func tags(of appID: AppID) async throws(Refusal) -> [Tag] {
        let number = AccountKey(appID)
        return try await read(.account(number)) { connection in
            let rows = try connection.run(Statements.tags, [number.parameter])
            return try (0..<rows.count).map { row in
                Tag(id: TagID(try rows.int(row, 0)), name: rows.text(row, 1), count: try rows.int(row, 2))
            }
        }
    }

    public func tagIDs(of openID: OpenID, for appID: AppID) async throws(Refusal) -> [TagID] {
        let number = AccountKey(appID)
        return try await read(.account(number)) { connection in
            let answers = try connection.run([
                Request(Statements.followers, [number.parameter, .openIDs([openID])]),
                Request(Statements.tagNames, [number.parameter]),
            ])
            let rows = try answers[0].get()
            guard rows.count == 1, rows.bool(0, 2) else {
                try connection.refuse(notFollowing: openID, appID, number)
            }
            let keys = try rows.ints(0, 3)
            return try connection.tagNames(from: answers[1].get()).ids(of: keys)
        }
    }
}
