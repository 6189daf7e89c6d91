import NIOCore
import NIOHTTP1
import Testing

@testable import TaglineServer

@Suite struct ConnectionStateTests {
    typealias Phase = ConnectionState.Phase
    typealias Step = ConnectionState.Step

    private static let start = NIODeadline.uptimeNanoseconds(0)

    private static func state(_ phase: Phase, isPaused: Bool = false) -> ConnectionState {
        var state = ConnectionState(at: start)
        (state.phase, state.isPaused) = (phase, isPaused)
        return state
    }

    @Test(
        arguments: [
            (.waiting, .take), (.gathering, .take), (.discarding, .take), (.judging, .keep), (.answering, .keep),
            (.delivering, .keep), (.unsent, .keep), (.closing, .drop),
        ] as [(Phase, ConnectionState.Intake)])
    func `the phase decides whether the connection takes, keeps or drops an arriving part of a request`(
        phase: Phase, intake: ConnectionState.Intake
    ) {
        #expect(Self.state(phase).intake == intake)
    }

    @Test(arguments: Phase.allCases)
    func `a paused connection keeps every part of a request for later`(phase: Phase) {
        #expect(Self.state(phase, isPaused: true).intake == .keep)
    }

    @Test(
        arguments: [
            (.waiting, .refuse(.badRequest)), (.gathering, .refuse(.badRequest)), (.discarding, .end),
            (.judging, .carryOn), (.answering, .carryOn), (.delivering, .carryOn), (.unsent, .carryOn),
            (.closing, .carryOn),
        ] as [(Phase, Step)])
    func `a connection refuses input that is not HTTP, but not during an answer`(
        phase: Phase, step: Step
    ) {
        var state = Self.state(phase)
        #expect(state.breaks() == step)
        state.phase = .waiting
        #expect(state.stepAfterInput == Step.refuse(.badRequest))
    }

    @Test func `a paused connection refuses input that is not HTTP only after its pause`() {
        var state = Self.state(.waiting, isPaused: true)
        #expect(state.breaks() == Step.carryOn)
        state.isPaused = false
        #expect(state.stepAfterInput == Step.refuse(.badRequest))
    }

    @Test(
        arguments: [
            (.waiting, .end), (.gathering, .end), (.discarding, .end), (.judging, .carryOn), (.answering, .carryOn),
            (.delivering, .carryOn), (.unsent, .carryOn), (.closing, .close),
        ] as [(Phase, Step)])
    func `a caller that closes its side during an answer still gets the whole answer`(
        phase: Phase, step: Step
    ) {
        var state = Self.state(phase)
        #expect(state.closesInput() == step)
        state.phase = .waiting
        #expect(state.isInputClosed && state.stepAfterInput == Step.end)
    }

    @Test func `a connection stays open until its last answer is sent, even if the caller closes its side`() {
        var state = Self.state(.closing)
        state.awaitsSending()
        #expect(state.closesInput() == Step.carryOn)
        #expect(state.stepToGiveUp == Step.close)
        state.hasSentAnswer()
        #expect(state.closesInput() == Step.close)
        #expect(state.stepToGiveUp == Step.carryOn)
    }

    @Test func `at a shutdown, an idle connection closes at once and a busy connection closes after its last answer`() {
        var idle = Self.state(.waiting)
        #expect(idle.quiesces() == Step.close)
        for (phase, isPaused) in [(.waiting, true), (.gathering, false), (.answering, false)] as [(Phase, Bool)] {
            var busy = Self.state(phase, isPaused: isPaused)
            #expect(busy.quiesces() == Step.carryOn)
            #expect(busy.isLast)
            (busy.phase, busy.isPaused) = (.gathering, false)
            #expect(busy.stepAfterInput == Step.carryOn)
            busy.phase = .waiting
            #expect(busy.stepAfterInput == Step.end)
        }
    }

    @Test(
        arguments: [
            (.waiting, .carryOn), (.gathering, .refuse(.requestTimeout)), (.judging, .refuse(.requestTimeout)),
            (.discarding, .close), (.answering, .carryOn), (.delivering, .close), (.unsent, .close),
            (.closing, .carryOn),
        ] as [(Phase, Step)])
    func `a connection that runs out of time refuses an arriving request, and never drops a call that runs`(
        phase: Phase, step: Step
    ) {
        #expect(Self.state(phase).stepToGiveUp == step)
    }

    @Test func `a connection refuses a head that comes too late, but not during another request`() {
        var waiting = Self.state(.waiting)
        #expect(waiting.losesHead() == Step.refuse(.requestTimeout))
        var answering = Self.state(.answering)
        #expect(answering.losesHead() == Step.carryOn)
        answering.becomesIdle(at: Self.start)
        #expect(answering.stepAfterInput == Step.refuse(.requestTimeout))
        var paused = Self.state(.waiting, isPaused: true)
        #expect(paused.losesHead() == Step.carryOn)
        paused.resumes(after: .seconds(1))
        #expect(paused.stepAfterInput == Step.refuse(.requestTimeout))
    }

