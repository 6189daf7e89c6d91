import OfficialAccount

// The calls that tests ask for, by their names: `server.calls(to: .batchTagging)`.
extension Endpoint {
    public static let getAccessToken = GetAccessToken.endpoint
    public static let getStableAccessToken = GetStableAccessToken.endpoint
    public static let createTag = CreateTag.endpoint
    public static let getTags = GetTags.endpoint
    public static let updateTag = UpdateTag.endpoint
    public static let deleteTag = DeleteTag.endpoint
    public static let batchTagging = BatchTagging.endpoint
    public static let batchUntagging = BatchUntagging.endpoint
    public static let getTagIDList = GetTagIDList.endpoint
    public static let getTagFans = GetTagFans.endpoint
    public static let getFans = GetFans.endpoint
    public static let userInfo = UserInfo.endpoint
    public static let batchUserInfo = BatchUserInfo.endpoint
    public static let updateRemark = UpdateRemark.endpoint
    public static let getBlacklist = GetBlacklist.endpoint
    public static let batchBlacklist = BatchBlacklist.endpoint
    public static let batchUnblacklist = BatchUnblacklist.endpoint
}
