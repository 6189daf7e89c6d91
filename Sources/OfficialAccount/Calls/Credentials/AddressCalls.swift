// The calls that list addresses of the platform. SDKs make these calls to find out whether a token works.

/// Addresses of the platform: `{"ip_list":["101.226.103.61",…]}`.
public struct IPList: CallAnswer, Hashable {
    /// IPv4 and IPv6 addresses as text, in the order of the answer.
    public let addresses: [String]

    /// Makes the answer with these addresses.
    public init(addresses: [String]) {
        self.addresses = addresses
    }

    private enum CodingKeys: String, CodingKey { case addresses = "ip_list" }

    /// Reads the answer, and leaves out entries that are not text.
    ///
    /// - Parameter decoder: holds the answer's JSON.
    /// - Throws: `DecodingError` if `ip_list` is missing or is not an array.
    public init(from decoder: any Decoder) throws {
        addresses = try decoder.container(keyedBy: CodingKeys.self)
            .decode(LenientArray<String>.self, forKey: .addresses).elements
    }

    /// Writes ``addresses`` as `ip_list`.
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
    /// The request has no parameters.
    public typealias Request = NoRequest
    /// The answer: `{"ip_list":["101.226.103.61",…]}`.
    public typealias Response = IPList

    /// `GET /cgi-bin/getcallbackip`, for any account.
    public static let endpoint = Endpoint(
        name: "getCallbackIp", method: .get, path: "/cgi-bin/getcallbackip", access: .account,
        documentation: "doc/service/api/base/api_getcallbackip")
}

/// Lists the addresses at which the platform answers calls.
///
/// Source: `doc/service/api/base/api_getapidomainip`.
public enum GetAPIDomainIP: APICall {
    /// The request has no parameters.
    public typealias Request = NoRequest
    /// The answer: `{"ip_list":["101.226.103.61",…]}`.
    public typealias Response = IPList

    /// `GET /cgi-bin/get_api_domain_ip`, for any account.
    public static let endpoint = Endpoint(
        name: "getApiDomainIp", method: .get, path: "/cgi-bin/get_api_domain_ip", access: .account,
        documentation: "doc/service/api/base/api_getapidomainip")
}
