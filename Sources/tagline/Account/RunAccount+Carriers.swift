import BulkRuns
import OfficialAccount
import OfficialAccountClient

/// How many followers carry a tag.
struct CarrierCount {
    let number: Int
    /// Whether more than ``number`` followers may carry the tag.
    var isLeast = false
}

extension RunAccount {
    /// Returns how many followers carry the tag.
    ///
    /// A count can be old, or be absent. So if the tag's count is 0, this function reads the first page of the tag's
    /// list, with one call.
    func carriers(of tag: Tag) async throws -> CarrierCount {
        guard tag.count == 0 else { return CarrierCount(number: tag.count) }
        let page = try await reporting(about: [tag.id]) { try await client.tags.followers(of: tag.id) }
        let listed = page.openIDs.count + page.passedOver
        return CarrierCount(number: listed, isLeast: listed >= Limits().openIDsPerPage)
    }
}
