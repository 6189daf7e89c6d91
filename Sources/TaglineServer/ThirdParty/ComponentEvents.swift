import Foundation
import Logging
import OfficialAccount
import ServiceLifecycle
import Synchronization
import TagStore

/// Makes a ticket every ten minutes for every platform with `isPushing`, and pushes tickets and events.
///
/// If a receiver does not accept a push, the server tries the push again later. Waiting pushes are only in memory. A
/// restart makes new tickets at once, but loses the events that were not accepted.
public final class ComponentEvents: Service {
    /// Sends the body to an address by POST and returns the first bytes of the answer. Must end within a few seconds.
    public typealias Post = @Sendable (_ url: String, _ body: String) async throws -> String

    private struct Push {
        /// The place of the push in the order of all pushes.
        let number: Int
        let component: AppID
        let event: ComponentEvent
        let time: UnixTime
        var tries = 0
        var due: UnixTime
    }

    private struct State {
        /// The pushes that wait, in the order of their numbers.
        var waiting: [Push] = []
        /// The number of the next push.
        var next = 0
        /// The server no longer sends events with a number below this one.
        var firstWanted = 0
        /// The platforms to which a push is under way.
        var busy: Set<AppID> = []
        /// The platforms whose last push failed.
        var failing: Set<AppID> = []
        /// The latest ticket of each platform with its time.
        var tickets: [AppID: (text: String, time: UnixTime)] = [:]

        func isWanted(_ push: Push) -> Bool { push.event.isTicket || push.number >= firstWanted }

        /// Removes the pushes that the server can send at `now`, and returns them in order. Makes their platforms busy.
        ///
        /// An event waits while an earlier event about the same account waits. Otherwise the platform could get an
        /// authorisation after its withdrawal.
        mutating func takeDue(at now: UnixTime) -> [Push] {
            var due: [Push] = []
            var rest: [Push] = []
            var held: [AppID: Set<AppID>] = [:]
            for push in waiting {
                let isHeld = push.event.account.map { held[push.component]?.contains($0) == true } ?? false
                let isDue = push.due.isOver(at: now, setWithin: ComponentEvents.longestPause)
                if isDue, !isHeld, !busy.contains(push.component) {
                    due.append(push)
                } else {
                    if let account = push.event.account { held[push.component, default: []].insert(account) }
                    rest.append(push)
                }
            }
            waiting = rest
            busy.formUnion(due.map(\.component))
            return due
        }

        /// Lets a push wait again, at its place in the order. Drops a ticket if a newer ticket waits, and an event that
        /// is no longer wanted.
        mutating func putBack(_ push: Push) {
            let isReplaced =
                push.event.isTicket && waiting.contains { $0.component == push.component && $0.event.isTicket }
            guard !isReplaced, isWanted(push) else { return }
            let place = waiting.lastIndex { $0.number < push.number }.map { $0 + 1 } ?? 0
            waiting.insert(push, at: place)
        }
    }

    /// The most pushes that may wait. Beyond this number, the server drops the oldest push.
    private static let capacity = 10_000
    /// The most seconds between two tries.
    private static let longestPause: Int64 = 60
    /// The most tries of an event. The server tries a ticket until the receiver accepts it or the next ticket replaces
    /// it.
    private static let tries = 8

    private let state = Mutex(State())
    private let store: any TagStore
    private let surroundings: Surroundings
    private let post: Post
    private let logger: Logger

