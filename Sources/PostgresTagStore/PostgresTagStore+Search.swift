import OfficialAccount
import TagStore

// Searches over the accounts of all machines.
extension PostgresTagStore {
    /// Asks for rows of all accounts. Returns nil if accounts are spread over machines, and not all of these answer in
    /// the time of a search.
    func search<Value: Sendable>(
        _ request: Request, _ body: @escaping @Sendable (ResultRows) throws -> Value
    ) async throws(Refusal) -> Value? {
        if let machines { return await machines.search(request, body) }
        return try await read(.every) { try body($0.run([request])[0].get()) }
    }

    /// Returns the refusal of an openid that never followed the account: 49003 if it follows another account of this
    /// store, and 40003 otherwise.
    ///
    /// Only all machines together know whether the openid follows another account. Without their answer the refusal is
    /// 40003, which is true in both cases.
    func refusal(of unseen: UnseenOpenID) async throws(Refusal) -> Refusal {
        let request = Request(
            Statements.followersElsewhere, [unseen.account.parameter, .openIDs([unseen.openID])])
        let isElsewhere = try await search(request) { $0.count > 0 } ?? false
        return isElsewhere ? .anotherAccounts(unseen.openID) : .neverSeen(unseen.openID)
    }
}
