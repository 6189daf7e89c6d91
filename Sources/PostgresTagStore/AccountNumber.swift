import Crypto
import OfficialAccount

/// What an account, or a platform, is known by in the database: the first eight bytes of the SHA-256 of its appid.
///
/// No table has to be asked for it, and it spreads accounts evenly over machines. Two appids with the same number are less likely than
/// a broken machine; the second of them is refused.
struct AccountNumber: Hashable, Sendable {
    let value: Int64

    init(_ appID: AppID) {
        value = SHA256.hash(data: Array(appID.rawValue.utf8)).withUnsafeBytes {
            Int64(bigEndian: $0.loadUnaligned(as: Int64.self))
        }
    }

    var parameter: Parameter { .int(value) }
}
