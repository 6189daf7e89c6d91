import OfficialAccount
import TagStore

// Searches over the accounts of all machines.
extension PostgresTagStore {
    /// Runs a query over all accounts.
    ///
    /// If the accounts are spread over machines, returns nil if the query fails or takes longer than the time for a
    /// search. So nil does not show that a machine is away.
    func search<Value: Sendable>(
        _ request: Request, _ body: @escaping @Sendable (ResultRows) throws -> Value
    ) async throws(Refusal) -> Value? {
        if let machines { return await machines.search(request, body) }
        return try await read(.every) { try body($0.run([request])[0].get()) }
    }

    /// Returns the refusal of an openid that never followed the account: 49003 if the openid follows another account of
    /// this store, and 40003 if not.
    ///
    /// Only all machines together know whether the openid follows another account. If a machine does not answer, the
    /// refusal is 40003. That refusal is true whether or not the openid follows another account.
    func refusal(of unseen: UnseenOpenID) async throws(Refusal) -> Refusal {
        let request = Request(
            Statements.followersElsewhere, [unseen.account.parameter, .openIDs([unseen.openID])])
        let isElsewhere = try await search(request) { $0.count > 0 } ?? false
        return isElsewhere ? .anotherAccounts(unseen.openID) : .neverSeen(unseen.openID)
    }
}
