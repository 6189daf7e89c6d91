import HummingbirdCore
import OfficialAccount
import TagStore

/// Finds the parameters and the token of a call in the query of its URL.
struct CallQuery: Sendable {
    let text: String

    init(text: String) {
        self.text = text
    }

    init(_ target: RequestTarget) {
        text = target.query
    }

    init(_ uri: URI) {
        text = uri.query ?? ""
    }

    private var parameters: FlatDictionary<Substring, Substring> { URI("/?\(text)").queryParameters }

    /// The value of a parameter; nil if it is absent or empty. If the parameter occurs several times, the first one
    /// counts.
    subscript(name: Substring) -> String? {
        parameters[values: name].first.flatMap { $0.isEmpty ? nil : String($0) }
    }

    /// Returns the value of a parameter, even if it is empty; nil if it is absent.
    func raw(_ name: Substring) -> String? {
        parameters[values: name].first.map { String($0) }
    }

    /// Returns the token that the call sends under one of `names`.
    ///
    /// Throws 41001 if there is no token, and 40001 if there are two different ones. If the server accepted two tokens,
    /// somebody could add a second token to the URL and so change the caller.
    func token(_ names: [Substring]) throws(Refusal) -> String {
        if let token = soleParameter(named: names[0]) { return token }
        let parameters = parameters
        let tokens = Set(names.flatMap { parameters[values: $0] }.filter { !$0.isEmpty })
        guard let token = tokens.first else {
            throw Refusal(.accessTokenMissing, "add ?\(names[0])=... to the URL; headers and body are not looked at")
        }
        guard tokens.count == 1 else {
            throw Refusal(.invalidCredential, "the URL has two different tokens; send one")
        }
        return String(token)
    }

    /// Returns the value of the parameter `name` if the query has no other parameter and the value needs no decoding.
    /// Otherwise returns nil. Most calls send their token in this form, which needs no parsing.
    private func soleParameter(named name: Substring) -> String? {
        let end = name.utf8.count
        // Without direct access to the bytes, this search would cost thirty instructions a byte.
        let isSole = text.utf8.withContiguousStorageIfAvailable { query in
            query.count > end + 1 && query.starts(with: name.utf8) && query[end] == UInt8(ascii: "=")
                && !query.contains { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "%") }
        }
        return isSole == true ? String(Substring(text.utf8.dropFirst(end + 1))) : nil
    }
}
