import ArgumentParser
import OfficialAccount

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say what an errcode means and what to do about it, in English and Chinese.",
        discussion: "Without a code it lists all that it knows.")

    @Argument(parsing: .allUnrecognized, help: "The errcode, such as 45159 or -1.")
    var codes: [Int] = []

    mutating func run() async throws {
        try await StartFailure.reporting {
            guard let code = codes.first else {
                let rows = ErrorCatalogue.entries.sorted { $0.code.rawValue < $1.code.rawValue }.map {
                    [$0.code.description, $0.message]
                }
                return print(Table(names: ["CODE", "ERRMSG"], rows: rows).text, terminator: "")
            }
            guard let entry = ErrorCode(code).explanation else {
                throw StartFailure.failed("\(code) is not in the catalogue; tagline explain lists what is")
            }
            print(
                """
                \(entry.code)  \(entry.message)

                \(entry.meaning)
                \(entry.remedy)

                \(entry.chinese.meaning)
                \(entry.chinese.remedy)
                """)
        }
    }
}
