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

    /// Keeps a snapshot with the name `before`. A person makes this call before a change.
    private static let before = AdminCall(.put, ["sandbox", "snapshots", "before"], body: "{}")

    /// Moves the clock past the expiry of every token.
    static let pastTokens = AdminCall(.post, ["sandbox", "clock"]) { $0.field("advance_seconds", 7200) }

    /// Moves the clock to the next midnight in UTC+8, when new quotas begin.
    static func toMidnight(from now: UnixTime) -> AdminCall {
        AdminCall(.post, ["sandbox", "clock"]) { $0.field("set", Int(now.startOfNextPlatformDay.seconds)) }
    }

    /// Stops the clock, or lets it run.
    static func frozen(_ isFrozen: Bool) -> AdminCall {
        AdminCall(.post, ["sandbox", "clock"]) { $0.field("frozen", isFrozen) }
    }

    var calls: [AdminCall] {
        [
            AdminCall(.get, ["sandbox", "clock"]), Self.pastTokens, Self.toMidnight(from: clock.now),
            Self.frozen(!clock.isFrozen), AdminCall(.get, ["sandbox", "snapshots"]), Self.before,
            AdminCall(.post, ["sandbox", "snapshots", "before"]),
            AdminCall(.delete, ["sandbox", "snapshots", "before"]), AdminCall(.post, ["sandbox", "reset"], body: "{}"),
        ]
    }

    var example: AdminCall? { Self.before }

    func data(_ words: Words) -> PageData {
        [
            "now": BeijingTimeText.moment(clock.now), "unix": Int(clock.now.seconds), "frozen": clock.isFrozen,
            "state": PageFrame.clock(clock, words) ?? words["clock_system"],
            "midnight": words.text(
                "midnight_is", ["time": BeijingTimeText.moment(clock.now.startOfNextPlatformDay)]),
            "none": snapshots.isEmpty,
        ]
    }

    func list(_ words: Words, room: Int) -> String {
        func end(_ left: Int) -> String {
            ListEnd(note: left > 0 ? words.text("more_snapshots", ["n": left.grouped]) : nil).html
        }
        let rows = FittingRows(snapshots, in: room - end(snapshots.count).utf8.count) { info in
            SnapshotRow(info: info).html(words)
        }
        return rows.html + end(snapshots.count - rows.count)
    }

    static let markup = """
        <div class="grid"><section class="card fields" aria-label="{{t.the_clock}}"><h2>{{t.the_clock}}</h2><p class="figure">{{now}} {{zone}}</p><p class="soft">{{state}} · {{unix}}</p>
        <div class="do"><form method="post" action="\(ConsoleForm.passTokens.path)">{{>form}}<button class="main">{{t.past_tokens}}</button></form>
        <form method="post" action="\(ConsoleForm.passMidnight.path)">{{>form}}<button>{{t.to_midnight}}</button></form>
        {{#frozen}}<form method="post" action="\(ConsoleForm.runClock.path)">{{>form}}<button>{{t.let_run}}</button></form>{{/frozen}}{{^frozen}}<form method="post" action="\(ConsoleForm.freezeClock.path)">{{>form}}<button>{{t.freeze_clock}}</button></form>{{/frozen}}</div>
        <p class="soft">{{midnight}}</p></section>
        <section class="card fields" aria-label="{{t.move_clock}}"><h2>{{t.move_clock}}</h2>
        <form method="post" action="\(ConsoleForm.advanceClock.path)">{{>form}}<label>{{t.advance_by}} <input name="span" required placeholder="90m" data-search></label><p><button>{{t.advance}}</button></p></form>
        <form method="post" action="\(ConsoleForm.setClock.path)">{{>form}}<label>{{t.set_to}} <input name="seconds" required inputmode="numeric" placeholder="{{unix}}"></label><p><button>{{t.set}}</button></p></form></section></div>
        <section class="card wide" aria-label="{{t.snapshots}}"><form id="restore" method="post" action="\(ConsoleForm.restoreSnapshot.path)">{{>form}}</form><form id="remove" method="post" action="\(ConsoleForm.removeSnapshot.path)">{{>form}}</form><table><thead><tr><th scope="col">{{t.snapshot}}</th><th scope="col" class="desk">{{t.account}}</th><th scope="col" class="num">{{t.nav_followers}}</th><th scope="col" class="desk">{{t.time}}</th><th scope="col"><span class="soft">{{t.change}}</span></th></tr></thead>
        <tbody>{{{list}}}
        {{#none}}<div class="empty"><p>{{t.no_snapshots}}</p><pre tabindex="0">{{example}}</pre></div>{{/none}}</section>
        <div class="grid"><form class="card fields" method="post" action="\(ConsoleForm.takeSnapshot.path)">{{>form}}<h2>{{t.take_snapshot}}</h2><label>{{t.name}} <input name="name" required maxlength="100" placeholder="before"></label><p><button>{{t.keep}}</button></p></form>
        <form class="card fields" method="post" action="\(ConsoleForm.reset.path)">{{>form}}<h2>{{t.start_over}}</h2><p>{{t.start_over_what}}</p><p><label class="line"><input type="checkbox" name="sure" value="1" required> {{t.sure}}</label></p><p><button class="bad">{{t.reset}}</button></p></form></div>
        """
}
