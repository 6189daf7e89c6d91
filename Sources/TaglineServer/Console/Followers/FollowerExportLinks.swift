import HTTPTypes

/// The links that export all followers of an account, one link for each format of the admin plane.
struct FollowerExportLinks: Sendable {
    static let path = "\(ConsoleScreen.home)/export"

    let account: String

    /// Returns the admin call that exports all followers of `account`.
    static func call(_ account: String, as format: FollowerExport) -> AdminCall {
        AdminCall(
            .get, ["accounts", account, "followers"],
            query: [("format", format == .openIDs ? nil : format.rawValue)])
    }

    func data(_ words: Words) -> [PageData] {
        FollowerExport.allCases.map { format -> PageData in
            let fields: [(String, String?)] = [
                ("account", account), ("format", format == .openIDs ? nil : format.rawValue),
            ]
            return ["href": FormFields.address(Self.path, fields), "text": words["export_\(format.rawValue)"]]
        }
    }
}
