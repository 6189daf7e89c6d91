import OfficialAccount
import TagStore

/// The names of an account's settings in the database. The names must not change, because databases of earlier versions
/// contain them and nodes of earlier versions read them.
private enum StoredSettingName: String, CodingKey, AccountSettingName {
    case kind, isCertified, isFrozen, isSecretFrozen, allowedAddresses, limits, quotas
}

/// An account as the database stores it, without the appid.
struct StoredAccount {
    private enum CodingKeys: String, CodingKey {
        case secret
    }

    let settings: AccountSettings
    let secret: Fingerprint
}

extension StoredAccount: Codable {
    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            settings: try AccountSettings(from: decoder, named: StoredSettingName.self),
            secret: try members.decode(Fingerprint.self, forKey: .secret))
    }

    func encode(to encoder: any Encoder) throws {
        try settings.encode(to: encoder, named: StoredSettingName.self)
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(secret, forKey: .secret)
    }
}

extension Account {
    var stored: Parameter { .text(StoredJSON.of(StoredAccount(settings: settings, secret: secret))) }

    init(_ appID: AppID, stored rows: ResultRows, _ row: Int, _ column: Int) throws(DatabaseError) {
        let stored = try rows.json(StoredAccount.self, row, column)
        self.init(appID: appID, secret: stored.secret, settings: stored.settings)
    }
}
