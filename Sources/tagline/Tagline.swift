import ArgumentParser

// Every command says its own name: deriving one from the type costs the start several milliseconds of reflection.
@main
struct Tagline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tagline",
        abstract:
            "Tag the followers of a WeChat Official Account in bulk: run the API, test against it, see what it did.",
        version: "0.1.0",
        subcommands: [
            SandboxCommand.self, ServeCommand.self, MigrateCommand.self, AccountsCommand.self, TagsCommand.self,
            FollowersCommand.self, CallsCommand.self, FaultsCommand.self,
            StateCommand.self, TagCommand.self, UntagCommand.self, SyncCommand.self, MembersCommand.self,
            ExplainCommand.self, HealthcheckCommand.self,
        ])
}
