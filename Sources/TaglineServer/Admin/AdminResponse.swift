import AdminAPI
import HTTPTypes
import Hummingbird
import NIOCore
import OfficialAccount

extension Response {
    /// Makes an answer that is one JSON object.
    static func json(status: HTTPResponse.Status = .ok, _ fields: (inout JSONText.Fields) -> Void) -> Response {
        var text = JSONText()
        text.object(fields)
        return json(text, status: status)
    }

    static func json(_ text: JSONText, status: HTTPResponse.Status = .ok) -> Response {
        var body = ByteBuffer(bytes: text.bytes)
        body.writeString("\n")
        return Response(
            status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
    }

    /// Makes an answer from `shape`. The members keep the order in which the shape encodes them.
    static func shape(_ shape: some AdminShape, status: HTTPResponse.Status = .ok) throws -> Response {
        var text = JSONText()
        try text.shape(shape)
        return json(text, status: status)
    }

    /// Makes an answer from `value`. The members have alphabetical order.
    ///
    /// This order must not change, because clients may compare the text of these answers.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        var text = JSONText()
        text.raw(EncodedJSON.text(value))
        return json(text, status: status)
    }

    /// Makes an answer that says what went wrong, in a sentence for a person.
    static func error(_ sentence: String, status: HTTPResponse.Status) -> Response {
        json(AdminProblem(error: sentence), status: status)
    }
}
