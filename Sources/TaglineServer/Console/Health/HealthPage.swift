import HTTPTypes
import OfficialAccount
import TagStore

/// The screen of health: the state of the server now, and charts of the last hour.
struct HealthPage: PageContent {
    static let screen = ConsoleScreen.health
    static let template = "health"

    var condition = StoreCondition.writable
    var vitals = StoreVitals()
    var steps: [HealthStep] = []
    /// The number of answers with each errcode since the server started.
    var answers: [(code: ErrorCode, count: Int)] = []
    /// The number of answers with each errcode in the last hour.
    var lastHour: [ErrorCode: Int] = [:]
    var memory: Int?
    /// When the server started; nil in a sandbox, because a caller can change the sandbox's clock.
    var upSince: UnixTime?
    /// How long ago the server started.
    var age = Duration.zero

    var calls: [AdminCall] { [AdminCall(.get, ["readyz"]), AdminCall(.get, ["metrics"])] }

    func data(_ words: Words) -> PageData {
        var data: PageData = [
            "charts": steps.isEmpty ? [] : charts(words).map { $0.data(words) }, "early": steps.isEmpty,
            "unanswered": answers.isEmpty,
            "answers": answers.prefix(20).map { code, count -> PageData in
                [
                    "code": code == .ok ? "ok" : "\(code)", "pill": code == .ok ? "ok" : "bad",
                    "count": count.grouped, "lately": words.text("lately", ["n": (lastHour[code] ?? 0).grouped]),
                ]
            },
            "machines": vitals.machines.prefix(100).map { machine -> PageData in
                ["name": Excerpt.inRow(machine.name), "up": machine.answers]
            },
            "hasMachines": !vitals.machines.isEmpty, "accounts": Self.text(vitals.sums?.accounts),
            "followers": Self.text(vitals.sums?.followers), "taggings": Self.text(vitals.sums?.taggings),
        ]
        switch condition {
        case .writable: data["well"] = words["can_write"]
        case .partlyWritable(let reason), .readOnly(let reason): data["unwell"] = Excerpt.paragraph(reason)
        }
        data["journal"] = vitals.journalBytes.map(NumberText.bytes)
        data["checkpoint"] = vitals.checkpointAge.map { PageFrame.span(Int64(min($0, 1e12))) }
        data["memory"] = memory.map(NumberText.bytes)
        let start = upSince.map { "\(BeijingTimeText.moment($0)) \(BeijingTimeText.zone)" }
        let ago = words.text("ago", ["span": PageFrame.span(age.components.seconds)])
        data["since"] = start.map { "\($0), \(ago)" } ?? ago
        return data
    }

    private static func text(_ sum: Int?) -> String { sum.map(\.grouped) ?? "–" }

    private func charts(_ words: Words) -> [Chart] {
        let milliseconds: @Sendable (Double) -> String = { "\(NumberText.milliseconds($0)) ms" }
        let number: @Sendable (Double) -> String = { NumberText.milliseconds($0) }
        let last = steps.last
        let journal = Chart(
            title: words["chart_journal"], latest: last?.journal.map(NumberText.bytes) ?? "–",
            lines: [steps.map { Double($0.journal ?? 0) }], format: { NumberText.bytes(Int($0)) })
        let charts = [
            Chart(
                title: words["chart_calls"], latest: number(last?.callsPerSecond ?? 0),
                lines: [steps.map(\.callsPerSecond), steps.map(\.refusedPerSecond)], format: number),
            Chart(
                title: words["chart_time"],
                latest: "\(milliseconds(last?.median ?? 0)) / \(milliseconds(last?.slowest ?? 0))",
                lines: [steps.map(\.median), steps.map(\.slowest)], format: milliseconds),
            Chart(
                title: words["chart_commit"], latest: milliseconds(last?.commit ?? 0), lines: [steps.map(\.commit)],
                format: milliseconds),
            Chart(
                title: words["chart_group"], latest: number(last?.groupSize ?? 0), lines: [steps.map(\.groupSize)],
                format: number),
            Chart(
                title: words["chart_memory"], latest: last?.memory.map(NumberText.bytes) ?? "–",
                lines: [steps.map { Double($0.memory ?? 0) }], format: { NumberText.bytes(Int($0)) }),
        ]
        return last?.journal == nil ? charts : charts + [journal]
    }

    static let markup = """
        {{#unwell}}<p class="notice bad" role="alert">{{unwell}}</p>{{/unwell}}{{#well}}<p class="notice ok">{{well}}</p>{{/well}}
        {{#early}}<div class="card empty"><p>{{t.charts_soon}}</p></div>{{/early}}
        <div class="grid">{{#charts}}{{>chart}}{{/charts}}</div>
        <div class="grid"><section class="card fields" aria-label="{{t.store}}"><h2>{{t.store}}</h2><dl><dt>{{t.nav_accounts}}</dt><dd>{{accounts}}</dd><dt>{{t.followers}}</dt><dd>{{followers}}</dd><dt>{{t.taggings}}</dt><dd>{{taggings}}</dd>{{#journal}}<dt>{{t.store_journal}}</dt><dd>{{journal}}</dd>{{/journal}}{{#checkpoint}}<dt>{{t.checkpoint}}</dt><dd>{{checkpoint}}</dd>{{/checkpoint}}{{#memory}}<dt>{{t.memory}}</dt><dd>{{memory}}</dd>{{/memory}}<dt>{{t.up_since}}</dt><dd>{{since}}</dd></dl></section>
        <section class="card fields" aria-label="{{t.answers}}"><h2>{{t.answers}}</h2><dl>{{#answers}}<dt><span class="pill {{pill}}">{{code}}</span></dt><dd>{{count}} <span class="soft">{{lately}}</span></dd>{{/answers}}</dl>{{#unanswered}}<p class="soft">{{t.no_answers}}</p>{{/unanswered}}</section>
        {{#hasMachines}}<section class="card fields" aria-label="{{t.machines}}"><h2>{{t.machines}}</h2><dl>{{#machines}}<dt><bdi>{{name}}</bdi></dt><dd>{{#up}}<span class="pill ok">{{t.answering}}</span>{{/up}}{{^up}}<span class="pill bad">{{t.silent}}</span>{{/up}}</dd>{{/machines}}</dl></section>{{/hasMachines}}</div>
        """
}
