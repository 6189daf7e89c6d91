/// The part of the followers' page that shows the progress of an import.
///
/// htmx fetches this part when a person sends the file, and then every half second during the import. The part shows
/// how many bytes the server has read. A proxy may wait for the whole file before it sends the file to the server. Then
/// the bar starts later.
struct FollowerImportProgress: Sendable {
    static let path = "\(ConsoleScreen.followers.path)/progress"
    static let template = "import-progress"
    /// The most times that htmx asks for an import that has not begun. With two requests a second, this is ten minutes.
    static let patience = 1200

    let account: String
    /// The name of the import.
    let name: String
    var state: FollowerImports.State?
    /// How many times htmx has asked for an import that had not begun.
    var asked = 0

    /// Returns the part for the time before a person sends the file: an empty part.
    func idle() -> PageData { ["poll": address(asked: 0), "trigger": "submit from:#import"] }

    func html(_ words: Words) -> String {
        PageLibrary.render(Self.template, data(words), words)
    }

    func data(_ words: Words) -> PageData {
        switch state {
        case nil where asked >= Self.patience: idle().merging(["end": words["import_nothing"]]) { own, _ in own }
        case nil: bar(words["import_waiting"], asked: asked + 1)
        case .running(let bytes, nil): bar(NumberText.bytes(bytes), asked: 0)
        case .running(let bytes, let total?): bar(share(of: total, bytes, words), asked: 0, Self.percent(bytes, total))
        case .ended(.failed(let sentence)): idle().merging(["refused": sentence]) { own, _ in own }
        case .ended(.done):
            idle().merging(["end": words["import_ended"], "href": FollowerImportForm.result(name, of: account)]) {
                own, _ in own
            }
        }
    }

    private func bar(_ label: String, asked: Int, _ percent: Int? = nil) -> PageData {
        var data: PageData = ["poll": address(asked: asked), "trigger": "every 500ms", "bar": true, "label": label]
        if let percent { data["percent"] = "\(percent)" }
        return data
    }

    private func share(of total: Int, _ bytes: Int, _ words: Words) -> String {
        words.text("import_share", ["done": NumberText.bytes(bytes), "total": NumberText.bytes(total)])
    }

    /// Returns the percentage of the file that the server has read.
    static func percent(_ bytes: Int, _ total: Int) -> Int {
        total > 0 ? Int(min(100, max(0, Double(bytes) / Double(total) * 100))) : 100
    }

    private func address(asked: Int) -> String {
        FormFields.address(
            Self.path, [("account", account), ("import", name), ("asked", asked > 0 ? "\(asked)" : nil)])
    }

    static let markup = """
        <div hx-get="{{poll}}" hx-trigger="{{trigger}}" hx-swap="outerHTML">{{#bar}}<progress{{#percent}} max="100" value="{{percent}}"{{/percent}} aria-label="{{t.add_followers}}"></progress><p class="soft">{{label}}</p>{{/bar}}
        {{#refused}}<p class="bad" role="alert">{{refused}}</p>{{/refused}}{{#end}}<p>{{end}}{{#href}} <a href="{{href}}">{{t.show_result}}</a>{{/href}}</p>{{/end}}</div>
        """
}
