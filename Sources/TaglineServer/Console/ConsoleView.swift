/// A page that the console shows.
struct ConsoleView: Sendable {
    /// Makes the HTML of the page for a visit.
    typealias Making = @Sendable (ConsoleVisit, AdminContext) async throws -> String

    let path: String
    let make: Making

    init(_ path: String, _ make: @escaping Making) {
        self.path = path
        self.make = make
    }
}
