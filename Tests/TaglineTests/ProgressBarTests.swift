import BulkRuns
import Testing

@testable import tagline

/// Tests which parts the progress line keeps on a narrow terminal.
@Suite struct ProgressBarTests {
    private static let minute = "waits for the next minute, 12:01:00 UTC (45011)"
    private static let english =
        "waits until 12:01:00 UTC: "
        + String(repeating: "the answer is not JSON, a proxy may have sent it; ", count: 4)
    private static let chinese =
        "waits until 12:01:00 UTC: -1 " + String(repeating: "系统繁忙，请稍后再试，", count: 8)

    private func moment(_ reason: String?, done: Int = 100, total: Int? = 399) -> RunMoment {
        RunMoment(
            done: done, total: total, applied: done, rejected: 0, unknown: 0, calls: 9, rate: 25, secondsLeft: 12,
            concurrency: 1, failures: reason == nil ? [:] : ["45011": 7], waitingFor: reason)
    }

    @Test(
        arguments: [ProgressBarTests.minute, ProgressBarTests.english, ProgressBarTests.chinese], [40, 60, 80, 200])
    func `the line shows the run's wait, the amount done and the failed calls`(reason: String, columns: Int) throws {
        let line = ProgressBar.line(moment(reason), columns: columns)
        #expect(line.displayWidth < columns, "\(line)")
        #expect(line.contains("100 of 399  waits ") && line.hasSuffix("  7 × 45011"), "\(line)")
        // The line shows the whole reason for the wait, or only the beginning of the reason. In the second case, at
        // most three columns stay free.
        let told = try #require(line.split(separator: "  ").first { $0.hasPrefix("waits ") })
        if !line.contains(reason) {
            #expect(told.hasSuffix("…") && reason.hasPrefix(told.dropLast()), "\(line)")
            #expect(line.displayWidth >= columns - 3, "\(line)")
        }
        // With 60 columns or more, the line shows until when the run waits.
        let beginnings = ["waits until 12:01:00 UTC", "waits for the next minute"]
        #expect(columns < 60 || beginnings.contains { told.hasPrefix($0) }, "\(line)")
    }

    @Test func `a wide terminal shows the whole reason and all other parts of the line`() {
        #expect(
            ProgressBar.line(moment(Self.minute), columns: 200)
                == "[#######.......................] 25 %  100 of 399  \(Self.minute)  25/s  12 s left  7 × 45011")
        #expect(ProgressBar.line(moment(nil), columns: 80).hasSuffix("25 %  100 of 399  25/s  12 s left"))
    }

    @Test(arguments: [
        (40, "1,000,000 of 3,000,000  7 × no answer"),
        (60, "1,000,000 of 3,000,000  waits until 12:01:0…  7 × no answer"),
        (80, "1,000,000 of 3,000,000  waits until 12:01:00 UTC: th…  7 × no answer, 3 × 45011"),
    ])
    func `a narrow line shows the amount done, and the most frequent failure if it fits`(columns: Int, says: String) {
        var waiting = moment(Self.english, done: 1_000_000, total: 3_000_000)
        waiting.failures = ["45011": 3, "no answer": 7]
        waiting.rejected = 12
        #expect(ProgressBar.line(waiting, columns: columns) == says)
        #expect(ProgressBar.line(waiting, columns: 30) == "1,000,000 of 3,000,000")
    }

    @Test func `the line fits into any terminal, and a server's text does not move the cursor`() {
        for reason in [nil, Self.minute, Self.english, Self.chinese, "waits: \u{1b}[2J\n"] {
            for total in [nil, 0, 399, 1_000_000] {
                for columns in -1...210 {
                    let line = ProgressBar.line(moment(reason, total: total), columns: columns)
                    #expect(line.displayWidth < max(columns, 2) && !line.contains("\u{1b}"), "\(columns): \(line)")
                }
            }
        }
    }

    @Test func `the line shows how many lines the program has read, even next to a long file name`() {
        let name = String(repeating: "粉丝", count: 40) + ".csv"
        for columns in [40, 60, 80] {
            let line = ProgressBar.reading(name, lines: 16_384, columns: columns)
            #expect(line.hasPrefix("reading 粉丝") && line.hasSuffix("…: 16,384 lines"), "\(line)")
            #expect(line.displayWidth < columns)
        }
        #expect(ProgressBar.reading("-", lines: 1, columns: 80) == "reading the input: 1 line")
    }
}
