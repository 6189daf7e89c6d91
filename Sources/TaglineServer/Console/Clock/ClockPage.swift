import AdminAPI
import HTTPTypes
import OfficialAccount
import TagStore

/// The screen of a sandbox's clock and state. Its forms move the clock, keep and restore snapshots, and reset the
/// sandbox.
struct ClockPage: PageContent {
    static let screen = ConsoleScreen.clock
    static let template = "clock"

    var clock: ConsoleVisit.Clock
    var snapshots: [SnapshotInfo] = []

    /// Moves the clock past the expiry of every token.
    static let pastTokens = AdminCall(.post, ["sandbox", "clock"]) { $0.field("advance_seconds", 7200) }

    /// Moves the clock to the next midnight in UTC+8, when new quotas begin.
    static func toMidnight(from now: UnixTime) -> AdminCall {
        AdminCall(.post, ["sandbox", "clock"]) { $0.field("set", Int(now.nextPlatformMidnight.seconds)) }
    }

    var calls: [AdminCall] {
        [
            AdminCall(.get, ["sandbox", "clock"]), Self.pastTokens, Self.toMidnight(from: clock.now),
            AdminCall(.put, ["sandbox", "snapshots", "before"], body: "{}"),
            AdminCall(.post, ["sandbox", "snapshots", "before"]), AdminCall(.post, ["sandbox", "reset"], body: "{}"),
        ]
    }

    func data(_ words: Words) -> PageData {
        [
            "now": BeijingTimeText.moment(clock.now), "unix": Int(clock.now.seconds), "frozen": clock.isFrozen,
            "state": PageFrame.clock(clock, words) ?? words["clock_system"],
            "midnight": BeijingTimeText.moment(clock.now.nextPlatformMidnight),
            "snapshots": snapshots.map { info -> PageData in
                [
                    "name": info.name, "account": info.account ?? words["all_accounts"],
                    "accounts": NumberText.grouped(info.accounts), "followers": NumberText.grouped(info.followers),
                    "moment": BeijingTimeText.moment(UnixTime(seconds: info.time)),
                ]
            },
            "none": snapshots.isEmpty,
        ]
    }

    static let markup = """
        <div class="grid"><section class="card fields" aria-label="{{t.the_clock}}"><h2>{{t.the_clock}}</h2><p class="figure">{{now}} {{zone}}</p><p class="soft">{{state}} · {{unix}}</p>
        <div class="do"><form method="post" action="/console/clock/tokens">{{>form}}<button class="main">{{t.past_tokens}}</button></form>
        <form method="post" action="/console/clock/midnight">{{>form}}<button>{{t.to_midnight}}</button></form>
        {{#frozen}}<form method="post" action="/console/clock/run">{{>form}}<button>{{t.let_run}}</button></form>{{/frozen}}{{^frozen}}<form method="post" action="/console/clock/freeze">{{>form}}<button>{{t.freeze_clock}}</button></form>{{/frozen}}</div>
        <p class="soft">{{t.midnight_is}} {{midnight}}</p></section>
        <section class="card fields" aria-label="{{t.move_clock}}"><h2>{{t.move_clock}}</h2>
        <form method="post" action="/console/clock/advance">{{>form}}<label>{{t.advance_by}} <input name="span" required placeholder="90m" data-search></label><p><button>{{t.advance}}</button></p></form>
        <form method="post" action="/console/clock/set">{{>form}}<label>{{t.set_to}} <input name="seconds" required inputmode="numeric" placeholder="{{unix}}"></label><p><button>{{t.set}}</button></p></form></section></div>
        <section class="card wide" aria-label="{{t.snapshots}}"><table><thead><tr><th scope="col">{{t.snapshot}}</th><th scope="col" class="desk">{{t.account}}</th><th scope="col" class="num">{{t.nav_followers}}</th><th scope="col" class="desk">{{t.time}}</th><th scope="col"><span class="soft">{{t.change}}</span></th></tr></thead>
        <tbody>{{#snapshots}}<tr><td class="wrap"><b><bdi>{{name}}</bdi></b></td><td class="desk mono">{{account}}</td><td class="num">{{followers}}</td><td class="mono desk">{{moment}}</td><td><form method="post" action="/console/clock/restore">{{>form}}<button name="name" value="{{name}}">{{t.restore}}</button></form> <form method="post" action="/console/clock/remove">{{>form}}<button name="name" value="{{name}}">{{t.delete}}</button></form></td></tr>{{/snapshots}}</tbody></table>
        {{#none}}<div class="empty"><p>{{t.no_snapshots}}</p></div>{{/none}}</section>
        <div class="grid"><form class="card fields" method="post" action="/console/clock/take">{{>form}}<h2>{{t.take_snapshot}}</h2><label>{{t.name}} <input name="name" required maxlength="100" placeholder="before"></label><p><button>{{t.keep}}</button></p></form>
        <form class="card fields" method="post" action="/console/clock/reset">{{>form}}<h2>{{t.start_over}}</h2><p>{{t.start_over_what}}</p><p><label class="line"><input type="checkbox" name="sure" value="1" required> {{t.sure}}</label></p><p><button class="bad">{{t.reset}}</button></p></form></div>
        """
}
