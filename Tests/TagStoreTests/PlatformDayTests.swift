import TagStore
import Testing

/// Tests days and dates in UTC+8, the time zone in which the platform counts days.
@Suite struct PlatformDayTests {
    @Test(arguments: [
        (0, 28_800), (57_599, 86_399), (57_600, 0), (-28_800, 0), (-28_801, 86_399), (1_763_800_000, 59_200),
    ])
    func `the second of a day is counted from midnight in UTC+8`(time: Int, second: Int) {
        #expect(UnixTime(seconds: Int64(time)).secondOfPlatformDay == second)
    }

    @Test(arguments: [(0, 57_600), (57_599, 57_600), (57_600, 144_000), (-28_801, -28_800)])
    func `the next day starts after the present second`(time: Int, next: Int) {
        #expect(UnixTime(seconds: Int64(time)).startOfNextPlatformDay == UnixTime(seconds: Int64(next)))
    }

    @Test(arguments: [
        (0, [1970, 1, 1]), (57_600, [1970, 1, 2]), (-28_801, [1969, 12, 31]), (951_753_600, [2000, 2, 29]),
        (951_840_000, [2000, 3, 1]), (1_709_222_399, [2024, 2, 29]), (1_709_222_400, [2024, 3, 1]),
        (1_735_660_800, [2025, 1, 1]),
    ])
    func `the date follows the calendar`(time: Int, date: [Int]) {
        let found = UnixTime(seconds: Int64(time)).platformDate
        #expect([found.year, found.month, found.day].map { Int($0) } == date)
    }
}
