import TagStore

extension RefusedCall {
    /// The call without tokens and secrets: of their values, in the query and in the body, the first four characters are left.
    ///
    /// It takes long beside a call, so it is done when calls are handed over, and not while a caller waits.
    func masked() -> RefusedCall {
        RefusedCall(
            rid: rid, appID: appID, time: time, milliseconds: milliseconds,
            query: query.replacing(/((?:^|&)(?:[a-z_]*token|[a-z_]*secret)=[^&]{0,4})[^&]*/) { "\($0.1)***" },
            requestBody: requestBody.replacing(
                /("(?:[a-z_]*token|[a-z_]*secret|component_verify_ticket|authorization_code)"\s*:\s*"(?:[^"\\]|\\.){0,4})(?:[^"\\]|\\.)*/
            ) { "\($0.1)***" },
            answer: answer, address: address)
    }
}
