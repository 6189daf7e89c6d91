public import OfficialAccount

// Gives each API a name that a test can write: `server.calls(to: .batchTagging)`.
extension Endpoint {
    /// The call `GET /cgi-bin/token`.
    public static let getAccessToken = GetAccessToken.endpoint
    /// The call `POST /cgi-bin/stable_token`.
    public static let getStableAccessToken = GetStableAccessToken.endpoint
    /// The call `POST /cgi-bin/tags/create`.
    public static let createTag = CreateTag.endpoint
    /// The call `GET /cgi-bin/tags/get`.
    public static let getTags = GetTags.endpoint
    /// The call `POST /cgi-bin/tags/update`.
    public static let updateTag = UpdateTag.endpoint
    /// The call `POST /cgi-bin/tags/delete`.
    public static let deleteTag = DeleteTag.endpoint
    /// The call `POST /cgi-bin/tags/members/batchtagging`.
    public static let batchTagging = BatchTagging.endpoint
    /// The call `POST /cgi-bin/tags/members/batchuntagging`.
    public static let batchUntagging = BatchUntagging.endpoint
    /// The call `POST /cgi-bin/tags/getidlist`.
    public static let getTagIDList = GetTagIDList.endpoint
    /// The call `POST /cgi-bin/user/tag/get`.
    public static let getTagFans = GetTagFans.endpoint
    /// The call `GET /cgi-bin/user/get`.
    public static let getFans = GetFans.endpoint
    /// The call `GET /cgi-bin/user/info`.
    public static let userInfo = UserInfo.endpoint
    /// The call `POST /cgi-bin/user/info/batchget`.
    public static let batchUserInfo = BatchUserInfo.endpoint
    /// The call `POST /cgi-bin/user/info/updateremark`.
    public static let updateRemark = UpdateRemark.endpoint
    /// The call `POST /cgi-bin/tags/members/getblacklist`.
    public static let getBlacklist = GetBlacklist.endpoint
    /// The call `POST /cgi-bin/tags/members/batchblacklist`.
    public static let batchBlacklist = BatchBlacklist.endpoint
    /// The call `POST /cgi-bin/tags/members/batchunblacklist`.
    public static let batchUnblacklist = BatchUnblacklist.endpoint
}
