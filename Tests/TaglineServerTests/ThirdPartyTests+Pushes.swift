import EmbeddedTagStore
import Foundation
import InMemoryLogging
import Logging
import OfficialAccount
import Synchronization
import TagStore
import Testing
import WireTable

@testable import TaglineServer

// Tests what the server pushes to a platform.
extension ThirdPartyTests {
    private static let eventAddresses = [
        ("http://my_app:8080/e", true), ("http://[::1]:9000/e", true), ("HTTP://x", true), ("hTTps://x/?a=b", true),
        ("http://[2001:db8::7]", true), ("http://127.0.0.1:65535/", true), ("http://_app.svc_1/", true), ("", true),
        ("http://x/#f", false), ("http://x#f", false), ("http://x?a=b#", false), ("http://127.0.0.1:65536/", false),
        ("http://127.0.0.1:99999/", false), ("http://[::1", false), ("http://::1/", false), ("http://[x]/", false),
        ("http://a b/", false), ("httpx://a/", false), ("http://é.example/", false),
    ]

    @Test(arguments: eventAddresses)
    func `the server accepts an address for pushes only if the address is usable`(address: String, isTaken: Bool)
        async throws
    {
        try await withSandbox { sandbox in
            let body = #"{"event_url":"\#(address)"}"#
            let answer = try await sandbox.admin.send(
                WireRequest("PATCH", "/platforms/\(Self.component)", body: Array(body.utf8)))
            #expect(answer.status == (isTaken ? 200 : 400), "\(answer.text)")
            let expected = isTaken ? String(body.dropFirst().dropLast()) : "event_url must be"
            #expect(answer.text.contains(expected), "\(answer.text)")
            guard isTaken, !address.isEmpty else { return }
            _ = try sandbox.clock.advance(bySeconds: 600)
            await sandbox.events.tick()
            let letter = try #require(await sandbox.mailbox.letters.first)
            #expect(letter.url.hasPrefix(address + (address.contains("?") ? "&" : "?") + "signature="))
        }
    }

    @Test func `the server does not push to an unusable address that an earlier version accepted`() async throws {
        try await withSandbox { sandbox in
            for address in ["http://127.0.0.1:99999/", "http://x/#f"] {
                try await sandbox.store.changeComponent(DemoWorld.platform.appID, account: nil) { platform, _ in
                    platform.settings.eventURL = address
                }
                _ = try sandbox.clock.advance(bySeconds: 600)
                await sandbox.events.tick()
                #expect(await sandbox.mailbox.letters.isEmpty, "\(address)")
            }
        }
    }

    @Test func `the log has one warning for a receiver that fails several times in a row`() async throws {
        struct Redirected: Error, CustomStringConvertible {
            let description = "the event address answers 302, a redirect"
        }
        try await withSandbox { sandbox in
            let lines = InMemoryLogHandler()
            let isWell = Mutex(false)
            let events = ComponentEvents(
                store: sandbox.store, surroundings: Surroundings(now: { sandbox.clock.now }),
                post: { _, _ in
                    guard isWell.withLock({ $0 }) else { throw Redirected() }
                    return "success"
                }, logger: Logger(label: "test", factory: { _ in lines }))
            try await sandbox.store.changeComponent(DemoWorld.platform.appID, account: nil) { platform, _ in
                platform.settings.eventURL = "http://receiver.example/"
            }
            func warnings(after ticks: Int) async throws -> [String] {
                for _ in 0..<ticks {
                    _ = try sandbox.clock.advance(bySeconds: 600)
                    await events.tick()
                }
                return lines.entries.filter { $0.level >= .warning }.map { "\($0.metadata["reason"] ?? "")" }
            }
            #expect(try await warnings(after: 5) == [Redirected().description])
            isWell.withLock { $0 = true }
            #expect(try await warnings(after: 2).count == 1)
            isWell.withLock { $0 = false }
            #expect(try await warnings(after: 3).count == 2, "a push succeeded between the failures")
        }
    }

