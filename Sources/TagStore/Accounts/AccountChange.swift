/// A change to an account. A property that is nil keeps the value that the account has when the change is applied.
public struct AccountChange: Sendable, Hashable {
    public var isCertified: Bool?
    public var secret: Fingerprint?
    public var isSecretFrozen: Bool?
    public var isFrozen: Bool?
    public var allowedAddresses: [String]?
    public var limits: LimitOverrides?
    public var quotas: [String: CallQuota]?

    public init() {}

    /// Returns the account after the change.
    public func applied(to account: Account) -> Account {
        var account = account
        account.isCertified = isCertified ?? account.isCertified
        account.secret = secret ?? account.secret
        account.isSecretFrozen = isSecretFrozen ?? account.isSecretFrozen
        account.isFrozen = isFrozen ?? account.isFrozen
        account.allowedAddresses = allowedAddresses ?? account.allowedAddresses
        account.limits = limits ?? account.limits
        account.quotas = quotas ?? account.quotas
        return account
    }
}
