import Foundation
import OfficialAccount
import OfficialAccountClient
import TaglineServer
import Testing
import WireTable

/// Runs the program with files and tag names that operators write.
@Suite struct FollowerFileCommandTests {
    private typealias Bench = BulkCommandTests.Bench

    private func tags(_ number: Int, _ bench: Bench) async throws -> [TagID] {
        try await bench.client.tags.tags(of: try #require(OpenID(demoFollower(number)))).sorted()
    }

    private func write(_ text: String, _ name: String, _ bench: Bench) throws {
        try Data(text.utf8).write(to: URL(filePath: bench.directory + "/" + name))
    }

    @Test func `a quoted cell can hold line ends, and a quote in an unquoted cell is text`() async throws {
        try await Bench.with { bench in
            try write(
                "openid,note,tag\n\(demoFollower(11)),\"likes tea\nand cake\",102\n\(demoFollower(12)),\"a\r\nsee \(demoFollower(14)), 101\",\n"
                    + "\(demoFollower(13)),5\" pipe,102\n", "file", bench)
            let run = try await bench.tagline("tag", "--tag", "103", "--file", "file")
            #expect(run.code == 0, "\(run)")
            #expect(try await tags(11, bench) == [102])
            #expect(try await tags(12, bench) == [103])
            #expect(try await tags(13, bench) == [102])
            #expect(try await tags(14, bench) == [])
            // A follower whose row spans several lines keeps the tag 102.
            let sync = try await bench.tagline(
                "sync", "--tag", "102", "--file", "file", "--yes", "--run-file", "s", "--rejects", "r")
            #expect(sync.code == 0, "\(sync)")
            #expect(sync.errors.contains("the column tag looks like tags and is not used"), "\(sync)")
            #expect(try await tags(11, bench) == [102])
            try write("openid,note,tag\n\(demoFollower(11)),\"x,102\n", "open", bench)
            let open = try await bench.tagline("tag", "--tag", "103", "--file", "open")
            #expect(
                open.code == 1 && open.errors.contains("a quoted cell begins in line 2 and does not end"), "\(open)")
        }
    }