    @Test func `a slow receiver does not delay pushes to other receivers`() async throws {
        try await withSandbox { sandbox in
            for name in ["slow", "quick"] {
                let body = #"{"appid":"wx\#(name)","event_url":"http://\#(name).example/"}"#
                _ = try await sandbox.admin.send(WireRequest("POST", "/platforms", body: Array(body.utf8)))
            }
            let (taken, take) = AsyncStream.makeStream(of: String.self)
            let (nothing, end) = AsyncStream.makeStream(of: Void.self)
            let events = ComponentEvents(
                store: sandbox.store, surroundings: Surroundings(now: { sandbox.clock.now }),
                post: { url, _ in
                    // This receiver does not answer before the test ends.
                    if url.contains("slow") { for await _ in nothing {} }
                    take.yield(url)
                    return "success"
                }, logger: .init(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
            let running = Task { try await events.run() }
            var urls = taken.makeAsyncIterator()
            #expect(await urls.next()?.contains("quick") == true)
            _ = try sandbox.clock.advance(bySeconds: 600)
            #expect(
                await urls.next()?.contains("quick") == true,
                "the next ticket is pushed before the slow receiver answers")
            running.cancel()
            _ = await running.result
            end.finish()
        }
    }

    @Test func `the server pushes tickets and events in envelopes, and repeats a push until the receiver accepts it`()
        async throws
    {
        try await withSandbox { sandbox in
            func tick(after seconds: Int64 = 0) async throws -> [String] {
                if seconds > 0 { _ = try sandbox.clock.advance(bySeconds: seconds) }
                let before = await sandbox.mailbox.letters.count
                await sandbox.events.tick()
                return try await sandbox.mailbox.letters.dropFirst(before).map { try Self.open($0.url, $0.body) }
            }
            #expect(try await tick() == [], "the platform has no address for pushes")
            for nowhere in ["http://[", "https://a b/", "http://", "ftp://a", "http://a:123456/"] {
                let refused = try await sandbox.admin.send(
                    WireRequest(
                        "PATCH", "/platforms/\(Self.component)", body: Array(#"{"event_url":"\#(nowhere)"}"#.utf8)))
                #expect(refused.status == 400, "\(nowhere)")
            }
            _ = try await sandbox.admin.send(
                WireRequest(
                    "PATCH", "/platforms/\(Self.component)",
                    body: Array(#"{"event_url":"http://platform.example/events?x=1"}"#.utf8)))
            #expect(try await tick() == [], "the next ticket is due in ten minutes")
            await sandbox.mailbox.answer("error", "Success")
            let first = try await tick(after: 600)
            #expect(first.count == 1 && first[0].contains("<InfoType><![CDATA[component_verify_ticket]]></InfoType>"))
            #expect(try await tick() == [])
            #expect(try await tick(after: 5) == first, "the receiver answered error")
            #expect(try await tick(after: 10) == first, "the receiver answered Success instead of success")
            #expect(try await tick(after: 60) == [])

            let code = try await Client(sandbox: sandbox).authorize(DemoWorld.uncertified.appID, sets: [2])
            let authorized = try await tick()
            #expect(authorized.first?.contains("<InfoType><![CDATA[authorized]]></InfoType>") == true)
            #expect(authorized.first?.contains("<AuthorizationCode><![CDATA[\(code)]]></AuthorizationCode>") == true)
            _ = try await Client(sandbox: sandbox).authorize(DemoWorld.uncertified.appID, sets: [2])
            #expect(try await tick().first?.contains("[updateauthorized]") == true)
            _ = try await sandbox.admin.send(
                WireRequest("DELETE", "/platforms/\(Self.component)/authorizations/\(DemoWorld.uncertified.appID)"))
            #expect(try await tick().first?.contains("[unauthorized]") == true)
        }
    }

    @Test func `an event waits while an earlier event about the same account waits, and other events do not`()
        async throws
    {
        try await withSandbox { sandbox in
            let admin = sandbox.admin
            await sandbox.events.tick()
            _ = try await admin.send(
                WireRequest(
                    "PATCH", "/platforms/\(Self.component)",
                    body: Array(#"{"event_url":"http://platform.example/events?x=1"}"#.utf8)))
            /// Advances the clock, and returns the events that the platform then gets, each with its account.
            func pushed(after seconds: Int64 = 0) async throws -> [String] {
                if seconds > 0 { _ = try sandbox.clock.advance(bySeconds: seconds) }
                let before = await sandbox.mailbox.letters.count
                await sandbox.events.tick()
                return try await sandbox.mailbox.letters.dropFirst(before).map { letter -> String in
                    let message = try Self.open(letter.url, letter.body)
                    let type = try #require(message.firstMatch(of: /<InfoType><!\[CDATA\[([a-z_]+)\]/)).1
                    let account = message.firstMatch(of: /<AuthorizerAppid><!\[CDATA\[([a-z0-9]+)\]/)?.1 ?? "none"
                    return "\(type) \(account)"
                }
            }
            func withdraw(_ account: AppID) async throws {
                let path = "/platforms/\(Self.component)/authorizations/\(account)"
                #expect(try await admin.send(WireRequest("DELETE", path)).status == 200)
            }
            let (one, other) = (DemoWorld.uncertified.appID, DemoWorld.subscription.appID)
            let client = Client(sandbox: sandbox)
            #expect(try await pushed() == [])

            // All events are due at once, and the first one fails.
            await sandbox.mailbox.answer("error")
            _ = try await client.authorize(one, sets: [2])
            try await withdraw(one)
            try await withdraw(other)
            #expect(try await pushed() == ["authorized \(one)", "unauthorized \(other)"])
            #expect(try await pushed() == [], "the withdrawal waits behind the authorisation")
            #expect(try await pushed(after: 5) == ["authorized \(one)", "unauthorized \(one)"])

            // The first event has failed before the second one exists.
            await sandbox.mailbox.answer("error", "error")
            _ = try await client.authorize(one, sets: [2])
            #expect(try await pushed() == ["authorized \(one)"])
            try await withdraw(one)
            #expect(try await pushed() == [])
            #expect(try await pushed(after: 5) == ["authorized \(one)"])
            #expect(try await pushed(after: 5) == [])
            #expect(try await pushed(after: 5) == ["authorized \(one)", "unauthorized \(one)"])

            // After the last try of an event, the next event no longer waits.
            await sandbox.mailbox.answer("error", "error", "error", "error", "error", "error", "error", "error")
            _ = try await client.authorize(one, sets: [2])
            try await withdraw(one)
            var events: [String] = []
            for _ in 0..<8 { events += try await pushed(after: 60) }
            #expect(events == Array(repeating: "authorized \(one)", count: 8) + ["unauthorized \(one)"])
        }
    }

    private static func envelope() throws -> EncryptedEnvelope {
        try EncryptedEnvelope(
            encodingKey: DemoWorld.platformEncodingKey, token: DemoWorld.platformMessageToken,
            receiver: DemoWorld.platform.appID)
    }

    private static func open(_ url: String, _ body: String) throws -> String {
        let items = try #require(URLComponents(string: url)?.queryItems)
        func item(_ name: String) -> String { items.first { $0.name == name }?.value ?? "" }
        #expect(item("x") == "1" && item("encrypt_type") == "aes")
        #expect(
            item("signature")
                == EncryptedEnvelope.signature(DemoWorld.platformMessageToken, item("timestamp"), item("nonce")))
        let encrypted = String(try #require(body.firstMatch(of: /<Encrypt><!\[CDATA\[([^\]]+)\]\]>/)).1)
        return try envelope().open(
            .init(
                encrypted: encrypted, timestamp: item("timestamp"), nonce: item("nonce"),
                signature: item("msg_signature")))
    }

    @Test func `an envelope that was changed cannot be opened`() throws {
        let envelope = try Self.envelope()
        for message in ["", "x", String(repeating: "票", count: 1000)] {
            let sealed = try envelope.seal(
                message, timestamp: "1", nonce: "2", random: [UInt8](repeating: 7, count: 16))
            #expect(try envelope.open(sealed) == message)
            func failure(_ encrypted: String, signed: Bool) -> EncryptedEnvelope.Failure? {
                let signature =
                    signed
                    ? EncryptedEnvelope.signature(DemoWorld.platformMessageToken, "1", "2", encrypted)
                    : sealed.signature
                do throws(EncryptedEnvelope.Failure) {
                    _ = try envelope.open(.init(encrypted: encrypted, timestamp: "1", nonce: "2", signature: signature))
                    return nil
                } catch {
                    return error
                }
            }
            let flipped = try #require(Data(base64Encoded: sealed.encrypted)).enumerated().map {
                $0 == 17 ? $1 ^ 1 : $1
            }
            let other = Data(flipped).base64EncodedString()
            #expect(failure(other, signed: false) == .badSignature)
            #expect(failure(other, signed: true) != nil)
            for nonsense in [
                "", "x", "AAAA", Data(count: 16).base64EncodedString(), Data(count: 64).base64EncodedString(),
            ] {
                #expect(failure(nonsense, signed: true) == .badContent, "\(nonsense)")
            }
        }
        let others = try EncryptedEnvelope(
            encodingKey: DemoWorld.platformEncodingKey, token: DemoWorld.platformMessageToken,
            receiver: AppID("wxother"))
        let sealed = try others.seal("x", timestamp: "1", nonce: "2", random: [UInt8](repeating: 7, count: 16))
        #expect(throws: EncryptedEnvelope.Failure.anotherReceiver) { try envelope.open(sealed) }
        for key in ["", "short", String(repeating: "!", count: 43)] {
            #expect(throws: EncryptedEnvelope.Failure.badKey) {
                try EncryptedEnvelope(encodingKey: key, token: "x", receiver: AppID("wx"))
            }
        }
    }

    @Test func `a key in the form of the WeChat console is accepted, and its last two bits do not matter`() throws {
        let keys = ["abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE"]
        let sealed = try keys.map { key in
            try EncryptedEnvelope(encodingKey: key, token: "token", receiver: "wx1")
                .seal("message", timestamp: "1", nonce: "2", random: [UInt8](repeating: 1, count: 16))
        }
        #expect(sealed[0].encrypted == sealed[1].encrypted)
        for wrong in [
            "", String(keys[0].dropLast()), keys[0] + "A", keys[0].dropLast() + "=", keys[0].dropLast() + "-",
        ] {
            #expect(throws: EncryptedEnvelope.Failure.badKey) {
                try EncryptedEnvelope(encodingKey: wrong, token: "token", receiver: "wx1")
            }
        }
    }
}
