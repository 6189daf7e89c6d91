/// Every call that this package knows.
public enum APICalls {
    /// Every call, in the order of the documentation: credentials, tags, followers, quotas, third-party platforms.
    public static let all: [any APICall.Type] = [
        GetAccessToken.self, GetStableAccessToken.self, GetCallbackIP.self, GetAPIDomainIP.self,
        CreateTag.self, GetTags.self, UpdateTag.self, DeleteTag.self, BatchTagging.self, BatchUntagging.self,
        GetTagIDList.self, GetTagFans.self,
        GetBlacklist.self, BatchBlacklist.self, BatchUnblacklist.self, GetFans.self, UserInfo.self,
        BatchUserInfo.self, UpdateRemark.self,
        GetAPIQuota.self, ClearQuota.self, ClearQuotaByAppSecret.self, ClearAPIQuota.self, GetRIDInfo.self,
        StartPushTicket.self, GetComponentAccessToken.self, GetPreAuthCode.self, QueryAuth.self,
        GetAuthorizerAccessToken.self, GetAuthorizerInfo.self, GetAuthorizerList.self,
        SetAuthorizerOption.self, GetAuthorizerOption.self, SetAuthorizerOptionAtOlderPath.self,
        GetAuthorizerOptionAtOlderPath.self, ClearComponentQuota.self, ClearComponentQuotaByAppSecret.self,
    ]
}
