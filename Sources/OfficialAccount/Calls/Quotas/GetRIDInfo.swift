/// Tells what became of a call that was refused in the last seven days.
///
/// Source: `doc/service/api/apimanage/api_getridinfo`.
public enum GetRIDInfo: APICall {
    public struct Request: JSONRequest {
        /// Three groups of eight hexadecimal digits; nil if it is missing.
        public let rid: String?

        public init(rid: String) {
            self.rid = rid
        }

        private enum CodingKeys: String, CodingKey { case rid }
    }

    /// A call as the platform remembers it.
    public struct Response: CallAnswer, Hashable {
        /// When the call was made, in Unix seconds.
        public let time: Int64
        /// How long the call took.
        public let milliseconds: Int
        /// The query alone, as the platform shows it.
        public let query: String
        public let requestBody: String
        public let responseBody: String
        public let clientAddress: String

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

    public static let endpoint = Endpoint(
        name: "getRidInfo", method: .post, path: "/cgi-bin/openapi/rid/get", access: .account,
        documentation: "doc/service/api/apimanage/api_getridinfo")
}