    @Test func `the time in which a connection waits for its turns does not count against the caller`() {
        var state = Self.state(.gathering)
        state.awaitsRest()
        #expect(state.takesExtension() == nil)
        for seconds in [2, 3] as [Int64] {
            state.isPaused = true
            state.resumes(after: .seconds(seconds))
        }
        #expect(state.takesExtension() == TimeAmount.seconds(5))
        #expect(state.takesExtension() == nil)
        state.isPaused = true
        #expect(state.takesExtension() == TimeAmount.seconds(1))
        state.resumes(after: .seconds(4))
        state.awaitsRest()
        #expect(state.takesExtension() == nil)
    }

    @Test func `a closing connection reads a limited number of times`() {
        var state = Self.state(.waiting, isPaused: true)
        state.closes()
        #expect(state.intake == .drop)
        let reads = (0..<100).filter { _ in state.takesLastRead() }.count
        #expect(reads == 64)
    }

    @Test func `the time without a call begins at the last answer of a connection and does not run during a call`() {
        var state = Self.state(.waiting)
        let longest = TimeAmount.seconds(60)
        #expect(state.silenceLeft(of: longest, at: Self.start + .seconds(10)) == TimeAmount.seconds(50))
        #expect(state.silenceLeft(of: longest, at: Self.start + .seconds(60)) == nil)
        state.phase = .unsent
        #expect(state.silenceLeft(of: longest, at: Self.start + .seconds(60)) == nil)
        state.phase = .answering
        #expect(state.silenceLeft(of: longest, at: Self.start + .seconds(70)) == longest)
        state.becomesIdle(at: Self.start + .seconds(70))
        #expect(state.phase == .waiting)
        #expect(state.silenceLeft(of: longest, at: Self.start + .seconds(80)) == TimeAmount.seconds(50))
    }

    @Test func `the end of a read pauses only a connection that can take the next part`() {
        for (phase, cost) in [(.gathering, TurnPace.costOfPieces), (.answering, nil)] as [(Phase, Int?)] {
            var state = Self.state(phase)
            for _ in 0..<65 { state.pace.takesPiece(of: 1) }
            #expect(state.endRead() == cost)
            #expect(state.endRead() == nil)
        }
    }
}

@Suite struct TurnPaceTests {
    /// Counts `answers` answers of `bytes` bytes in one read, and returns the cost after which the connection pauses.
    private static func read(_ answers: Int, of bytes: Int = 100, _ pace: inout TurnPace) -> Int? {
        for _ in 0..<answers {
            pace.takesHead()
            pace.givesAnswer(of: bytes)
        }
        defer { pace.endRead() }
        return pace.costAfterRead(isDiscarding: false)
    }

    @Test func `a connection that sends one call at a time never pauses`() {
        var pace = TurnPace()
        for bytes in [100, 30_000, 10_000_000] {
            for _ in 0..<100 { #expect(Self.read(1, of: bytes, &pace) == nil) }
        }
        #expect(!pace.isRowFull)
    }

    /// The answer to a tagging comes after the end of the read that brought the tagging; other answers come before it.
    @Test func `a connection with one call at a time never pauses, also if its answers come after the end of a read`() {
        var pace = TurnPace()
        for number in 0..<1000 {
            let isLate = number % 7 != 0
            pace.takesHead()
            if !isLate { pace.givesAnswer(of: 100) }
            #expect(isLate || pace.costAfterRead(isDiscarding: false) == nil)
            pace.endRead()
            if isLate { pace.givesAnswer(of: 30_000) }
        }
    }

    @Test func `requests that wait during a late answer count as a row`() {
        var pace = TurnPace()
        for _ in 0..<16 { pace.takesHead() }
        pace.endRead()
        for _ in 0..<4 {
            #expect(!pace.isRowFull)
            pace.givesAnswer(of: 100)
        }
        #expect(pace.isRowFull)
    }

    @Test func `a pipelining connection pauses after four small answers`() {
        var pace = TurnPace()
        #expect(Self.read(2, &pace) == nil)
        #expect(Self.read(2, &pace) == 4)
        #expect(pace.isRowFull)
        pace.resumes()
        #expect(!pace.isRowFull)
        #expect(Self.read(2, &pace) == nil)
    }

    @Test func `long answers cost more, up to a limit`() {
        var pace = TurnPace()
        pace.givesAnswer(of: 30_000)
        #expect(pace.isRowFull && pace.costOfRow == 15)
        pace.givesAnswer(of: .max)
        #expect(pace.costOfRow == 15 + 64)
        for _ in 0..<TurnPace.highestCost { pace.givesAnswer(of: 100) }
        #expect(pace.costOfRow == TurnPace.highestCost)
    }

    @Test func `after a read with one call, the cost of the row begins again`() {
        var pace = TurnPace()
        #expect(Self.read(3, &pace) == nil)
        #expect(Self.read(1, &pace) == nil)
        #expect(Self.read(3, &pace) == nil)
    }

    @Test(arguments: [false, true])
    func `a read of more than 64 pieces pauses the connection`(isDiscarding: Bool) {
        var pace = TurnPace()
        for _ in 0..<64 { pace.takesPiece(of: 1) }
        #expect(pace.costAfterRead(isDiscarding: isDiscarding) == nil)
        pace.takesPiece(of: 1)
        #expect(pace.costAfterRead(isDiscarding: isDiscarding) == TurnPace.costOfPieces)
        pace.endRead()
        #expect(pace.costAfterRead(isDiscarding: isDiscarding) == nil)
    }

    @Test(arguments: [false, true])
    func `a connection pauses after each 16 KiB of a body`(isDiscarding: Bool) {
        var pace = TurnPace()
        for _ in 0..<3 {
            for _ in 0..<3 {
                pace.takesPiece(of: 4096)
                #expect(pace.costAfterRead(isDiscarding: isDiscarding) == nil)
                pace.endRead()
            }
            pace.takesPiece(of: 4096)
            #expect(pace.costAfterRead(isDiscarding: isDiscarding) == 1)
            pace.endRead()
        }
    }

    @Test func `the bodies of two calls do not count together`() {
        var pace = TurnPace()
        for _ in 0..<10 {
            pace.takesPiece(of: 4096)
            pace.takesPiece(of: 4096)
            #expect(Self.read(1, &pace) == nil)
        }
    }

    @Test func `a connection that discards the rest of a request does not pause after four answers`() {
        var pace = TurnPace()
        for _ in 0..<4 {
            pace.takesHead()
            pace.givesAnswer(of: 100)
        }
        #expect(pace.costAfterRead(isDiscarding: true) == nil)
        #expect(pace.costAfterRead(isDiscarding: false) == 4)
    }
}

@Suite struct TurnsTests {
    private static let now = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test func `a connection that is alone has its turn at once, whatever its last turns cost`() {
        let turns = Turns()
        for _ in 0..<1000 {
            #expect(turns.begin(after: TurnPace.highestCost, isRead: true, at: Self.now) == Self.now)
            turns.end()
        }
    }

