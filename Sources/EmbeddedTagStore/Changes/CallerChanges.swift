import TagStore

/// The issue of a token to a caller. The answer is a new token, or the latest stable token if the ``TokenRules`` do not
/// require a new token.
struct TokenIssue: StoreChange {
    let account: AccountNumber
    /// The change of the account's tokens; nil if the answer is the latest stable token.
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

/// The creation or change of a third-party platform, and of a grant to this platform if ``grant`` is not nil.
struct ComponentChange<Answer: Sendable>: StoreChange {
    let component: Component
    /// The new or changed grant; nil if no grant changes.
    var grant: Grant?
    /// True if this change is empty: the platform and its grants stay as they are.
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
