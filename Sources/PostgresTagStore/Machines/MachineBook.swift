/// What a node knows of the machines of its database: which accounts each holds, and which do not answer. The
/// decisions, without threads or database.
struct MachineBook: Sendable {
    private(set) var map: ShardMap?
    /// Why each machine that does not answer was said not to.
    private(set) var away: [String: String] = [:]
    /// Machines that have failed a call and are to be asked.
    private(set) var suspects: Set<String> = []
    /// Whether a call failed whose machine is not known.
    private var suspectsAll = false

    /// Takes up a new map. A machine that holds nothing any more is forgotten.
    mutating func learn(_ map: ShardMap) {
        self.map = map
        let names = Set(map.machines.map(\.name))
        away = away.filter { names.contains($0.key) }
        suspects.formIntersection(names)
    }

    /// A machine that has to be asked and does not answer; nil if there is none.
    func missing(for scope: ReadScope) -> String? {
        switch scope {
        case .account(let account): map?.machine(of: account).flatMap { away[$0] == nil ? nil : $0 }
        case .every: away.keys.min()
        case .copies: nil
        }
    }

    /// A call has failed because a machine did not answer.
    mutating func suspect(_ account: AccountKey?) {
        if let machine = account.flatMap({ map?.machine(of: $0) }) {
            suspects.insert(machine)
        } else {
            suspectsAll = true
        }
    }

    /// Whether a machine is to be asked before anyone wants to know.
    var wantsLook: Bool { suspectsAll || !suspects.isEmpty || !away.isEmpty }

    /// The machines to be asked, with the number of an account each holds.
    ///
    /// - Parameter all: whether those that nothing speaks against are asked too.
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

    /// All that were to be asked have been.
    mutating func looked() { suspectsAll = false }
}
