import OfficialAccount
import TagStore

/// Answers the calls that concern followers. Each handler uses one function of the store.
struct FollowerHandlers: Sendable {
    let store: any TagStore

    func answer(_ table: inout CallTable) {
        table.account(GetFans.self) { (request, caller) throws(Refusal) in
            try await store.followers(after: try .cursor(request.nextOpenID), of: caller.appID)
        }
        table.account(UserInfo.self) { (request, caller) throws(Refusal) in
            let openID = try OpenID.required(request.openID)
            guard let profile = try await store.profiles(of: [openID], for: caller.appID).first else {
                throw .neverSeen(openID)
            }
            return profile
        }
        table.account(BatchUserInfo.self, batchUserInfo)
        table.account(UpdateRemark.self, updateRemark)
        table.account(GetBlacklist.self) { (request, caller) throws(Refusal) in
            try await store.blacklist(after: try .cursor(request.beginOpenID), of: caller.appID)
        }
        table.account(BatchBlacklist.self) { (request, caller) throws(Refusal) in
            try await store.setBlacklisted(true, request.openIDList, for: caller.appID)
            return CommandDone()
        }
        table.account(BatchUnblacklist.self) { (request, caller) throws(Refusal) in
            try await store.setBlacklisted(false, request.openIDList, for: caller.appID)
            return CommandDone()
        }
    }

    @Sendable private func batchUserInfo(
        _ request: BatchUserInfo.Request, _ caller: Caller
    ) async throws(Refusal) -> BatchUserInfo.Response {
        let limit = store.limits.usersPerInfoCall
        guard 1...limit ~= request.openIDs.count else {
            throw Refusal(
                .invalidOpenIDListSize, "user_list holds \(request.openIDs.count) users; send 1 to \(limit)")
        }
        var openIDs: [OpenID] = []
        for text in request.openIDs { openIDs.append(try .required(text)) }
        return BatchUserInfo.Response(profiles: try await store.profiles(of: openIDs, for: caller.appID))
    }

    @Sendable private func updateRemark(
        _ request: UpdateRemark.Request, _ caller: Caller
    ) async throws(Refusal) -> CommandDone {
        let openID = try OpenID.required(request.openID)
        guard let remark = request.remark else {
            throw Refusal(.dataFormatError, "remark is missing; send an empty one to remove the present remark")
        }
        try await store.setRemark(remark, of: openID, for: caller.appID)
        return CommandDone()
    }
}
