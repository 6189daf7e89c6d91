import AdminAPI
import Hummingbird
import OfficialAccount
import TagStore

/// Collects the data for the screen of calls, and performs the actions of the screen's forms.
struct CallsScreen: Sendable {
    let services: ConsoleServices
    let journal: CallJournal

    var views: [ConsoleView] {
        [
            ConsoleView(ConsoleScreen.calls.path) { visit, _ in
                let query = CallsQuery(visit.query)
                var visit = visit
                var page = CallsPage(query: query)
                page.accounts = try await services.accounts(chosen: nil)
                page.last = journal.last
                do throws(ConsoleMistake) {
                    try fill(&page, visit.words)
                } catch {
                    visit.problem = visit.problem ?? error.sentence(visit.words)
                }
                page.example = try await example(page.accounts)
                return PageFrame.html(of: page, in: visit)
            }
        ]
    }

    private func fill(_ page: inout CallsPage, _ words: Words) throws(ConsoleMistake) {
        let query = page.query
        let filter = try query.filter()
        var after: Int?
        if let name = query.mark {
            guard let mark = journal.mark(named: name) else {
                throw .noMark(Refusal.quoted(name))
            }
            after = mark.after
        }
        let found = journal.find(
            filter, after: after, before: query.before, limit: after == nil ? CallsPage.rows + 1 : CallJournal.capacity)
        let newest = found.entries.reversed().prefix(CallsPage.rows)
        page.hasMore = found.entries.count > newest.count
        if query.isLive {
            page.drawn = newest.map { number, entry in
                CallsPage.Row(number: number, html: services.rowCache.row(number, entry, words))
            }
        } else {
            page.records = newest.map { $0.entry.record(number: $0.number) }
        }
        guard let number = query.call else { return }
        guard let entry = journal.entry(number) else {
            throw .noCall(number)
        }
        page.detail = detail(entry, number)
    }

    private func detail(_ entry: CallEntry, _ number: Int) -> CallDetail {
        let record = entry.record(number: number)
        return CallDetail(
            record: record, host: entry.request.host,
            mayRepeat: services.sandbox != nil && services.makesCalls && Self.again(record) != nil,
            mayFail: services.sandbox != nil)
    }

    var actions: [ConsoleAction] {
        [
            ConsoleAction(.setMark) { _, _, context in
                let answer = try await services.door.perform(
                    AdminCall(.post, ["calls", "marks"], body: "{}"), in: context)
                let mark = try answer.decode(CallMark.self)
                return .done("mark", at: FormFields.address(ConsoleScreen.calls.path, [("mark", mark.name)]))
            },
            ConsoleAction(.forgetCalls) { _, _, context in
                try await services.door.perform(AdminCall(.delete, ["calls"]), in: context)
                return .done("forgotten", at: ConsoleScreen.calls.path)
            },
        ] + (services.sandbox == nil ? [] : [sendAgain])
    }

    private var sendAgain: ConsoleAction {
        ConsoleAction(.sendAgain) { form, _, context in
            guard let number = form.number("call"), let entry = journal.entry(number),
                let call = Self.again(entry.record(number: number))
            else { throw ConsoleMistake.notRepeatable }
            try await services.door.perform(call, in: context)
            return .done("sent_again", at: "\(ConsoleScreen.calls.path)?call=\(journal.last)")
        }
    }

    var downloads: [ConsoleDownload] {
        [
            ConsoleDownload(CallFile.path) { visit, _ in
                guard let number = CallsQuery(visit.query).call, let entry = journal.entry(number) else {
                    throw ConsoleMistake.noCall(CallsQuery(visit.query).call ?? 0)
                }
                let record = entry.record(number: number)
                let part = CallFile(rawValue: visit.query.raw("part")) ?? .record
                let text =
                    switch part {
                    case .record: EncodedJSON.text(record) + "\n"
                    case .request: record.request ?? ""
                    }
                return ConsoleDownload.File(part.name(of: number), text: text)
            }
        ]
    }

    /// Returns the admin call that repeats an account's call; nil if the console cannot repeat the call, for example
    /// because the call needs a secret.
    static func again(_ record: CallRecord) -> AdminCall? {
        guard let account = record.account, let body = record.request, record.isCut == nil,
            CallRoute.paths.contains(record.path)
        else { return nil }
        let query = (record.query ?? "").split(separator: "&").filter { !$0.contains("access_token=") }
        return CallRoute.call(record.path, of: account, query: query.joined(separator: "&"), body: body)
    }

    /// Returns the example for a page without calls. If the server has the account of the demo world, the example tags
    /// followers of this account. Otherwise the example lists the tags of the chosen account.
    ///
    /// Returns nil if the console cannot make calls, or if the server has no account.
    private func example(_ accounts: AccountChoice) async throws -> AdminCall? {
        guard services.makesCalls else { return nil }
        if let call = try await services.example(tagging: DemoWorld.documentedOpenIDs) { return call }
        return accounts.chosen.map {
            CallRoute.call(GetTags.endpoint.path, of: $0.account.appID.rawValue, body: "")
        }
    }
}
