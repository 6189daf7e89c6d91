import Hummingbird
import OfficialAccount
import TagStore

/// The query of a request to the admin plane, after a check against the parameters of the route.
struct AdminQuery: Sendable {
    private let values: [String: String]

    /// Throws ``AdminError`` for a parameter that is not in `members`, comes twice, or has a wrong value.
    init(_ request: Request, of members: [AdminMember]) throws(AdminError) {
        var values: [String: String] = [:]
        for (key, value) in request.uri.queryParameters {
            let name = String(key)
            guard let member = members.first(where: { $0.name == name }) else {
                let names = members.isEmpty ? "none" : members.map(\.name).joined(separator: ", ")
                throw .badRequest("this route does not take the parameter \(Refusal.quoted(name)); it takes \(names)")
            }
            guard values.updateValue(String(value), forKey: name) == nil else {
                throw .badRequest("\(name) is in the query twice")
            }
            try member.judge(text: String(value))
        }
        self.values = values
    }

    subscript(name: String) -> String? { values[name] }

    func number(_ name: String) -> Int? { values[name].flatMap { Int($0) } }
    func flag(_ name: String) -> Bool? { values[name].map { $0 == "true" } }
}

extension AdminMember {
    /// Throws ``AdminError`` if `text` is not a valid value of the parameter.
    fileprivate func judge(text: String) throws(AdminError) {
        let isRight =
            switch kind {
            case .text(let form): form.matches(text)
            case .choice(let choices): choices.contains(text)
            case .flag: ["true", "false"].contains(text)
            // A number has one spelling: 5, but not +5 or 05.
            case .number(let range): Int(text).map { range.contains($0) && String($0) == text } ?? false
            case .numbers, .texts, .object, .objects, .map, .fraction, .either: false
            }
        guard isRight else { throw wrong }
    }
}
