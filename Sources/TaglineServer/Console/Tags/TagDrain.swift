import OfficialAccount
import TagStore

/// Takes a tag off its followers with calls of the API. Stops after a limited time.
///
/// A tag may have millions of carriers, so a drain has steps. The browser sends one form for each step. The page in the
/// answer has the form for the next step.
struct TagDrain: Sendable {
    /// The most followers whom one step untags.
    static let most = 5000
    /// The time after which a step makes no further call.
    static let time = Duration.seconds(1)

    /// How a step ended.
    struct Step: Sendable {
        /// The latest refusal; nil if the API refused no call.
        var refusal: FollowerFormCalls.Verdict?
        /// Whether the API would refuse further calls too.
        var isRefused = false
    }

    let door: AdminDoor
    let account: String
    let tag: Int
    /// The number of openids in a call.
    let size: Int

    init(of tag: Int, _ account: String, callSize: Int, through door: AdminDoor) {
        self.door = door
        self.account = account
        self.tag = tag
        size = callSize
    }

    /// Returns the number of openids in a call: the platform's limit, or the account's limit if that is smaller.
    static func size(_ limits: Limits) -> Int { max(1, min(Limits().openIDsPerCall, limits.openIDsPerCall)) }

    /// Takes the tag off the first followers of `carriers`. Makes at least one call, and begins no further call after
    /// `end`.
    ///
    /// The API refuses a whole call if one of its followers has just left, or if another call is changing one of them.
    /// The step then continues with its next call. The next step looks for the remaining carriers again.
    func step(
        _ carriers: [OpenID], until end: ContinuousClock.Instant, _ context: AdminContext
    ) async throws -> Step {
        let carriers = carriers.prefix(Self.most)
        var step = Step()
        for start in stride(from: 0, to: carriers.count, by: size) {
            let openIDs = carriers[start..<min(start + size, carriers.count)].map { "\($0)" }
            let verdict = try await FollowerFormCalls.verdict(
                on: FollowerFormCalls.untag(openIDs, tag, of: account), through: door, context)
            if verdict.code != .ok {
                step.refusal = verdict
                step.isRefused = !Self.isOfFollowers(verdict.code)
            }
            if step.isRefused || ContinuousClock.now >= end { break }
        }
        return step
    }

    /// Returns whether the API refused a call because of the followers in the call. If so, calls with other followers
    /// can succeed.
    static func isOfFollowers(_ code: ErrorCode) -> Bool {
        [.invalidOpenID, .concurrentChange, .someOpenIDsFailed].contains(code)
    }
}

/// The part of a tag's details that shows the progress of a drain and starts its next step.
///
/// Only the answer to a form has this part. So no link can begin a drain.
struct TagDrainPart: Sendable {
    static let template = "tag-drain"

    /// The number of carriers when the drain began.
    let total: Int
    /// The number of carriers now.
    let left: Int
    /// Why the drain does not go on by itself; nil if it goes on or is over.
    let refusal: FollowerFormCalls.Verdict?
    let goesOn: Bool

    /// - Parameters:
    ///   - total: the number of carriers when the drain began, as the form says.
    ///   - before: the number of carriers before the step.
    ///   - left: the number of carriers after the step.
    init(_ step: TagDrain.Step, total: Int, before: Int, left: Int) {
        self.total = max(total, before, left, 1)
        self.left = left
        // If a step changed no follower, the browser would repeat the step without end.
        goesOn = left > 0 && left < before && !step.isRefused
        refusal = goesOn || left == 0 ? nil : step.refusal
    }

    func data(_ words: Words) -> PageData {
        var data: PageData = [
            "drainTotal": total, "drained": total - left, "goesOn": goesOn, "isOver": left == 0,
            "drainLeft": words.text("drain_left", ["n": left.grouped]),
        ]
        data["drainRefusal"] = refusal?.sentence(words)
        return data
    }

    /// If the drain goes on, htmx sends the form by itself. It then replaces this part with the same part of the
    /// answer, or with the reason of a failure.
    static let markup = """
        <div id="drain" role="status"><h3>{{t.drain_tag}}</h3><progress max="{{drainTotal}}" value="{{drained}}" aria-label="{{t.drain_tag}}"></progress>
        {{#isOver}}<p>{{t.drain_over}}</p><p><a class="button" href="{{closeHref}}">{{t.back_tags}}</a></p>{{/isOver}}
        {{^isOver}}<p>{{drainLeft}}</p>{{#drainRefusal}}<p class="bad" role="alert">{{drainRefusal}}</p>{{/drainRefusal}}
        <form method="post" action="\(ConsoleForm.drainTag.path)"{{#goesOn}} hx-post="\(ConsoleForm.drainTag.path)" hx-trigger="load delay:50ms, submit" hx-target="#drain" hx-select="#drain, .notice.bad" hx-swap="outerHTML"{{/goesOn}}>{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="tag" value="{{id}}"><input type="hidden" name="total" value="{{drainTotal}}"><input type="hidden" name="sure" value="1"><div class="do"><button class="bad">{{t.go_on}}</button><a class="button" href="{{closeHref}}">{{t.stop}}</a></div></form>{{/isOver}}</div>
        """
}
