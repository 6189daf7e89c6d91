import OfficialAccount
import TagStore

/// A new account.
struct AccountCreation: StoreChange {
    typealias Answer = Void

    let account: Account

    func write(into transaction: inout DiskTransaction, sequence: Int64, world: World) {
        let number = AccountNumber(world.accounts.count)
        transaction.rows.append(AccountRow(number: number, account: account, nextTagID: .firstCreated))
    }

    func apply(to state: inout StoreState) {
        state.world.insert(account)
    }
}

/// New settings, or a new secret, of an account. The caller gets the changed account.
struct AccountUpdate: StoreChange {
    let number: AccountNumber
    let answer: Account

    func write(into transaction: inout DiskTransaction, sequence: Int64, world: World) {
        let image = world.accounts[Int(number)]
        transaction.rows.append(AccountRow(number: number, account: answer, nextTagID: image.tags.nextID))
        if answer.secret != image.account.secret {
            transaction.droppedTokens = image.tokens.values.joined().map(\.fingerprint)
        }
    }

    func apply(to state: inout StoreState) {
        state.world.update(number, to: answer)
    }
}

/// The arrival of imported accounts, and the removal of existing accounts in the same transaction.
struct AccountArrival: StoreChange {
    typealias Answer = Void

    let accounts: ArrivingAccounts
    let removed: [AppID]

    func write(into transaction: inout DiskTransaction, sequence: Int64, world: World) {
        transaction.rows = accounts.rows(numberedFrom: world.accounts.count)
        transaction.arriving = accounts
        transaction.removed = removed.compactMap { world[$0] }.map { (number: $0.number, appID: $0.account.appID) }
        let gone = gone
        if world.components.grants.contains(where: { gone.contains($0.account) }) {
            var components = world.components
            components.removeGrants(of: gone)
            transaction.grants = components.grants
        }
    }

    func apply(to state: inout StoreState) {
        let numbers = Set(removed.compactMap { state.world[$0]?.number })
        state.forget(numbers)
        for appID in removed { state.world.remove(appID) }
        state.world.components.removeGrants(of: gone)
        accounts.arrive(in: &state.world)
    }

    /// The accounts that this change removes and does not import again. The grants of these accounts end.
    private var gone: Set<AppID> { Set(removed).subtracting(accounts.appIDs) }
}
