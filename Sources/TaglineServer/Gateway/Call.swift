/// What a call brings: its query and its body.
struct Call: Sendable {
    let query: CallQuery
    let body: CallBody
}
