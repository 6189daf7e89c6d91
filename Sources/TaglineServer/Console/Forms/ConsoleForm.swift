/// The forms of the console. Pages and routes use ``path``, to which a browser sends the form.
enum ConsoleForm: String, Sendable, CaseIterable {
    case language
    case signIn = "sign-in"
    case signOut = "sign-out"

    case setMark = "calls/mark"
    case forgetCalls = "calls/forget"
    case sendAgain = "calls/again"

    case tagFollowers = "followers/tag"
    case untagFollowers = "followers/untag"
    case setRemark = "followers/remark"
    case importLines = "followers/import"
    case importFile = "followers/upload"

    case createTag = "tags/create"
    case renameTag = "tags/rename"
    case drainTag = "tags/drain"
    case deleteTag = "tags/delete"

    case createAccount = "accounts/create"
    case changeAccount = "accounts/change"
    case renewSecret = "accounts/secret"

    case turnFaultOn = "faults/on"
    case turnFaultOff = "faults/off"
    case clearFaults = "faults/clear"
    case addFault = "faults/new"

    case passTokens = "clock/tokens"
    case passMidnight = "clock/midnight"
    case freezeClock = "clock/freeze"
    case runClock = "clock/run"
    case advanceClock = "clock/advance"
    case setClock = "clock/set"
    case takeSnapshot = "clock/take"
    case restoreSnapshot = "clock/restore"
    case removeSnapshot = "clock/remove"
    case reset = "clock/reset"

    var path: String { "\(ConsoleScreen.home)/\(rawValue)" }
}
