import AdminAPI
import OfficialAccount
import Synchronization
import TagStore

/// The fault rules of a sandbox.
///
/// A person sets the rules, and the gateway applies them to calls.
public final class FaultBoard: Sendable {
    private let book = Watched(FaultBook())
    /// Whether the board has any rule. If not, a call reads only this flag.
    private let isArmed = Atomic(false)
    private let now: @Sendable () -> UnixTime
    private let sleep: @Sendable (Duration) async -> Void

    /// - Parameters:
    ///   - now: returns the sandbox's time.
    ///   - sleep: delays a call.
    public init(
        now: @escaping @Sendable () -> UnixTime,
        sleep: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.now = now
        self.sleep = sleep
    }

    // MARK: Rules

    /// Replaces all rules with the rules of `set`.
    public func replaceAll(with set: FaultSet) {
        change { $0.replaceAll(with: set, at: now()) }
    }

    /// Adds a rule, or replaces the rule with the same name.
    ///
    /// Returns false if the board has no room for another rule.
    @discardableResult
    public func put(_ rule: FaultRule) -> Bool {
        change { $0.put(rule, at: now()) }
    }

    /// Removes a rule. Returns whether there was a rule with this name.
    @discardableResult
    public func remove(_ name: String) -> Bool {
        change { $0.remove(name) }
    }

    public func removeAll() {
        change { $0.removeAll() }
    }

    private func change<Value: Sendable>(_ body: (inout FaultBook) -> Value) -> Value {
        book.change { book in
            defer { isArmed.store(!book.isEmpty, ordering: .releasing) }
            return body(&book)
        }
    }

    enum Addition {
        case added
        /// The board already has a rule with this name.
        case taken
        /// The board has no room for another rule.
        case full
    }

    /// Adds a rule, unless the board has a rule with the same name.
    func add(_ rule: FaultRule) -> Addition {
        change { book in
            if book.has(rule.name) { return .taken }
            return book.put(rule, at: now()) ? .added : .full
        }
    }

    // MARK: Reading

    /// Every rule, with the number of calls that it has matched and the number on which it has fired.
    public var list: FaultList { book.read { $0.list } }

    public func status(of name: String) -> FaultStatus? { book.read { $0.status(of: name) } }

    /// The number of times that each fault fired, by the name of its rule or header. The numbers also include removed
    /// rules.
    var fired: [ExactText: Int] { book.read { $0.fired } }

    /// Waits until a rule has fired `count` times in total, or until `timeout` is over, and then returns the status of
    /// the rule.
    ///
    /// Returns nil if the board has no rule with this name, or if the rule is removed during the wait.
    public func status(of name: String, fired count: Int, within timeout: Duration) async -> FaultStatus? {
        let deadline = ContinuousClock.now + timeout
        while var status = status(of: name) {
            status.complete = status.fired >= count
            guard !status.complete, ContinuousClock.now < deadline, !Task.isCancelled else { return status }
            let fired = status.fired
            await book.waitForChange(until: deadline) { $0.status(of: name).map { $0.fired > fired } ?? true }
        }
        return nil
    }

    // MARK: Calls

    /// Returns whether the board has a rule that applies to calls at `stage`.
    func hasRules(at stage: FaultRule.Stage) -> Bool {
        isArmed.load(ordering: .acquiring) && book.read { $0.hasRules(at: stage) }
    }

    func draw(_ call: inout FaultCall, at stages: Set<FaultRule.Stage>) -> FiredFault? {
        guard isArmed.load(ordering: .acquiring) else { return nil }
        let moment = now()
        return book.change { $0.draw(&call, at: stages, now: moment) }
    }

    /// Counts `fault` as fired if `isPlayed` is true.
    func settle(_ fault: FiredFault, isPlayed: Bool) {
        book.change { $0.settle(fault, isPlayed: isPlayed) }
    }

    // MARK: Tokens

    /// Makes the server refuse `token` until the rule of `fault` is removed.
    func end(_ token: Fingerprint, by fault: FiredFault) {
        book.change { $0.end(token, by: fault) }
    }

    /// Returns which rule has ended a token; nil if no rule has ended the token.
    ///
    /// - Parameter find: returns the token. The board calls this function only if a rule has ended any token.
    func end(of find: () -> Fingerprint?) -> FaultBook.TokenEnd? {
        guard isArmed.load(ordering: .acquiring), book.read({ $0.hasEndedTokens }), let token = find() else {
            return nil
        }
        return book.read { $0.end(of: token) }
    }

    /// Makes the server accept a token again, because the server has issued a token with the same text.
    func revive(_ token: Fingerprint) {
        guard isArmed.load(ordering: .acquiring) else { return }
        book.change { $0.revive(token) }
    }

    /// Makes the server accept the tokens of these accounts again, because the sandbox has replaced the state of the
    /// accounts.
    func forgetEndedTokens(of accounts: [AppID]) {
        guard isArmed.load(ordering: .acquiring) else { return }
        let names = Set(accounts.map { ExactText($0.rawValue) })
        book.change { $0.forgetEndedTokens(of: names) }
    }

    func hold(for duration: Duration?) async {
        if let duration { await sleep(duration) }
    }
}
