import AdminAPI
import HTTPTypes
import OfficialAccount

/// The forms that add followers, from a file or from lines, and the result of the latest import.
///
/// Without JavaScript, the browser sends the file and shows the page in the answer. With htmx, the page in the answer
/// replaces the old page. During the import, ``FollowerImportProgress`` shows a bar.
struct FollowerImportForm: Sendable {
    static let template = "follower-import"
    /// The most bytes of HTML for broken lines.
    private static let mostBytes = 4000

    /// The name of the next import.
    var name = ""
    /// How the import on this page ended; nil if the page shows no import.
    var end: ImportEnd?

    /// Returns the address of the page that shows how an import ended.
    static func result(_ name: String, of account: String) -> String {
        FormFields.address(ConsoleScreen.followers.path, [("account", account), ("import", name)])
    }

    /// Returns the admin call that imports a file.
    ///
    /// - Parameter column: the name of the column that holds the openids; nil means the column `openid`.
    static func call(_ account: String, column: String? = nil) -> AdminCall {
        AdminCall(.post, ["accounts", account, "followers"], query: [("column", column)])
    }

    func data(_ words: Words, account: String) -> PageData {
        var data: PageData = [
            "importName": name, "importProgress": FollowerImportProgress(account: account, name: name).idle(),
            "importKinds": words.text("import_kinds", ["size": NumberText.bytes(UploadedForm.most)]),
        ]
        switch end {
        case nil: break
        case .failed(let sentence): data["importFailure"] = Excerpt.paragraph(sentence)
        case .done(let report): data["importReport"] = Self.report(report, words)
        }
        return data
    }

    private static func report(_ report: LinesReport, _ words: Words) -> PageData {
        var room = mostBytes
        let lines = report.errors.map(\.reason).prefix { reason in
            room -= PageEscaping().escapeText(reason).utf8.count
            return room >= 0
        }
        var data: PageData = [
            "openids": report.openIDs.grouped, "changed": report.changed.grouped,
            "broken": report.broken.grouped,
            "remarks": (report.remarks ?? []).prefix(5).map(Excerpt.sentence),
        ]
        if !lines.isEmpty { data["brokenLines"] = lines.joined(separator: "\n") }
        if lines.count < report.broken {
            data["moreLines"] = words.text("import_more", ["n": (report.broken - lines.count).grouped])
        }
        return data
    }

    static let markup = """
        <section class="card fields" aria-label="{{t.add_followers}}"><h2>{{t.add_followers}}</h2>
        {{#importFailure}}<p class="bad" role="alert">{{importFailure}}</p>{{/importFailure}}
        {{#importReport}}<div id="report" role="status"><h3>{{t.import_result}}</h3><dl><dt>{{t.import_openids}}</dt><dd>{{openids}}</dd><dt>{{t.import_new}}</dt><dd>{{changed}}</dd><dt>{{t.import_broken}}</dt><dd>{{broken}}</dd></dl>
        {{#brokenLines}}<pre tabindex="0" lang="en">{{brokenLines}}</pre>{{/brokenLines}}{{#moreLines}}<p class="soft">{{moreLines}}</p>{{/moreLines}}{{#remarks}}<p lang="en"><bdi>{{.}}</bdi></p>{{/remarks}}</div>{{/importReport}}
        <form id="import" method="post" action="\(ConsoleForm.importFile.path)" enctype="multipart/form-data" hx-post="\(ConsoleForm.importFile.path)" hx-encoding="multipart/form-data" hx-target="#main" hx-select="#main" hx-swap="outerHTML" hx-disabled-elt="find button">{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="import" value="{{importName}}">
        <label>{{t.openid_column}} <input name="column" placeholder="openid"></label>
        <label>{{t.follower_file}} <input type="file" name="file" required></label><p class="soft">{{importKinds}}</p>
        <p><button class="main">{{t.import_file}}</button></p></form>
        {{#importProgress}}{{>import-progress}}{{/importProgress}}
        <form method="post" action="\(ConsoleForm.importLines.path)">{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="import" value="{{importName}}">
        <label>{{t.openids_lines}} <textarea name="openids" required></textarea></label><p><button>{{t.import}}</button></p></form></section>
        """
}