    @Test func `every command that reads openids accepts the same kinds of files`() async throws {
        let one = demoFollower(61)
        let two = demoFollower(62)
        let files = [
            "sep=;\ropenid;a, b\r\(one);x\r\(two)\u{200E};y\r", "openid;name\n\(one);x\n\(two);y\n",
            "\u{FEFF}OpenID\r\(one)\r\(two)",
            "{\"openid\":\"\(one)\"}\n{\"openid\":\"\(two)\"}\n",
            "name\topenid\nx\t\u{3000}\(one)\n\"y\n\"\t\(two)\u{A0}\n",
            "\"\(one)\"\r\n\(two),\r\n",
        ]
        try await Bench.with { bench in
            let admin = ["--account", "\(DemoWorld.service.appID)", "--admin-url", bench.server.addresses.admin]
            for (number, file) in files.enumerated() {
                try write(file, "file", bench)
                let options = ["--file", "file", "--run-file", "run\(number)", "--rejects", "r"]
                func ran(_ arguments: [String]) async throws -> Ended {
                    try await bench.bash(plainRun, arguments)
                }
                let tagged = try await ran(["tag", "--tag", "134"] + options)
                #expect(tagged.code == 0 && tagged.output.hasPrefix("2 tagged"), "\(file.debugDescription) \(tagged)")
                let untagged = try await ran(["untag", "--tag", "134", "--run-file", "u\(number)", "--file", "file"])
                #expect(
                    untagged.code == 0 && untagged.output.hasPrefix("2 untagged"),
                    "\(file.debugDescription) \(untagged)")
                let synced = try await ran(
                    ["sync", "--tag", "134", "--run-file", "s\(number)", "--file", "file", "--yes"])
                #expect(synced.code == 0, "\(file.debugDescription) \(synced)")
                #expect(try await bench.tagged() == 2)
                let removed = try await ran(["followers", "remove", "file"] + admin)
                #expect(removed.code == 0 && removed.output.hasPrefix("2 openids read, 2 removed"), "\(removed)")
                let imported = try await ran(["followers", "import", "file"] + admin)
                #expect(imported.code == 0 && imported.output.hasPrefix("2 openids read, 2 new"), "\(imported)")
            }
        }
    }

    @Test func `every command refuses a file of a wrong kind or without a column of openids`() async throws {
        try await Bench.with { bench in
            let admin = ["--account", "\(DemoWorld.service.appID)", "--admin-url", bench.server.addresses.admin]
            func commands(_ file: String) -> [[String]] {
                [
                    ["tag", "--tag", "134", "--file", file], ["untag", "--tag", "134", "--file", file],
                    ["sync", "--tag", "134", "--yes", "--file", file], ["followers", "import", file] + admin,
                    ["followers", "remove", file] + admin,
                ]
            }
            try write("user,name\n\(demoFollower(1)),x\n", "columns", bench)
            try Data([0xFF, 0xFE, 0x6F, 0x00]).write(to: URL(filePath: bench.directory + "/utf16.csv"))
            try Data([0x1F, 0x8B, 8, 0]).write(to: URL(filePath: bench.directory + "/f.gz"))
            try write("openid,name\n\(demoFollower(1)),\"x\n", "quote", bench)
            for (file, part) in [
                ("columns", "its header has no column named openid, only user, name"),
                ("utf16.csv", "iconv -f UTF-16LE -t UTF-8 utf16.csv"), ("f.gz", "gzip -dc f.gz"),
                ("quote", "a quoted cell begins in line 2 and does not end"),
            ] {
                for command in commands(file) {
                    let run = try await bench.bash(plainRun, command)
                    #expect(run.code == 1 && run.errors.contains(part), "\(command) \(run)")
                }
            }
            for command in commands("columns") {
                let run = try await bench.bash(
                    plainRun,
                    command + ["--column", "USER"] + (command.contains("134") ? ["--run-file", "c-\(command[0])"] : []))
                #expect(run.code == 0, "\(command) \(run)")
            }
            // The file is so long that only the server reads its end.
            let rows = (1...9000).map { demoFollower($0) + ",x\n" }.joined()
            let many = "openid,note\n" + rows + "\(demoFollower(1)),\"x\n"
            try write(many, "many", bench)
            let late = try await bench.bash(plainRun, ["followers", "import", "many"] + admin)
            #expect(late.code == 1 && late.errors.contains("a quoted cell begins in line 9002"), "\(late)")
            let remarks = try await bench.server.admin.send(
                WireRequest(
                    "POST", "/accounts/\(DemoWorld.service.appID)/followers?column=U%53ER",
                    body: Array("user,标签\n\(demoFollower(1)),vip\n".utf8)))
            #expect(remarks.status == 200 && remarks.text.contains("the column 标签 looks like tags"), "\(remarks.text)")
        }
    }

    @Test func `a tag column can have any name, and a command reports a tag column that it ignores`() async throws {
        try await Bench.with { bench in
            try write("openid,标签\n\(demoFollower(21)),102\n\(demoFollower(22)),\n", "file", bench)
            let told = try await bench.tagline("tag", "--tag", "103", "--file", "file", "--dry-run")
            #expect(told.code == 0 && told.errors.contains("--tag-column '标签' uses it"), "\(told)")
            let none = try await bench.tagline("tag", "--file", "file")
            #expect(none.code == 64 && none.errors.contains("--tag-column '标签' uses it"), "\(none)")
            let run = try await bench.tagline("tag", "--tag", "103", "--file", "file", "--tag-column", "标签")
            #expect(run.code == 0, "\(run)")
            #expect(try await tags(21, bench) == [102])
            #expect(try await tags(22, bench) == [103])
        }
    }

    @Test func `a command refuses a text that is both one tag's name and another tag's id`() async throws {
        try await Bench.with { bench in
            let named = try await bench.client.tags.create(named: "0107")
            try bench.write("some", (1...5).map(demoFollower))
            try bench.write("others", (6...9).map(demoFollower))
            for (tag, file) in [("id:107", "some"), ("0107", "others")] {
                let run = try await bench.tagline("tag", "--tag", tag, "--file", file)
                #expect(run.code == 0, "\(run)")
            }
            #expect(try await tags(6, bench) == [named])
            #expect(try await tags(1, bench) == [107])
            let both = try await bench.client.tags.create(named: "107")
            for command in [
                ["tag", "--tag", "107", "--file", "some", "--run-file", "x"],
                ["untag", "--tag", "107", "--file", "some", "--run-file", "x"],
                ["sync", "--tag", "107", "--file", "some", "--yes", "--run-file", "x"], ["members", "107"],
                ["members", "--where", "!107"], ["tags", "drain", "107", "--yes"],
                ["tag", "--tag", "100", "--where", "107 & 100", "--run-file", "x"],
            ] {
                let run = try await bench.bash(plainRun, command)
                #expect(run.code == 1, "\(command) \(run)")
                #expect(
                    run.errors.contains("\"id:107\" for the tag 107")
                        && run.errors.contains("\"name:107\" for the tag \(both)"), "\(run)")
            }
            try write("openid,tag\n\(demoFollower(31)),name:107\n\(demoFollower(32)),id:107|0107\n", "file", bench)
            let run = try await bench.tagline("tag", "--file", "file")
            #expect(run.code == 0, "\(run)")
            #expect(try await tags(31, bench) == [both])
            #expect(try await tags(32, bench) == [107, named])
            let members = try await bench.tagline("members", "--where", "id:107 & !name:0107")
            #expect(members.output.split(separator: "\n").count == 6, "\(members)")
            let drained = try await bench.tagline("tags", "drain", "0107", "--yes")
            #expect(drained.code == 0, "\(drained)")
            let left = try await bench.client.tags.list()
            #expect(!left.contains { $0.id == named } && left.contains { $0.id == 107 && $0.count == 7 }, "\(left)")
            let made = try await bench.tagline(
                "tag", "--tag", "name:555", "--file", "some", "--create", "--run-file", "n")
            #expect(made.code == 0, "\(made)")
            #expect(try await bench.client.tags.list().contains { $0.name == "555" && $0.count == 5 })
            let number = try await bench.tagline("tag", "--tag", "777", "--file", "some", "--create", "--run-file", "m")
            #expect(number.code == 1 && number.errors.contains("no tag \"777\""), "\(number)")
        }
    }
}
