import OfficialAccount

/// On whose behalf a call is made, once the token has been judged.
struct Caller: Sendable {
    let appID: AppID
}
