/// Records which machine of the database holds which accounts, and which machines do not answer. It only decides,
/// without threads or a database.
struct MachineBook: Sendable {
    private(set) var map: ShardMap?
    /// The machines that do not answer, each with the reason.
    private(set) var away: [String: String] = [:]
    /// Machines that failed a call and must be asked.
    private(set) var suspects: Set<String> = []
    /// Whether a call failed and its machine is unknown.
    private var suspectsAll = false

    /// Takes a new map, and forgets machines that hold no shard any more.
    mutating func learn(_ map: ShardMap) {
        self.map = map
        let names = Set(map.machines.map(\.name))
        away = away.filter { names.contains($0.key) }
        suspects.formIntersection(names)
    }

    /// Returns a machine that `scope` needs and that does not answer; nil if there is none.
    func missing(for scope: ReadScope) -> String? {
        switch scope {
        case .account(let account): map?.machine(of: account).flatMap { away[$0] == nil ? nil : $0 }
        case .every: away.keys.min()
        case .copies: nil
        }
    }

    /// Notes that a call failed because a machine did not answer.
    mutating func suspect(_ account: AccountKey?) {
        if let machine = account.flatMap({ map?.machine(of: $0) }) {
            suspects.insert(machine)
        } else {
            suspectsAll = true
        }
    }

    /// Whether ``Machines/watch(every:)`` must ask a machine.
    var wantsLook: Bool { suspectsAll || !suspects.isEmpty || !away.isEmpty }

    /// Returns the machines to ask, each with the number of an account that it holds.
    ///
    /// - Parameter all: whether to include machines that are neither suspect nor away.
    func machinesToAsk(all: Bool) -> [(name: String, number: Int64)] {
        guard let machines = map?.machines else { return [] }
        return all || suspectsAll ? machines : machines.filter { suspects.contains($0.name) || away[$0.name] != nil }
    }

    enum News: Sendable, Equatable {
        case wentAway
        case cameBack
    }

    /// Notes what a machine answered.
    ///
    /// - Parameter reason: why it cannot be used; nil if it can.
    mutating func note(_ machine: String, _ reason: String?) -> News? {
        suspects.remove(machine)
        let before = away[machine]
        away[machine] = reason
        switch (before, reason) {
        case (nil, .some): return .wentAway
        case (.some, nil): return .cameBack
        default: return nil
        }
    }

    /// Notes that all machines that had to be asked have been asked.
    mutating func looked() { suspectsAll = false }
}
