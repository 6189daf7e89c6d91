extension ErrorCatalogue {
    /// The codes from 85107 on, with which the cloud gateway refuses a call.
    static let cloud: [ErrorExplanation] = [
        .init(
            .pathNotOnList, "api not in whitelist", from: .gateway,
            meaning: "The cloud gateway accepts only the paths of its list, and this path is not on the list.",
            remedy: "Add the path to the list, without host and query, and start the container again.",
            chineseMeaning: "云网关只放行名单中的路径，这个路径不在其中。",
            chineseRemedy: "把路径加入名单（不带域名和参数），然后重新启动。"),
        .init(
            ErrorCode(85112), "cloudbase_secret not found", from: .gateway,
            meaning: "The cloud environment has no secret for calls without a token.",
            remedy: "Switch the open API service on, and publish a new version.",
            chineseMeaning: "云环境没有免 token 调用所需的密钥。",
            chineseRemedy: "开启开放接口服务，然后发布新版本。"),
        .init(
            ErrorCode(85113), "cloudbase_token is not ready yet, please try again later", from: .gateway,
            meaning: "The cloud environment does not have its token yet.",
            remedy: "Repeat the call a little later.",
            chineseMeaning: "云环境的 token 尚未就绪。",
            chineseRemedy: "稍后重试。"),
    ]
}
