/// A change to an account.
///
/// If a property is nil, the account keeps the value that it has when the store applies the change.
public struct AccountChange: Sendable, Hashable {
    public var isCertified: Bool?
    public var secret: Fingerprint?
    public var isSecretFrozen: Bool?
    public var isFrozen: Bool?
    public var allowedAddresses: [String]?
    public var limits: LimitOverrides?
    public var quotas: [String: CallQuota]?

    public init() {}

    /// Returns `account` with the changed values.
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
