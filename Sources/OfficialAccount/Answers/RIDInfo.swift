/// The answer of `openapi/rid/get`. Source: `doc/service/api/apimanage/api_getridinfo`.
public struct RIDInfo: Answer, Hashable {
    /// Unix seconds.
    public let invokeTime: Int64
    public let costInMilliseconds: Int
    /// The query alone, as the platform shows it.
    public let requestURL: String
    public let requestBody: String
    public let responseBody: String
    public let clientIP: String

    public init(
        invokeTime: Int64, costInMilliseconds: Int, requestURL: String, requestBody: String, responseBody: String,
        clientIP: String
    ) {
        self.invokeTime = invokeTime
        self.costInMilliseconds = costInMilliseconds
        self.requestURL = requestURL
        self.requestBody = requestBody
        self.responseBody = responseBody
        self.clientIP = clientIP
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("errcode", 0)
            answer.field("errmsg", "ok")
            answer.field("request") { json in
                json.object {
                    $0.field("invoke_time", Int(invokeTime))
                    $0.field("cost_in_ms", costInMilliseconds)
                    $0.field("request_url", requestURL)
                    $0.field("request_body", requestBody)
                    $0.field("response_body", responseBody)
                    $0.field("client_ip", clientIP)
                }
            }
        }
    }
}

/// The body of `openapi/rid/get`.
public struct RIDRequest: Decodable, Sendable {
    public let rid: String?
}
