/// What a call brings: its query and its body, and where it comes from.
struct Call: Sendable {
    /// The caller's address as text, such as `127.0.0.1` or `::1`; nil in process.
    let address: String?
    let query: CallQuery
    let body: CallBody
}
