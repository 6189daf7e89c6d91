/// Returns the request and the answer of a call that the platform refused in the last seven days.
///
/// The server can refuse this call with ``ErrorCode/ridNotFound``, ``ErrorCode/ridIsError``,
/// ``ErrorCode/ridOfAnotherAccount`` or ``ErrorCode/ridExpired``.
///
/// Source: `doc/service/api/apimanage/api_getridinfo`.
public enum GetRIDInfo: APICall {
    /// The request: `{"rid":"617682e0-09059ac5-34a8e2ea"}`.
    public struct Request: JSONRequest {
        /// The rid as the client sent it; nil if the field is missing.
        ///
        /// A rid is three groups of eight hexadecimal digits, separated by dashes. The first group is the time of the
        /// call in Unix seconds. The `errmsg` of a refusal ends with the rid.
        public let rid: String?

        /// Makes the request about the call that has this rid.
        public init(rid: String) {
            self.rid = rid
        }

        private enum CodingKeys: String, CodingKey { case rid }
    }

    /// The answer: a call as the platform recorded it, in an object named `request`.
    public struct Response: CallAnswer, Hashable {
        /// When the client made the call, in Unix seconds (`invoke_time`).
        public let time: Int64
        /// How long the call took, in milliseconds (`cost_in_ms`); 0 if the answer omits the field.
        public let milliseconds: Int
        /// The query of the call, such as `access_token=50_…` (`request_url`).
        ///
        /// The text has no host and no path. Tagline masks tokens and secrets in the query.
        public let query: String
        /// The body that the client sent; empty if the client sent no body.
        ///
        /// Tagline masks tokens and secrets in the body.
        public let requestBody: String
        /// The body of the platform's answer.
        public let responseBody: String
        /// The IP address of the client as text; empty if the answer omits the field.
        public let clientAddress: String

        /// Makes the answer about one call.
        public init(
            time: Int64, milliseconds: Int, query: String, requestBody: String, responseBody: String,
            clientAddress: String
        ) {
            self.time = time
            self.milliseconds = milliseconds
            self.query = query
            self.requestBody = requestBody
            self.responseBody = responseBody
            self.clientAddress = clientAddress
        }

        private enum CodingKeys: String, CodingKey { case request }

        private enum CallKeys: String, CodingKey {
            case time = "invoke_time"
            case milliseconds = "cost_in_ms"
            case query = "request_url"
            case requestBody = "request_body"
            case responseBody = "response_body"
            case clientAddress = "client_ip"
        }

        /// Reads the answer; missing texts are empty.
        ///
        /// - Parameter decoder: holds the answer's JSON.
        /// - Throws: `DecodingError` if `request.invoke_time` is missing or is not a whole number.
        public init(from decoder: any Decoder) throws {
            let call = try decoder.container(keyedBy: CodingKeys.self)
                .nestedContainer(keyedBy: CallKeys.self, forKey: .request)
            time = Int64(try call.decode(LenientNumber.self, forKey: .time).value)
            func text(_ key: CallKeys) -> String {
                (try? call.decodeIfPresent(LenientText.self, forKey: key))?.value ?? ""
            }
            milliseconds = (try? call.decodeIfPresent(LenientNumber.self, forKey: .milliseconds))?.value ?? 0
            query = text(.query)
            requestBody = text(.requestBody)
            responseBody = text(.responseBody)
            clientAddress = text(.clientAddress)
        }

        /// Writes `errcode`, `errmsg` and the object `request`.
        public func write(to json: inout JSONText) {
            json.object { answer in
                answer.field("errcode", 0)
                answer.field("errmsg", "ok")
                answer.field("request") { json in
                    json.object {
                        $0.field("invoke_time", Int(time))
                        $0.field("cost_in_ms", milliseconds)
                        $0.field("request_url", query)
                        $0.field("request_body", requestBody)
                        $0.field("response_body", responseBody)
                        $0.field("client_ip", clientAddress)
                    }
                }
            }
        }
    }

    /// `POST /cgi-bin/openapi/rid/get`, for any account.
    public static let endpoint = Endpoint(
        name: "getRidInfo", method: .post, path: "/cgi-bin/openapi/rid/get", access: .account,
        documentation: "doc/service/api/apimanage/api_getridinfo")
}
