import NIOCore
import OfficialAccount
import TagStore

/// The calls about followers themselves: decode, one function of the store, encode.
struct FollowerHandlers: Sendable {
    let store: any TagStore

    @Sendable func getFans(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        try await store.followers(after: try .cursor(call.query["next_openid"]), of: caller.appID)
    }

    @Sendable func userInfo(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let openID = try OpenID.required(call.query["openid"])
        guard let profile = try await store.profiles(of: [openID], for: caller.appID).first else {
            throw .neverSeen(openID)
        }
        return profile
    }

    @Sendable func batchUserInfo(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let limit = store.limits.usersPerInfoCall
        let users = try call.body.decode(BatchUserInfoRequest.self).users ?? []
        guard 1...limit ~= users.count else {
            throw Refusal(.invalidOpenIDListSize, "user_list holds \(users.count) users; send 1 to \(limit)")
        }
        var openIDs: [OpenID] = []
        for user in users { openIDs.append(try .required(user.openID)) }
        return FollowerProfileList(profiles: try await store.profiles(of: openIDs, for: caller.appID))
    }

    @Sendable func updateRemark(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let request = try call.body.decode(UpdateRemarkRequest.self)
        let openID = try OpenID.required(request.openID)
        guard let remark = request.remark else {
            throw Refusal(.dataFormatError, "remark is missing; send an empty one to take it away")
        }
        try await store.setRemark(remark, of: openID, for: caller.appID)
        return CommandDone()
    }

    @Sendable func getBlacklist(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        // The body holds nothing but the cursor, so an empty one asks for the first page.
        let begin =
            call.body.buffer.readableBytes == 0 ? nil : try call.body.decode(BlacklistRequest.self).beginOpenID
        return try await store.blacklist(after: try .cursor(begin), of: caller.appID)
    }

    @Sendable func batchBlacklist(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let list = try call.body.decode(BlacklistChangeRequest.self).openIDList
        try await store.setBlacklisted(true, list, for: caller.appID)
        return CommandDone()
    }

    @Sendable func batchUnblacklist(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let list = try call.body.decode(BlacklistChangeRequest.self).openIDList
        try await store.setBlacklisted(false, list, for: caller.appID)
        return CommandDone()
    }
}
