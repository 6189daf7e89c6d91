extension ErrorCatalogue {
    /// An administrator must allow the address of the caller: the codes from 89501 on.
    static let addresses: [ErrorExplanation] = [
        .init(
            ErrorCode(89501), "the address needs confirmation", from: .gateway,
            meaning:
                "The call came from an address that the account's administrator must confirm, but has not confirmed yet.",
            remedy: "Wait for the administrator, or put the address on the list of allowed ones.",
            chineseMeaning: "该 IP 的调用请求正在等待管理员确认。",
            chineseRemedy: "等待管理员确认，或把该 IP 加入白名单。"),
        .init(
            ErrorCode(89503), "the address needs confirmation by the administrator", from: .gateway,
            meaning: "The call came from an address that the account's administrator must confirm.",
            remedy: "Ask the administrator to confirm, or put the address on the list of allowed ones.",
            chineseMeaning: "该 IP 的调用需要管理员确认。",
            chineseRemedy: "请管理员确认，或把该 IP 加入白名单。"),
        .init(
            ErrorCode(89506), "the address was refused", from: .gateway,
            meaning: "The administrator refused this address twice; it cannot be used for calls for 24 hours.",
            remedy: "Put the address on the list of allowed ones.",
            chineseMeaning: "该 IP 的调用请求已被管理员拒绝两次，24 小时内不能再用。",
            chineseRemedy: "把该 IP 加入白名单。"),
        .init(
            ErrorCode(89507), "the address was refused", from: .gateway,
            meaning: "The administrator refused this address; it cannot be used for calls for an hour.",
            remedy: "Put the address on the list of allowed ones.",
            chineseMeaning: "该 IP 的调用请求已被管理员拒绝，1 小时内不能再用。",
            chineseRemedy: "把该 IP 加入白名单。"),
    ]
}
