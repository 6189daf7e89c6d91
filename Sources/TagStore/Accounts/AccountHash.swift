import Crypto
public import OfficialAccount

/// The first eight bytes of the SHA-256 of an appid, as a number.
///
/// The hash spreads accounts evenly over the machines of a store. The text of a token contains the hash of its account.
public struct AccountHash: Hashable, Sendable {
    public let value: Int64

    public init(_ value: Int64) {
        self.value = value
    }

    public init(_ appID: AppID) {
        value = SHA256.hash(data: Array(appID.rawValue.utf8)).withUnsafeBytes {
            Int64(bigEndian: $0.loadUnaligned(as: Int64.self))
        }
    }
}
