import NIOHTTP1

/// A request whose body the server streams, with the facts from the head that decide the form of the answer.
struct StreamedExchange {
    /// Whether the body is a stream of lines. The time for such a body has no limit while the body makes progress.
    let takesLines: Bool
    /// The length of the body as the head declares it; `Int.max` for a body in chunks.
    private let length: Int
    /// Whether the client waits for the answer 100. After the server has sent this answer, the client no longer waits.
    private(set) var awaitsContinue: Bool
    /// Whether the server may send the answer 100. If the head alone decides the answer, the server does not ask for
    /// the body.
    let mayContinue: Bool
    /// Whether the request uses HTTP/1.0, which has no chunks.
    private let isOld: Bool
    /// Whether the method is HEAD, so that the answer has no body.
    let hasHeadOnly: Bool
    /// Whether the connection ends after the answer.
    private(set) var isLast: Bool
    private(set) var hasAnswerBegun = false

    /// - Parameter isTrusted: whether the owner of the server sent the request.
    init(_ head: HTTPRequestHead, takesLines: Bool, isTrusted: Bool) {
        self.takesLines = takesLines
        let declared = head.headers.declaredLength
        length = declared ?? (head.headers.contains(name: "transfer-encoding") ? .max : 0)
        awaitsContinue = head.awaitsContinue
        mayContinue = isTrusted && (takesLines || declared ?? 0 <= CallBody.largest)
        isOld = head.version.minor == 0
        hasHeadOnly = head.method == .HEAD
        isLast = !head.isKeepAlive
    }

    /// Whether the rest of the body is so short that the server can read and discard it after an early answer.
    private var hasShortRest: Bool { !awaitsContinue && length <= CallBody.largest }

    /// Notes that the server has sent the answer 100.
    mutating func continues() {
        awaitsContinue = false
    }

    /// Notes that no other request follows on the connection.
    mutating func becomesLast() {
        isLast = true
    }

    /// Completes the head of the answer with the version of HTTP and the header `Connection`.
    ///
    /// - Parameter isEarly: whether the body of the request is still arriving.
    mutating func answerBegins(_ head: inout HTTPResponseHead, isEarly: Bool) {
        hasAnswerBegun = true
        if isOld {
            // The encoder sends no chunks to a client of HTTP/1.0. So only the end of the connection marks the end of a
            // body without a declared length.
            head.version = .http1_0
            if !hasHeadOnly, !head.headers.contains(name: "content-length") { isLast = true }
        }
        if isEarly, !hasShortRest { isLast = true }
        if isLast {
            head.headers.replaceOrAdd(name: "connection", value: "close")
        } else if isOld {
            head.headers.replaceOrAdd(name: "connection", value: "keep-alive")
        }
    }
}
