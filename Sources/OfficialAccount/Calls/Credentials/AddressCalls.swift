// The calls that tell addresses of the platform. SDKs make them to see whether a token is alive.

/// Addresses of the platform.
public struct IPList: CallAnswer, Hashable {
    /// Addresses as text, IPv4 or IPv6.
    public let addresses: [String]

    public init(addresses: [String]) {
        self.addresses = addresses
    }

    private enum CodingKeys: String, CodingKey { case addresses = "ip_list" }

    public init(from decoder: any Decoder) throws {
        addresses = try decoder.container(keyedBy: CodingKeys.self)
            .decode(LenientArray<String>.self, forKey: .addresses).elements
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("ip_list") { json in json.array(addresses) { $1.string($0) } }
        }
    }
}

/// Lists the addresses from which the platform calls an account's server.
///
/// Source: `doc/service/api/base/api_getcallbackip`.
public enum GetCallbackIP: APICall {
    public typealias Request = NoRequest
    public typealias Response = IPList

    public static let endpoint = Endpoint(
        name: "getCallbackIp", method: .get, path: "/cgi-bin/getcallbackip", access: .account,
        documentation: "doc/service/api/base/api_getcallbackip")
}

/// Lists the addresses at which the platform answers calls.
///
/// Source: `doc/service/api/base/api_getapidomainip`.
public enum GetAPIDomainIP: APICall {
    public typealias Request = NoRequest
    public typealias Response = IPList

    public static let endpoint = Endpoint(
        name: "getApiDomainIp", method: .get, path: "/cgi-bin/get_api_domain_ip", access: .account,
        documentation: "doc/service/api/base/api_getapidomainip")
}
