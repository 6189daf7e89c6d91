import OfficialAccount
import TagStore

extension Component {
    /// Throws 61004 if this platform does not allow calls from `address`.
    func allow(address: String?) throws(Refusal) {
        guard let address, !IPAddress.allows(address, in: settings.allowedAddresses) else { return }
        throw Refusal(
            .componentAddressNotAllowed, "\(address) is not on the list of the platform \(appID)",
            message: "access clientip is not registered requestIP: \(address)")
    }
}

// Judges the calls that a third-party platform makes on behalf of an account.
extension Grant {
    /// Throws if the platform is not allowed to make this call on behalf of the account.
    ///
    /// - 61004 for an address that is not on the platform's list;
    /// - 61003 for a grant that was withdrawn;
    /// - 61016 (for a service account, 48001) if the call needs a certified account, and the account is not certified;
    /// - 61007 if the account has granted none of the permission sets that allow the call;
    /// - 61017 if the platform itself has none of these permission sets.
    func allow(_ endpoint: Endpoint, by platform: Component, for account: Account, from address: String?)
        throws(Refusal)
    {
        try platform.allow(address: address)
        try allow()
        guard account.isCertified || endpoint.access != .certifiedAccount else {
            throw account.kind == .subscription
                ? Refusal(
                    .categoryNeedsConfirmation,
                    "the subscription account \(account.appID) is not certified; a grant does not replace the certification"
                )
                : .notCertified(account)
        }
        let wanted = endpoint.permissionSets
        guard !wanted.isEmpty, wanted.isDisjoint(with: permissionSets) else { return }
        let sets = wanted.sorted().map(String.init).joined(separator: " or ")
        guard !wanted.isDisjoint(with: platform.settings.permissionSets) else {
            throw Refusal(.categoryNotAuthorized, "the platform \(platform.appID) does not have set \(sets) itself")
        }
        throw Refusal(
            .apiNotGranted,
            "the account \(account.appID) has not granted set \(sets) to \(platform.appID); to grant it, the account must authorise the platform again"
        )
    }
}

extension Refusal {
    static func notCertified(_ account: Account) -> Refusal {
        Refusal(
            .apiUnauthorized,
            "the account \(account.appID) is not certified, and tags need a certified account")
    }
}