    @Test func `connections that wait have their turns one after another, each after the cost of the one before`() {
        let turns = Turns()
        #expect(turns.begin(after: 4, isRead: true, at: Self.now) == Self.now)
        #expect(turns.begin(after: 1, isRead: true, at: Self.now) == Self.now + Turns.unit * 4)
        #expect(turns.begin(after: 2, isRead: true, at: Self.now + .microseconds(1)) == Self.now + Turns.unit * 5)
        #expect(turns.begin(after: 4, isRead: true, at: Self.now + .seconds(1)) == Self.now + .seconds(1))
        for _ in 0..<4 { turns.end() }
        _ = turns.begin(after: 2, isRead: false, at: Self.now)
        #expect(turns.begin(after: 4, isRead: true, at: Self.now) == Self.now + Turns.unit * 8)
        for _ in 0..<2 { turns.end() }
        #expect(turns.begin(after: 4, isRead: true, at: Self.now) == Self.now)
    }
}

@Suite struct ArrivingRequestTests {
    private static func request(_ headers: HTTPHeaders = [:]) -> ArrivingRequest {
        var request = ArrivingRequest()
        request.begin(HTTPRequestHead(version: .http1_1, method: .POST, uri: "/a?b", headers: headers))
        return request
    }

    @Test func `a request joins the pieces of its body and keeps its head for the answer`() {
        var request = Self.request()
        for piece in ["{", "", "}"] { request.add(ByteBuffer(string: piece)) }
        let whole = request.takeWhole()
        #expect(String(buffer: whole.body.buffer) == "{}" && whole.bodyLength == 2)
        #expect(whole.method == .POST && whole.target.path == "/a" && request.head.uri == "/a?b")
        #expect(request.takeWhole().bodyLength == 0)
    }

    @Test func `a piece that is added does not change when its original buffer changes`() {
        var request = Self.request()
        var piece = ByteBuffer(string: "ab")
        request.add(piece)
        piece.setString("xy", at: 0)
        request.add(ByteBuffer(string: "c"))
        #expect(String(buffer: request.takeWhole().body.buffer) == "abc")
    }

    @Test func `a request keeps at most one byte more than the largest body`() {
        var request = Self.request()
        request.add(ByteBuffer(repeating: 0, count: CallBody.largest))
        #expect(!request.isTooLong)
        for _ in 0..<2 { request.add(ByteBuffer(repeating: 0, count: 10)) }
        #expect(request.isTooLong)
        #expect(request.takeWhole().bodyLength == APIRequest.largestBody)
    }

    @Test func `the head alone gives the declared body length, or a length above the limit if the body is too long`() {
        var request = Self.request(["content-length": "7"])
        request.add(ByteBuffer(string: "{"))
        #expect(request.headAlone.bodyLength == 7 && request.headAlone.body.buffer.readableBytes == 0)
        request.add(ByteBuffer(repeating: 0, count: APIRequest.largestBody))
        #expect(request.headAlone.bodyLength == CallBody.largest + 1)
    }

    @Test func `a new head is not yet accepted, even after an accepted head`() {
        var request = Self.request()
        #expect(!request.isHeadGood)
        request.acceptHead()
        #expect(request.isHeadGood)
        request.begin(request.head)
        #expect(!request.isHeadGood)
    }
}
