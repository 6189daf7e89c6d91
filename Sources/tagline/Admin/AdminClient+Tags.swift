import AdminAPI
import BulkRuns
import Foundation
import NIOHTTP1
import OfficialAccount

extension AdminClient {
    /// Returns the tags of an account. The command looks among these tags for the tag that its arguments name.
    func tags(of account: String) async throws -> AccountTags {
        let answer = try await text(.GET, try Self.path(account, "/tags"))
        let tags = try JSONDecoder().decode(TagList.self, from: Data(answer.utf8)).tags
        return AccountTags(tags.map { Tag(id: TagID($0.id), name: $0.name, count: $0.count) })
    }
}
