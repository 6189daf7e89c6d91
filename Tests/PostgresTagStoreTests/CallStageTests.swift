import Synchronization
import Testing

@testable import PostgresTagStore

/// Tests that a call is either given up or committed, never both.
@Suite struct CallStageTests {
    @Test func `a call that is given up while it waits or runs does not run, commit or answer afterwards`() {
        for isRunning in [false, true] {
            var stage = CallStage()
            if isRunning { #expect(stage.begin() == true) }
            #expect(stage.giveUp() && stage.isGivenUp)
            #expect(stage.giveUp() == false, "the caller is answered once")
            #expect(!stage.begin() && !stage.commit() && !stage.end())
        }
    }

    @Test func `a call that commits or is over cannot be given up`() {
        var stage = CallStage()
        #expect(stage.begin() && stage.commit())
        #expect(!stage.giveUp() && !stage.isGivenUp)
        #expect(stage.end() == true)
        #expect(stage.giveUp() == false)
    }

    @Test func `a call answers its caller once, and leaves its connection only if the call was given up`() {
        let answers = Mutex<[String]>([])
        let call = MachineCall("b:1") { error in answers.withLock { $0.append(error.description) } }
        #expect(call.begin())
        call.giveUp(.away("b:1"), leavesConnection: false)
        #expect(!call.leavesConnection)
        call.giveUp(.away("b:1"), leavesConnection: true)
        #expect(call.leavesConnection && !call.end())
        #expect(answers.withLock(\.count) == 1)
        let committed = MachineCall("b:1") { error in answers.withLock { $0.append(error.description) } }
        #expect(committed.begin() && committed.commit())
        committed.giveUp(.away("b:1"), leavesConnection: true)
        #expect(!committed.leavesConnection && committed.end())
        #expect(answers.withLock(\.count) == 1)
    }

    @Test func `after the database has rolled back a call's transaction, the call can be given up`() {
        let answers = Mutex<[String]>([])
        func makeCall() -> MachineCall {
            MachineCall("b:1") { error in answers.withLock { $0.append(error.description) } }
        }
        let repeated = makeCall()
        #expect(repeated.begin() && repeated.commit())
        repeated.withdrawCommit()
        #expect(!repeated.leavesConnection && answers.withLock(\.isEmpty))
        repeated.giveUp(.away("b:1"), leavesConnection: true)
        #expect(repeated.leavesConnection && !repeated.commit() && !repeated.end())
        #expect(answers.withLock(\.count) == 1)

        // The machine goes away during the commit, before the database answers that it rolled back.
        let late = makeCall()
        #expect(late.begin() && late.commit())
        late.giveUp(.away("b:1"), leavesConnection: true)
        #expect(answers.withLock(\.count) == 1)
        late.withdrawCommit()
        #expect(late.leavesConnection && !late.commit() && !late.end())
        #expect(answers.withLock(\.count) == 2)

        // A withdrawal after the end, or without a commit, changes nothing.
        let ended = makeCall()
        #expect(ended.begin() && ended.commit() && ended.end())
        ended.withdrawCommit()
        ended.giveUp(.away("b:1"), leavesConnection: true)
        #expect(!ended.leavesConnection && answers.withLock(\.count) == 2)
    }
}
