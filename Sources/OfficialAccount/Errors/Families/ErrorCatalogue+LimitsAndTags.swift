extension ErrorCatalogue {
    /// The codes from 45002 on, which say that a limit is reached or that the tag does not allow the call.
    static let limitsAndTags: [ErrorExplanation] = [
        .init(
            .contentSizeOutOfLimit, "content size out of limit", from: .service,
            meaning: "The body is larger than \(Limits.bodyBytes >> 20) MiB.",
            remedy: "Send less in one call; \(limits.openIDsPerCall) openids take under 2 KiB.",
            chineseMeaning: "请求体超过 \(Limits.bodyBytes >> 20) MiB。",
            chineseRemedy: "减少每次提交的数据量；\(limits.openIDsPerCall) 个 openid 不到 2 KiB。"),
        .init(
            .dailyQuotaReached, "reach max api daily quota limit", from: .gateway,
            meaning: "The account has made this call as often as it may in a day.",
            remedy: "Wait for midnight in UTC+8, or reset the counts with clear_quota.",
            chineseMeaning: "该账号当天调用这个接口的次数已达上限。",
            chineseRemedy: "等到 UTC+8 时区的零点，或用 clear_quota 清零调用次数。"),
        .init(
            .minuteQuotaReached, "api minute-quota reach limit, must slower, retry next minute", from: .gateway,
            meaning: "The account has made this call as often as it may in a minute.",
            remedy: "Go on in the next minute, more slowly.",
            chineseMeaning: "该账号这一分钟内调用这个接口的次数已达上限。",
            chineseRemedy: "下一分钟再继续，并放慢调用频率。"),
        .init(
            .tooManyTags, "too many tag now, no need to add new", from: .service,
            meaning: "The account has \(limits.tagsPerAccount) tags already.",
            remedy: "Delete a tag that is no longer needed.",
            chineseMeaning: "该账号已有 \(limits.tagsPerAccount) 个标签。",
            chineseRemedy: "删除一个不再需要的标签。"),
        .init(
            .tagHasTooManyFans, "can't delete the tag that has too many fans", from: .service,
            meaning: "More than \(limits.followersOfDeletableTag.grouped) followers carry the tag.",
            remedy: "Untag followers, \(limits.openIDsPerCall) in each call, until "
                + "\(limits.followersOfDeletableTag.grouped) are left; then delete the tag.",
            chineseMeaning: "该标签下的粉丝超过 \(limits.followersOfDeletableTag.grouped) 人。",
            chineseRemedy: "先为粉丝取消该标签，每次调用 \(limits.openIDsPerCall) 个，直到剩下 "
                + "\(limits.followersOfDeletableTag.grouped) 人；然后再删除标签。"),
        .init(
            .reservedTag, "can't modify sys tag", from: .service,
            meaning: "Tags 0, 1 and 2 belong to the platform and cannot be renamed or deleted.",
            remedy: "Use a tag of your own; its id is \(TagID.firstCreated) or more.",
            chineseMeaning: "标签 0、1、2 由平台保留，不能改名，也不能删除。",
            chineseRemedy: "请使用自己创建的标签；其 id 不小于 \(TagID.firstCreated)。"),
        .init(
            .tooManyTagsOnUser, "can not tagging one user too much", from: .service,
            meaning: "One of the followers would carry more than \(limits.tagsPerFollower) tags.",
            remedy: "Take a tag off that follower, or omit the follower; the call changed no follower.",
            chineseMeaning: "其中某个用户的标签将超过 \(limits.tagsPerFollower) 个。",
            chineseRemedy: "为该用户取消一个标签，或不传这个用户；这次调用没有改动任何用户。"),
        .init(
            .invalidTagName, "invalid tag name", from: .service,
            meaning: "The name is empty or blank, has control characters, or belongs to another tag of the account.",
            remedy: "Choose another name, or use the tag that has this name.",
            chineseMeaning: "标签名为空、全是空白、含控制字符，或与该账号的另一个标签重名。",
            chineseRemedy: "换一个标签名，或直接使用那个同名标签。"),
        .init(
            .tagNameTooLong, "tag name too long", from: .service,
            meaning: "The name takes more than \(limits.tagNameBytes) bytes of UTF-8; at most "
                + "\(limits.tagNameBytes / 3) Chinese characters fit.",
            remedy: "Choose a shorter name.",
            chineseMeaning: "标签名的 UTF-8 编码超过 \(limits.tagNameBytes) 字节（\(limits.tagNameBytes / 3) 个汉字）。",
            chineseRemedy: "换一个更短的标签名。"),
        .init(
            .invalidTagID, "invalid tag id", from: .service,
            meaning: "tagid is missing or misspelt, or the account has no such tag.",
            remedy: "Look the tag up with tags/get.",
            chineseMeaning: "缺少 tagid（字段名必须一字不差），或该账号没有这个标签。",
            chineseRemedy: "用 tags/get 查询标签。"),
        .init(
            .concurrentChange, "openid much req", from: .service,
            meaning: "Another call is changing one of these followers at the same time.",
            remedy: "Wait a moment and repeat the call; never name one follower in two calls at once.",
            chineseMeaning: "另一个尚未完成的调用也在修改其中某个用户。",
            chineseRemedy: "稍等片刻再重试；不要让同一个用户同时出现在两个并发的调用中。"),
        .init(
            .someOpenIDsFailed, "some openid fail", from: .service,
            meaning: "The platform could not change some of the followers, but changed the others. The openids in "
                + "fail_openid_list failed.",
            remedy: "Repeat the call with the openids of fail_openid_list alone.",
            chineseMeaning: "部分 openid 处理失败，其余已生效；fail_openid_list 列出失败的 openid。",
            chineseRemedy: "只用 fail_openid_list 中的 openid 重试。"),
    ]
}
