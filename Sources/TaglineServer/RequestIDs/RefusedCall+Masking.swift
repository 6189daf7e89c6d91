import TagStore

extension RefusedCall {
    /// Returns the call with its tokens and secrets masked. At most the first four bytes of each token and secret stay.
    ///
    /// Masking a call takes longer than refusing the call. So the server masks a call when the call goes to the store,
    /// not while the caller waits.
    ///
    /// - Parameter secret: the secret of the account that made the call.
    func masked(secret: Fingerprint) -> RefusedCall {
        let query = SearchedText(query, cutAt: CallTrace.notedBytes)
        let body = SearchedText(requestBody, cutAt: CallTrace.notedBytes)
        var mask = SecretMask(secret: secret)
        for text in [query, body] { mask.learn(text) }
        return RefusedCall(
            rid: rid, appID: appID, time: time, milliseconds: milliseconds, query: mask.applied(to: query),
            requestBody: mask.applied(to: body), answer: answer, address: address)
    }
}
