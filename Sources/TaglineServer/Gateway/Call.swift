/// The input of a call: the caller's address, the query and the body.
struct Call: Sendable {
    /// The caller's address as text, such as `127.0.0.1` or `::1`, or `unix` over a Unix socket; nil for a call within
    /// the process.
    let address: String?
    let query: CallQuery
    let body: CallBody
}
