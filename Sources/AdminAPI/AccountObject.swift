package import TagStore

/// An account as one JSON object.
///
/// The members of the object are in this order: `appid`, the settings, and then ``rest``.
package protocol AccountObject: Codable {
    /// The members of the object that come after the settings.
    associatedtype Rest: Codable

    var appID: String { get }
    var settings: AccountSettings { get }
    var rest: Rest { get }

    init(appID: String, settings: AccountSettings, rest: Rest)
}

private enum AccountObjectKey: String, CodingKey {
    case appID = "appid"
}

extension AccountObject {
    /// Decodes the account from one object.
    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: AccountObjectKey.self)
        self.init(
            appID: try members.decode(String.self, forKey: .appID), settings: try AccountSettings(from: decoder),
            rest: try Rest(from: decoder))
    }

    /// Encodes the account as one object.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: AccountObjectKey.self)
        try members.encode(appID, forKey: .appID)
        try settings.encode(to: encoder)
        try rest.encode(to: encoder)
    }
}
