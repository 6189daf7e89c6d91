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
        let component: AppID
        let event: ComponentEvent
        let time: UnixTime
        var tries = 0
        var due: UnixTime
    }

    private struct State {
        var waiting: [Push] = []
        /// The platforms to which a push is under way.
        var busy: Set<AppID> = []
        /// The platforms whose last push failed.
        var failing: Set<AppID> = []
        /// The latest ticket of each platform with its time.
        var tickets: [AppID: (text: String, time: UnixTime)] = [:]
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
            state.waiting.append(Push(component: component, event: event, time: now, due: now))
            state.waiting.removeFirst(max(0, state.waiting.count - Self.capacity))
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
            let isDue = { (push: Push) in
                push.due.isOver(at: now, setWithin: Self.longestPause) && !state.busy.contains(push.component)
            }
            let byComponent = Dictionary(grouping: state.waiting.filter(isDue), by: \.component)
            state.waiting.removeAll(where: isDue)
            state.busy.formUnion(byComponent.keys)
            return components.compactMap { component in
                byComponent[component.appID].map { Delivery(component: component, pushes: $0, time: now) }
            }
        }
    }

    private func deliver(_ delivery: Delivery) async {
        for push in delivery.pushes { await send(push, to: delivery.component, at: delivery.time) }
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

    private func send(_ push: Push, to component: Component, at now: UnixTime) async {
        guard !component.settings.eventURL.isEmpty else { return }
        do {
            guard AdminMember.Text.eventURL.matches(component.settings.eventURL) else { throw UnusableAddress() }
            let (url, body) = try request(push, to: component, at: now)
            let answer = try await post(url, body)
            if answer.trimmingCharacters(in: .whitespacesAndNewlines) == "success" {
                return state.withLock { _ = $0.failing.remove(component.appID) }
            }
            tell("the receiver does not answer success", of: component.appID)
        } catch {
            tell("\(error)", of: component.appID)
        }
        var again = push
        again.tries += 1
        again.due = now + min(Self.longestPause, 5 << min(again.tries - 1, 4))
        guard again.event.isTicket || again.tries < Self.tries else { return }
        state.withLock { state in
            let isReplaced =
                again.event.isTicket && state.waiting.contains { $0.component == again.component && $0.event.isTicket }
            if !isReplaced { state.waiting.append(again) }
        }
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