    public init(store: any TagStore, surroundings: Surroundings, post: @escaping Post, logger: Logger) {
        self.store = store
        self.surroundings = surroundings
        self.post = post
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            // A slow receiver must not delay the pushes to other receivers.
            await withDiscardingTaskGroup { group in
                repeat {
                    for delivery in await self.due() { group.addTask { await self.deliver(delivery) } }
                } while (try? await Task.sleep(for: .seconds(1))) != nil
                group.cancelAll()
            }
        }
    }

    /// Makes the first tickets, before the server reports that it is up.
    public func prepare() async {
        let now = surroundings.now()
        for component in (try? await store.components()) ?? [] where component.isPushing {
            await makeTicket(for: component, at: now)
        }
    }

    /// Makes the tickets that are due, and tries each due push once.
    func tick() async {
        await withDiscardingTaskGroup { group in
            for delivery in await due() { group.addTask { await self.deliver(delivery) } }
        }
    }

    /// Returns the latest ticket of a platform; nil before the first ticket.
    func ticket(of component: AppID) -> String? {
        state.withLock { $0.tickets[component]?.text }
    }

    func push(_ event: ComponentEvent, to component: AppID) {
        let now = surroundings.now()
        state.withLock { state in
            if event.isTicket { state.waiting.removeAll { $0.component == component && $0.event.isTicket } }
            state.waiting.append(
                Push(number: state.next, component: component, event: event, time: now, due: now))
            state.next += 1
            state.waiting.removeFirst(max(0, state.waiting.count - Self.capacity))
        }
    }

    /// Forgets the events that wait, because a reset has ended their authorisations. Tickets continue to wait.
    func forgetEvents() {
        state.withLock { state in
            state.firstWanted = state.next
            state.waiting.removeAll { !$0.event.isTicket }
        }
    }

    /// The pushes to one platform, in order.
    private struct Delivery {
        let component: Component
        let pushes: [Push]
        let time: UnixTime
    }

    /// Makes the tickets that are due. Removes the due pushes from the waiting pushes, and returns them. Leaves out the
    /// platforms to which a push is under way.
    private func due() async -> [Delivery] {
        await prepare()
        guard let components = try? await store.components() else { return [] }
        let now = surroundings.now()
        return state.withLock { state in
            let byComponent = Dictionary(grouping: state.takeDue(at: now), by: \.component)
            return components.compactMap { component in
                byComponent[component.appID].map { Delivery(component: component, pushes: $0, time: now) }
            }
        }
    }

    private func deliver(_ delivery: Delivery) async {
        // The accounts of the events that the platform has not accepted. Later events about them must wait.
        var failed: Set<AppID> = []
        for push in delivery.pushes where state.withLock({ $0.isWanted(push) }) {
            let account = push.event.account
            if let account, failed.contains(account) {
                state.withLock { $0.putBack(push) }
            } else if await !send(push, to: delivery.component, at: delivery.time), let account {
                failed.insert(account)
            }
        }
        _ = state.withLock { $0.busy.remove(delivery.component.appID) }
    }

    private func makeTicket(for component: Component, at now: UnixTime) async {
        let last = state.withLock { $0.tickets[component.appID]?.time }
        if let last, last <= now, now - last < ComponentRules.ticketInterval { return }
        let ticket = ComponentMint(surroundings: surroundings).ticket()
        let fingerprint = Fingerprint(of: ticket)
        do throws(Refusal) {
            try await store.changeComponent(component.appID, account: nil) { component, _ in
                component.addTicket(fingerprint, at: now)
            }
        } catch {
            logger.info("a ticket cannot be made", metadata: ["reason": "\(error.reason)"])
            return
        }
        state.withLock { $0.tickets[component.appID] = (ticket, now) }
        if !component.settings.eventURL.isEmpty { push(.ticket(ticket), to: component.appID) }
    }

    /// Sends a push once. Returns false if the push failed and waits for another try.
    private func send(_ push: Push, to component: Component, at now: UnixTime) async -> Bool {
        guard !component.settings.eventURL.isEmpty else { return true }
        do {
            guard AdminMember.Text.eventURL.matches(component.settings.eventURL) else { throw UnusableAddress() }
            let (url, body) = try request(push, to: component, at: now)
            let answer = try await post(url, body)
            if answer.trimmingCharacters(in: .whitespacesAndNewlines) == "success" {
                state.withLock { _ = $0.failing.remove(component.appID) }
                return true
            }
            tell("the receiver does not answer success", of: component.appID)
        } catch {
            tell("\(error)", of: component.appID)
        }
        var again = push
        again.tries += 1
        again.due = now + min(Self.longestPause, 5 << min(again.tries - 1, 4))
        guard again.event.isTicket || again.tries < Self.tries else { return true }
        state.withLock { [again] state in state.putBack(again) }
        return false
    }

    /// The error for an unusable `event_url` in the store, which an earlier version accepted. The HTTP client traps on
    /// some of these addresses, such as one with the port 99999.
    private struct UnusableAddress: Error, CustomStringConvertible {
        var description: String { "event_url must be \(AdminMember.Text.eventURL.words); set another one" }
    }

    /// Logs a failed push. Only a platform's first failure is a warning, so that one absent receiver does not fill the
    /// log.
    private func tell(_ reason: String, of component: AppID) {
        let isFirst = state.withLock { $0.failing.insert(component).inserted }
        logger.log(
            level: isFirst ? .warning : .info, "an event was not delivered",
            metadata: ["platform": "\(component)", "reason": "\(reason)"])
    }

    /// Returns the address with the signature in its query, and a body with the encrypted envelope.
    private func request(
        _ push: Push, to component: Component, at now: UnixTime
    ) throws -> (url: String, body: String) {
        let settings = component.settings
        let envelope = try EncryptedEnvelope(
            encodingKey: settings.encodingKey, token: settings.messageToken, receiver: component.appID)
        let nonce = String(surroundings.randomBytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        let sealed = try envelope.seal(
            push.event.message(to: component.appID, at: push.time), timestamp: "\(now.seconds)", nonce: nonce,
            random: surroundings.randomBytes(16))
        let plain = EncryptedEnvelope.signature(settings.messageToken, sealed.timestamp, nonce)
        let query =
            "signature=\(plain)&timestamp=\(sealed.timestamp)&nonce=\(nonce)&encrypt_type=aes&msg_signature=\(sealed.signature)"
        let separator = settings.eventURL.contains("?") ? "&" : "?"
        let body =
            "<xml><AppId><![CDATA[\(component.appID)]]></AppId><Encrypt><![CDATA[\(sealed.encrypted)]]></Encrypt></xml>"
        return (settings.eventURL + separator + query, body)
    }
}
