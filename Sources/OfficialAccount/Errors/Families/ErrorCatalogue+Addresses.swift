extension ErrorCatalogue {
    /// The codes from 89501 on, which say that an administrator must allow the address of the caller.
    static let addresses: [ErrorExplanation] = [
        .init(
            ErrorCode(89501), "the address needs confirmation", from: .gateway,
            meaning:
                "The call came from an address that the account's administrator must confirm, but has not confirmed yet.",
            remedy: "Wait for the administrator, or put the address on the list of allowed addresses.",
            chineseMeaning: "该 IP 的调用请求正在等待管理员确认。",
            chineseRemedy: "等待管理员确认，或把该 IP 加入白名单。"),
        .init(
            ErrorCode(89503), "the address needs confirmation by the administrator", from: .gateway,
            meaning: "The call came from an address that the account's administrator must confirm.",
            remedy: "Ask the administrator to confirm, or put the address on the list of allowed addresses.",
            chineseMeaning: "该 IP 的调用需要管理员确认。",
            chineseRemedy: "请管理员确认，或把该 IP 加入白名单。"),
        .init(
            ErrorCode(89506), "the address was refused", from: .gateway,
            meaning:
                "The administrator refused this address twice. For 24 hours, the platform accepts no call from it.",
            remedy: "Put the address on the list of allowed addresses.",
            chineseMeaning: "该 IP 的调用请求已被管理员拒绝两次，24 小时内不能再用。",
            chineseRemedy: "把该 IP 加入白名单。"),
        .init(
            ErrorCode(89507), "the address was refused", from: .gateway,
            meaning: "The administrator refused this address. For an hour, the platform accepts no call from it.",
            remedy: "Put the address on the list of allowed addresses.",
            chineseMeaning: "该 IP 的调用请求已被管理员拒绝，1 小时内不能再用。",
            chineseRemedy: "把该 IP 加入白名单。"),
    ]
}
