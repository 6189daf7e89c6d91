import TagStore

extension RefusedCall {
    /// Returns the call with its tokens and secrets masked. The first four characters of each stay.
    ///
    /// Masking takes long compared with a call. So it is done when calls go to the store, not while a caller waits.
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
