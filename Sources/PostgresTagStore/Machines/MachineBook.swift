/// Records which machine of the database holds which accounts, and which machines do not answer.
///
/// The book itself uses no clock, thread or database.
///
/// A machine is away if a question to the machine failed, or if the machine gave no answer at all for the time that
/// ``MachineRules`` allow. It stays away until it answers a question.
struct MachineBook: Sendable {
    typealias Instant = ContinuousClock.Instant
    typealias CallID = ObjectIdentifier

    /// A question by which a node checks whether a machine works.
    struct Question: Sendable, Equatable {
        let machine: String
        /// The number of an account whose shard the machine holds.
        let number: Int64
        /// Whether the machine must also make a change.
        let wantsChange: Bool
    }

    /// The result of a question.
    enum Finding: Sendable, Equatable {
        case well
        /// The machine cannot be used, for this reason.
        case unwell(String)
        /// The node learned nothing about the machine, because the server that the node connects to did not answer.
        case nothing
    }

    enum News: Sendable, Equatable {
        case wentAway
        case cameBack
    }

    /// The reason in ``away`` for a machine that gave no answer.
    static let silence = "it gave no answer in time"

    private let rules: MachineRules
    private(set) var map: ShardMap?
    /// The machines that do not answer, each with the reason.
    private(set) var away: [String: String] = [:]
    /// The machines that perhaps made a call fail. The node must ask each of them to make a change.
    private var suspects: Set<String> = []
    /// For each machine, the running calls that need only this machine, with the times when they began to run.
    private var running: [String: [CallID: Instant]] = [:]
    /// The running calls that need all machines, with the times when they began to run.
    private var runningOnAll: [CallID: Instant] = [:]
    /// When each machine last gave an answer.
    private var lastAnswers: [String: Instant] = [:]
    private struct Asked {
        /// When a session began to ask; nil while the question waits for a session.
        var since: Instant?
    }

    /// The questions that have not ended, by machine.
    private var asked: [String: Asked] = [:]
    /// The earliest time of the next question to a machine that is away, by machine.
    private var pauses: [String: Instant] = [:]

    init(rules: MachineRules = MachineRules()) {
        self.rules = rules
    }

    /// Replaces the map, and forgets the machines that hold no shard in the new map.
    mutating func learn(_ map: ShardMap) {
        self.map = map
        let names = Set(map.machines.map(\.name))
        away = away.filter { names.contains($0.key) }
        suspects.formIntersection(names)
        lastAnswers = lastAnswers.filter { names.contains($0.key) }
        pauses = pauses.filter { names.contains($0.key) }
    }

    /// Returns a machine that `scope` needs and that does not answer; nil if all needed machines answer.
    func missing(for scope: MachineScope) -> String? {
        switch scope {
        case .account(let account): map?.machine(of: account).flatMap { away[$0] == nil ? nil : $0 }
        case .every: away.keys.min()
        case .copies: nil
        }
    }

    /// Returns `machine` if it does not answer; nil if it answers.
    ///
    /// If `machine` is nil, returns any machine that does not answer.
    func missing(_ machine: String?) -> String? {
        guard let machine else { return missing(for: .every) }
        return away[machine] == nil ? nil : machine
    }

    // MARK: Calls

    /// Notes that a call begins to run, and needs `machine`.
    ///
    /// If `machine` is nil, the call needs all machines.
    mutating func callBegan(_ call: CallID, on machine: String?, at now: Instant) {
        if let machine { running[machine, default: [:]][call] = now } else { runningOnAll[call] = now }
    }

    /// - Parameter hasAnswer: whether the machine has answered the call.
    mutating func callEnded(_ call: CallID, on machine: String?, hasAnswer: Bool, at now: Instant) {
        guard let machine else { return runningOnAll[call] = nil }
        running[machine]?[call] = nil
        if running[machine]?.isEmpty == true { running[machine] = nil }
        if hasAnswer { answered(machine, at: now) }
    }

    mutating func answered(_ machine: String, at now: Instant) { lastAnswers[machine] = now }

    /// Notes that a call for `account` failed because a machine did not answer.
    ///
    /// Suspects all machines if the machine of `account` is not known.
    mutating func suspect(_ account: AccountKey?) {
        if let machine = account.flatMap({ map?.machine(of: $0) }) {
            suspects.insert(machine)
        } else {
            suspects.formUnion((map?.machines ?? []).map(\.name))
        }
    }

    // MARK: Questions

    /// The result of ``look(at:)``.
    struct Look: Sendable, Equatable {
        /// Machines that have just gone away because they gave no answer.
        var silent: [String] = []
        var questions: [Question] = []
    }

    /// Whether the node should read the map again, because accounts may now be on other machines.
    var wantsMap: Bool { !suspects.isEmpty || !away.isEmpty }

    /// Decides which machines are silent, and which machines the node must ask.
    ///
    /// The caller must ask all questions that the result holds.
    mutating func look(at now: Instant) -> Look {
        var look = Look()
        for machine in map?.machines ?? [] {
            if let asked = asked[machine.name] {
                guard let since = asked.since, away[machine.name] == nil, now - since >= rules.answer,
                    !hasAnswered(machine.name, since: since)
                else { continue }
                away[machine.name] = Self.silence
                look.silent.append(machine.name)
            } else if let wantsChange = wantsQuestion(machine.name, at: now) {
                look.questions.append(ask(machine, wantsChange: wantsChange))
            }
        }
        return look
    }

    /// Returns one question for each machine that is not away and that the node is not asking now.
    ///
    /// In each question, the machine must also make a change. The caller must ask all these questions.
    mutating func questionsToAll() -> [Question] {
        let machines = (map?.machines ?? []).filter { asked[$0.name] == nil && away[$0.name] == nil }
        return machines.map { ask($0, wantsChange: true) }
    }

    private mutating func ask(_ machine: (name: String, number: Int64), wantsChange: Bool) -> Question {
        suspects.remove(machine.name)
        asked[machine.name] = Asked()
        return Question(machine: machine.name, number: machine.number, wantsChange: wantsChange)
    }

    /// Returns whether the machine must also make a change in the next question; nil if the machine needs no question
    /// now.
    private func wantsQuestion(_ machine: String, at now: Instant) -> Bool? {
        if away[machine] != nil { return now >= pauses[machine] ?? now ? true : nil }
        if suspects.contains(machine) { return true }
        let oldest = [running[machine]?.values.min(), runningOnAll.values.min()].compactMap(\.self).min()
        guard let oldest, now - oldest >= rules.patience else { return nil }
        return hasAnswered(machine, since: now - rules.patience) ? nil : false
    }

    private func hasAnswered(_ machine: String, since instant: Instant) -> Bool {
        lastAnswers[machine].map { $0 > instant } ?? false
    }

    /// Notes that a session has begun to ask a question.
    mutating func questionBegan(_ machine: String, at now: Instant) { asked[machine] = Asked(since: now) }

    /// Notes the result of a question, and returns whether the machine has just gone away or come back.
    ///
    /// Returns nil if the machine is away as before, or answers as before.
    mutating func questionEnded(_ machine: String, _ finding: Finding, at now: Instant) -> News? {
        asked[machine] = nil
        pauses[machine] = now + rules.pause
        let before = away[machine]
        switch finding {
        case .well:
            answered(machine, at: now)
            away[machine] = nil
            return before == nil ? nil : .cameBack
        case .unwell(let reason):
            away[machine] = reason
            return before == nil ? .wentAway : nil
        case .nothing: return nil
        }
    }
}
