import TagStore

/// The answer to a caller that fetches a token. The answer is a new token, or the latest stable token if a caller asks
/// for it and the store keeps it.
struct TokenIssue: StoreChange {
    let account: AccountNumber
    /// The change; nil if the latest token stays.
    let change: TokenChange?
    let answer: TokenRecord

    var isEmpty: Bool { change == nil }

    func write(into transaction: inout DiskTransaction, sequence: Int64, world: World) {
        guard let change else { return }
        transaction.rows.append(TokenRow(record: change.issued))
        transaction.rows += change.superseded.map(TokenRow.init)
        transaction.droppedTokens = change.dropped
    }

    func apply(to state: inout StoreState) {
        if let change { state.world.apply(change, to: account) }
    }
}

/// New counts of calls, which are also the answer to the caller.
struct CounterChange: StoreChange {
    let answer: [CallCounter]

    var isEmpty: Bool { answer.isEmpty }

    func write(into transaction: inout DiskTransaction, sequence: Int64, world: World) {
        transaction.rows += answer.map(CounterRow.init)
    }

    func apply(to state: inout StoreState) {
        state.world.apply(answer)
    }
}

/// A new or changed third-party platform, and a new or changed grant to it.
struct ComponentChange<Answer: Sendable>: StoreChange {
    let component: Component
    /// The grant; nil if it stays as it is, or if there is none.
    var grant: Grant?
    /// Whether the platform stays as it is too.
    var isEmpty = false
    let answer: Answer

    func write(into transaction: inout DiskTransaction, sequence: Int64, world: World) {
        transaction.rows.append(ComponentRow(number: world.components.place(of: component), component: component))
        if let grant { transaction.rows.append(GrantRow(number: world.components.place(of: grant), grant: grant)) }
    }

    func apply(to state: inout StoreState) {
        state.world.components.put(component)
        if let grant { state.world.components.put(grant) }
    }
}
