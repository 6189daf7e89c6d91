extension WordTable {
    /// The sentences of the screen of accounts.
    static let accounts = """
        kind | Kind | 类型
        state | State | 状态
        secret_frozen | secret frozen | 密钥已冻结
        platforms | Third-party platforms | 第三方平台
        sets | permission sets | 权限集
        granted | granted | 已授予
        new_account | A new account | 新账号
        one_account | One account | 账号详情
        certify | Certify | 设为已认证
        uncertify | Take the certificate away | 取消认证
        freeze | Freeze | 冻结
        unfreeze | Unfreeze | 解冻
        freeze_secret | Freeze the secret | 冻结密钥
        unfreeze_secret | Unfreeze the secret | 解冻密钥
        used_today | Used today (UTC+8) | 今日用量（UTC+8）
        nothing_used | No call was counted today. | 今日尚无计数的调用。
        no_limit | no limit | 不限
        tokens_alive | {n} tokens work | {n} 个有效令牌
        tokens_alive_one | 1 token works | 1 个有效令牌
        limits | Limits | 限制
        limit_openids | openids in a call | 单次调用的 openid 数
        limit_follower | tags on a follower | 每位粉丝的标签数
        limit_account | tags of the account | 账号的标签数
        limit_name | bytes in a tag's name | 标签名的字节数
        limit_delete | followers of a deletable tag | 可删除标签的粉丝数
        addresses | May fetch tokens | 可取令牌的地址
        any_address | every address | 任意地址
        new_secret | Give the account a new secret | 更换密钥
        new_secret_what | The account's tokens end at once. The new secret is shown once. | 现有令牌立即失效。新密钥只显示一次。
        new_secret_of | The secret of | 密钥，账号
        secret_once | Save the secret now: the server does not store it, and does not show it again. | 请立即保存：服务器不保存它，也不会再次显示。
        back_account | To the account | 回到账号
        no_account_yet | There is no account yet. Create one with the form, or with curl: | 还没有账号。可用表单创建，或用 curl：
        more_grants | {n} more accounts authorise the platform. | 另有 {n} 个账号已授权。
        more_grants_one | 1 more account authorises the platform. | 另有 1 个账号已授权。
        more_platforms | There are more platforms; see them with curl. | 还有更多第三方平台，可用 curl 查看。
        done_account_changed | The account is changed. | 账号已修改。
        """
}
