import Testing

@testable import tagline

/// Tests the limits on the time and the output of a command that prints a secret.
@Suite struct SecretCommandTests {
    @Test(arguments: ["echo t", "printf '\\357\\273\\277 t\\r\\n\\000'", "sleep 500 & echo t"])
    func `the token is the output of the command, without invisible characters around it`(line: String) async throws {
        #expect(try await SecretCommand(line, name: "--token-command", deadline: .seconds(600)).run() == "t")
    }

    @Test(arguments: [
        ("sleep 500", "took longer than"), ("yes", "printed more than 64 KiB"), ("exit 3", "ended with code 3"),
        ("kill -9 $$", "ended by signal 9"), ("head -c 70000 /dev/zero; sleep 500", "printed more than 64 KiB"),
    ])
    func `if a command fails to give a token, the error message names the cause`(line: String, reason: String) async {
        let deadline: Duration = line == "sleep 500" ? .milliseconds(300) : .seconds(600)
        let failure = await #expect(throws: SecretCommand.Failed.self) {
            try await SecretCommand(line, name: "--token-command", deadline: deadline).run()
        }
        #expect(failure?.description.contains(reason) == true, "\(String(describing: failure))")
    }
}
