import Foundation
import FreshFiles
import NIOCore
import OfficialAccount
import Synchronization
import TagStore

/// The relaxed accounts of a sandbox, which accept the fixtures of SDKs without changes.
///
/// A relaxed account accepts openids such as `OPENID1`. Such an openid follows the account from the first call that
/// names it. The secret of the account may be short, and a test can choose the text of the account's next token. All
/// other rules of the platform apply.
public final class RelaxedAccounts: Sendable {
    private struct State {
        var accounts: Set<AppID> = []
        /// The text of the next token, by account.
        var next: [AppID: String] = [:]
        /// The chosen texts of earlier tokens, by account.
        var given: [AppID: Set<String>] = [:]
    }

    private let state: Mutex<State>
    private let file: URL?

    /// - Parameter file: the file that keeps the appids, one on each line. If nil, the appids are lost when the server
    ///   ends. Throws if the file exists and cannot be read.
    public init(file: URL? = nil) throws {
        self.file = file
        let text = try file.flatMap { try FreshFile($0.path).text() } ?? ""
        state = Mutex(State(accounts: Set(text.split(whereSeparator: \.isNewline).map { AppID(String($0)) })))
    }

    /// The appids in order.
    public var appIDs: [AppID] { state.withLock { $0.accounts.sorted { $0.rawValue < $1.rawValue } } }

    public func contains(_ appID: AppID) -> Bool {
        state.withLock { $0.accounts.contains(appID) }
    }

    /// Makes an account relaxed, or strict again. Returns whether the account has changed. Throws if the file cannot
    /// be written.
    @discardableResult
    func set(_ appID: AppID, isRelaxed: Bool) throws -> Bool {
        try state.withLock { state in
            guard state.accounts.contains(appID) != isRelaxed else { return false }
            try change(&state, to: isRelaxed ? state.accounts.union([appID]) : state.accounts.subtracting([appID]))
            return true
        }
    }

    /// Writes the present appids to the file again. Throws if the file cannot be written.
    ///
    /// A change that also needs the store calls this function first, and so does not end halfway.
    func checkFile() throws {
        try state.withLock { try write($0.accounts) }
    }

    /// Makes the accounts in `appIDs` relaxed, and every other account strict. Throws if the file cannot be written.
    ///
    /// - Parameter given: chosen texts of tokens to remember, by account, as ``givenTokens(of:)`` returned them.
    func replaceAll(with appIDs: Set<AppID>, given: [AppID: Set<String>] = [:]) throws {
        try state.withLock { state in
            try change(&state, to: appIDs)
            for (appID, texts) in given { state.given[appID, default: []].formUnion(texts) }
        }
    }

    private func change(_ state: inout State, to accounts: Set<AppID>) throws {
        try write(accounts)
        state.accounts = accounts
        state.next = state.next.filter { accounts.contains($0.key) }
        state.given = state.given.filter { accounts.contains($0.key) }
    }

    private func write(_ accounts: Set<AppID>) throws {
        guard let file else { return }
        let lines = accounts.map { "\($0.rawValue)\n" }.sorted().joined()
        try FreshFile(file.path).replace(with: lines.utf8)
    }

    // MARK: Tokens

    /// Sets the text of the next token of a relaxed account. Returns false if another account has or had this token.
    func setNextToken(_ text: String, of appID: AppID) -> Bool {
        state.withLock { state in
            let isTaken =
                state.given.contains { $0.key != appID && $0.value.contains(text) }
                || state.next.contains { $0.key != appID && $0.value == text }
            if !isTaken { state.next[appID] = text }
            return !isTaken
        }
    }

    /// Returns the text that the next token of the account must have, and forgets this choice. Returns nil if the
    /// server must make the text.
    func takeNextToken(of appID: AppID) -> String? {
        state.withLock { state in
            guard let text = state.next.removeValue(forKey: appID) else { return nil }
            state.given[appID, default: []].insert(text)
            return text
        }
    }

    /// Returns the chosen texts of the tokens of `appIDs`, by account.
    func givenTokens(of appIDs: Set<AppID>) -> [AppID: Set<String>] {
        state.withLock { $0.given.filter { appIDs.contains($0.key) } }
    }

    /// Returns the chosen text of the token with this fingerprint; nil if a test did not choose it.
    func givenToken(of appID: AppID, _ fingerprint: Fingerprint) -> String? {
        state.withLock { $0.given[appID] }?.first { Fingerprint(of: $0) == fingerprint }
    }

    // MARK: Calls

    /// Replaces each relaxed openid in a call with the openid that the store keeps, and returns the new call. These
    /// openids follow the account from now on, unless the call names more openids than the server accepts.
    func kept(
        _ call: Call, to endpoint: Endpoint, of caller: Caller, in store: any TagStore, at now: UnixTime
    ) async throws(Refusal) -> Call {
        guard contains(caller.appID) else { return call }
        let body = RelaxedOpenID.kept(in: call.body.buffer)
        let query = RelaxedOpenID.kept(in: call.query.text)
        let followers = (body?.followers ?? []) + (query?.followers ?? [])
        let limits = caller.account.limits.applied(to: store.limits)
        // The server refuses a call that names more openids. So such a call must not add followers.
        if !followers.isEmpty, max(body?.named ?? 0, query?.named ?? 0) <= Self.mostOpenIDs(in: endpoint, limits) {
            _ = try await store.follow(followers, of: caller.appID, at: now)
        }
        return Call(
            address: call.address, query: query.map { CallQuery(text: $0.query) } ?? call.query,
            body: body.map { CallBody(buffer: $0.body) } ?? call.body)
    }

    /// Returns the most openids that the server accepts in a call to `endpoint`.
    ///
    /// A call that takes only one openid has the limit of `user/info/batchget`, because such a call ignores all other
    /// openids.
    private static func mostOpenIDs(in endpoint: Endpoint, _ limits: Limits) -> Int {
        switch endpoint {
        case BatchTagging.endpoint, BatchUntagging.endpoint: limits.openIDsPerCall
        case BatchBlacklist.endpoint, BatchUnblacklist.endpoint: limits.openIDsPerBlacklistCall
        default: limits.usersPerInfoCall
        }
    }

    /// Writes the openids of an answer in the form in which the caller sent them.
    func show(_ response: inout APIResponse, to appID: AppID?) {
        guard let appID, contains(appID) else { return }
        response.body = ByteBuffer(string: RelaxedOpenID.shown(String(buffer: response.body)))
        if let reason = response[APIResponse.reason] {
            response[APIResponse.reason] = RelaxedOpenID.explained(reason)
        }
    }
}
