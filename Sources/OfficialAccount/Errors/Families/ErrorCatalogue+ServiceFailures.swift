extension ErrorCatalogue {
    /// The code -1 and the codes from 268487001 on, which say that the service failed or was busy.
    static let serviceFailures: [ErrorExplanation] = [
        .init(
            .systemError, "system error", from: .service,
            meaning: "The service could not carry out the call.",
            remedy:
                "Try again later. Tagging and untagging are safe to repeat. Before creating a tag again, check whether "
                + "it exists.",
            chineseMeaning: "服务未能完成这次调用。",
            chineseRemedy: "请稍后重试。打标签和取消标签可以放心重复执行；重新创建标签前，请先查看它是否已经存在。"),
        .init(
            .blacklistBusy, "system busy", from: .service,
            meaning: "The platform was busy with the blacklist.",
            remedy: "Repeat the call a little later.",
            chineseMeaning: "系统繁忙。",
            chineseRemedy: "稍后重试。"),
        .init(
            .followerListBusy, "system busy", from: .service,
            meaning: "The platform was busy with the follower list.",
            remedy: "Repeat the call a little later.",
            chineseMeaning: "系统繁忙。",
            chineseRemedy: "稍后重试。"),
    ]
}
