/// The answer of `getcallbackip` and `get_api_domain_ip`: addresses of the platform.
///
/// Source: `doc/service/api/base/api_getcallbackip` and `api_getapidomainip`. SDKs ask for it to see whether a token is alive.
public struct IPList: Answer, Hashable {
    /// Addresses as text, IPv4 or IPv6.
    public let addresses: [String]

    public init(addresses: [String]) {
        self.addresses = addresses
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("ip_list") { json in json.array(addresses) { $1.string($0) } }
        }
    }
}
