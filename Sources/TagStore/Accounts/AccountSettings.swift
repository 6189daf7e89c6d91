public import OfficialAccount

/// The settings of an account, without its secret.
///
/// The admin plane, the command line, state files and the PostgreSQL store all use this shape. By default, the members
/// of the JSON have the names that the admin plane uses.
public struct AccountSettings: Sendable, Hashable {
    public var kind: Account.Kind
    /// Whether the account is enterprise-verified.
    public var isCertified: Bool
    /// Whether the account has been frozen or closed. If so, the server answers every call of the account with 50002.
    public var isFrozen: Bool
    /// Whether the secret has been frozen. If so, the server answers token calls with 40243.
    public var isSecretFrozen: Bool
    /// The addresses from which callers may fetch tokens, as text; empty if every address is allowed.
    public var allowedAddresses: [String]
    /// The limits that the account has instead of the store's.
    public var limits: LimitOverrides
    /// The quotas that the account has instead of the server's, by path.
    public var quotas: [String: CallQuota]

    public init(
        kind: Account.Kind, isCertified: Bool, isFrozen: Bool = false, isSecretFrozen: Bool = false,
        allowedAddresses: [String] = [], limits: LimitOverrides = LimitOverrides(), quotas: [String: CallQuota] = [:]
    ) {
        self.kind = kind
        self.isCertified = isCertified
        self.isFrozen = isFrozen
        self.isSecretFrozen = isSecretFrozen
        self.allowedAddresses = allowedAddresses
        self.limits = limits
        self.quotas = quotas
    }
}

extension Account {
    /// The settings of the account, without its secret.
    public var settings: AccountSettings {
        AccountSettings(
            kind: kind, isCertified: isCertified, isFrozen: isFrozen, isSecretFrozen: isSecretFrozen,
            allowedAddresses: allowedAddresses, limits: limits, quotas: quotas)
    }

    public init(appID: AppID, secret: Fingerprint, settings: AccountSettings) {
        self.init(
            appID: appID, kind: settings.kind, isCertified: settings.isCertified, secret: secret,
            isSecretFrozen: settings.isSecretFrozen, isFrozen: settings.isFrozen,
            allowedAddresses: settings.allowedAddresses, limits: settings.limits, quotas: settings.quotas)
    }
}

// MARK: JSON

/// The names that the settings have in one form of JSON.
public protocol AccountSettingName: CodingKey {
    static var kind: Self { get }
    static var isCertified: Self { get }
    static var isFrozen: Self { get }
    static var isSecretFrozen: Self { get }
    static var allowedAddresses: Self { get }
    static var limits: Self { get }
    static var quotas: Self { get }
}

extension AccountSettings: Codable {
    /// The names of the admin plane, the command line and state files.
    private enum Name: String, CodingKey, AccountSettingName {
        case kind
        case isCertified = "certified"
        case isFrozen = "frozen"
        case isSecretFrozen = "secret_frozen"
        case allowedAddresses = "allowed_addresses"
        case limits, quotas
    }

    public init(from decoder: any Decoder) throws {
        try self.init(from: decoder, named: Name.self)
    }

    public func encode(to encoder: any Encoder) throws {
        try encode(to: encoder, named: Name.self)
    }

    /// Decodes the settings from an object whose members have the names in `names`.
    public init<Names: AccountSettingName>(from decoder: any Decoder, named names: Names.Type) throws {
        let members = try decoder.container(keyedBy: names)
        self.init(
            kind: try members.decode(Account.Kind.self, forKey: .kind),
            isCertified: try members.decode(Bool.self, forKey: .isCertified),
            isFrozen: try members.decode(Bool.self, forKey: .isFrozen),
            isSecretFrozen: try members.decode(Bool.self, forKey: .isSecretFrozen),
            allowedAddresses: try members.decode([String].self, forKey: .allowedAddresses),
            limits: try members.decode(LimitOverrides.self, forKey: .limits),
            quotas: try members.decode([String: CallQuota].self, forKey: .quotas))
    }

    /// Encodes the settings as members of an object, with the names in `names`.
    public func encode<Names: AccountSettingName>(to encoder: any Encoder, named names: Names.Type) throws {
        var members = encoder.container(keyedBy: names)
        try members.encode(kind, forKey: .kind)
        try members.encode(isCertified, forKey: .isCertified)
        try members.encode(isFrozen, forKey: .isFrozen)
        try members.encode(isSecretFrozen, forKey: .isSecretFrozen)
        try members.encode(allowedAddresses, forKey: .allowedAddresses)
        try members.encode(limits, forKey: .limits)
        try members.encode(quotas, forKey: .quotas)
    }
}
