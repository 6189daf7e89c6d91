import OfficialAccount
import TagStore
import Testing

@testable import PostgresTagStore

/// Tests when a node asks a machine whether it is alive, and when the node gives up the calls for this machine. The
/// tests set the time.
@Suite struct MachineBookTests {
    private typealias Question = MachineBook.Question

    private static let rules = MachineRules(
        patience: .milliseconds(450), answer: .milliseconds(300), pause: .milliseconds(500))
    private static let map = FakeCluster.map
    private static let start = ContinuousClock.now

    private final class Call {}

    private static func at(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    private static func book() -> MachineBook {
        var book = MachineBook(rules: rules)
        book.learn(map)
        return book
    }

    private static func question(_ machine: String, wantsChange: Bool) -> Question {
        Question(
            machine: machine, number: map.machines.first { $0.name == machine }?.number ?? -1, wantsChange: wantsChange)
    }

    private static func account(on machine: String) throws -> AccountKey {
        AccountKey(try FakeCluster.account(on: machine))
    }

    // MARK: Silence

    @Test func `the node asks a machine after 0.45 s of silence, and the machine is away after 0.3 s more of silence`()
        throws
    {
        var book = Self.book()
        let call = Call()
        book.callBegan(ObjectIdentifier(call), on: "b:1", at: Self.at(0))
        #expect(book.look(at: Self.at(449)) == .init())
        #expect(book.look(at: Self.at(450)) == .init(questions: [Self.question("b:1", wantsChange: false)]))
        #expect(book.look(at: Self.at(451)) == .init(), "the machine is asked once")
        book.questionBegan("b:1", at: Self.at(460))
        #expect(book.look(at: Self.at(759)) == .init())
        #expect(book.missing(for: .account(try Self.account(on: "b:1"))) == nil)
        #expect(book.look(at: Self.at(760)) == .init(silent: ["b:1"]))
        #expect(book.missing(for: .account(try Self.account(on: "b:1"))) == "b:1")
        #expect(book.missing(for: .account(try Self.account(on: "a:1"))) == nil)
        #expect(book.missing(for: .every) == "b:1")
        #expect(book.missing(for: .copies) == nil)
        #expect(book.look(at: Self.at(761)) == .init())
    }

    @Test func `a question that waits for a session does not show whether the machine is silent`() {
        var book = Self.book()
        book.callBegan(ObjectIdentifier(Call()), on: "b:1", at: Self.at(0))
        _ = book.look(at: Self.at(450))
        #expect(book.look(at: Self.at(5000)) == .init())
    }

    @Test func `a machine that answers anything is not away`() {
        var book = Self.book()
        let (slow, other) = (Call(), Call())
        book.callBegan(ObjectIdentifier(slow), on: "b:1", at: Self.at(0))
        book.callBegan(ObjectIdentifier(other), on: "b:1", at: Self.at(100))
        book.callEnded(ObjectIdentifier(other), on: "b:1", hasAnswer: true, at: Self.at(400))
        #expect(book.look(at: Self.at(849)) == .init())
        #expect(book.look(at: Self.at(850)).questions == [Self.question("b:1", wantsChange: false)])
        book.questionBegan("b:1", at: Self.at(850))
        book.answered("b:1", at: Self.at(1100))
        #expect(book.look(at: Self.at(1200)) == .init())
        #expect(book.questionEnded("b:1", .well, at: Self.at(1200)) == nil)
        #expect(book.look(at: Self.at(1640)) == .init())
        #expect(book.look(at: Self.at(1650)).questions.count == 1, "the slow call is still without an answer")
    }

    @Test func `a failed call without an answer from the machine does not show that the machine is alive`() {
        var book = Self.book()
        let (slow, other) = (Call(), Call())
        for call in [slow, other] { book.callBegan(ObjectIdentifier(call), on: "b:1", at: Self.at(0)) }
        book.callEnded(ObjectIdentifier(other), on: "b:1", hasAnswer: false, at: Self.at(440))
        #expect(book.look(at: Self.at(450)).questions.map(\.machine) == ["b:1"])
    }

    @Test func `a machine without calls is not asked`() {
        var book = Self.book()
        let call = Call()
        book.callBegan(ObjectIdentifier(call), on: "a:1", at: Self.at(0))
        book.callEnded(ObjectIdentifier(call), on: "a:1", hasAnswer: true, at: Self.at(1))
        #expect(book.look(at: Self.at(60_000)) == .init())
    }

    @Test func `a call that needs all machines makes the node ask each machine`() {
        var book = Self.book()
        let call = Call()
        book.callBegan(ObjectIdentifier(call), on: nil, at: Self.at(0))
        #expect(book.look(at: Self.at(450)).questions.map(\.machine) == ["a:1", "b:1"])
        book.callEnded(ObjectIdentifier(call), on: nil, hasAnswer: true, at: Self.at(460))
        for machine in ["a:1", "b:1"] { #expect(book.questionEnded(machine, .well, at: Self.at(470)) == nil) }
        #expect(book.look(at: Self.at(9000)) == .init())
    }

    // MARK: Coming back

    @Test func `a machine that is away is asked again after a pause, until it answers`() {
        var book = Self.book()
        _ = book.questionsToAll()
        #expect(book.questionEnded("b:1", .unwell("refused"), at: Self.at(0)) == .wentAway)
        #expect(book.questionEnded("a:1", .well, at: Self.at(0)) == nil)
        #expect(book.away == ["b:1": "refused"])
        #expect(book.look(at: Self.at(499)) == .init())
        #expect(book.look(at: Self.at(500)).questions == [Self.question("b:1", wantsChange: true)])
        #expect(book.questionEnded("b:1", .unwell("still"), at: Self.at(600)) == nil)
        #expect(book.away == ["b:1": "still"])
        #expect(book.look(at: Self.at(1099)) == .init())
        #expect(book.look(at: Self.at(1100)).questions.count == 1)
        #expect(book.questionEnded("b:1", .well, at: Self.at(1200)) == .cameBack)
        #expect(book.missing(for: .every) == nil && !book.wantsMap)
        #expect(book.look(at: Self.at(9000)) == .init())
    }

    @Test func `a silent machine is back as soon as its late answer to the question comes`() {
        var book = Self.book()
        book.callBegan(ObjectIdentifier(Call()), on: "b:1", at: Self.at(0))
        _ = book.look(at: Self.at(450))
        book.questionBegan("b:1", at: Self.at(450))
        #expect(book.look(at: Self.at(750)).silent == ["b:1"])
        #expect(book.questionEnded("b:1", .well, at: Self.at(900)) == .cameBack)
    }

    @Test func `if the server cannot be reached, no machine changes between away and back`() {
        var book = Self.book()
        _ = book.questionsToAll()
        #expect(book.questionEnded("a:1", .nothing, at: Self.at(0)) == nil)
        #expect(book.questionEnded("b:1", .unwell("refused"), at: Self.at(0)) == .wentAway)
        _ = book.look(at: Self.at(500))
        #expect(book.questionEnded("b:1", .nothing, at: Self.at(500)) == nil)
        #expect(book.away.keys.sorted() == ["b:1"])
    }

    // MARK: Suspects

    @Test func `after a failed call, the node immediately asks the machine to make a change`() throws {
        var book = Self.book()
        book.suspect(try Self.account(on: "b:1"))
        #expect(book.wantsMap)
        #expect(book.missing(for: .every) == nil, "calls for a suspected machine are not refused yet")
        #expect(book.look(at: Self.at(0)).questions == [Self.question("b:1", wantsChange: true)])
        #expect(book.look(at: Self.at(1)) == .init() && !book.wantsMap)
    }

    @Test func `a failed call to an unknown machine makes the node ask all machines once`() {
        var book = Self.book()
        book.suspect(nil)
        #expect(book.look(at: Self.at(0)).questions.map(\.machine) == ["a:1", "b:1"])
        #expect(book.look(at: Self.at(1)) == .init())
    }

    @Test func `the health check does not ask a machine that the node already asks or that is away`() {
        var book = Self.book()
        #expect(book.questionsToAll().map(\.machine) == ["a:1", "b:1"])
        #expect(book.questionsToAll().isEmpty)
        _ = book.questionEnded("a:1", .well, at: Self.at(0))
        _ = book.questionEnded("b:1", .unwell("refused"), at: Self.at(0))
        #expect(book.questionsToAll().map(\.machine) == ["a:1"])
    }

    @Test func `the node forgets a machine that no longer has shards`() throws {
        var book = Self.book()
        _ = book.questionsToAll()
        _ = book.questionEnded("b:1", .unwell("refused"), at: Self.at(0))
        book.learn(ShardMap([ShardMap.Shard(hashes: .min ... .max, machine: "a:1")]))
        #expect(book.missing(for: .account(try Self.account(on: "b:1"))) == nil)
        #expect(book.away.isEmpty && !book.wantsMap)
    }
}
