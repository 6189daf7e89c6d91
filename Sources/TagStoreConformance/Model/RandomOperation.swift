import OfficialAccount
import TagStore

/// A step of a random run, for the model and for a store.
public enum RandomOperation: Sendable, CustomStringConvertible {
    case createTag(name: String, id: Int?, AppID)
    case renameTag(Int, name: String, AppID)
    case deleteTag(Int, AppID)
    case tag([String], Int?, AppID)
    case untag([String], Int?, AppID)
    case blacklist(Bool, [String], AppID)
    case remark(String, OpenID, AppID)
    case follow([OpenID], AppID)
    case unfollow([OpenID], AppID)
    case compare
    case restart

    static let appIDs = [SampleWorld.appID, SampleWorld.otherAppID]
    /// The number of openids of each account. It is small, so that many steps share an openid.
    static let population = 200

    static func random(using random: inout SeededGenerator) -> RandomOperation {
        let appID = appIDs[Int.random(in: 0...1, using: &random)]
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45:
            return .tag(texts(for: appID, using: &random), tagID(using: &random), appID)
        case 45..<52:
            return .untag(texts(for: appID, using: &random), tagID(using: &random), appID)
        case 52..<55:
            return .blacklist(Bool.random(using: &random), texts(for: appID, using: &random), appID)
        case 55..<57:
            let openID = openID(Int.random(in: 0..<population, using: &random), of: appID)
            return .remark("remark \(Int.random(in: 0..<3, using: &random))", openID, appID)
        case 57..<59:
            return .deleteTag(Int.random(in: 0..<140, using: &random), appID)
        case 59..<60:
            let name = "tag \(Int.random(in: 0..<40, using: &random))"
            return .renameTag(Int.random(in: 98..<140, using: &random), name: name, appID)
        case 60..<72:
            return .follow(openIDs(for: appID, using: &random), appID)
        case 72..<80:
            return .unfollow(openIDs(for: appID, using: &random), appID)
        case 80..<88:
            let name = "tag \(Int.random(in: 0..<40, using: &random))"
            let id = Bool.random(using: &random) ? nil : Int.random(in: 95..<140, using: &random)
            return .createTag(name: name, id: id, appID)
        case 88..<96:
            return .compare
        default:
            return .restart
        }
    }

    private static func openID(_ number: Int, of appID: AppID) -> OpenID {
        appID == SampleWorld.appID ? SampleWorld.follower(number) : SampleWorld.stranger(number)
    }

    private static func openIDs(for appID: AppID, using random: inout SeededGenerator) -> [OpenID] {
        (0..<Int.random(in: 1...20, using: &random)).map { _ in
            openID(Int.random(in: 0..<population, using: &random), of: appID)
        }
    }

    private static func texts(for appID: AppID, using random: inout SeededGenerator) -> [String] {
        let count =
            Int.random(in: 0..<20, using: &random) == 0
            ? Int.random(in: 0...60, using: &random) : Int.random(in: 1...8, using: &random)
        return (0..<count).map { _ in
            switch Int.random(in: 0..<200, using: &random) {
            case 0: "nonsense"
            case 1: openID(Int.random(in: 0..<population, using: &random), of: appIDs[0]).description
            case 2: openID(Int.random(in: 0..<population, using: &random), of: appIDs[1]).description
            default:
                // Followers with low numbers are more frequent, so that some of them reach the limit of tags.
                openID(
                    Int.random(in: 0...Int.random(in: 0..<population, using: &random), using: &random), of: appID
                ).description
            }
        }
    }

    private static func tagID(using random: inout SeededGenerator) -> Int? {
        switch Int.random(in: 0..<50, using: &random) {
        case 0: nil
        case 1: Int.random(in: -1...1, using: &random)
        case 2: 2
        default: Int.random(in: 100..<140, using: &random)
        }
    }

    public var description: String {
        switch self {
        case .createTag(let name, let id, let appID): "create \(name) id \(id.map(String.init) ?? "-") in \(appID)"
        case .renameTag(let id, let name, let appID): "rename \(id) to \(name) in \(appID)"
        case .deleteTag(let id, let appID): "delete \(id) in \(appID)"
        case .untag(let texts, let tag, let appID):
            "untag \(texts.count) of \(tag.map(String.init) ?? "-") in \(appID): \(texts.joined(separator: " "))"
        case .blacklist(let isBlacklisted, let texts, let appID): "blacklist \(isBlacklisted) \(appID): \(texts)"
        case .remark(let remark, let openID, let appID): "remark \(remark) on \(openID) in \(appID)"
        case .tag(let texts, let tag, let appID):
            "tag \(texts.count) with \(tag.map(String.init) ?? "-") in \(appID): \(texts.joined(separator: " "))"
        case .follow(let openIDs, let appID): "follow \(appID): \(openIDs)"
        case .unfollow(let openIDs, let appID): "unfollow \(appID): \(openIDs)"
        case .compare: "compare"
        case .restart: "restart"
        }
    }
}
